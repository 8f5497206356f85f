/*
 * A rota as a text: what is kept of each version, and the name of a watch.
 */
#include <inttypes.h>

#include "lib/civil.h"
#include "lib/rota_diff.h"

#define JOINED_MAX 4000 /* bytes of one text of dates */
#define WRITTEN_MAX 32768

static void
add_names(struct text *t, const char *key, const struct conf_list *names)
{
	const char *comma = "";

	if (names->count == 0)
		return;
	text_addf(t, ", %s: [", key);
	CONF_EACH (char *const, name, names) {
		text_addf(t, "%s%s", comma, *name);
		comma = ", ";
	}
	text_add(t, "]");
}

static void
add_clock(struct text *t, const char *key, int64_t minutes)
{
	text_addf(t, ", %s: \"%02" PRId64 ":%02" PRId64 "\"", key, minutes / 60,
	    minutes % 60);
}

static void
add_days(struct text *t, unsigned mask)
{
	static const char words[][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	const char *comma = "";

	if ((mask & 0x7f) == 0x7f || mask == 0)
		return;
	text_add(t, ", days: [");
	for (unsigned d = 0; d < 7; d++)
		if ((mask >> d & 1) != 0) {
			text_addf(t, "%s%s", comma, words[d]);
			comma = ", ";
		}
	text_add(t, "]");
}

static void
add_date(struct text *t, int64_t day)
{
	struct civil_date d = civil_from_days(day);

	text_addf(t, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* Several in each text: a list has room for a thousand of them. */
static void
add_days_off(struct text *t, const struct interval_set *days)
{
	size_t began = t->length;

	if (days->count == 0)
		return;
	text_add(t, ", holidays: [\"");
	for (size_t i = 0; i < days->count; i++) {
		const struct interval *d = &days->items[i];

		if (t->length - began > JOINED_MAX) {
			text_add(t, "\", \"");
			began = t->length;
		} else if (i > 0) {
			text_add(t, ",");
		}
		add_date(t, d->from);
		if (d->to - d->from > 1) {
			text_add(t, "..");
			add_date(t, d->to - 1);
		}
	}
	text_add(t, "\"]");
}

static void
add_watch(struct text *t, const struct watch *w, const char *margin)
{
	static const char *const units[] = { "days", "weeks", "months" };

	text_addf(t, "%s- { zone: %s", margin, w->zone);
	if (w->has_hours) {
		add_clock(t, "from", w->from_min);
		add_clock(t, "to", w->to_min);
	} else {
		add_clock(t, "takes_over", w->takes_over_min);
	}
	add_names(t, "people", &w->people);
	add_names(t, "secondary", &w->secondary);
	text_addf(t, ", rotate: every %" PRId64 " %s",
	    w->rotate.every > 0 ? w->rotate.every : 1, units[w->rotate.unit]);
	add_days(t, w->day_mask);
	add_days_off(t, &w->days_off);
	if (w->dates.since != NULL)
		text_addf(t, ", since: %s", w->dates.since);
	if (w->dates.until != NULL)
		text_addf(t, ", until: %s", w->dates.until);
	text_add(t, " }\n");
}

static void
add_layer(struct text *t, const struct layer *y)
{
	text_addf(t, "      - name: %s\n", y->name);
	if (y->dates.since != NULL)
		text_addf(t, "        since: %s\n", y->dates.since);
	if (y->dates.until != NULL)
		text_addf(t, "        until: %s\n", y->dates.until);
	text_add(t, "        watches:\n");
	CONF_EACH (const struct watch, w, &y->watches)
		add_watch(t, w, "          ");
}

/* What is too long to be kept is told apart from others, and no more. */
static void
shorten(struct text *out, size_t began)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	if (out->length - began <= WRITTEN_MAX)
		return;
	for (size_t i = began; i < out->length; i++)
		sum = (sum ^ (unsigned char)out->data[i]) *
		    UINT64_C(1099511628211);
	text_clear(out);
	text_addf(out, "# too long to be kept, %016" PRIx64 "\n", sum);
}

void
rota_write(const struct rota *r, struct text *out)
{
	static const char *const fills[] = { [FILL_UNSAID] = NULL,
		[FILL_SPLIT] = "split",
		[FILL_EXTEND] = "extend",
		[FILL_EARLY] = "early" };

	text_addf(out, "rotas:\n  - name: %s\n", r->name);
	if (r->anchor != NULL)
		text_addf(out, "    anchor: %s\n", r->anchor);
	if (fills[r->fill] != NULL)
		text_addf(out, "    fill: %s\n", fills[r->fill]);
	text_add(out, "    watches:\n");
	CONF_EACH (const struct watch, w, &r->watches)
		add_watch(out, w, "      ");
	if (r->layers.count > 0)
		text_add(out, "    layers:\n");
	CONF_EACH (const struct layer, y, &r->layers)
		add_layer(out, y);
	shorten(out, 0);
}

/* Its place in the list that it is written in. */
static int
index_of(const struct stretch *s)
{
	const struct conf_list *list =
	    s->layer != NULL ? &s->layer->watches : &s->rota->watches;

	return (int)(s->watch - (const struct watch *)list->items) + 1;
}

void
rota_uid(const struct stretch *s, char out[ROTA_UID])
{
	struct civil_date d = civil_from_days(s->day);
	const struct override *o = s->override;
	bool whole = o != NULL && o->instead[0] == '\0';
	int64_t begin_ms = s->begin_ms;
	struct text t = { 0 };

	text_addf(&t, "%s", s->rota->name);
	if (whole)
		begin_ms = o->from_ms;
	else if (s->watch != NULL)
		text_addf(&t, ".%s%s%04d%02d%02d.%d",
		    s->layer != NULL ? s->layer->name : "",
		    s->layer != NULL ? "." : "", d.year, d.month, d.day,
		    index_of(s));
	if (o != NULL && !whole && o->from_ms > begin_ms)
		begin_ms = o->from_ms;
	if (o != NULL)
		text_addf(&t, ".%s", o->id);
	if (s->from_ms != begin_ms)
		text_addf(&t, ".%" PRId64, s->from_ms / 1000);
	text_copy(out, ROTA_UID, t.data);
	text_clear(&t);
}

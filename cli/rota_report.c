/* rota_report: see rota_report.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/control.h"
#include "cli/rota_report.h"
#include "lib/rota_lint.h"
#include "lib/rota_load.h"
#include "lib/text.h"
#include "pager/incident.h"

#define HOUR_MS INT64_C(3600000)
#define CONTACTS_MAX 2000

static json_t *
list_in(json_t *into, const char *key)
{
	json_t *list = json_object_get(into, key);

	if (list == NULL) {
		list = json_array();
		json_object_set_new(into, key, list);
	}
	return list;
}

static void
add_person(json_t *into, const struct rota *r, const struct rota_person *p)
{
	json_array_append_new(list_in(into, "people"),
	    json_pack("{s:s, s:s, s:i, s:I, s:I, s:I, s:i, s:I}", "rota",
		r->name, "person", p->person->name, "watches", p->watches,
		"total_ms", (json_int_t)p->total_ms, "night_ms",
		(json_int_t)p->night_ms, "weekend_ms",
		(json_int_t)p->weekend_ms, "weekends", p->weekends,
		"longest_ms", (json_int_t)p->longest_ms));
}

/* To a tenth: a clock change is half an hour somewhere. */
static void
say_hours(int64_t ms, char out[32])
{
	int64_t tenths = (ms * 10 + HOUR_MS / 2) / HOUR_MS;

	text_format(out, 32, "%" PRId64 ".%" PRId64 " h", tenths / 10,
	    tenths % 10);
}

static void
print_person(struct cli *c, const struct rota_person *p)
{
	char total[32], night[32], weekend[32], longest[32];

	say_hours(p->total_ms, total);
	say_hours(p->night_ms, night);
	say_hours(p->weekend_ms, weekend);
	text_duration(p->longest_ms, longest, sizeof(longest));
	fprintf(c->out,
	    "  %-12s %9s in %d watches, at night %s, on %d weekends %s, "
	    "longest "
	    "%s\n",
	    p->person->name, total, p->watches, night, p->weekends, weekend,
	    longest);
}

/* "08:00" or "22:00-06:00". */
static void
say_watch(const struct watch *w, char out[96])
{
	int from = (int)(w->has_hours ? w->from_min : w->takes_over_min);

	text_format(out, 96, "%s %02d:%02d", w->zone, from / 60, from % 60);
}

static void
share(struct cli *c, const struct rota *r, const struct rota_share *s,
    json_t *into)
{
	char watch[96], more[32];

	say_watch(s->watch, watch);
	if (into != NULL) {
		json_array_append_new(list_in(into, "shares"),
		    json_pack("{s:s, s:s, s:s, s:I, s:s, s:I}", "rota", r->name,
			"watch", watch, "most", s->most->name, "most_ms",
			(json_int_t)s->most_ms, "least", s->least->name,
			"least_ms", (json_int_t)s->least_ms));
		return;
	}
	say_hours(s->most_ms - s->least_ms, more);
	if (s->most_ms == s->least_ms)
		fprintf(c->out, "  watch of %s: all of it alike\n", watch);
	else
		fprintf(c->out, "  watch of %s: %s has %s more than %s\n",
		    watch, s->most->name, more, s->least->name);
}

void
rota_report_load(struct cli *c, const struct rota *r, const struct overrides *o,
    const struct rota_span *span, json_t *into)
{
	struct rota_load load;

	rota_load(&load, r, o->items, o->count, span->from_ms, span->days);
	for (size_t i = 0; i < load.count; i++)
		if (into != NULL)
			add_person(into, r, &load.people[i]);
		else
			print_person(c, &load.people[i]);
	for (size_t i = 0; i < load.share_count; i++)
		share(c, r, &load.shares[i], into);
	rota_load_clear(&load);
}

struct lints {
	struct cli *cli;
	json_t *into;
};

static void
on_lint(void *arg, const struct lint *l)
{
	static const char *const kinds[] = {
		[LINT_LATE] = "way never used",
		[LINT_TWICE] = "same person at two levels",
		[LINT_UNTESTED] = "no tested contact",
		[LINT_FAILED] = "failed last time",
		[LINT_NOBODY] = "nobody at a level",
	};
	const struct lints *all = arg;

	if (all->into == NULL) {
		fprintf(all->cli->out, "look at: %s\n", l->text);
		return;
	}
	json_array_append_new(list_in(all->into, "lints"),
	    json_pack("{s:s, s:s?, s:s?, s:s}", "lint", kinds[l->kind],
		"person", l->person != NULL ? l->person->name : NULL, "ladder",
		l->ladder != NULL ? l->ladder->name : NULL, "text", l->text));
}

static void
read_contact(const json_t *item, struct contact *out)
{
	const char *person = json_string_value(json_object_get(item, "person"));
	const char *way = json_string_value(json_object_get(item, "channel"));
	int channel = way == NULL ? -1 : channel_parse(way);

	*out = (struct contact){ 0 };
	if (person == NULL || channel < 0)
		return;
	text_copy(out->person, sizeof(out->person), person);
	out->channel = (enum channel_kind)channel;
	out->handed_ms = json_integer_value(json_object_get(item, "handed_ms"));
	out->failed_ms = json_integer_value(json_object_get(item, "failed_ms"));
}

/* What the running pager knows of ways to reach people; NULL: it does not say. */
static struct contact *
ask_contacts(struct cli *c, const struct settings *s, size_t *count)
{
	json_t *answer = overrides_question(c, s, "contacts");
	const json_t *list = json_object_get(answer, "contacts");
	struct contact *all;

	*count = 0;
	if (!json_is_array(list)) {
		json_decref(answer);
		return NULL;
	}
	all = mem_alloc((json_array_size(list) + 1) * sizeof(*all));
	for (; *count < json_array_size(list) && *count < CONTACTS_MAX;
	     (*count)++)
		read_contact(json_array_get(list, *count), &all[*count]);
	json_decref(answer);
	return all;
}

void
rota_report_lints(struct cli *c, const struct settings *s,
    const struct overrides *o, const struct rota_span *span, json_t *into)
{
	struct lints all = { c, into };
	struct lint_question q = { .settings = s,
		.overrides = o->items,
		.override_count = o->count,
		.from_ms = span->from_ms,
		.days = span->days,
		.found = on_lint,
		.arg = &all };
	struct contact *contacts = NULL;
	size_t found;

	if (o->known)
		contacts = ask_contacts(c, s, &q.contact_count);
	q.contacts = contacts;
	q.contacts_known = contacts != NULL;
	if (into != NULL)
		(void)list_in(into, "lints");
	found = rota_lint(&q);
	if (!q.contacts_known && into == NULL)
		fputs("no pager says which ways to reach people work\n",
		    c->out);
	else if (found == 0 && into == NULL)
		fputs("everybody is within reach as the ladders mean it\n",
		    c->out);
	free(contacts);
}

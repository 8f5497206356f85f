/*
 * The oracle on books: promises 1, 5 and 6.  When the night is over, what is
 * booked in the store must be, to the millisecond, what the acknowledged
 * observations and the stored voids say by the oracle's own reckoning; and
 * nothing may be booked down that was not truly so.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define MINUTE INT64_C(60000)
#define BEGIN_MS (NIGHT_START_MS + 3 * MINUTE)
#define END_MS (NIGHT_START_MS + NIGHT_MS - 5 * MINUTE)
#define QUORUM 2

struct books {
	struct world *w;
	struct interval_set down[TRUTH_ENDPOINTS], unknown[TRUTH_ENDPOINTS];
	struct interval_set voids[TRUTH_REGIONS];
};

static void
on_outage(struct books *b, const char *field, const void *value, size_t length)
{
	json_t *o = json_loadb(value, length, 0, NULL);
	int e = field[6] - '0'; /* "acme/eN..." */
	int64_t from_ms, to_ms;
	const char *kind;

	if (o == NULL) {
		broken(b->w, "an outage is not JSON: %s", field);
		return;
	}
	kind = json_string_value(json_object_get(o, "kind"));
	from_ms = json_integer_value(json_object_get(o, "from"));
	to_ms = json_integer_value(json_object_get(o, "to"));
	if (to_ms == 0)
		to_ms = NEVER;
	interval_set_add(strcmp(kind, "down") == 0 ? &b->down[e]
						   : &b->unknown[e],
	    from_ms, to_ms);
	json_decref(o);
}

/* "region|cause|agent|from", and the end as a number; 0 is open. */
static void
on_void(struct books *b, const char *field, const void *value)
{
	int64_t from = strtoll(strrchr(field, '|') + 1, NULL, 10);
	int64_t to = strtoll(value, NULL, 10);

	interval_set_add(&b->voids[field[1] - '0'], from, to == 0 ? NEVER : to);
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	char text[32];

	text_format(text, sizeof(text), "%.*s", (int)length,
	    (const char *)value);
	if (strcmp(key, "outages") == 0)
		on_outage(arg, field, value, length);
	else if (strcmp(key, "voids") == 0)
		on_void(arg, field, text);
}

static void
clip(struct interval_set *s)
{
	interval_set_remove(s, INT64_MIN, BEGIN_MS);
	interval_set_remove(s, END_MS, NEVER);
}

static void
compare(struct world *w, int e, const char *what,
    const struct interval_set *booked, const struct interval_set *right)
{
	for (size_t i = 0; i < booked->count || i < right->count; i++) {
		struct interval none = { 0, 0 };
		struct interval x = i < booked->count ? booked->items[i] : none;
		struct interval y = i < right->count ? right->items[i] : none;

		if (x.from == y.from && x.to == y.to)
			continue;
		broken(w,
		    "promises 1 and 6: acme/e%d is booked %s %lld..%lld "
		    "and was %lld..%lld by its observations",
		    e, what, (long long)(x.from - NIGHT_START_MS),
		    (long long)(x.to - NIGHT_START_MS),
		    (long long)(y.from - NIGHT_START_MS),
		    (long long)(y.to - NIGHT_START_MS));
		return;
	}
}

/* Where at least two regions truly failed, a few probes after included. */
static void
truly_down(struct world *w, int e, struct interval_set *out)
{
	int64_t after_ms = 4 * MINUTE, error_ms = 2500;
	struct interval_set wide[TRUTH_REGIONS] = { { 0 } };

	for (int r = 0; r < TRUTH_REGIONS; r++) {
		const struct interval_set *s = &w->truth.fails[e][r];

		for (size_t i = 0; i < s->count; i++)
			interval_set_add(&wide[r], s->items[i].from - error_ms,
			    s->items[i].to + after_ms);
		s = &w->truth.sick[r];
		for (size_t i = 0; i < s->count; i++)
			interval_set_add(&wide[r], s->items[i].from - error_ms,
			    s->items[i].to + after_ms);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		struct interval_set both = { 0 };

		interval_set_union(&both, &wide[r]);
		interval_set_intersect(&both, &wide[(r + 1) % TRUTH_REGIONS]);
		interval_set_union(out, &both);
		interval_set_clear(&both);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_clear(&wide[r]);
}

static void
check_truth(struct world *w, int e, const struct interval_set *down)
{
	struct interval_set rest = { 0 }, truly = { 0 };

	truly_down(w, e, &truly);
	interval_set_union(&rest, down);
	interval_set_subtract(&rest, &truly);
	if (rest.count > 0)
		broken(w,
		    "promise 5: acme/e%d is booked down from %lld to "
		    "%lld, where no two regions failed",
		    e, (long long)(rest.items[0].from - NIGHT_START_MS),
		    (long long)(rest.items[0].to - NIGHT_START_MS));
	interval_set_clear(&rest);
	interval_set_clear(&truly);
}

/* With everything well for so long, nothing is unknown. */
static void
check_calm(struct world *w, int e, const struct interval_set *unknown)
{
	int64_t from_ms = NIGHT_START_MS + NIGHT_MS - 30 * MINUTE;

	for (int p = 0; p < PARTS; p++)
		if (w->hurt_until_ms[p] > from_ms - 10 * MINUTE)
			return;
	if (interval_set_within(unknown, from_ms, END_MS) > 0)
		broken(w, "promise 5: all is well, and acme/e%d is unknown", e);
}

/* For the story of a night with wrong books. */
static void
tell_facts(struct books *b, int e)
{
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		const struct seen_list *l = &b->w->oracle->acknowledged[e][r];

		for (size_t i = 0; i < l->count; i++)
			tell(b->w, "r%d saw e%d at %lld: %s %s", r, e,
			    (long long)(l->items[i].at_ms - NIGHT_START_MS),
			    outcome_text(l->items[i].outcome),
			    reason_text(l->items[i].reason));
		for (size_t i = 0; i < b->voids[r].count; i++)
			tell(b->w, "r%d void %lld..%lld", r,
			    (long long)(b->voids[r].items[i].from -
				NIGHT_START_MS),
			    (long long)(b->voids[r].items[i].to -
				NIGHT_START_MS));
	}
}

static void
check_endpoint(struct books *b, int e)
{
	struct world *w = b->w;
	struct interval_set down = { 0 }, unknown = { 0 };

	facts_book(w->oracle->acknowledged[e], b->voids, TRUTH_REGIONS, QUORUM,
	    BEGIN_MS, w->now_ms, &down, &unknown);
	clip(&down);
	clip(&unknown);
	clip(&b->down[e]);
	clip(&b->unknown[e]);
	compare(w, e, "down", &b->down[e], &down);
	compare(w, e, "unknown", &b->unknown[e], &unknown);
	check_truth(w, e, &b->down[e]);
	check_calm(w, e, &b->unknown[e]);
	if (w->broken[0] != '\0')
		tell_facts(b, e);
	interval_set_clear(&down);
	interval_set_clear(&unknown);
}

void
oracle_check_books(struct world *w)
{
	struct books b = { .w = w };

	simstore_fields(w->store, "sw:{c0}:", on_field, &b);
	for (int e = 0; e < w->truth.endpoints; e++)
		check_endpoint(&b, e);
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		interval_set_clear(&b.down[e]);
		interval_set_clear(&b.unknown[e]);
	}
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_clear(&b.voids[r]);
}

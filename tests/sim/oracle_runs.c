/*
 * The oracle on facts: what is written down of what regions saw (promises 1
 * and 8).  A run begins and ends with looks that were taken; a look that was
 * evaluated is in a run, or a start would read it again.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define REREAD_MS INT64_C(900000) /* a start reads again so far back */

#define BLUR_MS INT64_C(300000)
#define BLUR_LOOKS 25

static bool
is_same(const struct seen *a, const struct seen *b)
{
	return a->outcome == b->outcome && a->reason == b->reason &&
	    a->interval_ms == b->interval_ms;
}

/*
 * Decision 28: where two agents of a region disagree and one of them is late
 * by more than the shard remembers look by look, it books less in the
 * vendor's favour, and not to the millisecond.
 */
bool
runs_blur(const struct seen_list *list, const struct seen *s, int64_t came_ms)
{
	size_t i = seen_find(list, s->at_ms);

	return i > 0 && i < list->count &&
	    list->items[i - 1].agent != s->agent &&
	    list->items[i].agent != s->agent &&
	    (came_ms - s->at_ms > BLUR_MS || list->count - i > BLUR_LOOKS) &&
	    is_same(&list->items[i - 1], &list->items[i]) &&
	    !is_same(&list->items[i], s);
}

struct reader {
	const unsigned char *at, *end;
};

static int64_t
number(struct reader *in)
{
	uint64_t n = 0;

	for (int shift = 0; in->at < in->end && shift < 63; shift += 7) {
		unsigned char c = *in->at++;

		n |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			break;
	}
	return (int64_t)n;
}

/* [version][count][run...], as docs/redis.md names them. */
static void
read_record(struct record_seen *r, const void *value, size_t length)
{
	struct reader in = { value, (const unsigned char *)value + length };
	int64_t before_ms = 0;

	(void)number(&in);
	r->count = (size_t)number(&in);
	r->runs = mem_alloc((r->count + 1) * sizeof(*r->runs));
	for (size_t i = 0; i < r->count; i++) {
		struct run_seen *x = &r->runs[i];
		int64_t both;

		x->first_ms = before_ms + number(&in);
		x->last_ms = before_ms = x->first_ms + number(&in);
		x->interval_ms = number(&in);
		both = number(&in);
		x->outcome = (enum outcome)(both / REASONS);
		x->reason = (enum reason)(both % REASONS);
	}
}

static struct record_seen *
record_of(struct series_seen *s, int64_t bucket)
{
	int at = s->record_count;

	for (int i = 0; i < s->record_count; i++)
		if (s->records[i].bucket == bucket)
			return &s->records[i];
	if (at == BOOK_RECORDS)
		return NULL;
	for (; at > 0 && s->records[at - 1].bucket > bucket; at--)
		s->records[at] = s->records[at - 1];
	s->records[at] = (struct record_seen){ .bucket = bucket };
	s->record_count++;
	return &s->records[at];
}

/* "acme/e0|r1|81234" */
void
runs_seen(struct world *w, const char *field, const void *value, size_t length)
{
	int e = field_endpoint(field);
	const char *bar = strchr(field, '|');
	struct series_seen *s;
	struct record_seen *r;

	if (e < 0)
		return;
	s = &w->oracle->books->series[e][bar[2] - '0'];
	r = record_of(s, strtoll(strrchr(field, '|') + 1, NULL, 10));
	if (r == NULL) {
		broken(w, "more records of runs than a night can have");
		return;
	}
	free(r->runs);
	r->runs = NULL;
	r->count = 0;
	if (value != NULL)
		read_record(r, value, length);
	s->is_changed = true;
}

void
series_free(struct series_seen *s)
{
	for (int i = 0; i < s->record_count; i++)
		free(s->records[i].runs);
}

static bool
is_of(const struct run_seen *r, const struct seen *s)
{
	return r->outcome == s->outcome && r->reason == s->reason &&
	    r->interval_ms == s->interval_ms;
}

/* One run against the looks: *next is the first that is not before it. */
static void
check_run(struct world *w, const char *id, int region, const struct run_seen *r,
    const struct seen_list *l, size_t *next)
{
	size_t last;

	if (*next == l->count || l->items[*next].at_ms != r->first_ms ||
	    !is_of(r, &l->items[*next])) {
		broken(w,
		    "promise 5: r%d is said to have seen %s %s at %lld, and "
		    "did not",
		    region, id, outcome_text(r->outcome),
		    (long long)(r->first_ms - w->zero_ms));
		return;
	}
	for (last = *next; *next < l->count; (*next)++) {
		if (l->items[*next].at_ms > r->last_ms)
			break;
		last = *next;
		if (!is_of(r, &l->items[last]))
			broken(w,
			    "promise 1: what r%d saw of %s at %lld is not in "
			    "its record",
			    region, id,
			    (long long)(l->items[last].at_ms - w->zero_ms));
	}
	if (l->items[last].at_ms != r->last_ms)
		broken(w,
		    "promise 5: r%d is said to have seen %s at %lld, and "
		    "did not",
		    region, id, (long long)(r->last_ms - w->zero_ms));
}

/* Looks between runs wait for their record; remember the oldest entry. */
static void
skip_to(struct series_seen *s, const struct seen_list *l, size_t *next,
    int64_t to_ms)
{
	for (; *next < l->count && l->items[*next].at_ms < to_ms; (*next)++)
		if (l->items[*next].entry_ms < s->unsaved_ms)
			s->unsaved_ms = l->items[*next].entry_ms;
}

/*
 * Of several entries in a row that cannot be read each ends with a look of its
 * own that saw nothing; of their one void only the last end is told.
 */
static void
take_seal(struct world *w, int e, int region, const struct run_seen *r)
{
	struct books *b = w->oracle->books;
	struct seen s = { .at_ms = r->first_ms,
		.interval_ms = 1,
		.entry_ms = NEVER,
		.agent = -1,
		.outcome = OUTCOME_UNKNOWN,
		.reason = REASON_AGENT };

	if (r->interval_ms != 1 || r->outcome != OUTCOME_UNKNOWN ||
	    w->faults[FAULT_POISON] == 0 ||
	    !interval_set_contains(&b->voids[endpoint_shard(w, e)][region].set,
		s.at_ms))
		return;
	(void)seen_add(&b->evaluated[e][region], &s);
	s.at_ms = r->last_ms;
	(void)seen_add(&b->evaluated[e][region], &s);
}

static void
check_series(struct world *w, int e, int region)
{
	struct series_seen *s = &w->oracle->books->series[e][region];
	const struct seen_list *l = &w->oracle->books->evaluated[e][region];
	size_t next = 0;

	s->is_changed = false;
	s->unsaved_ms = NEVER;
	for (int i = 0; i < s->record_count; i++)
		for (size_t k = 0; k < s->records[i].count; k++) {
			const struct run_seen *r = &s->records[i].runs[k];

			take_seal(w, e, region, r);
			skip_to(s, l, &next, r->first_ms);
			check_run(w, truth_endpoints[e], region, r, l, &next);
			if (w->broken[0] != '\0')
				return;
		}
	skip_to(s, l, &next, NEVER);
}

void
runs_check(struct world *w, unsigned shard)
{
	struct books *b = w->oracle->books;
	const struct inbox *in = &b->inboxes[shard];
	int64_t read_again_ms = in->ms - REREAD_MS;

	if (read_again_ms < in->trimmed_ms)
		read_again_ms = in->trimmed_ms;
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (endpoint_shard(w, e) != shard)
			continue;
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			struct series_seen *s = &b->series[e][r];

			if (s->is_blurred)
				continue;
			if (s->is_changed)
				check_series(w, e, r);
			if (s->unsaved_ms < read_again_ms)
				broken(w,
				    "promise 1: what r%d saw of %s is read and "
				    "not written down, and would not be read "
				    "again",
				    r, truth_endpoints[e]);
		}
	}
}

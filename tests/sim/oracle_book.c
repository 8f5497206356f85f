/*
 * The oracle on books: promises 1, 5 and 6, after every commit.  What is
 * booked up to where silence was judged is, to the millisecond and with both
 * sides of every edge, what the looks evaluated so far and the stored voids
 * say by the oracle's own reckoning.
 */
#include "lib/ledger.h"
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define MINUTE INT64_C(60000)

struct books *
books_new(void)
{
	struct books *b = mem_alloc(sizeof(*b));

	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		b->endpoints[e].dirty_ms = b->endpoints[e].stale_ms = NEVER;
		b->endpoints[e].checked_ms = NEVER;
		for (int r = 0; r < TRUTH_REGIONS; r++)
			b->series[e][r].unsaved_ms = NEVER;
	}
	return b;
}

void
books_free(struct books *b)
{
	for (int s = 0; s < BOOK_SHARDS; s++) {
		inbox_free(&b->inboxes[s]);
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			free(b->voids[s][r].items);
			interval_set_clear(&b->voids[s][r].set);
		}
	}
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		free(b->endpoints[e].items);
		interval_set_clear(&b->endpoints[e].truly);
		for (int r = 0; r < TRUTH_REGIONS; r++) {
			free(b->evaluated[e][r].items);
			series_free(&b->series[e][r]);
		}
	}
	for (int i = 0; i < TRUTH_CLIENTS; i++)
		ledger_free(b->ledgers[i]);
	free(b->spans.items);
	free(b->forgotten);
	free(b->early);
	free(b);
}

static const char *
state_word(enum book_state state)
{
	static const char *const words[] = { "not at all", "up", "down",
		"unknown" };

	return words[state];
}

/* From the night's beginning; -1: it goes on. */
static long long
since(const struct world *w, int64_t at_ms)
{
	return at_ms == NEVER ? -1 : (long long)(at_ms - w->zero_ms);
}

static void
differs(struct world *w, int e, const struct span *s, const struct stretch *b)
{
	if (b == NULL) {
		broken(w,
		    "promises 1, 5 and 6: %s was %s %lld..%lld by its looks "
		    "and is not booked so",
		    truth_endpoints[e], state_word(s->state),
		    since(w, s->from_ms), since(w, s->to_ms));
		return;
	}
	broken(w,
	    "promises 1, 5 and 6: %s was %s (%lld) %lld..%lld by its looks "
	    "and is booked %s (%lld) %lld..(%lld) %lld",
	    truth_endpoints[e], state_word(s->state),
	    since(w, s->from_before_ms), since(w, s->from_ms),
	    since(w, s->to_ms), b->is_down ? "down" : "unknown",
	    since(w, b->from_before_ms), since(w, b->from_ms),
	    since(w, b->to_before_ms), since(w, b->to_ms));
}

/* Both sides of both edges, as far as this look at the books reaches. */
static bool
is_booked_so(const struct spans *all, size_t i, const struct stretch *b)
{
	const struct span *s = &all->items[i];

	if (b->is_down != (s->state == BOOK_DOWN))
		return false;
	if (i == 0 ? b->from_ms > s->from_ms
		   : b->from_ms != s->from_ms ||
		    b->from_before_ms != s->from_before_ms)
		return false;
	if (i + 1 == all->count)
		return b->to_ms >= s->to_ms;
	return b->to_ms == s->to_ms && b->to_before_ms == s[1].from_before_ms &&
	    b->removed == (s[1].state == BOOK_ABSENT);
}

static void
compare(struct world *w, int e, const struct book *b, const struct spans *all)
{
	size_t k = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct span *s = &all->items[i];
		const struct stretch *found = NULL;

		while (k < b->count && b->items[k].to_ms <= s->from_ms)
			k++;
		if (k < b->count && b->items[k].from_ms < s->to_ms)
			found = &b->items[k];
		if ((s->state == BOOK_DOWN || s->state == BOOK_UNKNOWN)
			? found == NULL || !is_booked_so(all, i, found)
			: found != NULL)
			differs(w, e, s, found);
		if (i > 0)
			truth_check_edge(w, e, s - 1, s);
		if (s->state == BOOK_DOWN)
			truth_check_down(w, e, s);
	}
}

static struct facts
facts_of(struct world *w, int e)
{
	struct books *b = w->oracle->books;
	unsigned shard = endpoint_shard(w, e);
	static struct interval_set voids[TRUTH_REGIONS];

	for (int r = 0; r < TRUTH_REGIONS; r++)
		voids[r] = b->voids[shard][r].set; /* borrowed */
	return (struct facts){ .lists = b->evaluated[e],
		.voids = voids,
		.regions = TRUTH_REGIONS,
		.terms = b->endpoints[e].terms,
		.term_count = b->endpoints[e].term_count,
		.judged_ms = b->inboxes[shard].judged_ms };
}

/* Silence may have said something since, and will at the earliest then. */
static void
look_for_silence(const struct facts *f, struct book *b)
{
	bool was = f->judged_ms >= b->stale_ms;

	if (!was && b->dirty_ms == NEVER)
		return;
	b->stale_ms = NEVER;
	for (int r = 0; r < f->regions; r++) {
		const struct seen_list *l = &f->lists[r];
		int64_t at_ms = facts_stale_at(f, r);

		if (at_ms > f->judged_ms)
			b->stale_ms = at_ms < b->stale_ms ? at_ms : b->stale_ms;
		else if (was && l->count > 0)
			book_dirty(b, l->items[l->count - 1].at_ms);
	}
}

static bool
is_blurred(const struct books *b, int e)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (b->series[e][r].is_blurred)
			return true;
	return false;
}

static void
check_endpoint(struct world *w, int e)
{
	struct books *all = w->oracle->books;
	struct book *b = &all->endpoints[e];
	struct facts f = facts_of(w, e);
	int64_t from_ms;

	if (b->term_count == 0 || is_blurred(all, e))
		return;
	look_for_silence(&f, b);
	if (b->dirty_ms == NEVER)
		return;
	from_ms = b->dirty_ms < b->checked_ms ? b->dirty_ms : b->checked_ms;
	b->dirty_ms = NEVER;
	if (from_ms >= f.judged_ms) {
		b->dirty_ms = from_ms; /* later */
		return;
	}
	facts_book(&f, from_ms, f.judged_ms, &all->spans);
	compare(w, e, b, &all->spans);
	b->checked_ms = f.judged_ms;
	oracle_check_alarmed(w, e, &all->spans.items[all->spans.count - 1]);
}

/*
 * What is whole is looked at; in between only that nothing is lost.  While a
 * shard reads what was there before a start or break it judges nothing.
 */
void
books_durable(struct world *w, unsigned shard)
{
	struct books *b = w->oracle->books;
	struct inbox *in = &b->inboxes[shard];

	if (!in->is_whole)
		return;
	in->is_whole = false;
	in->is = in->handed;
	inbox_check(w, shard);
	runs_check(w, shard);
	oracle_check_judged(w, shard);
	for (int e = 0; in->is.settled && e < w->truth.endpoints; e++)
		if (endpoint_shard(w, e) == shard) {
			check_endpoint(w, e);
			oracle_check_cleared(w, e);
		}
	for (int i = 0; i < TRUTH_CLIENTS; i++)
		if (b->owes[i])
			account_check(w, i, in->judged_ms);
}

/* How long a shard may say nothing: where one endpoint alone is looked at,
   nothing comes in the middle of its interval. */
static int64_t
quiet_ms(const struct world *w, unsigned shard)
{
	int looked_at = 0, last = 0;

	for (int e = 0; e < w->truth.endpoints; e++)
		if (endpoint_shard(w, e) == shard && !w->wish.removed[e]) {
			looked_at++;
			last = e;
		}
	return looked_at == 1
	    ? MINUTE + w->wish.interval_s[last] * INT64_C(1000)
	    : MINUTE;
}

/* When the night is over: everything once more, from its beginning. */
void
books_end(struct world *w)
{
	struct books *b = w->oracle->books;

	for (int e = 0; e < w->truth.endpoints; e++) {
		unsigned shard = endpoint_shard(w, e);
		const struct inbox *in = &b->inboxes[shard];

		if (in->first < in->count && w->now_ms - in->ms > MINUTE)
			broken(w,
			    "promise 1: what was acknowledged waits for "
			    "%lld s to be evaluated",
			    (long long)(w->now_ms - in->ms) / 1000);
		if (!in->is.settled ||
		    w->now_ms - in->judged_ms > quiet_ms(w, shard))
			broken(w,
			    "promise 1: all is well, and %s is judged up to "
			    "%lld s ago",
			    truth_endpoints[e],
			    (long long)(w->now_ms - in->judged_ms) / 1000);
		book_dirty(&b->endpoints[e], w->zero_ms - MINUTE);
		check_endpoint(w, e);
		truth_check_calm(w, e);
		outage_check(w, e);
	}
	forgotten_check(w);
}

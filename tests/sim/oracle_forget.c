/*
 * The oracle on a store that has gone back: what it knows of shards is made
 * anew from what is there, and what was acknowledged and is gone has to come
 * again, because agents keep it and begin again where the store now is.
 */
#include "lib/ledger.h"
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"

#define KEPT_MS INT64_C(540000) /* an agent keeps what was accepted 10 min */

static void
remember(struct books *b, const struct look_seen *l)
{
	if (b->forgotten_count == b->forgotten_room) {
		b->forgotten_room = 2 * b->forgotten_room + 64;
		b->forgotten = mem_grow(b->forgotten,
		    b->forgotten_room * sizeof(*b->forgotten));
	}
	b->forgotten[b->forgotten_count++] = *l;
}

/* Looks that were evaluated since are not, and those that waited are gone. */
static void
take_back(struct books *b, int e, int r, int64_t position_ms)
{
	struct seen_list *l = &b->evaluated[e][r];
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		struct look_seen gone = { e, r, 0, l->items[i], false };

		if (l->items[i].entry_ms <= position_ms)
			l->items[kept++] = l->items[i];
		else if (l->items[i].entry_ms != NEVER) /* not a void's end */
			remember(b, &gone);
	}
	l->count = kept;
	series_free(&b->series[e][r]);
	b->series[e][r] = (struct series_seen){ .unsaved_ms = NEVER,
		.is_changed = true,
		.is_blurred = b->series[e][r].is_blurred };
}

static void
forget_inbox(struct books *b, struct inbox *in)
{
	for (size_t i = in->first; i < in->count; i++)
		for (size_t k = 0; k < in->waiting[i].count; k++)
			remember(b, &in->waiting[i].looks[k]);
	inbox_free(in);
}

/* What is there is told as if it had just been written. */
struct telling {
	struct world *w;
	unsigned shard;
	char group[12];
};

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct telling *t = arg;
	struct simstore_change c = { .group = t->group,
		.key = key,
		.field = field,
		.value = value,
		.length = length };

	books_changed(t->w, t->shard, &c);
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct telling *t = arg;

	inbox_appended(t->w, t->shard, id, data, length);
}

/* An alarm may have been told, and the shard does not know. */
static void
doubt_alarms(struct world *w, unsigned shard, const char *group)
{
	struct oracle *o = w->oracle;

	for (int n = 0; n < o->subject_count; n++) {
		struct subject *s = &o->subjects[n];
		size_t length;

		if (strncmp(s->name, "operations/poison", 17) == 0)
			continue; /* no shard knows of it */
		bool said = (s->shards >> shard & 1) != 0;
		bool is = simstore_get(w->store, group, "alarms", s->name,
			      &length) != NULL;

		/* The pager heard it begin, and will not hear it end. */
		if (!is &&
		    (said ||
			(s->over_ms != 0 &&
			    o->read_ms - s->over_read_ms < OVER_MS)))
			s->lingers |= 1U << shard;
		if (said == is)
			continue;
		s->shards ^= 1U << shard;
		s->active = s->shards != 0;
		s->forgotten = true;
		o->new_count -= s->news != NEWS_SEEN;
		s->news = NEWS_SEEN;
	}
}

static void
forget_shard(struct world *w, unsigned shard)
{
	struct books *b = w->oracle->books;
	struct telling t = { .w = w, .shard = shard };
	size_t length;
	const char *position;

	text_format(t.group, sizeof(t.group), "sw:{c%u}:", shard);
	position = simstore_get(w->store, t.group, "meta", "position", &length);
	forget_inbox(b, &b->inboxes[shard]);
	inbox_unname(w, shard,
	    position != NULL ? strtoll(position, NULL, 10) : 0);
	for (int r = 0; r < TRUTH_REGIONS; r++) {
		b->voids[shard][r].count = 0;
		interval_set_clear(&b->voids[shard][r].set);
	}
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		struct book *book = &b->endpoints[e];
		int client = truth_client(e);

		if (endpoint_shard(w, e) != shard)
			continue;
		for (int r = 0; r < TRUTH_REGIONS; r++)
			take_back(b, e, r,
			    position != NULL ? strtoll(position, NULL, 10) : 0);
		book->count = book->term_count = 0;
		book->dirty_ms = book->checked_ms = w->zero_ms;
		book->stale_ms = NEVER;
		ledger_free(b->ledgers[client]);
		b->ledgers[client] = NULL;
	}
	simstore_fields(w->store, t.group, on_field, &t);
	simstore_read(w->store, t.group, "in",
	    position != NULL ? position : "0-0", 100000, on_entry, &t);
	b->inboxes[shard].is_whole = false;
	doubt_alarms(w, shard, t.group);
}

void
oracle_forgot(struct world *w)
{
	for (unsigned s = 0; s < SIM_SHARDS; s++)
		forget_shard(w, s);
}

/*
 * Promise 1: what was accepted shortly before is kept, and no hole.  A hole is
 * of one shard: what others were told of that time they have.
 */
void
forgotten_hole(struct world *w, unsigned shard, const struct entry_seen *e,
    int64_t from_ms, int64_t to_ms)
{
	struct books *b = w->oracle->books;

	for (size_t i = 0; i < b->forgotten_count; i++) {
		const struct look_seen *f = &b->forgotten[i];

		if (endpoint_shard(w, f->endpoint) == shard &&
		    f->seen.agent == e->agent && f->seen.at_ms >= from_ms &&
		    f->seen.at_ms < to_ms && e->ms - f->seen.entry_ms < KEPT_MS)
			broken(w,
			    "promise 1: what agent-%d told %lld s ago was "
			    "forgotten, and it has not kept it",
			    e->agent,
			    (long long)(e->ms - f->seen.entry_ms) / 1000);
	}
}

/* Promise 1: all of it has come again, or is known to be lost. */
void
forgotten_check(struct world *w)
{
	struct books *b = w->oracle->books;

	for (size_t i = 0; i < b->forgotten_count; i++) {
		const struct look_seen *f = &b->forgotten[i];
		const struct seen_list *l =
		    &b->evaluated[f->endpoint][f->region];
		size_t k = seen_find(l, f->seen.at_ms);

		if (k < l->count && l->items[k].at_ms == f->seen.at_ms)
			continue;
		if (interval_set_within(&b->voids[endpoint_shard(w,
					    f->endpoint)][f->region]
					     .set,
			f->seen.at_ms, f->seen.at_ms + 1) > 0)
			continue;
		broken(w,
		    "promise 1: what r%d saw of %s at %lld was forgotten and "
		    "did not come again",
		    f->region, truth_endpoints[f->endpoint],
		    (long long)(f->seen.at_ms - w->zero_ms));
	}
}

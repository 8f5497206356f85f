/*
 * The oracle on inboxes: what became durable there waits until the shard's
 * position passes it, and nothing leaves that still has to be read.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simcollector.h"

#define FUTURE_MS INT64_C(300000) /* a void ends so late at most */

static void
parse_id(const char *id, int64_t *ms, int64_t *seq)
{
	char *end;

	*ms = strtoll(id, &end, 10);
	*seq = *end == '-' ? strtoll(end + 1, NULL, 10) : 0;
}

static struct entry_seen *
entry_add(struct inbox *in)
{
	if (in->first > 0 && in->first == in->count)
		in->first = in->count = 0;
	if (in->count == in->room) {
		in->room = 2 * in->room + 64;
		in->waiting =
		    mem_grow(in->waiting, in->room * sizeof(*in->waiting));
	}
	return &in->waiting[in->count++];
}

/* A folded run stands for a probe in every interval. */
static size_t
look_add(struct look_seen *out, const struct sim_agent *a,
    const struct observation *o, int64_t shift_ms, int64_t entry_ms)
{
	int64_t span_ms = o->until_at_ms - o->started_at_ms;
	int64_t count = o->count > 1 && span_ms > 0 ? o->count : 1;

	for (int64_t n = 0; n < count; n++)
		out[n] = (struct look_seen){ endpoint_number(o->endpoint),
			a->place, truth_name_number(o->endpoint),
			{ .at_ms = o->started_at_ms + shift_ms +
				(n > 0 ? span_ms * n / (count - 1) : 0),
			    .interval_ms = o->interval_ms,
			    .entry_ms = entry_ms,
			    .agent = a->proc.number,
			    .outcome = o->outcome,
			    .reason = o->reason },
			false };
	return (size_t)count;
}

static void
take_looks(struct world *w, struct entry_seen *e, const struct wire_part *p,
    int64_t shift_ms)
{
	size_t room = 0;

	for (size_t i = 0; i < p->count; i++)
		room += (size_t)p->observations[i].count;
	e->looks = mem_alloc((room + 1) * sizeof(*e->looks));
	for (size_t i = 0; i < p->count; i++) {
		const struct observation *o = &p->observations[i];

		oracle_check_look(w, e->agent, o, shift_ms);
		e->count += look_add(e->looks + e->count, w->agents[e->agent],
		    o, shift_ms, e->ms);
	}
}

/* Where it was dated by a clock nobody knows. */
static void
take_unsure(struct entry_seen *e, const struct wire_part *p, int64_t shift_ms)
{
	e->unsure_from_ms = e->closed_ms;
	e->unsure_to_ms = e->closed_ms + 1;
	for (size_t i = 0; i < p->count; i++)
		if (p->observations[i].started_at_ms + shift_ms <
		    e->unsure_from_ms)
			e->unsure_from_ms =
			    p->observations[i].started_at_ms + shift_ms;
}

/* A hole ends with a look at everything that saw nothing. */
static void
take_hole(struct world *w, unsigned shard, struct entry_seen *e,
    const struct wire_envelope *v, const struct wire_part *p, int64_t shift_ms)
{
	int64_t to_ms = p->hole_to_ms + shift_ms;

	if (to_ms > v->received_at_ms + FUTURE_MS)
		to_ms = v->received_at_ms + FUTURE_MS;
	if (p->hole_from_ms + shift_ms >= to_ms)
		return;
	forgotten_hole(w, shard, e, p->hole_from_ms + shift_ms, to_ms);
	e->looks = mem_grow(e->looks,
	    (e->count + TRUTH_ENDPOINTS) * sizeof(*e->looks));
	for (int n = 0; n < w->truth.endpoints; n++)
		if (endpoint_shard(w, n) == shard)
			e->looks[e->count++] = (struct look_seen){ n,
				w->agents[e->agent]->place, 0,
				{ .at_ms = to_ms - 1,
				    .interval_ms = 1,
				    .entry_ms = e->ms,
				    .agent = e->agent,
				    .outcome = OUTCOME_UNKNOWN,
				    .reason = REASON_AGENT },
				true };
}

void
inbox_appended(struct world *w, unsigned shard, const char *id,
    const char *envelope, size_t length)
{
	struct entry_seen *e = entry_add(&w->oracle->books->inboxes[shard]);
	struct wire_envelope v;
	struct wire_decoded *d;
	char names[160], error[160];
	const char *original;
	size_t n;

	*e = (struct entry_seen){ 0 };
	parse_id(id, &e->ms, &e->seq);
	if ((original = sim_poison_original(envelope, length, &n)) != NULL) {
		e->lost = true;
		e->nobodys = wire_decode_envelope(envelope, length, &v, names,
				 error) != 0;
		envelope = original;
		length = n;
	}
	if (wire_decode_envelope(envelope, length, &v, names, error) != 0 ||
	    (d = wire_decode_part(v.part, v.part_length, error)) == NULL) {
		broken(w, "what is in the inbox cannot be read: %s", error);
		return;
	}
	e->agent = v.agent[1] - '0';
	w->oracle->agents[e->agent].dead_since_ms = 0; /* it is heard */
	e->closed_ms = d->part.closed_at_ms +
	    (v.clock_unsure ? v.received_at_ms - d->part.closed_at_ms
			    : v.shift_ms);
	if (v.clock_unsure)
		take_unsure(e, &d->part, e->closed_ms - d->part.closed_at_ms);
	else
		take_looks(w, e, &d->part, v.shift_ms);
	if (d->part.hole != NULL)
		take_hole(w, shard, e, &v, &d->part,
		    e->closed_ms - d->part.closed_at_ms);
	wire_decoded_free(d);
}

static bool
is_past(const struct entry_seen *e, int64_t ms, int64_t seq)
{
	return e->ms < ms || (e->ms == ms && e->seq <= seq);
}

/* It counts from now on. */
static void
evaluate(struct books *b, const struct look_seen *l, int64_t came_ms)
{
	struct book *book = &b->endpoints[l->endpoint];
	struct series_seen *s = &b->series[l->endpoint][l->region];
	struct seen_list *list = &b->evaluated[l->endpoint][l->region];
	int64_t from_ms = NEVER;

	s->is_blurred |= runs_blur(list, &l->seen, came_ms);
	if (!l->seals || list->count > 0)
		from_ms = seen_add(list, &l->seen);

	if (from_ms == NEVER)
		return;
	if (from_ms < book->dirty_ms)
		book->dirty_ms = from_ms;
	if (l->seen.entry_ms < s->unsaved_ms)
		s->unsaved_ms = l->seen.entry_ms;
}

static bool
is_named(const struct books *b, const struct look_seen *l)
{
	return l->name == 0 || (b->named[l->endpoint] >> l->name & 1) != 0;
}

/* Nobody has that name yet: it counts when somebody does. */
static void
wait_for_name(struct books *b, const struct look_seen *l)
{
	if (b->early_count == b->early_room) {
		b->early_room = 2 * b->early_room + 64;
		b->early =
		    mem_grow(b->early, b->early_room * sizeof(*b->early));
	}
	b->early[b->early_count++] = *l;
}

void
inbox_named(struct world *w, int endpoint, const char *record)
{
	struct books *b = w->oracle->books;
	char name[TRUTH_NAME + 1];
	size_t left = 0;

	for (int n = 1; n <= w->wish.names[endpoint]; n++) {
		truth_name(endpoint, n, name);
		text_copy(name + strlen(name), 2, "\"");
		if (strstr(record, name) != NULL)
			b->named[endpoint] |= 1U << n;
	}
	for (size_t i = 0; i < b->early_count; i++)
		if (is_named(b, &b->early[i])) {
			evaluate(b, &b->early[i], w->now_ms);
			w->early++;
		} else
			b->early[left++] = b->early[i];
	b->early_count = left;
}

void
inbox_unname(struct world *w, unsigned shard, int64_t position_ms)
{
	struct books *b = w->oracle->books;
	size_t left = 0;

	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		if (endpoint_shard(w, e) == shard)
			b->named[e] = 0;
	for (size_t i = 0; i < b->early_count; i++)
		if (endpoint_shard(w, b->early[i].endpoint) != shard ||
		    b->early[i].seen.entry_ms <= position_ms)
			b->early[left++] = b->early[i];
	b->early_count = left;
}

/* Promise 5: of a time that an unsure clock tells of nothing is known. */
static void
check_unsure(struct world *w, unsigned shard, const struct entry_seen *e)
{
	const struct interval_set *voids =
	    &w->oracle->books->voids[shard][w->agents[e->agent]->place].set;

	if (interval_set_within(voids, e->unsure_from_ms, e->unsure_to_ms) ==
	    e->unsure_to_ms - e->unsure_from_ms)
		return;
	broken(w,
	    "promise 5: from %lld to %lld the clock of agent-%d was not known, "
	    "and that is not void",
	    (long long)(e->unsure_from_ms - w->zero_ms),
	    (long long)(e->unsure_to_ms - w->zero_ms), e->agent);
}

/*
 * Promise 8: what cannot be read is set aside and told, and of what it held
 * nothing is known.
 */
static void
check_lost(struct world *w, unsigned shard, const struct entry_seen *e)
{
	int region = w->agents[e->agent]->place;
	const struct interval_set *voids =
	    &w->oracle->books->voids[shard][region].set;

	w->oracle->set_aside |= 1U << (e->nobodys ? AGENTS : e->agent);
	for (size_t i = 0; i < e->count; i++) {
		int64_t at_ms = e->looks[i].seen.at_ms;

		if (!interval_set_contains(voids, at_ms))
			broken(w,
			    "promise 8: what agent-%d saw of %s at %lld cannot "
			    "be read, and that is not void",
			    e->agent, truth_endpoints[e->looks[i].endpoint],
			    (long long)(at_ms - w->zero_ms));
	}
}

/* Promise 1: the position passes every entry once, in order. */
void
inbox_position(struct world *w, unsigned shard, const char *id)
{
	struct books *b = w->oracle->books;
	struct inbox *in = &b->inboxes[shard];
	int64_t ms, seq;

	parse_id(id, &ms, &seq);
	if (ms < in->ms || (ms == in->ms && seq < in->seq))
		broken(w, "promise 1: shard %u went back in its inbox", shard);
	in->ms = ms;
	in->seq = seq;
	in->is_whole = true;
	while (in->first < in->count &&
	    is_past(&in->waiting[in->first], ms, seq)) {
		struct entry_seen *e = &in->waiting[in->first++];

		for (size_t i = 0; i < e->count && !e->lost; i++)
			if (is_named(b, &e->looks[i]))
				evaluate(b, &e->looks[i], e->ms);
			else
				wait_for_name(b, &e->looks[i]);
		if (e->lost)
			check_lost(w, shard, e);
		check_unsure(w, shard, e);
		oracle_spoke(w, shard, e);
		free(e->looks);
		e->looks = NULL;
	}
}

int64_t
oracle_seen_until(const struct world *w, int region)
{
	int64_t until_ms = w->zero_ms;

	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		const struct seen_list *l =
		    &w->oracle->books->evaluated[e][region];

		if (l->count > 0 && l->items[l->count - 1].at_ms > until_ms)
			until_ms = l->items[l->count - 1].at_ms;
	}
	return until_ms;
}

void
inbox_trimmed(struct inbox *in, const char *before)
{
	int64_t seq;

	parse_id(before, &in->trimmed_ms, &seq);
}

/* Promise 1: what is taken out of an inbox has been read before. */
void
inbox_check(struct world *w, unsigned shard)
{
	const struct inbox *in = &w->oracle->books->inboxes[shard];

	if (in->first < in->count && in->waiting[in->first].ms < in->trimmed_ms)
		broken(w,
		    "promise 1: entries of the inbox of shard %u are gone "
		    "before they were evaluated",
		    shard);
}

void
inbox_free(struct inbox *in)
{
	for (size_t i = in->first; i < in->count; i++)
		free(in->waiting[i].looks);
	free(in->waiting);
	*in = (struct inbox){ 0 };
}

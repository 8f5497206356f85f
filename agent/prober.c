/*
 * prober: schedule, looks, canaries, spool, offset and silence put together.
 *
 * Records are handed out before anything else, so that nothing leaves this
 * host that is not written down.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/prober_inside.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"

#define BACKOFF_MIN_MS 1000
#define BACKOFF_MAX_MS 30000
#define HOLD_MS 2000 /* to learn the offset, before parts go without it */
#define TOLD_FAILING 3

struct prober *
prober_new(const char *id, int64_t now_ms)
{
	struct prober *p = mem_alloc(sizeof(*p));

	p->spool = spool_new(id, now_ms);
	canaries_init(&p->canaries, now_ms);
	silence_init(&p->silence, NEVER / 2, now_ms);
	p->exchange_ms = now_ms;
	p->hold_ms = now_ms + HOLD_MS;
	return p;
}

void
prober_free(struct prober *p)
{
	if (p == NULL)
		return;
	prober_free_probes(p);
	spool_free(p->spool);
	free(p);
}

const char *
prober_spool(const struct prober *p)
{
	return spool_id(p->spool);
}

size_t
prober_record_length(const char *data, size_t length)
{
	return spool_record_length(data, length);
}

int
prober_replay(struct prober *p, const char *records, size_t length)
{
	return spool_replay(p->spool, records, length);
}

/* Answers. */

/* A little later for some agents than for others, by their names. */
static void
back_off(struct prober *p, int64_t now_ms)
{
	int64_t share;

	assert(p->plan != NULL); /* nothing is sent without one */
	share = (int64_t)(names_hash(p->plan->plan->agent, 0) % 256);
	p->backoff_ms = p->backoff_ms == 0 ? BACKOFF_MIN_MS : 2 * p->backoff_ms;
	if (p->backoff_ms > BACKOFF_MAX_MS)
		p->backoff_ms = BACKOFF_MAX_MS;
	p->retry_ms = now_ms + p->backoff_ms + p->backoff_ms * share / 1024;
	p->exchange_ms = p->retry_ms;
}

static void
note_clock(struct prober *p, const struct prober_answer *a)
{
	int64_t offset_ms, error_ms;

	offset_sample(&p->offset, a->sent_at_ms, a->their_received_ms,
	    a->their_sent_ms, a->received_at_ms);
	offset_ms = offset_best(&p->offset, &error_ms);
	spool_set_offset(p->spool, offset_ms, error_ms);
	if (error_ms != NEVER)
		p->hold_ms = 0;
}

static void
note_ages(struct prober *p, const struct prober_answer *a, int64_t now_ms)
{
	struct silence_answer s = { .status = a->status };

	s.age_ms[SILENCE_PAGER] = a->pager_age_ms;
	s.age_ms[SILENCE_AUDITOR] = a->auditor_age_ms;
	s.age_ms[SILENCE_COMMIT] = a->commit_age_ms;
	silence_answer(&p->silence, &s, now_ms);
}

static bool
note_have(struct prober *p, const struct prober_answer *a, int64_t now_ms)
{
	bool news = false;

	assert(a->have_count <= WIRE_PARTS_MAX);
	for (size_t i = 0; i < a->have_count; i++)
		if (spool_have(p->spool, a->have[i].shard, a->have[i].have,
			a->have[i].unreadable, now_ms))
			news = true;
	return news;
}

/*
 * A good answer to parts that neither took one nor named an unreadable one
 * is no progress: the same would be sent again and again.
 */
void
prober_answered(struct prober *p, const struct prober_answer *a, int64_t now_ms)
{
	bool broken = p->sending_broken && !a->hello;
	size_t sent = a->hello ? 0 : p->sent_count;
	bool read = silence_is_answer(a->status), news;

	if (!a->hello)
		p->sending = p->sending_broken = false;
	if (!broken)
		note_clock(p, a);
	else
		p->hold_ms = now_ms + HOLD_MS;
	if (!broken || read)
		note_ages(p, a, now_ms);
	news = note_have(p, a, now_ms);
	if (!a->hello && (!read || ((sent > 0 || a->status != 200) && !news)))
		back_off(p, now_ms);
	else if (read) {
		p->backoff_ms = p->retry_ms = 0;
		p->exchange_ms = now_ms + (broken ? 0 : PROBER_EXCHANGE_MS);
	}
}

/* Sending. */

static int64_t
send_due(const struct prober *p)
{
	int64_t due_ms;

	if (p->sending || p->plan == NULL)
		return NEVER;
	due_ms = spool_due(p->spool, p->hold_ms);
	if (p->exchange_ms < due_ms)
		due_ms = p->exchange_ms;
	return due_ms > p->retry_ms ? due_ms : p->retry_ms;
}

void
prober_unwritten(struct prober *p, int64_t now_ms)
{
	p->write_ms = now_ms + PROBER_REWRITE_MS;
	spool_unwritten(p->spool);
}

static bool
next_record(struct prober *p, int64_t now_ms, struct prober_action *out)
{
	int64_t wait_ms = p->write_ms - now_ms;

	/* A clock may have been set back since. */
	if (wait_ms > 0 && wait_ms <= PROBER_REWRITE_MS)
		return false;
	if (!spool_records(p->spool, &out->record, &out->whole))
		return false;
	out->what = PROBER_RECORD;
	return true;
}

/*
 * While the collector is away nothing more is closed: what waits can still
 * be folded, and learns the offset when it is closed.
 */
static bool
next_send(struct prober *p, int64_t now_ms, struct prober_action *out)
{
	bool may_close = p->backoff_ms == 0 && p->hold_ms <= now_ms;
	size_t count;

	if (send_due(p) > now_ms)
		return false;
	spool_trim(p->spool, now_ms);
	count = spool_collect(p->spool, may_close, now_ms, p->parts);
	if (next_record(p, now_ms, out))
		return true; /* first; we come here again */
	p->sending = true;
	p->sending_broken = false;
	p->sent_count = count;
	out->what = PROBER_SEND;
	out->parts = p->parts;
	out->part_count = count;
	return true;
}

/* Telling the last resort. */

static void
add_failing(const struct prober *p, char *out, size_t room)
{
	size_t failing = 0, used = strlen(out);

	for (size_t i = 0; i < p->plan->plan->count; i++) {
		const struct target *t =
		    names_find(&p->targets, p->plan->plan->endpoints[i].id);

		if (!t->failing || ++failing > TOLD_FAILING)
			continue;
		text_format(out + used, room - used, "%s %s (%s)",
		    failing == 1 ? " It sees failing:" : ",", t->id,
		    reason_words(t->reason));
		used += strlen(out + used);
	}
	if (failing > TOLD_FAILING)
		text_format(out + used, room - used, " and %zu more.",
		    failing - TOLD_FAILING);
	else
		text_format(out + used, room - used, "%s",
		    failing > 0 ? "." : " It sees nothing failing.");
}

static void
compose(const struct prober *p, int64_t now_ms, struct prober_action *out)
{
	const struct plan *plan = p->plan->plan;
	const struct silence *s = &p->silence;
	char since[40], lasted[40], why[128];

	civil_utc(s->began_ms, since, sizeof(since));
	silence_words(s, why, sizeof(why));
	if (s->telling == SILENCE_TO_END) {
		text_duration(s->ended_ms - s->began_ms, lasted,
		    sizeof(lasted));
		text_format(out->text, sizeof(out->text),
		    "Sunwatch of %.40s answers again, after %s of silence "
		    "since %s (%s). Seen by agent %s in %s.",
		    plan->site, lasted, since, why, plan->agent, plan->region);
	} else {
		text_duration(now_ms - s->began_ms, lasted, sizeof(lasted));
		text_format(out->text, sizeof(out->text),
		    "Sunwatch of %.40s is silent since %s (%s): %s. Failures "
		    "may reach nobody. Seen by agent %s in %s.",
		    plan->site, since, lasted, why, plan->agent, plan->region);
		add_failing(p, out->text, sizeof(out->text));
	}
	since[13] = '\0'; /* the day and the hour */
	text_format(out->merge_key, sizeof(out->merge_key),
	    "sunwatch-silence/%.40s/%s", plan->site, since);
}

static bool
next_tell(struct prober *p, int64_t now_ms, struct prober_action *out)
{
	if (!silence_next(&p->silence, now_ms))
		return false;
	out->what = PROBER_TELL;
	compose(p, now_ms, out);
	return true;
}

void
prober_told(struct prober *p, bool handed_over, int64_t now_ms)
{
	silence_told(&p->silence, handed_over, now_ms);
}

bool
prober_is_empty(const struct prober *p)
{
	return !p->sending && spool_due(p->spool, 0) == NEVER;
}

/* Time. */

/*
 * Our clock may be another one from now on.  A blind stretch ends by the old
 * one with what that showed last, and begins anew by the new one.
 */
static void
change_clock(struct prober *p, int64_t now_ms)
{
	int64_t blind_ms = spool_blind_since(p->spool);
	int64_t last_ms = spool_shown_ms(p->spool);

	if (blind_ms != NEVER)
		spool_blind(p->spool, blind_ms,
		    (last_ms > blind_ms ? last_ms : blind_ms) + 1);
	spool_break(p->spool, now_ms);
	if (blind_ms != NEVER)
		spool_blind(p->spool, now_ms, now_ms);
}

/* While we were dead our clock may have been set. */
void
prober_begin(struct prober *p, int64_t now_ms)
{
	change_clock(p, now_ms);
	canaries_resume(&p->canaries, spool_blind_since(p->spool));
}

/*
 * Our clock was set, or we slept: everything that waits for an instant waits
 * anew.
 */
void
prober_break(struct prober *p, int64_t now_ms)
{
	change_clock(p, now_ms);
	offset_clear(&p->offset);
	silence_break(&p->silence, now_ms);
	prober_break_probes(p, now_ms);
	p->sending_broken = p->sending;
	p->exchange_ms = now_ms;
	p->hold_ms = now_ms + HOLD_MS;
	if (p->retry_ms > now_ms + BACKOFF_MIN_MS)
		p->retry_ms = now_ms + BACKOFF_MIN_MS;
}

/* Everything is decided in prober_next(). */
void
prober_time(struct prober *p, int64_t now_ms)
{
	spool_trim(p->spool, now_ms);
}

int64_t
prober_deadline(const struct prober *p)
{
	const struct heap_node *next = heap_first(&p->due);
	int64_t due_ms = send_due(p), at_ms;

	if (p->plan == NULL)
		return NEVER;
	if (next != NULL && next->at_ms < due_ms)
		due_ms = next->at_ms;
	if ((at_ms = canaries_deadline(&p->canaries)) < due_ms)
		due_ms = at_ms;
	if ((at_ms = silence_deadline(&p->silence)) < due_ms)
		due_ms = at_ms;
	return due_ms;
}

enum prober_do
prober_next(struct prober *p, int64_t now_ms, struct prober_action *out)
{
	*out = (struct prober_action){ .what = PROBER_NOTHING };
	spool_time(p->spool, now_ms);
	if (p->plan == NULL)
		return PROBER_NOTHING;
	if (!next_record(p, now_ms, out) && !next_send(p, now_ms, out) &&
	    !next_tell(p, now_ms, out))
		(void)prober_next_probe(p, now_ms, out);
	return out->what;
}

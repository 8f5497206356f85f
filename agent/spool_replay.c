/* spool_replay: an earlier life's records read back; see spool_record.c. */
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"
#include "lib/reading.h"

static void
forget_all(struct spool *sp)
{
	for (unsigned i = 0; i < sp->shard_used; i++) {
		struct spool_shard *sh = &sp->shards[i];

		while (sh->count > 0)
			spool_drop_item(sp, sh);
		while (!TAILQ_EMPTY(&sh->parts))
			spool_drop_part(sp, sh, TAILQ_FIRST(&sh->parts));
		sh->last_seq = sh->have = sh->last_ms = sh->gone_ms = 0;
		sh->closed_number = sh->blind_number = 0;
		sh->mark_count = 0;
		sh->urgent = sh->retell = false;
	}
	sp->blind_count = 0;
	sp->number = 0;
	spool_clocks_init(sp, sp->birth_ms);
}

static void
replay_head(struct spool *sp, struct reading *in)
{
	char id[WIRE_SPOOL_LENGTH + 1];
	int64_t version = reading_int(in, "version", 1, INT32_MAX);

	if (reading_is_well(in) && version != RECORD_VERSION)
		reading_fail(in, "version: not %d", RECORD_VERSION);
	reading_name(in, "spool", WIRE_SPOOL_LENGTH, id);
	(void)reading_int(in, "birth", 0, TIME_MAX);
	if (!reading_is_well(in))
		return;
	if (strspn(id, "0123456789abcdef") != WIRE_SPOOL_LENGTH) {
		reading_fail(in, "spool: expected hex characters");
		return;
	}
	forget_all(sp);
	memcpy(sp->id, id, sizeof(id));
	sp->replaying = true;
	for (unsigned i = 0; i < WIRE_PARTS_MAX; i++)
		sp->shards[i].unsure = true;
}

static uint64_t
get_number(struct spool *sp, struct reading *in)
{
	uint64_t number = (uint64_t)reading_int(in, "number", 0, WIRE_SEQ_MAX);

	if (number > sp->number)
		sp->number = number;
	return number;
}

/* What an earlier clock showed at the latest, for all we know. */
static void
note_shown(struct spool *sp, uint64_t number, int64_t at_ms)
{
	const struct spool_clock *of = spool_clock_of(sp, number);
	struct spool_clock *c = &sp->clocks[of - sp->clocks];

	if (c->last_ms < at_ms)
		c->last_ms = at_ms;
}

static unsigned
get_shard(struct reading *in)
{
	return (unsigned)reading_int(in, "shard", 0, WIRE_PARTS_MAX - 1);
}

static void
replay_item(struct spool *sp, struct reading *in)
{
	uint64_t number = get_number(sp, in);
	unsigned shard = get_shard(in);
	struct pack_text t = reading_bytes(in, "item", SPOOL_RECORD_MAX);
	char endpoint[WIRE_NAME_MAX + 1], why[READING_ERROR];
	struct observation o = { .endpoint = NULL };

	if (!reading_is_well(in))
		return;
	if (wire_decode_observation(t.data, t.length, &o, endpoint, why) != 0) {
		reading_fail(in, "item: %s", why);
		return;
	}
	note_shown(sp, number, o.until_at_ms);
	if (number <= spool_shard(sp, shard)->closed_number)
		return;
	spool_enqueue(sp, shard, &o, number, sp->birth_ms);
	/* The hole that made room for this one comes after it. */
	spool_make_room(sp, SPOOL_WAITING_MAX + 1, sp->birth_ms);
}

static void
replay_lost(struct spool *sp, struct reading *in)
{
	uint64_t number = get_number(sp, in);
	unsigned shard = get_shard(in);
	int64_t from_ms = reading_int(in, "from", 0, TIME_MAX);
	int64_t to_ms = reading_int(in, "to", from_ms, TIME_MAX);

	if (!reading_is_well(in))
		return;
	note_shown(sp, number, to_ms);
	if (number > spool_shard(sp, shard)->closed_number &&
	    sp->waiting < SPOOL_WAITING_MAX)
		spool_lose(sp, shard, number, from_ms, to_ms);
}

static void
replay_blind(struct spool *sp, struct reading *in)
{
	const struct spool_clock *clock;
	uint64_t number = get_number(sp, in);
	int64_t from_ms = reading_int(in, "from", 0, TIME_MAX);
	int64_t to_ms = reading_int(in, "to", from_ms, TIME_MAX);

	if (!reading_is_well(in))
		return;
	note_shown(sp, number, to_ms);
	/* As when another clock begins: of an unknown one they say nothing. */
	clock = spool_clock_of(sp, number);
	if (clock == spool_clock_now(sp) || spool_clock_is_known(clock))
		spool_note_blind(sp, number, from_ms, to_ms);
}

/* Which of our blinds the part has told; a hole may have swallowed any. */
static void
note_told(const struct spool *sp, struct spool_shard *sh,
    const struct wire_part *p)
{
	if (p->hole != NULL)
		sh->retell = true;
	if (sh->retell)
		sh->blind_number = 0;
	for (size_t i = 0; !sh->retell && i < p->blind_count; i++)
		for (size_t j = 0; j < sp->blind_count; j++)
			if (p->blinds[i].from_ms == sp->blinds[j].from_ms &&
			    p->blinds[i].to_ms == sp->blinds[j].to_ms &&
			    sp->blinds[j].number > sh->blind_number)
				sh->blind_number = sp->blinds[j].number;
}

static struct spool_part *
part_of(const struct wire_part *p, struct pack_text t)
{
	struct spool_part *part = mem_alloc(sizeof(*part));
	int64_t shift_ms = wire_shift(p->offset_ms, p->offset_error_ms);

	part->from_seq = p->from_seq;
	part->seq = p->seq;
	part->hole = p->hole != NULL;
	part->first_ms = part->last_ms =
	    spool_bounded(p->closed_at_ms + shift_ms);
	if (part->hole) {
		part->first_ms = p->hole_from_ms;
		part->last_ms = p->hole_to_ms;
	}
	for (size_t i = 0; i < p->count; i++) {
		const struct observation *o = &p->observations[i];

		if (o->started_at_ms + shift_ms < part->first_ms)
			part->first_ms =
			    spool_bounded(o->started_at_ms + shift_ms);
		if (i == 0 || o->until_at_ms + shift_ms > part->last_ms)
			part->last_ms =
			    spool_bounded(o->until_at_ms + shift_ms);
	}
	part->bytes.data = mem_copy(t.data, t.length);
	part->bytes.length = t.length;
	return part;
}

/* What is in the part waits no longer. */
static void
take_part(struct spool *sp, const struct wire_part *p, struct spool_part *part)
{
	struct spool_shard *sh = spool_shard(sp, p->shard);

	while (
	    sh->count > 0 && STAILQ_FIRST(&sh->items)->number <= part->number)
		spool_drop_item(sp, sh);
	if (part->number > sh->closed_number)
		sh->closed_number = part->number;
	note_told(sp, sh, p);
	spool_mark(sh, part->seq, part->first_ms);
	if ((p->count > 0 || part->hole) && part->last_ms > sh->last_ms)
		sh->last_ms = part->last_ms;
	spool_insert(sp, sh, part);
}

static void
replay_part(struct spool *sp, struct reading *in)
{
	uint64_t number = get_number(sp, in);
	int64_t accepted_ms = reading_int(in, "accepted", 0, TIME_MAX);
	struct pack_text t = reading_bytes(in, "part", WIRE_PART_MAX);
	char why[READING_ERROR];
	struct wire_decoded *d;
	struct spool_part *part;

	if (!reading_is_well(in))
		return;
	d = wire_decode_part(t.data, t.length, why);
	if (d == NULL || strcmp(d->part.spool, sp->id) != 0) {
		reading_fail(in, "part: %s", d == NULL ? why : "not ours");
		wire_decoded_free(d);
		return;
	}
	if (d->part.count > 0)
		note_shown(sp, number, d->part.closed_at_ms);
	part = part_of(&d->part, t);
	part->number = number;
	part->accepted_ms = accepted_ms > 0 ? sp->birth_ms : 0;
	take_part(sp, &d->part, part);
	wire_decoded_free(d);
}

static void
replay_have(struct spool *sp, struct reading *in)
{
	unsigned shard = get_shard(in);
	int64_t have = reading_int(in, "have", 0, WIRE_SEQ_MAX);
	struct spool_shard *sh;

	(void)reading_int(in, "at", 0, TIME_MAX);
	if (!reading_is_well(in))
		return;
	sh = spool_shard(sp, shard);
	if (have > sh->last_seq)
		sh->last_seq = have;
	spool_accept(sh, have, sp->birth_ms);
}

static void
replay_mark(struct spool *sp, struct reading *in)
{
	unsigned shard = get_shard(in);
	int64_t seq = reading_int(in, "seq", 1, WIRE_SEQ_MAX);
	int64_t begin_ms = reading_int(in, "begin", 0, TIME_MAX);

	if (reading_is_well(in))
		spool_mark(spool_shard(sp, shard), seq, begin_ms);
}

static void
replay_clock(struct spool *sp, struct reading *in)
{
	struct spool_clock c = { .after = get_number(sp, in) };

	c.begin_ms = reading_int(in, "begin", 0, TIME_MAX);
	c.last_ms = reading_int(in, "last", 0, TIME_MAX);
	c.offset_ms = reading_int(in, "offset", -TIME_MAX, TIME_MAX);
	c.error_ms = reading_int(in, "error", -1, TIME_MAX);
	if (reading_is_well(in) && c.after < spool_clock_now(sp)->after)
		reading_fail(in, "a clock before the one before it");
	if (!reading_is_well(in))
		return;
	if (c.error_ms == -1)
		c.error_ms = NEVER;
	spool_clock_begin(sp, &c);
}

static uint32_t
fields_of(int64_t kind)
{
	return kind == CLOCK ? 6 : kind == LOST ? 5 : 4;
}

static int
replay_one(struct spool *sp, const char *data, size_t length)
{
	static void (*const replay[KINDS])(struct spool *,
	    struct reading *) = { [HEAD] = replay_head,
		[ITEM] = replay_item,
		[BLIND] = replay_blind,
		[PART] = replay_part,
		[HAVE] = replay_have,
		[MARK] = replay_mark,
		[CLOCK] = replay_clock,
		[LOST] = replay_lost };
	char why[READING_ERROR];
	struct reading in;
	uint32_t count;
	int64_t kind;

	reading_begin(&in, why, data, length);
	count = reading_array(&in, "record", 4);
	kind = reading_int(&in, "kind", 0, INT32_MAX);
	if (reading_is_well(&in) && kind != HEAD && !sp->replaying)
		reading_fail(&in, "no head");
	if (!reading_is_well(&in))
		return -1;
	if (kind >= KINDS)
		return 0; /* a newer program's */
	replay[kind](sp, &in);
	reading_rest(&in, count, fields_of(kind));
	return reading_end(&in) ? 0 : -1;
}

int
spool_replay(struct spool *sp, const char *records, size_t length)
{
	int rc = 0;

	while (rc == 0 && length > 0) {
		size_t one = spool_record_length(records, length);

		if (one == 0)
			return -1;
		rc = replay_one(sp, records + FRAME, one - FRAME);
		records += one;
		length -= one;
	}
	return rc;
}

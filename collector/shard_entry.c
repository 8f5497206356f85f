/*
 * shard_entry: one entry of the inbox: who sent it, what could not be seen,
 * what was seen.  The envelope's shift is added to every time of the part.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

int64_t
arrival_time(const struct arrival *in, int64_t at_ms)
{
	return at_ms + in->shift_ms;
}

int64_t
arrival_end(const struct arrival *in, int64_t at_ms)
{
	int64_t latest_ms = in->envelope->received_at_ms + FUTURE_MS;

	at_ms = arrival_time(in, at_ms);
	return at_ms < latest_ms ? at_ms : latest_ms;
}

/* Two spools under one name, one after the other and back again. */
static void
look_at_spool(struct shard *s, struct agent *a, const char *spool)
{
	if (strcmp(a->spool, spool) == 0)
		return;
	if (a->spool[0] != '\0')
		shard_doubt(s, a, DOUBT_SPOOL);
	if (strcmp(a->before, spool) == 0) {
		a->alternated_ms = s->now_ms;
		s->operations_ms = s->now_ms;
	}
	memcpy(a->before, a->spool, sizeof(a->before));
	text_copy(a->spool, sizeof(a->spool), spool);
}

static void
hear_agent(struct shard *s, struct arrival *in)
{
	struct agent *a = in->agent;
	int64_t closed_ms = arrival_time(in, in->part->closed_at_ms);
	int64_t heard_ms = in->envelope->received_at_ms;

	/* Another collector's clock may be ahead: it would not be missed. */
	if (heard_ms > s->now_ms)
		heard_ms = s->now_ms;
	in->before_ms = a->closed_ms;
	a->region = (int)in->region;
	if (closed_ms > heard_ms)
		closed_ms = heard_ms;
	if (heard_ms > a->heard_ms) {
		look_at_spool(s, a, in->part->spool);
		a->heard_ms = heard_ms;
	}
	if (closed_ms > a->closed_ms)
		a->closed_ms = closed_ms;
	if (a->is_awaited && closed_ms >= s->break_ms) {
		a->is_awaited = false;
		shard_check_caught_up(s);
	}
}

/* However long ago it began: of what can still change it covers its share. */
static void
take_hole(struct shard *s, const struct arrival *in)
{
	const struct wire_part *p = in->part;
	int64_t from_ms = arrival_time(in, p->hole_from_ms);
	int64_t to_ms = arrival_end(in, p->hole_to_ms);
	const char *reason = p->hole;
	struct text plain = { 0 };

	from_ms = shard_void_begin(s, in->region, VOID_HOLE, in->agent->name,
	    from_ms, to_ms);
	if (from_ms >= to_ms)
		return;
	text_add_plain(&plain, reason);
	shard_hole(s, in->region, in->agent->name, from_ms, to_ms);
	if (s->entry_is_new)
		shard_note(s, "hole", in->agent->name, from_ms, to_ms,
		    plain.data);
	text_clear(&plain);
}

/* The stretch of an unsure clock that goes on with this one, or NULL. */
static const struct void_stretch *
unsure_before(const struct shard *s, const struct arrival *in, int64_t from_ms)
{
	const struct region *r = &s->regions[in->region];

	for (size_t i = r->count; i > 0; i--) {
		const struct void_stretch *v = &r->list[i - 1];

		if (v->cause == VOID_CLOCK && v->from_ms <= from_ms &&
		    from_ms - v->to_ms < LIVE_MS &&
		    strcmp(v->agent, in->agent->name) == 0)
			return v;
	}
	return NULL;
}

/*
 * Times of an unsure clock prove nothing: what lies between them is not
 * known.  Parts that follow each other closely make one stretch.
 */
static void
take_unsure(struct shard *s, const struct arrival *in)
{
	const struct void_stretch *v = NULL;
	struct agent *a = in->agent;
	int64_t to_ms = arrival_time(in, in->part->closed_at_ms) + 1;
	int64_t from_ms = to_ms - 1;

	for (size_t i = 0; i < in->part->count; i++) {
		int64_t at_ms =
		    arrival_time(in, in->part->observations[i].started_at_ms);

		if (at_ms < from_ms)
			from_ms = at_ms;
	}
	if (from_ms < shard_horizon(s))
		from_ms = shard_horizon(s);
	if (a->is_unsure)
		v = unsure_before(s, in, from_ms);
	if (to_ms > a->unsure_ms)
		a->unsure_ms = to_ms;
	a->is_unsure = true;
	if (v == NULL)
		shard_void(s, in->region, VOID_CLOCK, a->name, from_ms, to_ms);
	else if (v->to_ms < to_ms)
		shard_void(s, in->region, VOID_CLOCK, a->name, v->from_ms,
		    to_ms);
}

static void
keep_detail(struct series *series, const struct observation *o)
{
	struct text plain = { 0 };

	if (o->outcome == OUTCOME_OK || o->detail[0] == '\0')
		return;
	if (series->detail != NULL && strcmp(series->detail, o->detail) == 0)
		return;
	text_add_plain(&plain, o->detail);
	free(series->detail);
	series->detail = text_take(&plain);
}

/* The newest fact of a series begins to fail with this look. */
static bool
is_first_failure(const struct series *series, int64_t at_ms)
{
	const struct runs *runs = &series->runs;
	const struct run *last = &runs->items[runs->count - 1];

	if (last->first_at_ms != at_ms || last->last_at_ms != at_ms ||
	    !outcome_is_failing(last->outcome))
		return false;
	return runs->count < 2 || !outcome_is_failing(last[-1].outcome);
}

static int64_t
last_look(const struct series *series)
{
	const struct runs *runs = &series->runs;

	return runs->count == 0 ? NEVER
				: runs->items[runs->count - 1].last_at_ms;
}

static int64_t
interval_of(const struct series *series, const struct observation *o)
{
	if (o->interval_ms < 1 || o->interval_ms > RUNS_INTERVAL_MAX_MS)
		return shard_interval(series->target);
	return o->interval_ms;
}

static void
take_probe(struct shard *s, struct series *series, const struct observation *o,
    int64_t at_ms)
{
	struct run_point point = { .at_ms = at_ms,
		.interval_ms = interval_of(series, o),
		.outcome = o->outcome,
		.reason = o->reason };
	int64_t void_end_ms = s->regions[series->region].void_end_ms;
	int64_t last_ms = last_look(series);
	int64_t from_ms = runs_insert(&series->runs, &point, s->judge_ms);

	/* What was seen before a void has been seen again after it. */
	if (last_ms < void_end_ms && at_ms >= void_end_ms)
		shard_mark(s, series->target, last_ms);
	if (from_ms == NEVER) {
		shard_series_extended(s, series);
		if (series->target->watcher.is_open)
			shard_mark(s, series->target, s->now_ms);
		return;
	}
	shard_series_changed(s, series);
	shard_mark(s, series->target, from_ms);
	s->regions[series->region].to_check = true;
	if (is_first_failure(series, at_ms) && !s->is_reading)
		shard_ask_others(s, series->target, series->region);
}

/* A folded run of equal probes, taken out again one by one. */
static void
take_fold(struct shard *s, struct series *series, const struct observation *o,
    int64_t at_ms)
{
	int64_t span_ms = o->until_at_ms - o->started_at_ms;
	int64_t steps = o->count - 1;

	if (steps >= WIRE_FOLD_MAX)
		steps = WIRE_FOLD_MAX - 1;
	for (int64_t i = 0; i <= steps; i++)
		take_probe(s, series, o,
		    at_ms + span_ms / steps * i + span_ms % steps * i / steps);
}

void
shard_take_observation(struct shard *s, struct arrival *in,
    const struct observation *o)
{
	int64_t at_ms = arrival_time(in, o->started_at_ms);
	struct target *t = shard_find_then(s, o->endpoint, at_ms);
	bool is_nobodys = t == NULL || t->steps.count == 0;
	struct series *series;

	if (is_nobodys && !shard_is_of_ours(s, o->endpoint))
		return;
	if (at_ms < shard_horizon(s)) {
		in->late++;
		return;
	}
	if (arrival_time(in, o->until_at_ms) > s->now_ms + FUTURE_MS) {
		in->ahead++;
		return;
	}
	if (is_nobodys) {
		shard_keep_early(s, in, o);
		return;
	}
	series = shard_series(t, in->region);
	keep_detail(series, o);
	if (o->count > 1 && o->until_at_ms > o->started_at_ms)
		take_fold(s, series, o, at_ms);
	else
		take_probe(s, series, o, at_ms);
}

static void
take_part(struct shard *s, struct arrival *in)
{
	hear_agent(s, in);
	shard_take_blinds(s, in);
	if (in->part->hole != NULL)
		take_hole(s, in);
	if (in->envelope->clock_unsure) {
		take_unsure(s, in);
		return;
	}
	in->agent->is_unsure = false;
	for (size_t i = 0; i < in->part->count; i++)
		shard_take_observation(s, in, &in->part->observations[i]);
	if (in->ahead > 0)
		shard_lose_ahead(s, in);
	if (in->late > 0 && s->entry_is_new)
		shard_note(s, "late", in->agent->name,
		    arrival_time(in, in->part->observations[0].started_at_ms),
		    in->envelope->received_at_ms,
		    "observations older than late_accept, not taken");
}

int
shard_open(struct shard *s, const char *data, size_t length, struct opened *o,
    char error[160])
{
	struct wire_envelope *v = &o->envelope;
	int region;

	if (wire_decode_envelope(data, length, v, o->names, error) != 0)
		return -1;
	region = shard_region(s, v->region);
	if (region < 0) {
		text_copy(error, 160, "no room for its region");
		return -1;
	}
	o->decoded = wire_decode_part(v->part, v->part_length, error);
	if (o->decoded == NULL)
		return -1;
	o->in = (struct arrival){ .envelope = v,
		.part = &o->decoded->part,
		.agent = shard_agent(s, v->agent),
		.region = (unsigned)region,
		.shift_ms = v->shift_ms };
	/* Of an unsure clock only differences are known. */
	if (v->clock_unsure)
		o->in.shift_ms = v->received_at_ms - o->in.part->closed_at_ms;
	return 0;
}

void
shard_opened_clear(struct opened *o)
{
	wire_decoded_free(o->decoded);
}

static void
take_envelope(struct shard *s, const char *data, size_t length, char error[160])
{
	struct opened o;

	if (shard_open(s, data, length, &o, error) != 0)
		return;
	take_part(s, &o.in);
	if (o.decoded->lost > 0)
		shard_lose_some(s, &o.in, o.decoded->error);
	shard_opened_clear(&o);
}

int64_t
shard_id_ms(const char *id)
{
	long long ms = strtoll(id, NULL, 10);

	return ms < 0 ? 0 : ms > TIME_MAX ? TIME_MAX : ms;
}

/* Ids are "ms-number"; later ones are greater. */
bool
shard_id_is_after(const char *a, const char *b)
{
	const char *a_dash = strchr(a, '-'), *b_dash = strchr(b, '-');
	long long x = strtoll(a, NULL, 10), y = strtoll(b, NULL, 10);

	if (x != y || a_dash == NULL || b_dash == NULL)
		return x > y;
	return strtoll(a_dash + 1, NULL, 10) > strtoll(b_dash + 1, NULL, 10);
}

static void
begin_entry(struct shard *s, const char *id, int64_t now_ms)
{
	shard_time(s, now_ms);
	text_copy(s->read_from, sizeof(s->read_from), id);
	s->entry_ms = shard_id_ms(id);
	shard_count_entry(s);
	s->entry_is_new = shard_id_is_after(id, s->position);
	if (!s->entry_is_new)
		return;
	s->evaluated++;
	text_copy(s->position, sizeof(s->position), id);
	s->position_ms = s->entry_ms;
}

void
shard_entry(struct shard *s, const char *id, const char *envelope,
    size_t length, int64_t now_ms)
{
	char error[160] = "the program died of it, again and again";

	begin_entry(s, id, now_ms);
	if (!shard_is_aside(s, id))
		take_envelope(s, envelope, length, error);
	if (error[0] != '\0')
		shard_lose(s, id, envelope, length, error);
	shard_settle(s);
}

void
shard_set_aside(struct shard *s, const char *id, const char *envelope,
    size_t length, const char *why, int64_t now_ms)
{
	begin_entry(s, id, now_ms);
	shard_keep_aside(s, id);
	shard_lose(s, id, envelope, length, why);
	shard_settle(s);
}

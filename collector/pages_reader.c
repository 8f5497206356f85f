/*
 * pages_reader: see pages_reader.h.
 *
 * A round is a row of questions, one at a time: the end of each journal,
 * then the hashes of each part that is due.  A round that loses its
 * connection ends there; the next tick begins a new one.
 *
 * Whoever ended within a round is followed by one who writes down each record
 * before it is read, so that one which ends this program is known, and is not
 * read any more the fourth time.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "collector/pages.h"
#include "collector/pages_model.h"
#include "collector/pages_reader.h"
#include "collector/rounds.h"
#include "lib/attempt.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/store.h"
#include "lib/text.h"

#define WHOLE_EVERY_MS 60000
#define ID_ROOM 48
#define SETTLE_ROUNDS 5 /* bookings may follow a state a little later */

static const char *const part_keys[PAGES_PARTS][6] = {
	[PAGES_STATES] = { "names", "states", "agents", NULL },
	[PAGES_LEDGER] = { "names", "outages", "terms", "windows", "exclusions",
	    NULL },
	[PAGES_INCIDENTS] = { "incidents", NULL },
};

/* The last entry of one group's journal. */
struct journal {
	char group[16];
	char seen[ID_ROOM];   /* when its part was last read whole */
	char coming[ID_ROOM]; /* in this round */
};

struct pages_reader {
	struct rounds rounds;
	struct pages_model *model;
	struct attempt *attempt;
	bool is_careful; /* who was here before ended at a record */
	unsigned shards;
	struct journal *journals; /* of every shard, then the pager */
	unsigned at;              /* journal, or group of the part */
	enum pages_part part;
	bool is_whole;
	int64_t begun_ms, read_ms;    /* of the round; of the last whole one */
	int64_t part_ms[PAGES_PARTS]; /* when last read; 0: never */
	size_t told_unreadable;
	int settling; /* rounds in which accounts are read in any case */
};

static void ask_journal(struct pages_reader *);
static void ask_part(struct pages_reader *);

static void
tell_unreadable(struct pages_reader *r)
{
	size_t unreadable = pages_model_unreadable(r->model);

	if (unreadable != r->told_unreadable)
		log_warnx("pages: %zu records cannot be read", unreadable);
	r->told_unreadable = unreadable;
}

static void
end_round(struct pages_reader *r, bool whole)
{
	attempt_end(r->attempt);
	if (whole)
		r->read_ms = r->begun_ms;
	if (!rounds_are_over(&r->rounds)) /* else the model is no more */
		tell_unreadable(r);
	rounds_end(&r->rounds);
}

/* ---- journals ---- */

/* Of the one entry that was asked for; "": there is none. */
static const char *
last_id(const struct redisReply *reply)
{
	const struct redisReply *entry =
	    reply->elements > 0 ? reply->element[0] : NULL;

	if (entry == NULL || entry->type != REDIS_REPLY_ARRAY ||
	    entry->elements == 0 ||
	    entry->element[0]->type != REDIS_REPLY_STRING)
		return "";
	return entry->element[0]->str;
}

static void
on_journal(void *arg, const struct redisReply *reply)
{
	struct pages_reader *r = arg;
	struct journal *j = &r->journals[r->at];

	if (rounds_are_over(&r->rounds) || reply == NULL ||
	    reply->type != REDIS_REPLY_ARRAY) {
		end_round(r, false);
		return;
	}
	text_copy(j->coming, sizeof(j->coming), last_id(reply));
	if (++r->at <= r->shards) {
		ask_journal(r);
		return;
	}
	r->at = 0;
	r->part = PAGES_STATES;
	ask_part(r);
}

static void
ask_journal(struct pages_reader *r)
{
	store_commandf(r->rounds.store, on_journal, r,
	    "XREVRANGE %sjournal + - COUNT 1", r->journals[r->at].group);
}

/* ---- hashes ---- */

static bool
has_grown(const struct pages_reader *r, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (strcmp(r->journals[i].seen, r->journals[i].coming) != 0)
			return true;
	return false;
}

static bool
is_due(const struct pages_reader *r, int64_t now_ms)
{
	if (r->part == PAGES_LEDGER && r->settling > 0)
		return true;
	if (r->part == PAGES_STATES || r->part_ms[r->part] == 0 ||
	    now_ms < r->part_ms[r->part] ||
	    now_ms - r->part_ms[r->part] >= WHOLE_EVERY_MS)
		return true;
	return r->part == PAGES_LEDGER ? has_grown(r, 0, r->shards)
				       : has_grown(r, r->shards, r->shards + 1);
}

static void
note_seen(struct pages_reader *r)
{
	unsigned from = r->part == PAGES_INCIDENTS ? r->shards : 0;
	unsigned to = r->part == PAGES_INCIDENTS ? r->shards + 1 : r->shards;

	r->part_ms[r->part] = clock_now_ms();
	for (unsigned i = from; r->part != PAGES_STATES && i < to; i++)
		memcpy(r->journals[i].seen, r->journals[i].coming, ID_ROOM);
}

static void
next_part(struct pages_reader *r)
{
	r->at = 0;
	if (r->part == PAGES_INCIDENTS) {
		end_round(r, true);
		return;
	}
	r->part = r->part == PAGES_STATES ? PAGES_LEDGER : PAGES_INCIDENTS;
	ask_part(r);
}

/* False: it has ended this program again and again, and is not read. */
static bool
begin_record(struct pages_reader *r, const char *key, const char *field)
{
	char name[160];

	text_format(name, sizeof(name), "%s %s", key, field);
	if (attempt_begin(r->attempt, name))
		return true;
	pages_model_pass_over(r->model, r->part);
	return false;
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct pages_reader *r = arg;

	if (rounds_are_over(&r->rounds))
		return;
	if (r->is_careful && !begin_record(r, key, field))
		return;
	CRASH_POINT("pages-record");
	pages_model_field(r->model, r->part, key, field, value, length);
	if (r->is_careful)
		attempt_end(r->attempt);
}

static void
on_end(void *arg, bool ok)
{
	struct pages_reader *r = arg;
	unsigned groups = r->part == PAGES_INCIDENTS ? 1 : r->shards;

	if (rounds_are_over(&r->rounds)) {
		end_round(r, false);
		return;
	}
	if (ok && ++r->at < groups) {
		ask_part(r);
		return;
	}
	pages_model_end(r->model, r->part, ok);
	if (!ok) {
		end_round(r, false);
		return;
	}
	if (r->part == PAGES_STATES && pages_model_states_changed(r->model))
		r->settling = SETTLE_ROUNDS;
	else if (r->part == PAGES_LEDGER && r->settling > 0)
		r->settling--;
	note_seen(r);
	next_part(r);
}

static void
ask_part(struct pages_reader *r)
{
	unsigned group = r->part == PAGES_INCIDENTS ? r->shards : r->at;

	if (r->at == 0) {
		if (!is_due(r, clock_now_ms())) {
			next_part(r);
			return;
		}
		pages_model_begin(r->model, r->part);
	}
	store_load(r->rounds.store, r->journals[group].group,
	    part_keys[r->part], on_field, on_end, r);
}

static void
begin_round(void *arg)
{
	struct pages_reader *r = arg;

	r->begun_ms = clock_now_ms();
	r->at = 0;
	(void)attempt_begin(r->attempt, "records");
	ask_journal(r);
}

static void
release(void *arg)
{
	struct pages_reader *r = arg;

	attempt_free(r->attempt);
	free(r->journals);
	free(r);
}

struct pages_reader *
pages_reader_new(struct event_base *base, struct store *store,
    struct pages_model *model, const struct settings *s)
{
	struct pages_reader *r = mem_alloc(sizeof(*r));

	r->rounds = (struct rounds){ .store = store,
		.begin = begin_round,
		.release = release,
		.arg = r };
	r->model = model;
	r->attempt = attempt_in(s->site.state_dir, "pages.reading");
	r->is_careful = attempt_was_cut_short(r->attempt);
	r->shards = (unsigned)s->shards;
	r->journals = mem_alloc((r->shards + 1) * sizeof(*r->journals));
	for (unsigned i = 0; i < r->shards; i++)
		store_shard_group(i, r->journals[i].group);
	text_copy(r->journals[r->shards].group, sizeof(r->journals[0].group),
	    STORE_PAGER_GROUP);
	rounds_start(&r->rounds, base, PAGES_REFRESH_MS);
	return r;
}

void
pages_reader_free(struct pages_reader *r)
{
	if (r != NULL)
		rounds_free(&r->rounds);
}

int64_t
pages_reader_read_ms(const struct pages_reader *r)
{
	return r->read_ms;
}

bool
pages_reader_is_up(const struct pages_reader *r)
{
	return store_is_up(r->rounds.store);
}

/*
 * month_say: maintenance that people announce in a simulated month, what they
 * claim and note of outages, and what clients answer.
 */
#include "collector/shard_command.h"
#include "tests/sim/month.h"

#define TRIES 3
#define AGAIN_MS (31 * MINUTE)

/* What somebody says, until it is heard; "@2" is what e2 is called then. */
struct saying {
	char json[600];
	int tries;
};

static bool
obey(struct month *m, const char *json, char error[300])
{
	for (int turn = 0; turn < 2; turn++) {
		struct shard_reply reply;
		bool done = shard_command(m->shard, json, strlen(json), "p0",
		    turn == 0, m->world.now_ms, &reply);

		text_copy(error, 300,
		    done && reply.found == 0 ? "there is none" : reply.error);
		done = done && reply.found > 0;
		shard_reply_clear(&reply);
		if (!done)
			return false;
	}
	return true;
}

/* Not everybody knows the latest name. */
static const char *
name_of(struct month *m, int e)
{
	int n = m->renamed[e];

	if (n > 0 && chance(&m->world, 30))
		n = (int)roll(&m->world, (uint64_t)n);
	return m->names[e][n].text;
}

static void
put_names(struct month *m, const char *json, char out[800])
{
	struct text t = { 0 };

	for (; *json != '\0'; json++)
		if (*json == '@')
			text_add(&t, name_of(m, *++json - '0'));
		else
			text_add_bytes(&t, json, 1);
	text_copy(out, 800, t.data);
	text_clear(&t);
}

static void
say(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);
	struct saying again = *(const struct saying *)data;
	char error[300] = "nobody has the shard", json[800];

	(void)who;
	put_names(m, again.json, json);
	if (m->shard != NULL && obey(m, json, error)) {
		tell(w, "people: %s", json);
		month_line(m,
		    json_pack("{s:I, s:o}", "said", (json_int_t)w->now_ms,
			"command", json_loads(json, 0, NULL)));
		month_commit(m);
		return;
	}
	tell(w, "people: %s: %s", json, error);
	if (m->shard == NULL && --again.tries > 0)
		at(w, w->now_ms + AGAIN_MS, say, 0,
		    mem_copy(&again, sizeof(again)));
}

static void plan(struct month *m, int64_t at_ms, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static void
plan(struct month *m, int64_t at_ms, const char *fmt, ...)
{
	struct saying x = { .tries = TRIES };
	va_list ap;

	va_start(ap, fmt);
	text_formatv(x.json, sizeof(x.json), fmt, ap);
	va_end(ap);
	at(&m->world, at_ms, say, 0, mem_copy(&x, sizeof(x)));
}

/* A client, or one or two of its endpoints. */
static void
scope_of(struct month *m, int e, char out[80])
{
	int other = e % 2 == 0 ? e + 1 : e - 1;

	if (chance(&m->world, 50))
		text_format(out, 80, "\"%s\"", truth_clients[truth_client(e)]);
	else if (chance(&m->world, 30) && other < m->world.truth.endpoints)
		text_format(out, 80, "\"@%d\",\"@%d\"", e, other);
	else
		text_format(out, 80, "\"@%d\"", e);
}

/* ---- maintenance ---- */

struct works {
	char name[12];
	int64_t said_ms, from_ms, to_ms;
};

static void
move_end(struct month *m, const struct works *x, const char *how, int64_t at_ms,
    int64_t to_ms)
{
	plan(m, at_ms,
	    "{\"command\":\"maintenance-%s\",\"window\":\"%s\","
	    "\"to_ms\":%lld}",
	    how, x->name, (long long)to_ms);
}

/* Taken back in time, and then it took longer after all. */
static void
change_twice(struct month *m, const struct works *x)
{
	struct world *w = &m->world;
	int64_t middle_ms = x->from_ms + (x->to_ms - x->from_ms) / 2;

	move_end(m, x, "shorten", roll_between(w, x->said_ms, x->from_ms),
	    middle_ms);
	move_end(m, x, "extend", roll_between(w, x->from_ms, middle_ms - 1),
	    x->to_ms + roll_between(w, -HOUR, HOUR));
}

static void
change_mind(struct month *m, const struct works *x)
{
	struct world *w = &m->world;
	int64_t at_ms = roll_between(w, x->said_ms, x->to_ms - 1000);

	switch (roll(w, 6)) {
	case 0:
		plan(m, at_ms,
		    "{\"command\":\"maintenance-cancel\",\"window\":\"%s\"}",
		    x->name);
		break;
	case 1:
	case 2:
		change_twice(m, x);
		break;
	case 3:
		move_end(m, x, "shorten", at_ms,
		    roll_between(w, at_ms + 1, x->to_ms));
		break;
	default:
		move_end(m, x, "extend", at_ms,
		    x->to_ms + roll_between(w, 1000, 5 * HOUR));
		break;
	}
}

/* They break what they work on, for shorter or longer than they said. */
static void
work_on(struct month *m, int e, const struct works *x)
{
	struct world *w = &m->world;

	if (chance(w, 75))
		month_break(m, e, x->from_ms + roll_between(w, -HOUR, HOUR),
		    x->to_ms + roll_between(w, -HOUR, 3 * HOUR));
}

static int64_t
some_notice(struct month *m, int e)
{
	struct world *w = &m->world;
	int64_t notice_ms =
	    m->wish.terms[truth_client(e)].notice_s * INT64_C(1000);

	switch (roll(w, 5)) {
	case 0:
		return notice_ms;
	case 1:
		return notice_ms > 0 ? notice_ms - 1 : 0;
	case 2:
		return roll_between(w, 0, HOUR);
	default:
		return notice_ms + roll_between(w, 0, 3 * DAY);
	}
}

static void
announce(struct month *m, int number)
{
	struct world *w = &m->world;
	int e = (int)roll(w, (uint64_t)w->truth.endpoints);
	struct works x = { .said_ms = roll_between(w, m->begin_ms + 1000,
			       m->to_ms - DAY) };
	char scope[80], more[80] = "";

	x.from_ms = x.said_ms + some_notice(m, e);
	x.to_ms = x.from_ms + roll_between(w, 10 * MINUTE, 8 * HOUR);
	text_format(x.name, sizeof(x.name), "m-%d", number);
	scope_of(m, e, scope);
	if (chance(w, 25))
		text_format(more, sizeof(more), ",[%lld,%lld]",
		    (long long)(x.from_ms + 3 * DAY),
		    (long long)(x.to_ms + 3 * DAY));
	plan(m, x.said_ms,
	    "{\"command\":\"maintenance-announce\",\"window\":\"%s\","
	    "\"scope\":[%s],\"text\":\"works\",\"times\":[[%lld,%lld]%s]}",
	    x.name, scope, (long long)x.from_ms, (long long)x.to_ms, more);
	w->faults[FAULT_ANNOUNCED]++;
	work_on(m, e, &x);
	for (int i = 0; i < 3 && chance(w, 50); i++)
		change_mind(m, &x);
}

/* ---- claims ---- */

static void
answer(struct month *m, int number, int64_t at_ms)
{
	plan(m, at_ms,
	    "{\"command\":\"outage-consent\",\"exclusion\":\"x-%d\","
	    "\"consent\":\"%s\",\"who\":\"the dean\"}",
	    number, chance(&m->world, 60) ? "agreed" : "disputed");
}

/* Said within the month, or when it is over; of all of it or of a part. */
static void
claim(struct month *m, int number, const struct month_broken *b)
{
	static const char *const reasons[] = { "client", "third-party",
		"force-majeure", "suspended" };
	struct world *w = &m->world;
	int64_t at_ms = roll_between(w, b->from_ms, m->end_ms - 2 * HOUR);
	int64_t from_ms = b->from_ms + roll_between(w, -HOUR, HOUR);
	int64_t to_ms = b->to_ms + roll_between(w, -HOUR, HOUR);
	char scope[80];

	if (to_ms <= from_ms)
		to_ms = from_ms + MINUTE;
	scope_of(m, b->endpoint, scope);
	plan(m, at_ms,
	    "{\"command\":\"outage-exclude\",\"exclusion\":\"x-%d\","
	    "\"scope\":[%s],\"reason\":\"%s\",\"text\":\"claim %d\","
	    "\"claimant\":\"us\",\"from_ms\":%lld,\"to_ms\":%lld}",
	    number, scope, reasons[roll(w, 4)], number, (long long)from_ms,
	    (long long)to_ms);
	if (chance(w, 70))
		answer(m, number, roll_between(w, at_ms, m->end_ms - HOUR));
	if (chance(w, 25))
		answer(m, number, roll_between(w, at_ms, m->end_ms - HOUR));
}

/* What is booked last of an endpoint, as its record is called. */
struct found {
	const char *prefix;
	long long from_ms;
};

static void
on_booked(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct found *f = arg;
	size_t n = strlen(f->prefix);

	(void)value, (void)length;
	if (strcmp(key, "outages") == 0 && strncmp(field, f->prefix, n) == 0 &&
	    field[n] == '|' && strtoll(field + n + 1, NULL, 10) > f->from_ms)
		f->from_ms = strtoll(field + n + 1, NULL, 10);
}

static void
note(struct world *w, int e, void *data)
{
	struct month *m = month_of(w);
	struct found f = { truth_endpoints[e], 0 };

	(void)data;
	simstore_fields(m->store, "sw:{c0}:", on_booked, &f);
	if (f.from_ms > 0)
		plan(m, w->now_ms,
		    "{\"command\":\"outage-annotate\",\"scope\":[\"@%d\"],"
		    "\"from_ms\":%lld,\"cause\":\"cause %d\"}",
		    e, f.from_ms, (int)roll(w, 5));
}

void
month_amend(struct world *w, int client, void *unused)
{
	struct month *m = month_of(w);
	int64_t from_ms = chance(w, 40)
	    ? m->wished_ms
	    : w->now_ms - roll_between(w, 0, 12 * DAY);

	(void)unused;
	plan(m, w->now_ms,
	    "{\"command\":\"sla-amend\",\"client\":\"%s\","
	    "\"from_ms\":%lld,\"ours\":\"moana\",\"theirs\":\"the dean\","
	    "\"reason\":\"since %lld\",\"correction\":true}",
	    truth_clients[client], (long long)from_ms, (long long)w->now_ms);
}

static void
amends_plan(struct month *m)
{
	struct world *w = &m->world;

	for (int i = 0; i < 3 && chance(w, 40); i++)
		at(w, roll_between(w, m->begin_ms + HOUR, m->end_ms - HOUR),
		    month_amend,
		    truth_client((int)roll(w, (uint64_t)w->truth.endpoints)),
		    NULL);
}

void
month_says_plan(struct month *m)
{
	struct world *w = &m->world;

	amends_plan(m);

	m->windows = (int)roll_between(w, 0, 6);
	for (int i = 0; i < m->windows; i++)
		announce(m, i);
	for (int i = 0; i < m->broken_count; i++) {
		const struct month_broken *b = &m->broken[i];

		/* Some are claimed by several. */
		while (m->claims < 20 && b->from_ms < m->end_ms - DAY &&
		    b->from_ms > m->begin_ms && chance(w, 30))
			claim(m, m->claims++, b);
		if (chance(w, 20))
			at(w, b->to_ms + roll_between(w, 0, DAY), note,
			    b->endpoint, NULL);
	}
}

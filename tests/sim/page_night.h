#ifndef TESTS_SIM_PAGE_NIGHT_H
#define TESTS_SIM_PAGE_NIGHT_H

/*
 * A night of the pager's core alone, as the outside knows it: what reached
 * whom, who has what by the answers people got, and what must hold of that.
 */
#include "tests/unit/duty_world.h"

#include "pager/duty_parts.h"

#define NIGHT_MS (6 * INT64_C(3600000))
#define SILENCE_MS (5 * INT64_C(60000))
#define SLACK_MS INT64_C(40000) /* the longest a commit is held up, and more */
#define INCIDENTS_MAX 400
#define INTENTS_MAX 4000
#define ALARMS_MAX 400
#define NO_TAKE 1 /* commands whose answer is not looked at */
#define LENGTH(a) (sizeof(a) / sizeof(a)[0])

static const char *const subjects[] = { "acme/learn", "acme/library",
	"acme/web", "birch/learn", "operations/a", "operations/b",
	"operations/c", "operations/d", "operations/e", "operations/f",
	"operations/g", "operations/h" };
static const char *const people[] = { "isla", "tom", "maya", "moana" };

/* What the outside knows of an incident. */
struct seen {
	int64_t attempt_ms; /* the last at a sink */
	int64_t loose_ms;   /* nobody holds it since then */
	int64_t held_ms;    /* until then a human holds it; 0: nobody */
	bool closed;
	int severity;
	bool in_storm;
	uint64_t last; /* command that took it, as long as nothing came since */
	char resolved[LENGTH(people)]; /* how often each was told */
	char asked[LENGTH(people)];
};

struct night {
	struct world w;
	uint64_t seed, random;
	bool down[LENGTH(subjects)], by_hand[LENGTH(subjects)];
	struct seen seen[INCIDENTS_MAX];
	struct alarm alarms[ALARMS_MAX];
	size_t alarm_count;
	int64_t alive_ms;          /* the process runs since then */
	char sent[INTENTS_MAX];    /* by number: handed to a sink so often */
	bool excused[INTENTS_MAX]; /* failed for now, or a crash since */
	char pending[64][24];
	int64_t pending_ms[64];
	size_t pending_count;
	int64_t stuck_until_ms; /* no commit becomes durable until then */
	int64_t complaint_ms;   /* the auditor complains since then; 0: no */
	struct commit flying;
	bool is_flying;
	const char *broken;
	long sends, kills, takes, raised;
};

static uint64_t
roll(struct night *n, uint64_t below)
{
	n->random ^= n->random >> 12;
	n->random ^= n->random << 25;
	n->random ^= n->random >> 27;
	return (n->random * UINT64_C(2685821657736338717) >> 33) % below;
}

static bool
chance(struct night *n, uint64_t percent)
{
	return roll(n, 100) < percent;
}

static void
break_promise(struct night *n, const char *which)
{
	if (n->broken == NULL)
		n->broken = which;
}

static struct seen *
seen(struct night *n, const char *incident)
{
	unsigned long number = strtoul(incident + 4, NULL, 10);

	return &n->seen[number < INCIDENTS_MAX ? number : 0];
}

static size_t
person_index(const char *name)
{
	for (size_t i = 0; i < LENGTH(people); i++)
		if (strcmp(people[i], name) == 0)
			return i;
	return 0;
}

static bool
is_held(const struct seen *s, int64_t now_ms)
{
	return s->held_ms > now_ms;
}

static void
let_go(struct night *n, struct seen *s)
{
	if (s->held_ms != 0)
		s->loose_ms = n->w.now_ms;
	s->held_ms = 0;
	s->last = 0;
}

/* A message id that comes again says so, and only with a reason. */
static void
check_repeat(struct night *n, const struct message *m)
{
	unsigned long number = strtoul(m->intent + 2, NULL, 10);

	if (number >= INTENTS_MAX)
		return;
	if (n->sent[number] > 0 && !m->possible_repeat)
		break_promise(n, "a second message does not say it may be one");
	if (m->possible_repeat && !n->excused[number])
		break_promise(n, "a possible repeat for no reason");
	n->sent[number]++;
}

static void
on_call(struct night *n, const struct message *m, struct seen *s)
{
	s->attempt_ms = n->w.now_ms;
	s->asked[person_index(m->person)] = 1;
	if (s->closed)
		break_promise(n, "calls for what is over");
	if (is_held(s, n->w.now_ms))
		break_promise(n, "calls for what a human has");
}

static void
on_message(struct night *n, const struct message *m)
{
	struct seen *s = seen(n, m->incident);
	size_t who = person_index(m->person);

	n->sends++;
	check_repeat(n, m);
	if (strlen(m->sms) > 140 || m->subject[0] == '\0')
		break_promise(n, "a message without its line");
	switch (m->kind) {
	case MESSAGE_CALL:
	case MESSAGE_LAST_RESORT:
		on_call(n, m, s);
		break;
	case MESSAGE_EXPIRED:
		let_go(n, s);
		break;
	case MESSAGE_HANDOVER:
		s->asked[who] = 1;
		if (s->held_ms > n->w.now_ms + PAGE_HANDOVER_MS)
			s->held_ms = n->w.now_ms + PAGE_HANDOVER_MS;
		break;
	case MESSAGE_RESOLVED:
		/* By another way is still the first time, if one failed. */
		if (!m->possible_repeat &&
		    (who != 0 || m->channel == CHANNEL_TERMINAL))
			s->resolved[who]++;
		if (!s->closed)
			break_promise(n, "says it is over, and it is not");
		break;
	default:
		break;
	}
}

/* Most reach the channel; some do not, and of some nobody ever hears. */
static void
decide_outcome(struct night *n, const char *intent)
{
	uint64_t dice = roll(n, 100);
	unsigned long number = strtoul(intent + 2, NULL, 10);

	if (dice < 60 || n->pending_count == LENGTH(n->pending)) {
		duty_sent(n->w.duty, intent, SENT_HANDED_OVER, "", n->w.now_ms);
	} else if (dice < 75) {
		duty_sent(n->w.duty, intent, SENT_FAILED, "no", n->w.now_ms);
	} else if (dice < 90) {
		if (number < INTENTS_MAX)
			n->excused[number] = true;
		duty_sent(n->w.duty, intent, SENT_FAILED_NOW, "later",
		    n->w.now_ms);
	} else {
		text_copy(n->pending[n->pending_count], 24, intent);
		n->pending_ms[n->pending_count++] =
		    n->w.now_ms + (int64_t)roll(n, 60000);
	}
}

/* "You have it": the store must say so at that moment. */
static void
check_answer(struct night *n, const struct duty_action *a)
{
	const char *who = people[a->command % 10000 / 1000];
	char id[24], owner[80];
	const struct field *f;
	struct seen *s;

	if (!a->ok || a->command == NO_TAKE)
		return;
	text_format(id, sizeof(id), "INC-%06d", (int)(a->command / 10000));
	text_format(owner, sizeof(owner), "\"owner\":\"%s\"", who);
	f = world_field(&n->w, "pages", id);
	s = seen(n, id);
	if (s->closed || s->last != a->command)
		return; /* something came between it and its answer */
	if (f == NULL || strstr(f->value, owner) == NULL)
		break_promise(n, "\"you have it\" before it is recorded");
}

static void
act(struct night *n)
{
	struct duty_action a;

	while (n->w.now_ms >= n->stuck_until_ms &&
	    duty_next(n->w.duty, n->w.now_ms, &a) != DUTY_NOTHING) {
		if (a.what == DUTY_SEND) {
			char intent[24];

			text_copy(intent, sizeof(intent), a.message.intent);
			on_message(n, &a.message);
			decide_outcome(n, intent);
		} else
			check_answer(n, &a);
		duty_action_clear(&a);
	}
}

/* What the incidents are now, as the outside may know. */
static void
look(struct night *n)
{
	for (const struct incident *inc = n->w.duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		struct seen *s = seen(n, inc->id);

		if (inc->closed_ms != 0)
			s->closed = true;
		if (s->loose_ms == 0)
			s->loose_ms = n->w.now_ms;
		if (s->severity > inc->severity) { /* worse: it calls anew */
			let_go(n, s);
			s->loose_ms = n->w.now_ms;
		}
		s->severity = inc->severity;
		if (s->in_storm && inc->storm[0] == '\0')
			s->loose_ms = n->w.now_ms; /* the storm called so far */
		s->in_storm = inc->storm[0] != '\0';
	}
}

#endif

/*
 * simsink: the channels, and the people behind them.
 *
 * A channel in trouble refuses for good, says "later", hangs, or takes the
 * message and never delivers it.  A person who hears a call takes it, sooner
 * or later or never; who has taken it may add a note, hand it on, snooze or
 * resolve it, or forget it.
 */
#include "tests/sim/oracle.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)

enum trouble {
	TROUBLE_NONE,
	TROUBLE_REFUSES,
	TROUBLE_LATER,
	TROUBLE_HANGS,
	TROUBLE_LIES
};

struct sink {
	enum trouble trouble[CHANNEL_COMMAND + 1];
	int64_t until_ms[CHANNEL_COMMAND + 1];
};

struct sending {
	char intent[24], incident[24];
	bool call;
	enum sent outcome;
};

/* What a person is about to do. */
struct intention {
	char person[64], incident[24], verb[16], json[256];
};

struct sink *
sink_new(struct world *w)
{
	(void)w;
	return mem_alloc(sizeof(struct sink));
}

void
sink_free(struct sink *s)
{
	free(s);
}

void
sink_trouble(struct world *w, int64_t for_ms)
{
	struct sink *s = w->sink;
	int only = (int)roll(w, CHANNEL_MAIL + 1);
	bool all = chance(w, 30);
	enum trouble trouble = (enum trouble)roll_between(w, 1, TROUBLE_LIES);

	for (int c = 0; c <= CHANNEL_MAIL; c++) {
		if (!all && c != only)
			continue;
		s->trouble[c] = trouble;
		s->until_ms[c] = w->now_ms + for_ms;
		tell(w, "channel %d: trouble %d for %lld s", c, (int)trouble,
		    (long long)for_ms / 1000);
	}
}

static void
act(struct world *w, int who, void *data)
{
	struct intention *i = data;

	(void)who;
	sim_pager_command(w, i->person, i->incident, i->verb, i->json);
}

static void
intend(struct world *w, int64_t after_ms, const char *person,
    const char *incident, const char *verb, const char *more)
{
	struct intention *i = mem_alloc(sizeof(*i));

	text_copy(i->person, sizeof(i->person), person);
	text_copy(i->incident, sizeof(i->incident), incident);
	text_copy(i->verb, sizeof(i->verb), verb);
	text_format(i->json, sizeof(i->json),
	    "{\"command\":\"%s\",\"incident\":\"%s\",\"person\":\"%s\"%s}",
	    verb, incident, person, more);
	at(w, w->now_ms + after_ms, act, 0, i);
}

/* What follows once somebody has it. */
static void
after_taking(struct world *w, const char *person, const char *incident,
    int64_t after_ms)
{
	char to[64], other[] = "p0";

	other[1] = (char)('0' + (person[1] - '0' + 1) % 4);
	switch (roll(w, 9)) {
	case 0:
		intend(w, after_ms + roll_between(w, MINUTE, 40 * MINUTE),
		    person, incident, "note", ",\"text\":\"looking\"");
		break;
	case 1:
		text_format(to, sizeof(to), ",\"to\":\"p%d\"", (int)roll(w, 4));
		intend(w, after_ms + roll_between(w, MINUTE, 10 * MINUTE),
		    person, incident, "hand-on", to);
		break;
	case 2:
		text_format(to, sizeof(to), ",\"for_ms\":%lld",
		    (long long)roll_between(w, MINUTE, 60 * MINUTE));
		intend(w, after_ms + roll_between(w, MINUTE, 10 * MINUTE),
		    person, incident, "snooze", to);
		break;
	case 3:
		intend(w, after_ms + roll_between(w, MINUTE, 30 * MINUTE),
		    person, incident, "resolve", "");
		break;
	case 4: /* less bad than it looked, and worse again */
		intend(w, after_ms + roll_between(w, MINUTE, 5 * MINUTE),
		    person, incident, "severity", ",\"severity\":2");
		intend(w, after_ms + roll_between(w, 6 * MINUTE, 20 * MINUTE),
		    chance(w, 50) ? person : other, incident, "severity",
		    ",\"severity\":1");
		break;
	default:
		break; /* works quietly, or has forgotten it */
	}
}

static void
hear(struct world *w, const struct message *m)
{
	int64_t after_ms;

	if (m->kind != MESSAGE_CALL || m->incident[0] == '\0' || chance(w, 55))
		return; /* sleeps, or has no hand free */
	after_ms = roll_between(w, 3000, 6 * MINUTE);
	intend(w, after_ms, m->person, m->incident, "take", "");
	after_taking(w, m->person, m->incident, after_ms);
}

static void
answer(struct world *w, int who, void *data)
{
	struct sending *s = data;

	oracle_outcome(w, s->incident, s->intent, s->call, s->outcome);
	sim_pager_sent(w, who, s->intent, s->outcome);
}

void
sink_send(struct world *w, struct sim_pager *p, const struct message *m)
{
	struct sink *k = w->sink;
	enum trouble trouble = k->until_ms[m->channel] > w->now_ms
	    ? k->trouble[m->channel]
	    : TROUBLE_NONE;
	struct sending *s = mem_alloc(sizeof(*s));
	int64_t takes_ms = roll_between(w, 20, 2000);

	w->messages++;
	oracle_attempt(w, m);
	text_copy(s->intent, sizeof(s->intent), m->intent);
	text_copy(s->incident, sizeof(s->incident), m->incident);
	s->call = m->kind == MESSAGE_CALL;
	s->outcome = SENT_HANDED_OVER;
	switch (trouble) {
	case TROUBLE_NONE:
		hear(w, m);
		break;
	case TROUBLE_REFUSES:
		s->outcome = SENT_FAILED;
		break;
	case TROUBLE_HANGS:
		takes_ms = 30000; /* the channel's own timeout */
		s->outcome = SENT_FAILED_NOW;
		break;
	case TROUBLE_LATER:
		s->outcome = SENT_FAILED_NOW;
		break;
	case TROUBLE_LIES:
		break;
	}
	at_proc(w, &p->proc, w->now_ms + takes_ms, answer, p->proc.number, s);
}

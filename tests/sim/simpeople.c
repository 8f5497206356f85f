/*
 * simpeople: the people behind the channels.
 *
 * A person who hears a call takes it, sooner or later or never; who has taken
 * it may add a note, hand it on, snooze or resolve it, or forget it.
 */
#include "tests/sim/simpager.h"
#include "tests/sim/simreceipt.h"

#define MINUTE INT64_C(60000)

/* What a person is about to do. */
struct intention {
	char person[64], incident[24], verb[16], json[256];
};

static void
act(struct world *w, int who, void *data)
{
	struct intention *i = data;
	const struct sim_pager *pager = sim_pager_active(w);

	(void)who;
	/* What was closed, and is open again by the pager's journal alone, no
	   record tells the oracle. */
	if (strcmp(i->verb, "reopen") == 0 && pager != NULL && pager->away)
		return;
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

/* More hands; and pressed once more, as people do. */
static void
escalate(struct world *w, const char *person, const char *incident,
    int64_t after_ms)
{
	after_ms += roll_between(w, MINUTE, 10 * MINUTE);
	intend(w, after_ms, person, incident, "escalate", "");
	intend(w, after_ms + 2000, person, incident, "escalate", "");
}

/*
 * It was not over after all; and said twice.  What a person opened a person
 * has to close, before the night is.
 */
static void
reopen(struct world *w, const char *person, const char *incident,
    int64_t after_ms)
{
	static const char why[] = ",\"note\":\"it was not over\"";
	int64_t left_ms = NIGHT_START_MS + NIGHT_MS - w->now_ms;

	if (left_ms < 80 * MINUTE)
		return;
	after_ms += roll_between(w, MINUTE, 10 * MINUTE);
	intend(w, after_ms, person, incident, "resolve", "");
	after_ms += roll_between(w, MINUTE, 10 * MINUTE);
	intend(w, after_ms, person, incident, "reopen", why);
	intend(w, after_ms + 2000, person, incident, "reopen", why);
	intend(w, left_ms - 40 * MINUTE, person, incident, "resolve", "");
	intend(w, left_ms - 20 * MINUTE, person, incident, "resolve", "");
}

/* In every eighth night: what is done more rarely. */
static void
after_taking_rarely(struct world *w, const char *person, const char *incident,
    int64_t after_ms)
{
	switch (roll(w, 3)) {
	case 0:
		escalate(w, person, incident, after_ms);
		break;
	case 1:
		reopen(w, person, incident, after_ms);
		break;
	default:
		break;
	}
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

/* By a text message, with the code of the page. */
static void
write_back(struct world *w, int64_t after_ms, const struct message *m)
{
	struct intention *i = mem_alloc(sizeof(*i));

	text_copy(i->person, sizeof(i->person), m->person);
	text_copy(i->incident, sizeof(i->incident), m->incident);
	text_copy(i->verb, sizeof(i->verb), "reply");
	receipt_reply(w, m, i->json);
	at(w, w->now_ms + after_ms, act, 0, i);
}

void
people_hear(struct world *w, const struct message *m)
{
	int64_t after_ms;

	if (m->kind != MESSAGE_CALL || m->incident[0] == '\0' || chance(w, 55))
		return; /* sleeps, or has no hand free */
	after_ms = roll_between(w, 3000, 6 * MINUTE);
	if (receipt_is_drawn(w) && m->reply[0] != '\0' && chance(w, 50))
		write_back(w, after_ms, m);
	else
		intend(w, after_ms, m->person, m->incident, "take", "");
	if (w->seed % 8 == 7)
		after_taking_rarely(w, m->person, m->incident, after_ms);
	else
		after_taking(w, m->person, m->incident, after_ms);
}

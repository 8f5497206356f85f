/* simalien: see simalien.h. */
#include "tests/sim/oracle.h"
#include "tests/sim/simalien.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)
#define LAST_MS (NIGHT_START_MS + NIGHT_MS - 40 * MINUTE)
#define AGAIN_MS 7000 /* it hears nothing, or no, and says it again */
#define APART_MS 1000 /* one comes after the other: none overtakes another */

/* What it is to say of an alert, until that is accepted. */
struct wish {
	bool fires;
	bool is_heard;
	int64_t said_ms;
};
static struct wish wishes[ALIEN_ALERTS];

static void
say(struct world *w, int who, void *data)
{
	struct wish *x = &wishes[who];
	char json[256];

	(void)data;
	if (x->is_heard)
		return;
	if (w->now_ms - x->said_ms < APART_MS) {
		at(w, x->said_ms + APART_MS, say, who, NULL);
		return;
	}
	x->said_ms = w->now_ms;
	text_format(json, sizeof(json),
	    "{\"command\":\"alerts\",\"source\":\"" ALIEN
	    "\",\"events\":[{\"do\":\"%s\",\"key\":"
	    "\"%016x%016x\",\"severity\":\"critical\",\"text\":\"alert %d\"}]}",
	    x->fires ? "trigger" : "resolve", (unsigned)who, 0U, who);
	oracle_alien_says(w, who, x->fires);
	sim_pager_command(w, ALIEN, "", "alerts", json);
	at(w, w->now_ms + AGAIN_MS, say, who, NULL);
}

static void
begin_to_say(struct world *w, int who, bool fires)
{
	wishes[who].fires = fires;
	wishes[who].is_heard = false;
	tell(w, "alien: alert %d %s", who, fires ? "fires" : "is over");
	say(w, who, NULL);
}

static void
fire(struct world *w, int who, void *data)
{
	(void)data;
	begin_to_say(w, who, true);
}

static void
end(struct world *w, int who, void *data)
{
	(void)data;
	begin_to_say(w, who, false);
}

/* The same once more, as Alertmanager does. */
static void
repeat(struct world *w, int who, void *data)
{
	(void)data;
	if (wishes[who].fires && wishes[who].is_heard)
		begin_to_say(w, who, true);
}

void
alien_answered(struct world *w, const char *json, bool ok)
{
	const char *key = strstr(json, "\"key\":\"");
	int who = key[7 + 15] - '0'; /* the last of its sixteen */
	bool fires = strstr(json, "\"trigger\"") != NULL;

	if (!ok) {
		broken(w, "promise 9: an alert is refused: %s", json);
		return;
	}
	if (wishes[who].fires != fires || wishes[who].is_heard)
		return; /* an answer to what it says no more */
	wishes[who].is_heard = true;
	oracle_alien_heard(w, who, fires);
}

/* In every fourth night; the others are as they were without. */
void
alien_plan(struct world *w)
{
	memset(wishes, 0, sizeof(wishes));
	if (w->seed % 4 != 3)
		return;
	for (int i = 0; i < ALIEN_ALERTS; i++) {
		int64_t at_ms =
		    NIGHT_START_MS + roll_between(w, 2, 90) * MINUTE;

		while (at_ms < LAST_MS) {
			int64_t end_ms =
			    at_ms + roll_between(w, 1, 5400) * 1000;

			at(w, at_ms, fire, i, NULL);
			for (int64_t t = at_ms + 5 * MINUTE; t < end_ms;
			     t += 5 * MINUTE)
				at(w, t, repeat, i, NULL);
			at(w, end_ms < LAST_MS ? end_ms : LAST_MS, end, i,
			    NULL);
			at_ms = end_ms + roll_between(w, 1, 90) * MINUTE;
		}
	}
}

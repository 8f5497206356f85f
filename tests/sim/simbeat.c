/* simbeat: see simbeat.h. */
#include "tests/sim/oracle.h"
#include "tests/sim/simbeat.h"
#include "tests/sim/simpager.h"

#define MINUTE INT64_C(60000)
#define LAST_MS (NIGHT_START_MS + NIGHT_MS - 60 * MINUTE)
#define AGAIN_MS 7000 /* it hears nothing, or no, and says it again ... */
#define TIMES 25      /* ... so often */
#define JITTER_S 30

static const char *const words[] = { "start", "finish", "fail" };

/* What it is to say, until that is heard. */
static struct {
	int word; /* of words */
	int left; /* so often at most; 0: nothing */
	unsigned call;
} wish;

bool
beat_is_there(const struct world *w)
{
	return w->seed % 4 == 1;
}

static void
say(struct world *w, int who, void *data)
{
	char json[160];

	(void)data;
	if ((unsigned)who != wish.call || wish.left == 0)
		return;
	wish.left--;
	text_format(json, sizeof(json),
	    "{\"command\":\"heartbeat\",\"heartbeat\":\"" BEAT
	    "\",\"what\":\"%s\",\"code\":%d}",
	    words[wish.word], wish.word == 2);
	oracle_beat_says(w, words[wish.word]);
	sim_pager_command(w, BEAT, "", "heartbeat", json);
	at(w, w->now_ms + AGAIN_MS, say, who, NULL);
}

static void
begin_to_say(struct world *w, int word, void *data)
{
	(void)data;
	wish.word = word;
	wish.left = TIMES;
	wish.call++;
	tell(w, "beat: %s", words[word]);
	say(w, (int)wish.call, NULL);
}

void
beat_answered(struct world *w, const char *json, bool ok)
{
	char wanted[32];
	int word = 0;

	if (!ok) {
		broken(w, "promise 9: a heartbeat is refused: %s", json);
		return;
	}
	while (text_format(wanted, sizeof(wanted), "\"what\":\"%s\"",
		   words[word]) &&
	    strstr(json, wanted) == NULL)
		word++;
	if (word == wish.word)
		wish.left = 0;
	oracle_beat_heard(w, words[word]);
}

/* Well most of the time; dead for a while, or failing, now and then. */
void
beat_plan(struct world *w)
{
	int64_t at_ms = NIGHT_START_MS, dead_ms = 0;
	int word = 1;

	wish.left = 0;
	oracle_beat_begin();
	if (!beat_is_there(w))
		return;
	while (at_ms < NIGHT_START_MS + NIGHT_MS) {
		at_ms +=
		    BEAT_EVERY_MS + roll_between(w, -JITTER_S, JITTER_S) * 1000;
		if (at_ms < LAST_MS && roll_between(w, 0, 7) == 0)
			dead_ms = at_ms + roll_between(w, 5, 60) * MINUTE;
		word = at_ms < LAST_MS && roll_between(w, 0, 5) == 0 ? 2 : 1;
		if (at_ms < dead_ms)
			continue;
		if (roll_between(w, 0, 2) == 0)
			at(w, at_ms - MINUTE, begin_to_say, 0, NULL);
		at(w, at_ms, begin_to_say, word, NULL);
	}
}

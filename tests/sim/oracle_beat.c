/*
 * The oracle on a heartbeat (docs/protocol.md, "Heartbeats"): once it is late,
 * or said that it failed, somebody has to be called, until its next good call;
 * and while it calls in time nobody is.
 */
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simbeat.h"
#include "tests/sim/simpager.h"

#define SLACK_MS 5000
#define CALM_MS 60000 /* of one somebody is told once a minute */

static int64_t heard_ms; /* when it was last heard of an end */

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

void
oracle_beat_begin(void)
{
	heard_ms = NIGHT_START_MS;
}

/* Until it was heard nobody is bound by it, and nobody does wrong. */
void
oracle_beat_says(struct world *w, const char *word)
{
	struct subject *s = subject_seen(w, "heartbeat:" BEAT);

	if (strcmp(word, "finish") == 0)
		s->silenced = true;
	else if (strcmp(word, "fail") == 0 && !s->active)
		s->forgotten = true;
}

static void
burn(struct world *w, struct subject *s)
{
	if (!s->active)
		s->raised_at_ms = w->now_ms;
	s->active = true;
	s->severity = 1;
	s->kind = ALARM_FOREIGN;
	s->silenced = s->forgotten = false;
	s->due_able_ms = w->oracle->able_ms + CALM_MS;
}

void
oracle_beat_heard(struct world *w, const char *word)
{
	struct subject *s = subject_seen(w, "heartbeat:" BEAT);

	tell(w, "beat: %s is heard", word);
	if (strcmp(word, "start") == 0)
		return;
	heard_ms = w->now_ms;
	if (strcmp(word, "fail") == 0) {
		burn(w, s);
		return;
	}
	s->active = s->silenced = s->forgotten = false;
	oracle_note_end(w, s);
}

/* It may be called for, rightly or by our own trouble. */
static bool
may_burn(const struct world *w, const struct sim_pager *p)
{
	return w->now_ms >= heard_ms + BEAT_EVERY_MS ||
	    w->now_ms - later(w->oracle->jumped_ms, p->able_from_ms) <
	    BEAT_EVERY_MS + BEAT_GRACE_MS;
}

/* Its grace is over, by any clock; and that of whoever listens, too. */
static bool
must_burn(const struct world *w, const struct sim_pager *p)
{
	int64_t since_ms = later(heard_ms, w->oracle->jumped_ms);

	return w->now_ms >=
	    since_ms + BEAT_EVERY_MS + BEAT_GRACE_MS + SLACK_MS &&
	    w->now_ms >= p->able_from_ms + BEAT_GRACE_MS + SLACK_MS;
}

void
oracle_beat_check(struct world *w)
{
	const struct sim_pager *p = sim_pager_active(w);
	struct subject *s;

	if (!beat_is_there(w) || p == NULL)
		return;
	s = subject_seen(w, "heartbeat:" BEAT);
	if (s->active)
		return;
	if (must_burn(w, p)) {
		tell(w, "beat: is late");
		burn(w, s);
	} else if (may_burn(w, p))
		s->forgotten = true;
}

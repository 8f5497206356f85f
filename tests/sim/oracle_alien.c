/*
 * The oracle on alerts from outside: from when on one has to call somebody, and
 * until when.
 */
#include "lib/text.h"
#include "tests/sim/oracle_parts.h"
#include "tests/sim/simalien.h"

static struct subject *
alien_seen(struct world *w, int alert)
{
	char name[64];

	text_format(name, sizeof(name), "alert:alien/%016x", (unsigned)alert);
	return subject_seen(w, name);
}

/* Until it was accepted nobody is bound by it, and nobody does wrong. */
void
oracle_alien_says(struct world *w, int alert, bool fires)
{
	struct subject *s = alien_seen(w, alert);

	if (!fires)
		s->silenced = true;
	else if (!s->active)
		s->forgotten = true;
}

/* From now on it is as good as an alarm: it calls until it is over. */
void
oracle_alien_heard(struct world *w, int alert, bool fires)
{
	struct subject *s = alien_seen(w, alert);
	bool was_paging = s->active && !s->silenced;

	tell(w, "alien: alert %d is accepted as %s", alert,
	    fires ? "firing" : "over");
	s->active = fires;
	s->severity = 1;
	s->kind = ALARM_FOREIGN;
	s->silenced = s->forgotten = false;
	if (!fires)
		oracle_note_end(w, s);
	else if (!was_paging) {
		s->raised_at_ms = w->now_ms;
		s->due_able_ms = w->oracle->able_ms;
		news_begin(w, s);
	}
}

/*
 * What is refused for want of room is counted, and said: the first at once,
 * what follows within SERVE_TELL_MS in one line, so that a flood of requests
 * is no flood of lines.
 */
#include <inttypes.h>

#include <event2/event.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/serve_parts.h"

static const char *const names[SERVE_REFUSALS] = {
	[SERVE_REFUSED_FULL] = "full",
	[SERVE_REFUSED_CONNECTIONS] = "connections",
	[SERVE_REFUSED_RATE] = "rate",
	[SERVE_REFUSED_STREAMS] = "streams",
};

const char *
serve_refusal_text(enum serve_refusal what)
{
	return names[what];
}

uint64_t
serve_refused(const struct serve *s, enum serve_refusal what)
{
	return s->refused[what];
}

static void
wait_to_tell(struct serve *s)
{
	int64_t ms = PATIENCE_MS("SERVE_TELL_MS", SERVE_TELL_MS);
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	event_add(s->tell, &tv);
}

/* " connections=17 rate=3"; false: nothing since the last line. */
static bool
add_counts(struct serve *s, struct text *t)
{
	for (int i = 0; i < SERVE_REFUSALS; i++) {
		uint64_t n = s->refused[i] - s->told[i];

		if (n > 0)
			text_addf(t, " %s=%" PRIu64, names[i], n);
		s->told[i] = s->refused[i];
	}
	return t->length > 0;
}

static void
tell(struct serve *s)
{
	struct text t = { 0 };

	if (add_counts(s, &t)) {
		log_warnx("serve %s: refused%s last=%s", s->address, t.data,
		    s->refused_peer);
		wait_to_tell(s);
	}
	text_clear(&t);
}

static void
on_tell(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	tell(arg);
}

void
serve_refuse(struct serve *s, enum serve_refusal what, const char *peer)
{
	s->refused[what]++;
	text_copy(s->refused_peer, sizeof(s->refused_peer), peer);
	if (!event_pending(s->tell, EV_TIMEOUT, NULL))
		tell(s);
}

void
serve_refuse_begin(struct serve *s)
{
	s->tell = evtimer_new(s->base, on_tell, s);
	if (s->tell == NULL)
		fatalx("serve %s: no memory for a timer", s->address);
}

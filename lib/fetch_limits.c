/*
 * fetch_limits: when a fetch's one timer fires, and what is late then; see
 * fetch_inside.h.
 *
 * How far a transfer has come is asked of libcurl only when a limit could
 * have passed.
 */
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/fetch_inside.h"
#include "lib/log.h"

#define STALL_US 250000

void
limits_wait(struct fetch *f, int64_t us)
{
	struct timeval tv = { us / 1000000, us % 1000000 };

	if (us < 0)
		tv = (struct timeval){ 0, 0 };
	f->wake_us = clock_monotonic_us() + us;
	if (evtimer_add(f->timer, &tv) == -1)
		fatalx("fetch: the event loop takes no more");
}

void
limits_wake(struct fetch *f, int64_t at_us)
{
	if (at_us > f->deadline_us)
		at_us = f->deadline_us;
	limits_wait(f, at_us - clock_monotonic_us());
}

static const char *const waiting_for[] = {
	[PHASE_CONNECT] = "no connection",
	[PHASE_TLS] = "no end of the TLS handshake",
	[PHASE_FIRST_BYTE] = "no first byte of an answer",
	[PHASE_BODY] = "no end of the answer",
};

/* How far the transfer is, and when it came there (monotonic). */
static enum phase
phase_of(const struct fetch *f, int64_t *since_us)
{
	curl_off_t pre = 0;

	*since_us = f->hop_us;
	if (f->answering)
		return PHASE_BODY;
	curl_easy_getinfo(f->handle->easy, CURLINFO_PRETRANSFER_TIME_T, &pre);
	if (pre > 0) {
		*since_us += pre;
		return PHASE_FIRST_BYTE;
	}
	if (f->shaking_us == 0)
		return PHASE_CONNECT;
	*since_us = f->shaking_us;
	return PHASE_TLS;
}

/*
 * When to look again: at the deadline, or when the limit of this phase, or of
 * one that may follow at once, would have passed.
 */
void
limits_watch(struct fetch *f, int64_t now_us)
{
	int64_t since_us, next_us = f->deadline_us;
	enum phase at = phase_of(f, &since_us), p;

	for (p = at; p < PHASE_BODY; p++) {
		int64_t from_us = p == at ? since_us : now_us;
		int64_t limit_us =
		    from_us + f->limit_ms[p] * 1000 + f->stalled_us;

		if (f->limit_ms[p] > 0 && limit_us < next_us)
			next_us = limit_us;
	}
	limits_wait(f, next_us - now_us);
}

/* Whether a limit has passed; then failure and error are set. */
bool
limits_are_passed(struct fetch *f, int64_t now_us)
{
	int64_t since_us, passed_ms = 0;
	enum phase at = phase_of(f, &since_us);

	if (now_us >= f->deadline_us)
		passed_ms = f->timeout_ms;
	else if (at < PHASE_BODY && f->limit_ms[at] > 0 &&
	    now_us >= since_us + f->limit_ms[at] * 1000 + f->stalled_us)
		passed_ms = f->limit_ms[at];
	if (passed_ms == 0)
		return false;
	why(f, FETCH_TIMEOUT, "%s within %lld ms", waiting_for[at],
	    (long long)passed_ms);
	return true;
}

/*
 * When the loop itself came late (the process was stopped, the host is out
 * of breath), what arrived meanwhile has not been looked at: give it that
 * much more, and a moment to look.
 */
void
limits_forgive(struct fetch *f, int64_t now_us)
{
	int64_t late_us = now_us - f->wake_us;

	if (late_us < STALL_US)
		return;
	late_us += STALL_US;
	f->stalled_us += late_us;
	f->deadline_us += late_us;
}

/*
 * audit: see audit.h.  One case for each thing that can be wrong; what is
 * seen moves it on, and what is told of it moves it on.
 */
#include <assert.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/audit_parts.h"

void
audit_init(struct audit *a, const char *site, const char *host,
    int64_t silence_max_ms, int64_t now_ms)
{
	*a = (struct audit){ .silence_max_ms = silence_max_ms,
		.slack_ms = AUDIT_SLACK_MS,
		.grace_ms = AUDIT_GRACE_MS,
		.loop_ms = AUDIT_LOOP_MS,
		.pager = AUDIT_OPENING,
		.turned_ms = now_ms };
	text_copy(a->site, sizeof(a->site), site);
	text_copy(a->host, sizeof(a->host), host);
	for (int i = 0; i < AUDIT_PARTS; i++)
		a->cases[i].tell_ms = NEVER;
}

void
audit_forget(struct audit_case *c)
{
	enum audit_state telling = c->telling;

	*c = (struct audit_case){ .telling = telling, .tell_ms = NEVER };
}

static void
to_tell(struct audit_case *c, int64_t now_ms)
{
	c->state = AUDIT_TO_TELL;
	c->tell_ms = now_ms;
}

/* It is over.  Who was never told need not hear of it. */
static void
end(struct audit_case *c, int64_t now_ms)
{
	bool heard = c->state == AUDIT_TOLD || c->told_ms != 0 ||
	    c->telling == AUDIT_TO_TELL;

	if (c->state == AUDIT_FINE || c->state == AUDIT_TO_END)
		return;
	if (!heard) {
		audit_forget(c);
		return;
	}
	c->state = AUDIT_TO_END;
	c->ended_ms = c->tell_ms = now_ms;
}

void
audit_turned(struct audit *a, enum audit_pager pager, int64_t now_ms)
{
	a->pager = pager;
	a->turned_ms = now_ms;
	end(&a->cases[AUDIT_LOOP], now_ms);
	/* Another one is active: it has an auditor of its own. */
	if (pager == AUDIT_STANDBY)
		audit_forget(&a->cases[AUDIT_QUIET]);
}

static void
begin(struct audit_case *c, const struct audit_view *v)
{
	audit_forget(c);
	c->state = AUDIT_SEEN;
	c->seen_ms = v->at_ms;
	c->since_ms = v->quiet_since_ms;
}

void
audit_saw(struct audit *a, const struct audit_view *v, int64_t now_ms)
{
	struct audit_case *c = &a->cases[AUDIT_QUIET];

	a->view = *v;
	if (a->pager == AUDIT_STANDBY)
		return;
	if (v->quiet == 0) {
		end(c, now_ms);
		return;
	}
	if (c->state == AUDIT_FINE || c->state == AUDIT_TO_END)
		begin(c, v);
	text_copy(c->incident, sizeof(c->incident), v->incident);
	if (c->state == AUDIT_SEEN && v->at_ms - c->seen_ms >= a->grace_ms)
		to_tell(c, now_ms);
}

/* The loop, before anything is done about it. */
static void
watch_loop(struct audit *a, int64_t now_ms)
{
	struct audit_case *c = &a->cases[AUDIT_LOOP];

	if (now_ms - a->turned_ms <= a->loop_ms || c->state == AUDIT_TO_TELL ||
	    c->state == AUDIT_TOLD || c->state == AUDIT_SEEN)
		return;
	audit_forget(c);
	c->since_ms = c->seen_ms = a->turned_ms;
	/* One that stands by is missed by nobody tonight. */
	if (a->pager == AUDIT_STANDBY)
		c->state = AUDIT_SEEN;
	else
		to_tell(c, now_ms);
}

/* What an instant in the future would delay, once the clock was set back. */
static void
not_after(int64_t *at_ms, int64_t now_ms)
{
	if (*at_ms > now_ms)
		*at_ms = now_ms;
}

void
audit_break(struct audit *a, int64_t now_ms)
{
	a->turned_ms = now_ms;
	for (int i = 0; i < AUDIT_PARTS; i++) {
		struct audit_case *c = &a->cases[i];

		if (c->state == AUDIT_SEEN)
			c->seen_ms = now_ms;
		not_after(&c->told_ms, now_ms);
		not_after(&c->kill_ms, now_ms);
		if (c->tell_ms != NEVER)
			not_after(&c->tell_ms, now_ms + AUDIT_AGAIN_MS);
	}
}

/* Since when the pager ought to have been started anew; NEVER: it need not. */
static int64_t
kill_due(const struct audit *a, enum audit_part part, int64_t now_ms)
{
	const struct audit_case *c = &a->cases[part];

	if (part == AUDIT_LOOP)
		return now_ms - a->turned_ms > a->loop_ms
		    ? a->turned_ms + 2 * a->loop_ms
		    : NEVER;
	/* A loop that turns and does not page: once, and only if it is ours. */
	if (c->state != AUDIT_TOLD || c->kill_ms != 0 ||
	    a->pager != AUDIT_ACTIVE)
		return NEVER;
	return c->told_ms + a->grace_ms;
}

static bool
next_kill(struct audit *a, enum audit_part part, int64_t now_ms,
    struct audit_action *out)
{
	struct audit_case *c = &a->cases[part];

	if (now_ms < kill_due(a, part, now_ms) ||
	    (c->kill_ms != 0 && now_ms - c->kill_ms < AUDIT_KILL_AGAIN_MS))
		return false;
	*out = (struct audit_action){ .what = AUDIT_KILL,
		.part = part,
		.again = c->kill_ms != 0 };
	c->kill_ms = now_ms;
	return true;
}

static bool
next_tell(struct audit *a, enum audit_part part, int64_t now_ms,
    struct audit_action *out)
{
	struct audit_case *c = &a->cases[part];

	if (c->telling != AUDIT_FINE || c->tell_ms > now_ms)
		return false;
	c->telling = c->state == AUDIT_TO_END ? AUDIT_TO_END : AUDIT_TO_TELL;
	c->tell_ms = NEVER;
	audit_compose(a, part, now_ms, out);
	return true;
}

enum audit_do
audit_next(struct audit *a, int64_t now_ms, struct audit_action *out)
{
	watch_loop(a, now_ms);
	for (enum audit_part part = AUDIT_LOOP; part < AUDIT_PARTS; part++)
		if (next_tell(a, part, now_ms, out) ||
		    next_kill(a, part, now_ms, out))
			return out->what;
	return AUDIT_NOTHING;
}

/* By the time a telling ends the state may be another than the one told. */
void
audit_told(struct audit *a, enum audit_part part, bool handed_over,
    int64_t now_ms)
{
	struct audit_case *c = &a->cases[part];
	enum audit_state told = c->telling;

	c->telling = AUDIT_FINE;
	c->repeat = c->repeat && !handed_over;
	assert(told != AUDIT_FINE); /* each telling ends once */
	if (c->state == AUDIT_FINE || c->state == AUDIT_SEEN)
		return;
	if (told == AUDIT_TO_END && c->state == AUDIT_TO_END) {
		c->tell_ms = now_ms + AUDIT_AGAIN_MS;
		if (handed_over)
			audit_forget(c);
	} else if (told == AUDIT_TO_END) {
		return; /* it has begun anew meanwhile, and is told at once */
	} else if (c->state == AUDIT_TO_END) {
		if (!handed_over && c->told_ms == 0)
			audit_forget(c); /* nobody heard of its begin */
	} else if (handed_over) {
		c->state = AUDIT_TOLD;
		c->told_ms = now_ms;
		c->tell_ms =
		    part == AUDIT_QUIET ? now_ms + a->silence_max_ms : NEVER;
	} else
		c->tell_ms = now_ms + AUDIT_AGAIN_MS;
}

bool
audit_is_fine(const struct audit *a)
{
	return a->cases[AUDIT_LOOP].state == AUDIT_FINE &&
	    a->cases[AUDIT_QUIET].state == AUDIT_FINE;
}

#ifndef TESTS_UNIT_AUDIT_STORY_H
#define TESTS_UNIT_AUDIT_STORY_H

/*
 * A pager and its auditor, by the second: what the pager does, what the
 * channels take, and what the auditor decided, with the clock in the margin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/audit.h"

#define BEGIN_MS INT64_C(1795330800000) /* 2026-11-22T07:00:00Z */
#define SILENCE_MS INT64_C(300000)

struct story {
	struct audit audit;
	int64_t now_ms;
	bool hangs, quiet; /* the pager's loop; INC-000007 */
	bool deaf;         /* no channel takes anything */
	bool blind;        /* the records cannot be read */
	bool slow;         /* tellings do not end */
	enum audit_pager pager;
	int64_t quiet_since_ms;
	struct text text;
};

static void
begin(struct story *s)
{
	*s = (struct story){ .now_ms = BEGIN_MS, .pager = AUDIT_ACTIVE };
	audit_init(&s->audit, "Kahu", "alpha", SILENCE_MS, s->now_ms);
	text_add(&s->text, "");
}

static void
say(struct story *s, const struct audit_action *x)
{
	text_addf(&s->text, "[%4d] ", (int)((s->now_ms - BEGIN_MS) / 1000));
	if (x->what == AUDIT_KILL)
		text_addf(&s->text, "kill%s\n", x->again ? " again" : "");
	else
		text_addf(&s->text, "%s%s%s %s\n", x->repeat ? "again? " : "",
		    x->over ? "over: " : "",
		    x->part == AUDIT_LOOP ? "loop" : "quiet", x->merge_key);
}

static void
look(struct story *s)
{
	struct audit_view v = { .at_ms = s->now_ms };

	if (s->quiet) {
		v.quiet = v.unheld = 1;
		v.quiet_since_ms = s->quiet_since_ms;
		text_copy(v.incident, sizeof(v.incident), "INC-000007");
		text_copy(v.text, sizeof(v.text), "INC-000007 is quiet");
		text_copy(v.list, sizeof(v.list), "INC-000007 (S1) acme/learn");
	}
	if (!s->blind)
		audit_saw(&s->audit, &v, s->now_ms);
}

static void
act(struct story *s)
{
	struct audit_action x;

	while (audit_next(&s->audit, s->now_ms, &x) != AUDIT_NOTHING) {
		say(s, &x);
		if (x.what == AUDIT_TELL && !s->slow)
			audit_told(&s->audit, x.part, !s->deaf, s->now_ms);
	}
}

/* Every second the loop turns, every fifth the records are looked at. */
static void
pass(struct story *s, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		s->now_ms += 1000;
		if (!s->hangs)
			audit_turned(&s->audit, s->pager, s->now_ms);
		if ((s->now_ms - BEGIN_MS) % 5000 == 0)
			look(s);
		act(s);
	}
}

static void
fall_quiet(struct story *s)
{
	s->quiet = true;
	s->quiet_since_ms = s->now_ms - SILENCE_MS - AUDIT_SLACK_MS;
}

/* All was well for so long. */
static void
begin_quiet(struct story *s, int seconds)
{
	begin(s);
	pass(s, seconds);
	fall_quiet(s);
}

static void
told(struct story *s, const char *want)
{
	assert_string_equal(s->text.data, want);
	text_clear(&s->text);
	text_add(&s->text, "");
}

#endif

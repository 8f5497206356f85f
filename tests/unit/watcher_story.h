#ifndef TESTS_UNIT_WATCHER_STORY_H
#define TESTS_UNIT_WATCHER_STORY_H

/* Stories of a watcher, with the second since the beginning in the margin. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/watcher.h"
#include "lib/text.h"

#define S 1000
#define BASE 1800000000000

struct story {
	struct watcher w;
	struct watcher_look look;
	int64_t now_ms;
	struct text text;
};

static struct story st;

static inline void
step(void)
{
	static const char *const says[] = { "", "raise", "change", "clear" };
	enum watcher_say say = watcher_step(&st.w, &st.look, st.now_ms);

	if (say == WATCHER_NOTHING)
		return;
	text_addf(&st.text, "[%5lld] %s %s S%d%s\n",
	    (long long)(st.now_ms - BASE) / S, says[say],
	    alarm_kind_text(st.w.kind), st.w.severity,
	    st.w.is_flapping ? " flapping" : "");
}

static inline void
pass(int64_t until_s)
{
	int64_t due_ms;

	step();
	while ((due_ms = watcher_deadline(&st.w, &st.look, st.now_ms)) <=
	    BASE + until_s * S) {
		assert_true(due_ms > st.now_ms);
		st.now_ms = due_ms;
		step();
	}
	st.now_ms = BASE + until_s * S;
	step();
}

/* What is seen from now on: state and counts. */
static inline void
see(enum state state, int fresh, int failing, int maintenance, int good)
{
	if (state != st.look.state) {
		st.look.since_before_ms = st.now_ms - 30 * S;
		st.look.since_ms = st.now_ms;
	}
	st.look.state = state;
	st.look.fresh = fresh;
	st.look.failing = failing;
	st.look.maintenance = maintenance;
	st.look.good_regions = good;
	st.look.reason = failing > 0 ? REASON_TIMEOUT : REASON_NONE;
	if (fresh == 0 || failing < fresh)
		st.look.all_fail_since_ms = NEVER;
	else if (st.look.all_fail_since_ms == NEVER)
		st.look.all_fail_since_ms = st.now_ms;
	step();
}

static inline void
begin(int severity)
{
	memset(&st, 0, sizeof(st));
	watcher_init(&st.w);
	st.now_ms = BASE;
	st.look = (struct watcher_look){ .state = STATE_UP,
		.since_ms = BASE,
		.quorum = 2,
		.fresh = 3,
		.good_regions = 3,
		.all_fail_since_ms = NEVER,
		.interval_ms = 30 * S,
		.severity = severity };
}

static inline void
told(const char *wanted)
{
	assert_string_equal(st.text.data == NULL ? "" : st.text.data, wanted);
	text_clear(&st.text);
}

#endif

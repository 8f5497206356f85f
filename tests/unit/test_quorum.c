/*
 * quorum: states as a text, "0 up, 120 down, 600 up", from what each region
 * saw, also written as a text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/quorum.h"
#include "lib/text.h"

#define BASE 1800000000000
#define S 1000
#define STEP 10 /* seconds between looks */

struct fixture {
	struct runs runs[4];
	struct interval_set voids[4];
	struct quorum_region regions[4];
	struct quorum_terms terms[4];
	struct quorum_input in;
	size_t count;
};

static struct fixture fx;

static void
begin(size_t count, int64_t quorum)
{
	memset(&fx, 0, sizeof(fx));
	fx.count = count;
	for (size_t i = 0; i < count; i++) {
		runs_init(&fx.runs[i]);
		fx.runs[i].timeout_ms = 5 * S;
		fx.regions[i].runs = &fx.runs[i];
		fx.regions[i].voids = &fx.voids[i];
	}
	fx.terms[0] = (struct quorum_terms){ BASE, quorum,
		(UINT64_C(1) << count) - 1, false };
	fx.in = (struct quorum_input){ .regions = fx.regions,
		.region_count = count,
		.terms = fx.terms,
		.terms_count = 1 };
}

static void
end(void)
{
	for (size_t i = 0; i < fx.count; i++) {
		runs_clear(&fx.runs[i]);
		interval_set_clear(&fx.voids[i]);
	}
}

/* One letter per ten seconds: . ok, s slow, x failed, m maintenance,
 * u unknown, - nothing. */
static void
saw(size_t region, const char *looks)
{
	for (size_t i = 0; looks[i] != '\0'; i++) {
		struct run_point p = { BASE + (int64_t)i * STEP * S, STEP * S,
			OUTCOME_OK, REASON_NONE };

		switch (looks[i]) {
		case '-':
			continue;
		case 's':
			p.outcome = OUTCOME_SLOW;
			break;
		case 'x':
			p.outcome = OUTCOME_FAILED;
			p.reason = REASON_TIMEOUT;
			break;
		case 'm':
			p.outcome = OUTCOME_MAINTENANCE;
			break;
		case 'u':
			p.outcome = OUTCOME_UNKNOWN;
			break;
		}
		runs_insert(&fx.runs[region], &p, BASE);
	}
}

static void
is_told(int64_t now_s, const char *wanted)
{
	struct state_line line = { 0 };
	struct text out = { 0 };
	int64_t before = BASE;

	fx.in.now_ms = BASE + now_s * S;
	quorum_line(&fx.in, BASE, fx.in.now_ms, &line);
	for (size_t i = 0; i < line.count; i++) {
		const struct state_span *span = &line.items[i];

		assert_int_equal(span->from_ms, before);
		before = span->to_ms;
		text_addf(&out, "%s%lld %s", i > 0 ? ", " : "",
		    (long long)(span->from_ms - BASE) / S,
		    state_text(span->state));
		if (i > 0 && span->from_before_ms != span->from_ms)
			text_addf(&out, "(%lld)",
			    (long long)(span->from_before_ms - BASE) / S);
	}
	assert_int_equal(before, fx.in.now_ms);
	assert_string_equal(out.data, wanted);
	text_clear(&out);
	state_line_clear(&line);
}

/* A fails 0-600, B 120-720, C never: 2 of 3 is 480 s. */
static void
test_the_reference(void **state)
{
	char a[81], b[81], c[81];

	(void)state;
	memset(a, '.', 80);
	memset(b, '.', 80);
	memset(c, '.', 80);
	a[80] = b[80] = c[80] = '\0';
	memset(a, 'x', 60);
	memset(b + 12, 'x', 60);
	begin(3, 2);
	saw(0, a);
	saw(1, b);
	saw(2, c);
	is_told(800, "0 up, 120 down(110), 600 up(590)");
	end();
	/* C has stopped reporting: both that are left must fail. */
	begin(3, 2);
	saw(0, a);
	saw(1, b);
	is_told(800, "0 up, 120 down(110), 600 up(590)");
	end();
	/* Any one is enough where the terms say so, if most agree. */
	begin(1, 1);
	saw(0, a);
	is_told(800, "0 down, 600 up(590)");
	end();
}

static void
test_rules(void **state)
{
	static const struct {
		const char *a, *b, *c;
		int64_t quorum;
		const char *told; /* until second 100 */
	} cases[] = {
		{ "..........", "..........", "..........", 2, "0 up" },
		{ "xxxxxxxxxx", "..........", "..........", 2, "0 up" },
		{ "xxxxxxxxxx", "xxxxxxxxxx", "..........", 2, "0 down" },
		{ "mmmmmmmmmm", "xxxxxxxxxx", "..........", 2, "0 down" },
		/* One failing of three is not most of the fresh. */
		{ "xxxxxxxxxx", "..........", "..........", 1, "0 degraded" },
		{ "xxxxxxxxxx", "..........", "-", 1, "0 degraded" },
		{ "xxxxxxxxxx", "-", "-", 1, "0 down" },
		{ "xxxxxxxxxx", "-", "-", 2, "0 unknown" },
		{ "xxxxxxxxxx", "xxxxxxxxxx", "..........", 3, "0 up" },
		/* Unknown is not fresh. */
		{ "xxxxxxxxxx", "uuuuuuuuuu", "..........", 2, "0 up" },
		{ "..........", "uuuuuuuuuu", "uuuuuuuuuu", 2, "0 unknown" },
		/* Slow, or slow here and failing there. */
		{ "ssssssssss", "ssssssssss", "..........", 2, "0 degraded" },
		{ "ssssssssss", "xxxxxxxxxx", "..........", 2, "0 degraded" },
		{ "ssssssssss", "..........", "..........", 2, "0 up" },
		/* Silence: three intervals are bridged, not four. */
		{ "..........", "..xx---xxx", "..x---.xxx", 2,
		    "0 up, 20 down(10), 30 up(20), 40 unknown(30), 60 up(20), "
		    "70 down(60)" },
		{ "..........", "..----....", "..........", 3,
		    "0 up, 20 unknown(10), 60 up(10)" },
		{ "..........", "..--......", "..........", 3, "0 up" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(3, cases[i].quorum);
		saw(0, cases[i].a);
		saw(1, cases[i].b);
		saw(2, cases[i].c);
		is_told(100, cases[i].told);
		end();
	}
}

/* Three blips each in two regions: half broken, until they are old. */
static void
test_blips(void **state)
{
	(void)state;
	begin(3, 2);
	saw(0, ".x.x.x.................");
	saw(1, "..x.x.x................");
	saw(2, ".......................");
	is_told(230, "0 up, 60 degraded, 110 up");
	end();
}

static void
test_live_edge(void **state)
{
	(void)state;
	begin(2, 2);
	saw(0, "..xx");
	saw(1, "..xx");
	is_told(64, "0 up, 20 down(10)");
	is_told(65, "0 up, 20 down(10), 40 unknown(30)");
	end();
}

static void
test_voids_and_terms(void **state)
{
	(void)state;
	begin(3, 2);
	saw(0, "xxxxxxxxxx");
	saw(1, "xxxxxxxxxx");
	saw(2, "..........");
	interval_set_add(&fx.voids[0], BASE + 20 * S, BASE + 40 * S);
	is_told(100, "0 down, 20 up, 40 down");
	/* From 50 on three are asked for; at 60 it is taken away. */
	fx.terms[1] = (struct quorum_terms){ BASE + 50 * S, 3, 7 };
	fx.terms[2] = (struct quorum_terms){ BASE + 60 * S, 3, 0 };
	fx.in.terms_count = 3;
	is_told(100, "0 down, 20 up, 40 down, 50 up, 60 absent");
	/* Only the first region looks. */
	fx.terms[1] = (struct quorum_terms){ BASE + 50 * S, 1, 1 };
	is_told(100, "0 down, 20 up, 40 down, 60 absent");
	fx.terms[0].from_ms = BASE + 10 * S;
	is_told(100, "0 absent, 10 down, 20 up, 40 down, 60 absent");
	end();
}

static void
test_nothing_known(void **state)
{
	(void)state;
	begin(2, 1);
	is_told(100, "0 unknown");
	fx.regions[0] = (struct quorum_region){ 0 };
	is_told(100, "0 unknown");
	end();
}

static void
test_words(void **state)
{
	(void)state;
	for (int s = STATE_ABSENT; s <= STATE_UNKNOWN; s++)
		assert_int_equal(state_parse(state_text((enum state)s)), s);
	assert_int_equal(state_parse("odd"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_reference),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_blips),
		cmocka_unit_test(test_live_edge),
		cmocka_unit_test(test_voids_and_terms),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

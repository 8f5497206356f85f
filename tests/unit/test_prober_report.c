/* Stories of a collector that is away, forgets, or does not understand. */
#include "tests/unit/prober_story.h"

static void
test_collector_away_for_an_hour(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 100);
	s->status = 0;
	until(s, 1000);
	s->down[1] = true;
	until(s, 1100);
	s->down[1] = false;
	until(s, 3700);
	s->status = 200;
	until(s, 3800);
	tell(s, "observations %zu of %zu probes, %lld counted", s->observations,
	    s->probes, (long long)s->probed_ms);
	end(s,
	    "[ 219.4] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:01:39Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 219.4] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[3703.5] part 1/5: e1@1006.8 failed/timeout e1@1007.9 "
	    "failed/timeout (again) e1@1036.8 failed/timeout e1@1066.8 "
	    "failed/timeout e1@1096.8 failed/timeout\n"
	    "[3703.5] tell: Sunwatch of Kahu answers again, after 1 h 0 min of "
	    "silence since 2026-11-22T12:01:39Z (no answer). Seen by agent "
	    "akl-1 in auckland.\n"
	    "[3703.5] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[3800.0] observations 23 of 255 probes, 255 counted\n");
}

/* HTTP 503 since noon for so long, as it was told at "[ 120.0] tell". */
static void
add_silent(struct text *want, const char *told, const char *lasted)
{
	text_addf(want,
	    "%s: Sunwatch of Kahu is silent since 2026-11-22T12:00:00Z (%s): "
	    "HTTP 503. Failures may reach nobody. Seen by agent akl-1 in "
	    "auckland. It sees nothing failing.\n"
	    "%.8s key: sunwatch-silence/Kahu/2026-11-22T12\n",
	    told, lasted, told);
}

static void
add_answers(struct text *want, const char *told)
{
	text_addf(want,
	    "%s: Sunwatch of Kahu answers again, after 6 min 56 s of silence "
	    "since 2026-11-22T12:00:00Z (HTTP 503). Seen by agent akl-1 in "
	    "auckland.\n"
	    "%.8s key: sunwatch-silence/Kahu/2026-11-22T12\n",
	    told, told);
}

static void
test_telling_in_vain(void **state)
{
	struct story *s = begin(1, 30000, "");
	struct text want = { 0 };

	(void)state;
	until(s, 10);
	s->status = 503;
	s->deaf = true;
	until(s, 300);
	s->deaf = false;
	until(s, 400);
	s->deaf = true;
	s->status = 200;
	until(s, 500);
	s->deaf = false;
	until(s, 600);
	add_silent(&want, "[ 120.0] tell in vain", "2 min");
	add_silent(&want, "[ 180.0] tell in vain", "3 min");
	add_silent(&want, "[ 240.0] tell in vain", "4 min");
	add_silent(&want, "[ 300.0] tell", "5 min");
	add_answers(&want, "[ 416.3] tell in vain");
	add_answers(&want, "[ 476.3] tell in vain");
	add_answers(&want, "[ 536.3] tell");
	end(s, want.data);
	text_clear(&want);
}

/* A silence of which nobody could be told ends without a word. */
static void
test_never_told(void **state)
{
	struct story *s = begin(1, 30000, "");
	struct text want = { 0 };

	(void)state;
	s->deaf = true;
	s->status = 503;
	until(s, 200);
	s->status = 200;
	until(s, 240);
	s->deaf = false;
	until(s, 600);
	add_silent(&want, "[ 120.0] tell in vain", "2 min");
	add_silent(&want, "[ 180.0] tell in vain", "3 min");
	end(s, want.data);
	text_clear(&want);
}

static void
test_pager_stands_still(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 100);
	s->ages_ms = 119000;
	until(s, 200);
	s->ages_ms = 121000;
	until(s, 300);
	s->ages_ms = NEVER;
	until(s, 400);
	s->ages_ms = 1000;
	until(s, 500);
	end(s,
	    "[ 219.4] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:01:38Z (2 min 1 s): the pager stands still. "
	    "Failures may reach nobody. Seen by agent akl-1 in auckland. It "
	    "sees nothing failing.\n"
	    "[ 219.4] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 409.3] tell: Sunwatch of Kahu answers again, after 5 min 10 s "
	    "of silence since 2026-11-22T12:01:38Z (the pager stands still). "
	    "Seen by agent akl-1 in auckland.\n"
	    "[ 409.3] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

static void
test_last_resort_hears_what_fails(void **state)
{
	struct story *s = begin(5, 30000, "");

	(void)state;
	s->down[2] = true;
	s->status = 0;
	until(s, 130);
	end(s,
	    "[ 120.0] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees failing: acme/e2 "
	    "(did not answer in time).\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

static void
test_last_resort_hears_of_many(void **state)
{
	struct story *s = begin(5, 30000, "");

	(void)state;
	s->status = 0;
	for (int i = 0; i < 5; i++)
		s->down[i] = true;
	until(s, 130);
	end(s,
	    "[ 120.0] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees failing: acme/e0 "
	    "(did not answer in time), acme/e1 (did not answer in time), "
	    "acme/e2 (did not answer in time) and 2 more.\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

/* Redis came back with less than it had: it is given again. */
static void
test_redis_forgot(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 300);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	s->have[0] = 2;
	s->have[1] = 0;
	s->loud = true;
	until(s, 311);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	end(s,
	    "[ 300.0] have 10 10\n"
	    "[ 309.4] part 0/3: e0@78.2 ok\n"
	    "[ 309.4] part 0/4: e0@108.2 ok\n"
	    "[ 309.4] part 0/5: e0@138.2 ok\n"
	    "[ 309.4] part 0/6: e0@168.2 ok\n"
	    "[ 309.4] part 0/7: e0@198.2 ok\n"
	    "[ 309.4] part 0/8: e0@228.2 ok\n"
	    "[ 309.4] part 0/9: e0@258.2 ok\n"
	    "[ 309.4] part 0/10: e0@288.2 ok\n"
	    "[ 309.4] part 1/1: e1@16.8 ok\n"
	    "[ 309.4] part 1/2: e1@46.8 ok\n"
	    "[ 309.4] part 1/3: e1@76.8 ok\n"
	    "[ 309.4] part 1/4: e1@106.8 ok\n"
	    "[ 309.4] part 1/5: e1@136.8 ok\n"
	    "[ 309.4] part 1/6: e1@166.8 ok\n"
	    "[ 309.4] part 1/7: e1@196.8 ok\n"
	    "[ 309.4] part 1/8: e1@226.8 ok\n"
	    "[ 309.4] part 1/9: e1@256.8 ok\n"
	    "[ 309.4] part 1/10: e1@286.8 ok\n"
	    "[ 311.0] have 10 10\n");
}

/* It forgot more than is kept: a hole says what is gone. */
static void
test_redis_forgot_much(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 3600);
	s->have[0] = 5;
	s->have[1] = 0;
	until(s, 3620);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	end(s,
	    "[3609.4] part 0/100: hole 6-100 168.2..3018.2 (kept no longer)\n"
	    "[3609.4] part 1/100: hole 1-100 16.8..3016.8 (kept no longer)\n"
	    "[3620.0] have 121 121\n");
}

static void
test_unreadable(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->unreadable = 2;
	s->loud = true;
	until(s, 85);
	end(s,
	    "[  18.2] probe e0\n"
	    "[  19.3] part 0/1: e0@18.2 ok\n"
	    "[  30.0] probe canary\n"
	    "[  30.0] probe canary\n"
	    "[  48.2] probe e0\n"
	    "[  49.3] part 0/2: hole 2-2 48.2..48.2 (unreadable for the "
	    "collector)\n"
	    "[  60.0] probe canary\n"
	    "[  60.0] probe canary\n"
	    "[  78.2] probe e0\n"
	    "[  79.3] part 0/3: e0@78.2 ok\n");
}

/* It says 200 and took nothing: no storm of the same. */
static void
test_no_progress(void **state)
{
	struct story *s = begin(1, 30000, "");
	size_t sends;

	(void)state;
	until(s, 15);
	sends = s->sends;
	s->stubborn = true;
	until(s, 115);
	assert_in_range(s->sends - sends, 3, 12);
	s->stubborn = false;
	s->loud = true;
	until(s, 150);
	assert_int_equal(s->probed_ms, 5);
	s->text[0] = '\0';
	end(s, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collector_away_for_an_hour),
		cmocka_unit_test(test_telling_in_vain),
		cmocka_unit_test(test_never_told),
		cmocka_unit_test(test_pager_stands_still),
		cmocka_unit_test(test_last_resort_hears_what_fails),
		cmocka_unit_test(test_last_resort_hears_of_many),
		cmocka_unit_test(test_redis_forgot),
		cmocka_unit_test(test_redis_forgot_much),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_no_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* shard_look: what was announced for an endpoint at an instant. */
#include "lib/window.h"
#include "tests/unit/maintenance_story.h"

static const char two[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("login", "");

static void
begin_two(void)
{
	static const char *const ids[] = { "acme/learn", "acme/login" };

	begin(two, 2, ids);
	run(100);
}

/* "m-1 600..4200", or "". */
static const char *
announced(const char *endpoint, int64_t at_s)
{
	static char out[80];
	struct shard_view v;

	assert_true(shard_look(st.w.shard, endpoint, ms(at_s), &v));
	if (v.window == NULL)
		return "";
	text_format(out, sizeof(out), "%s %lld..%lld", v.window->id,
	    (long long)(v.window_from_ms - WORLD_BEGIN) / S,
	    (long long)(v.window_to_ms - WORLD_BEGIN) / S);
	return out;
}

static void
from_its_begin_to_its_end_and_for_whom_it_is(void **state)
{
	(void)state;
	begin_two();
	assert_string_equal(announced("acme/learn", 100), "");
	announce("\"acme/learn\"", 600, 4200);
	assert_string_equal(announced("acme/learn", 599), "");
	assert_string_equal(announced("acme/learn", 600), "m-1 600..4200");
	assert_string_equal(announced("acme/learn", 4199), "m-1 600..4200");
	assert_string_equal(announced("acme/learn", 4200), "");
	assert_string_equal(announced("acme/login", 600), "");
	end();
}

/* "now", said half a minute late: before that nobody had said it. */
static void
what_nobody_had_said_yet_was_not_announced(void **state)
{
	(void)state;
	begin_two();
	announce("\"acme\"", 70, 4200);
	assert_string_equal(announced("acme/learn", 99), "");
	assert_string_equal(announced("acme/learn", 100), "m-1 70..4200");
	end();
}

/* Each of its times; one that is cancelled held until it was. */
static void
several_times_of_which_one_is_cancelled(void **state)
{
	(void)state;
	begin_two();
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld],[%lld,%lld],[%lld,%lld]]}",
	    ms(200), ms(900), ms(2000), ms(2100), ms(3000), ms(3600)));
	run(300);
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"nth\":1}"));
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"nth\":2}"));
	assert_string_equal(announced("acme/learn", 299), "m-1 200..300");
	assert_string_equal(announced("acme/learn", 300), "");
	assert_string_equal(announced("acme/learn", 2000), "");
	assert_string_equal(announced("acme/login", 3000), "m-1 3000..3600");
	end();
}

/* What has no client in memory was never announced anything. */
static void
an_endpoint_whose_client_has_agreed_to_nothing(void **state)
{
	static const char terms[] =
	    "[{\"from\":1,\"counts\":true,\"quorum\":1,\"regions\":\"\","
	    "\"interval\":60000,\"timeout\":1000}]";
	struct shard_view v;
	char error[160];

	(void)state;
	begin_two();
	assert_false(shard_look(st.w.shard, "elm/learn", ms(100), &v));
	if (shard_load(st.w.shard, "terms", "elm/learn", terms,
		sizeof(terms) - 1, error) != 0)
		fail_msg("%s", error);
	assert_true(shard_look(st.w.shard, "elm/learn", ms(100), &v));
	assert_null(v.window);
	assert_non_null(v.step);
	end();
}

/* "too short, due 412", as seen at that second. */
static const char *
quiet(const char *endpoint, int64_t at_s)
{
	static char out[80];
	struct shard_view v;

	assert_true(shard_look(st.w.shard, endpoint, ms(at_s), &v));
	text_format(out, sizeof(out), "%s", watcher_quiet_text(v.quiet));
	if (v.loud_ms != NEVER)
		text_format(out, sizeof(out), "%s, due %lld",
		    watcher_quiet_text(v.quiet),
		    (long long)(v.loud_ms - WORLD_BEGIN) / S);
	return out;
}

/* An alarm rises in the second in which it is due by what was seen. */
static void
why_nobody_is_told(void **state)
{
	(void)state;
	begin_one();
	run(100);
	assert_string_equal(quiet("acme/learn", -10), "not watched");
	assert_string_equal(quiet("acme/learn", 100), "well");
	see(0, 0, OUTCOME_FAILED);
	run(200);
	told("");
	assert_string_equal(quiet("acme/learn", 200), "too few regions");
	see(0, 0, OUTCOME_OK);
	run(300);
	all_see(OUTCOME_SLOW);
	run(500);
	told("");
	assert_string_equal(quiet("acme/learn", 310), "well");
	assert_string_equal(quiet("acme/learn", 500), "too short, due 620");
	run(630);
	told("[  620] acme/learn raised degraded S2: is degraded: 3 of 3 "
	     "regions fail at times or are slow\n");
	assert_string_equal(quiet("acme/learn", 625), "due, due 620");
	all_see(OUTCOME_UNKNOWN);
	run(700);
	assert_string_equal(quiet("acme/learn", 700), "unknown");
	end();
}

/* Seen by fewer than the quorum, or as a maintenance page: it waits. */
static void
why_it_is_told_later(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.silent[1] = st.silent[2] = true;
	see(0, 0, OUTCOME_FAILED);
	run(400);
	text_clear(&st.w.story);
	assert_string_equal(quiet("acme/learn", 180), "too short, due 190");
	assert_string_equal(quiet("acme/learn", 200), "due, due 190");
	st.silent[1] = st.silent[2] = false;
	all_see(OUTCOME_MAINTENANCE);
	run(700);
	assert_string_equal(quiet("acme/learn", 600), "too short, due 1010");
	end();
}

/* Nothing rises in it; and after it what has lasted is told at once. */
static void
announced_maintenance_keeps_it_quiet(void **state)
{
	(void)state;
	begin_within(OUTCOME_FAILED);
	run(4100);
	told("");
	assert_string_equal(quiet("acme/learn", 690), "well");
	assert_string_equal(quiet("acme/learn", 800), "maintenance, due 4200");
	run(4210);
	told_at_its_end(4200, "acme/learn");
	assert_string_equal(quiet("acme/learn", 4205), "due, due 2405");
	all_see(OUTCOME_OK);
	run(4400);
	all_see(OUTCOME_MAINTENANCE);
	run(4500);
	assert_string_equal(quiet("acme/learn", 4500), "too short, due 5020");
	end();
}

/* Two at once, a third that begins where the longer one ends, and a fourth that
   begins within that: "why" named the end of whichever it met last. */
static void
it_is_told_at_the_end_of_the_last_of_several_times(void **state)
{
	static const char more[] =
	    "{\"command\":\"maintenance-announce\",\"window\":\"%s\","
	    "\"scope\":[\"acme\"],\"text\":\"x\",\"times\":[[%lld,%lld]]}";

	(void)state;
	begin_within(OUTCOME_FAILED);
	assert_true(command(more, "m-2", ms(750), ms(1500)));
	assert_true(command(more, "m-3", ms(4200), ms(4800)));
	assert_true(command(more, "m-4", ms(4500), ms(4900)));
	run(5000);
	assert_string_equal(announced("acme/learn", 800), "m-1 600..4200");
	assert_string_equal(quiet("acme/learn", 800), "maintenance, due 4900");
	assert_string_equal(announced("acme/learn", 4300), "m-3 4200..4800");
	assert_string_equal(announced("acme/learn", 4600), "m-4 4500..4900");
	told_at_its_end(4900, "acme/learn");
	end();
}

/* From when to when who was fresh and who failed: bits, auckland the first. */
static void
check_stretches(int64_t from_s, int64_t to_s, const char *expected)
{
	struct text t = { 0 };
	struct shard_stretch *list;
	size_t count;

	list = shard_stretches(st.w.shard, "acme/learn", ms(from_s), ms(to_s),
	    &count);
	for (size_t i = 0; i < count; i++)
		text_addf(&t, "%lld..%lld %s quorum %d fresh %d failing %d\n",
		    (long long)(list[i].from_ms - WORLD_BEGIN) / S,
		    (long long)(list[i].to_ms - WORLD_BEGIN) / S,
		    state_text(list[i].state), list[i].quorum,
		    (int)list[i].fresh, (int)list[i].failing);
	assert_string_equal(t.data == NULL ? "" : t.data, expected);
	text_clear(&t);
	free(list);
}

static void
who_met_the_quorum_when(void **state)
{
	struct shard_stretch *list;
	size_t count;

	(void)state;
	begin_one();
	run(100);
	see(0, 0, OUTCOME_FAILED);
	run(130);
	see(0, 2, OUTCOME_FAILED);
	run(200);
	see(0, 0, OUTCOME_OK);
	run(300);
	st.silent[1] = true;
	run(500);
	check_stretches(-50, 500,
	    "-50..0 absent quorum 0 fresh 0 failing 0\n"
	    "0..10 unknown quorum 2 fresh 0 failing 0\n"
	    "10..20 unknown quorum 2 fresh 4 failing 0\n"
	    "20..30 up quorum 2 fresh 6 failing 0\n"
	    "30..120 up quorum 2 fresh 7 failing 0\n"
	    "120..160 up quorum 2 fresh 7 failing 1\n"
	    "160..210 down quorum 2 fresh 7 failing 5\n"
	    "210..320 up quorum 2 fresh 7 failing 4\n"
	    "320..500 up quorum 2 fresh 5 failing 4\n");
	check_stretches(500, 500, "");
	list = shard_stretches(st.w.shard, "elm/learn", 0, 1, &count);
	assert_null(list);
	assert_int_equal(count, 0);
	/* As many as there is room for. */
	for (int64_t at_s = 500; at_s < 500 + 60 * 400; at_s += 60) {
		st.silent[1] = false;
		for (size_t a = 0; a < AGENTS; a++)
			see(0, a,
			    (at_s / 60 + (int)a) % 2 == 0 ? OUTCOME_FAILED
							  : OUTCOME_OK);
		run(at_s + 60);
	}
	list = shard_stretches(st.w.shard, "acme/learn", ms(0),
	    ms(second_now()), &count);
	assert_int_equal(count, SHARD_STRETCHES_MAX);
	assert_true(list[count - 1].to_ms < ms(second_now()));
	for (size_t i = 1; i < count; i++)
		assert_int_equal(list[i].from_ms, list[i - 1].to_ms);
	free(list);
	end();
}

/* The same regions say the same, by other terms: it is another stretch. */
static void
other_terms_are_another_stretch(void **state)
{
	static const char three[] =
	    HEAD CLIENT("acme") ENDPOINT("learn", ", quorum: 3");
	static const char fewer[] = HEAD CLIENT("acme")
	    ENDPOINT("learn", ", regions: [auckland, london], quorum: 2");
	struct settings *first, *second;
	struct shard_view v;

	(void)state;
	begin_one();
	run(100);
	first = reconfigure(three);
	run(200);
	st.silent[2] = true;
	run(300);
	second = reconfigure(one);
	run(400);
	settings_free(first);
	first = reconfigure(fewer);
	run(500);
	go_blind(0, 510, 560);
	run(600);
	check_stretches(30, 600,
	    "30..100 up quorum 2 fresh 7 failing 0\n"
	    "100..220 up quorum 3 fresh 7 failing 0\n"
	    "220..300 unknown quorum 3 fresh 3 failing 0\n"
	    "300..400 up quorum 2 fresh 3 failing 0\n"
	    "400..510 up quorum 2 fresh 3 failing 0\n"
	    "510..560 unknown quorum 2 fresh 2 failing 0\n"
	    "560..600 up quorum 2 fresh 3 failing 0\n");
	assert_true(shard_look(st.w.shard, "acme/learn", ms(520), &v));
	assert_string_equal(v.regions[0].blind, "blind");
	assert_true(shard_look(st.w.shard, "acme/learn", ms(580), &v));
	assert_null(v.regions[0].blind);
	assert_true(shard_look(st.w.shard, "acme/learn", ms(500), &v));
	assert_null(v.regions[0].blind);
	settings_free(first);
	settings_free(second);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_its_begin_to_its_end_and_for_whom_it_is),
		cmocka_unit_test(what_nobody_had_said_yet_was_not_announced),
		cmocka_unit_test(several_times_of_which_one_is_cancelled),
		cmocka_unit_test(
		    an_endpoint_whose_client_has_agreed_to_nothing),
		cmocka_unit_test(why_nobody_is_told),
		cmocka_unit_test(why_it_is_told_later),
		cmocka_unit_test(announced_maintenance_keeps_it_quiet),
		cmocka_unit_test(
		    it_is_told_at_the_end_of_the_last_of_several_times),
		cmocka_unit_test(who_met_the_quorum_when),
		cmocka_unit_test(other_terms_are_another_stretch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* shard_command: what is refused, with what words, and changes nothing. */
#include "lib/window.h"
#include "tests/unit/maintenance_story.h"

static const char exams[] =
    HEAD "  - name: acme\n"
	 "    sla: gold\n"
	 "    zone: Pacific/Auckland\n"
	 "    blackouts: [2027-01-20..2027-01-22 exams, 2027-02-01]\n"
	 "    endpoints:\n" ENDPOINT("learn", "");

static void
begin_exams(void)
{
	static const char *const learn[] = { "acme/learn" };

	begin(exams, 1, learn);
	run(100);
}

#define NAMED(window, rest)                                                    \
	"{\"command\":\"maintenance-announce\",\"window\":\"" window           \
	"\"," rest "}"
#define SCOPED(rest) NAMED("m-1", "\"scope\":[\"acme\"]," rest)
#define WORDED(times) SCOPED("\"text\":\"x\",\"times\":" times)

static void
what_does_not_fit_is_refused_by_its_name(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "{\"command\":\"dance\"}",
		    "command: there is no such command here" },
		{ "{}", "command: there is no such command here" },
		{ "[", "command: there is no such command here" },
		{ NAMED("x-1", "\"scope\":[\"acme\"]"),
		    "window: a name such as m-5f0c9a1b22 is expected" },
		{ NAMED("m-", "\"scope\":[\"acme\"]"),
		    "window: a name such as m-5f0c9a1b22 is expected" },
		{ NAMED("m-A|b", "\"scope\":[\"acme\"]"),
		    "window: a name such as m-5f0c9a1b22 is expected" },
		{ NAMED("m-ab|c", "\"scope\":[\"acme\"]"),
		    "window: a name such as m-5f0c9a1b22 is expected" },
		{ NAMED("m_1", "\"scope\":[\"acme\"]"),
		    "window: a name such as m-5f0c9a1b22 is expected" },
		{ NAMED("m-0123456789012345678901234567890", "\"x\":1"),
		    "window: longer than 31 bytes" },
		{ SCOPED("\"times\":[]"), "text: a text is expected" },
		{ SCOPED("\"text\":\"\""), "text: a text is expected" },
		{ SCOPED("\"text\":7"), "text: a text is expected" },
		{ SCOPED("\"text\":\"a\\nb\""), "text: control characters" },
		{ SCOPED("\"text\":\"a\x7f\""), "text: control characters" },
		{ SCOPED("\"text\":\"x\",\"rule\":1"),
		    "rule: a text is expected" },
		{ SCOPED("\"text\":\"x\",\"force\":1"),
		    "force: true or false is expected" },
		{ WORDED("[]"), "times: 1 to 400 are expected" },
		{ WORDED("7"), "times: 1 to 400 are expected" },
		{ WORDED("[7]"), "times: [from, to] is expected" },
		{ WORDED("[[1,2,3]]"), "times: [from, to] is expected" },
		{ WORDED("[[\"now\",\"then\"]]"),
		    "times: [from, to] is expected" },
		{ WORDED("[[-5,1800009000000]]"),
		    "times: [from, to] is expected" },
		{ WORDED("[[1800009000000,1800009000000]]"),
		    "times: [from, to] is expected" },
		{ WORDED("[[1800009000000,9999999999999999]]"),
		    "times: [from, to] is expected" },
		{ WORDED("[[1800009000000,1802700000000]]"),
		    "times: at most 31 days long" },
		{ WORDED("[[1900009000000,1900009900000]]"),
		    "from_ms: at most 800 days ahead" },
		{ WORDED("[[1800000000000,1800009000000]]"),
		    "from_ms: what has begun cannot be announced any more" },
		{ WORDED("[[1800009000000,1800009900000],"
			 "[1800009800000,1800009990000]]"),
		    "times: each after the one before" },
		{ NAMED("m-1",
		      "\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: a client, an endpoint or a platform is expected" },
		{ NAMED("m-1",
		      "\"scope\":[\"acmee\"],\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: there is no client \"acmee\"" },
		{ NAMED("m-1",
		      "\"scope\":[\"acme/lern\"],\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: there is no endpoint \"acme/lern\"" },
		{ NAMED("m-1",
		      "\"platforms\":[\"farm\"],\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: there is no platform with endpoints \"farm\"" },
		{ NAMED("m-1",
		      "\"scope\":\"acme\",\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: a list of at most 1000 names is expected" },
		{ NAMED("m-1",
		      "\"scope\":[1],\"text\":\"x\",\"times\":"
		      "[[1800009000000,1800009900000]]"),
		    "scope: names are expected" },
		{ "{\"command\":\"maintenance-extend\",\"window\":\"m-1\"}",
		    "to_ms: an instant is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"nth\":0}",
		    "nth: 1 to 400 is expected" },
		{ "{\"command\":\"maintenance-extend\",\"window\":\"m-1\","
		  "\"to_ms\":253402300800000}",
		    "to_ms: an instant is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"nth\":401}",
		    "nth: 1 to 400 is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"nth\":\"all\"}",
		    "nth: 1 to 400 is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"client\":7}",
		    "client: a text is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"why\":\"\"}",
		    "why: a text is expected" },
		{ "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		  "\"force\":\"yes\"}",
		    "force: true or false is expected" },
		{ "{\"command\":\"maintenance-cancel\"}",
		    "window: a text is expected" },
	};

	(void)state;
	begin_exams();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (command("%s", cases[i].json))
			fail_msg("%s: %s", cases[i].json, answer);
		assert_string_equal(answer, cases[i].error);
	}
	assert_null(world_find(&st.w, "windows", "acme|m-1"));
	end();
}

/* 20 January begins in Auckland at 11:00 of the day before in UTC. */
static void
blackouts_are_refused_or_forced(void **state)
{
	static const struct {
		const char *times, *extra, *answer;
		bool done;
	} cases[] = {
		{ "[[1800345600000,1800356400000]]", "",
		    "acme: maintenance m-0 is announced, 2027-01-19 21:00:00 "
		    "NZDT to 2027-01-20 00:00:00 NZDT\n",
		    true },
		{ "[[1800345600000,1800356401000]]", "",
		    "acme wants no maintenance 2027-01-20..2027-01-22 exams, "
		    "and this is 2027-01-19 21:00:00 NZDT to 2027-01-20 "
		    "00:00:01 NZDT (--force announces it all the same)",
		    false },
		{ "[[1800615599000,1800615700000]]", "",
		    "acme wants no maintenance 2027-01-20..2027-01-22 exams, "
		    "and this is 2027-01-22 23:59:59 NZDT to 2027-01-23 "
		    "00:01:40 NZDT (--force announces it all the same)",
		    false },
		{ "[[1800615600000,1800615700000]]", "",
		    "acme: maintenance m-3 is announced, 2027-01-23 00:00:00 "
		    "NZDT to 2027-01-23 00:01:40 NZDT\n",
		    true },
		{ "[[1800432000000,1800435600000],"
		  "[1801440000000,1801443600000]]",
		    ",\"force\":true",
		    "acme: maintenance m-4 is announced, 2027-01-20 21:00:00 "
		    "NZDT to 2027-01-20 22:00:00 NZDT, the first of 2 "
		    "times\n",
		    true },
	};

	(void)state;
	begin_exams();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    command("{\"command\":\"maintenance-announce\","
			    "\"window\":\"m-%zu\",\"scope\":[\"acme\"],"
			    "\"text\":\"x\",\"times\":%s%s}",
			i, cases[i].times, cases[i].extra),
		    cases[i].done);
		assert_string_equal(answer, cases[i].answer);
	}
	assert_string_equal(warning,
	    "acme wants no maintenance 2027-01-20..2027-01-22 exams, and this "
	    "is 2027-01-20 21:00:00 NZDT to 2027-01-20 22:00:00 NZDT\n");
	assert_non_null(strstr(world_find(&st.w, "windows", "acme|m-4")->value,
	    "\"forced\":\"2027-01-20..2027-01-22 exams\""));
	/* An extension into it is no better. */
	assert_false(command("{\"command\":\"maintenance-extend\",\"window\":"
			     "\"m-0\",\"to_ms\":1800360000000}"));
	assert_non_null(strstr(answer, "--force"));
	assert_true(command("{\"command\":\"maintenance-extend\",\"window\":"
			    "\"m-0\",\"to_ms\":1800360000000,\"force\":true}"));
	assert_non_null(strstr(warning, "acme wants no maintenance"));
	end();
}

/* Who announces is told what the account will make of it. */
static void
short_notice_is_warned_of(void **state)
{
	(void)state;
	begin_one();
	run(100);
	announce("\"acme\"", 100 + 3 * 86400, 101 + 3 * 86400);
	assert_string_equal(warning, "");
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-2\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld]]}",
	    ms(99 + 3 * 86400), ms(4000 + 3 * 86400)));
	assert_string_equal(warning,
	    "acme has agreed to a notice of 3 d 0 h and this is 2 d 23 h: its "
	    "account excludes nothing of it\n");
	run(200);
	assert_true(change("extend", 900 + 3 * 86400));
	assert_string_equal(warning,
	    "acme has agreed to a notice of 3 d 0 h and this is 2 d 23 h: its "
	    "account excludes nothing of what is longer\n");
	end();
}

/* Whoever got no answer asks again. */
static void
said_again_it_is_no_other_one(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	announce("\"acme\"", 600, 4200);
	assert_string_equal(answer,
	    "acme: maintenance m-1 was announced before, 2027-01-15 08:10:00 "
	    "UTC to 2027-01-15 09:10:00 UTC\n");
	assert_false(command("{\"command\":\"maintenance-announce\","
			     "\"window\":\"m-1\",\"scope\":[\"acme\"],"
			     "\"text\":\"Upgrade\",\"times\":[[%lld,%lld]]}",
	    ms(600), ms(4201)));
	assert_string_equal(answer, "window: m-1 is another one already");
	for (int i = 0; i < 2; i++)
		assert_true(command("{\"command\":\"maintenance-extend\","
				    "\"window\":\"m-1\",\"to_ms\":%lld}",
		    ms(5000)));
	assert_string_equal(world_find(&st.w, "windows", "acme|m-1")->value,
	    "{\"at\":1800000100000,\"by\":\"root as aroha\","
	    "\"text\":\"Upgrade\",\"times\":[{\"from\":1800000600000,"
	    "\"to\":1800004200000,\"changes\":[{\"at\":1800000100000,"
	    "\"by\":\"root as aroha\",\"from\":1800000600000,"
	    "\"to\":1800005000000}]}]}");
	end();
}

static void
a_change_that_cannot_be(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	assert_false(change("extend", 4000));
	assert_string_equal(answer,
	    "to_ms: m-1 ends later than that; shorten makes it shorter");
	assert_false(change("shorten", 4400));
	assert_string_equal(answer,
	    "to_ms: m-1 ends earlier than that; extend makes it longer");
	assert_false(change("shorten", 600));
	assert_string_equal(answer,
	    "to_ms: an instant from now on, and after its begin, is expected; "
	    "cancel ends what has not begun");
	run(800);
	/* Under way it ends now, or half a minute ago, and not before. */
	assert_false(change("shorten", 739));
	assert_non_null(strstr(answer, "an instant from now on"));
	assert_false(change("extend", 4000000));
	assert_string_equal(answer, "to_ms: at most 31 days long");
	run(4300);
	assert_false(cancel());
	assert_string_equal(answer, "acme: m-1 is over");
	assert_false(command("{\"command\":\"maintenance-extend\",\"window\":"
			     "\"m-1\",\"nth\":1,\"to_ms\":%lld}",
	    ms(5000)));
	assert_string_equal(answer, "acme: m-1 is over");
	end();
}

/* Changed to and fro: each change stays, so there is an end of them. */
static void
changed_too_often_it_can_still_be_cancelled(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	for (int i = 0; i < 63; i++)
		assert_true(command("{\"command\":\"maintenance-extend\","
				    "\"window\":\"m-1\",\"to_ms\":%lld}",
		    ms(4201 + i)));
	assert_false(change("extend", 5000));
	assert_string_equal(answer, "acme: m-1 was changed too often");
	/* It said that it was over, and went on holding every page. */
	assert_true(cancel());
	assert_string_equal(answer, "acme: maintenance m-1 is cancelled\n");
	world_restart(&st.w);
	assert_false(change("extend", 5000));
	assert_string_equal(answer, "acme: m-1 is cancelled");
	end();
}

static void
announced_too_often(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i <= 1000; i++) {
		bool done = command("{\"command\":\"maintenance-announce\","
				    "\"window\":\"m-%d\",\"scope\":"
				    "[\"acme\"],\"text\":\"x\","
				    "\"times\":[[%lld,%lld]]}",
		    i, ms(600), ms(4200));

		assert_true(done == (i < 1000));
	}
	assert_string_equal(answer,
	    "acme: 1000 announcements are not over yet, which is all that "
	    "there may be");
	end();
}

/* Of several times one that was cancelled, and an end beyond the next. */
static void
one_of_several(void **state)
{
	(void)state;
	begin_one();
	run(100);
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld],[%lld,%lld]]}",
	    ms(600), ms(1200), ms(3000), ms(3600)));
	assert_false(change("extend", 3001));
	assert_string_equal(answer, "to_ms: beyond the begin of the next one");
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"nth\":2}"));
	assert_false(command("{\"command\":\"maintenance-extend\",\"window\":"
			     "\"m-1\",\"nth\":2,\"to_ms\":%lld}",
	    ms(4000)));
	assert_string_equal(answer, "acme: m-1 is cancelled");
	assert_false(command("{\"command\":\"maintenance-cancel\",\"window\":"
			     "\"m-1\",\"nth\":3}"));
	assert_string_equal(answer, "nth: m-1 has 2 times");
	/* Said again with other times it is another one. */
	assert_false(command("{\"command\":\"maintenance-announce\",\"window\":"
			     "\"m-1\",\"scope\":[\"acme/learn\"],\"text\":"
			     "\"x\",\"times\":[[%lld,%lld],[%lld,%lld]]}",
	    ms(600), ms(1200), ms(3000), ms(3600)));
	assert_string_equal(answer, "window: m-1 is another one already");
	end();
}

/* Four hundred times, and not one more. */
static void
more_times_than_there_may_be(void **state)
{
	struct text times = { 0 };

	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i <= WINDOW_TIMES_MAX; i++)
		text_addf(&times, "%s[%lld,%lld]", i > 0 ? "," : "",
		    ms(1000 + 1000 * i), ms(1100 + 1000 * i));
	assert_false(command("{\"command\":\"maintenance-announce\",\"window\":"
			     "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			     "\"times\":[%s]}",
	    times.data));
	assert_string_equal(answer, "times: 1 to 400 are expected");
	text_clear(&times);
	end();
}

/* Each shard does what its own clients are concerned by; all know the verbs. */
static void
of_two_shards_each_has_its_clients(void **state)
{
	static const char both[] = "shards: 2\n" HEAD CLIENT("a")
	    ENDPOINT("x", "") CLIENT("b") ENDPOINT("x", "") CLIENT("c")
		ENDPOINT("x", "") CLIENT("d") ENDPOINT("x", "");
	static const char *const requests[] = {
		"{\"command\":\"maintenance-announce\",\"window\":\"m-1\","
		"\"scope\":[\"a\",\"b\",\"c\",\"d\"],\"text\":\"x\","
		"\"times\":[[1800000600000,1800004200000]]}",
		"{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\","
		"\"scope\":[\"a\",\"b\",\"c\",\"d\"],\"from_ms\":5,"
		"\"to_ms\":6,\"reason\":\"client\",\"text\":\"t\","
		"\"claimant\":\"a\"}"
	};
	struct shard_reply reply;
	struct shard *other;

	(void)state;
	begin(both, 0, NULL);
	other = shard_new(st.w.settings, 1);
	shard_start(other, st.w.now_ms);
	for (size_t i = 0; i < 2; i++) {
		size_t found = 0;

		for (int k = 0; k < 2; k++) {
			assert_true(shard_command(k == 0 ? st.w.shard : other,
			    requests[i], strlen(requests[i]), "a", true,
			    st.w.now_ms, &reply));
			assert_int_not_equal(reply.found, 0);
			found += reply.found;
			shard_reply_clear(&reply);
		}
		assert_int_equal(found, 4);
	}
	shard_free(other);
	assert_true(shard_command_is_known("maintenance-announce"));
	assert_true(shard_command_is_known("outage-annotate"));
	assert_false(shard_command_is_known("outage"));
	end();
}

/* One of another shard, or of nobody: it is not found here. */
static void
what_is_not_here_is_not_found(void **state)
{
	struct shard_reply reply;
	static const char cancel[] =
	    "{\"command\":\"maintenance-cancel\",\"window\":\"m-9\"}";

	(void)state;
	begin_one();
	assert_true(shard_command(st.w.shard, cancel, sizeof(cancel) - 1, "a",
	    true, st.w.now_ms, &reply));
	assert_int_equal(reply.found, 0);
	shard_reply_clear(&reply);
	end();
}

/* What was decided is durable only when its commit is. */
static void
it_is_durable_after_its_commit(void **state)
{
	static const char json[] =
	    "{\"command\":\"maintenance-announce\",\"window\":\"m-1\","
	    "\"scope\":[\"acme\"],\"text\":\"x\","
	    "\"times\":[[1800000600000,1800004200000]]}";
	struct shard_reply reply;
	struct commit c;
	uint64_t unit;

	(void)state;
	begin_one();
	run(100);
	assert_true(shard_command(st.w.shard, json, sizeof(json) - 1, "a", true,
	    st.w.now_ms, &reply));
	shard_reply_clear(&reply);
	assert_true(shard_durable(st.w.shard) == shard_put_so_far(st.w.shard));
	assert_true(shard_command(st.w.shard, json, sizeof(json) - 1, "a",
	    false, st.w.now_ms, &reply));
	shard_reply_clear(&reply);
	unit = shard_put_so_far(st.w.shard);
	assert_true(shard_durable(st.w.shard) < unit);
	assert_true(shard_is_urgent(st.w.shard));
	commit_init(&c);
	assert_true(shard_commit(st.w.shard, st.w.now_ms, &c));
	assert_true(shard_durable(st.w.shard) < unit);
	world_apply(&st.w, &c);
	shard_committed(st.w.shard, st.w.now_ms);
	assert_true(shard_durable(st.w.shard) == unit);
	commit_clear(&c);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_is_refused_by_its_name),
		cmocka_unit_test(blackouts_are_refused_or_forced),
		cmocka_unit_test(short_notice_is_warned_of),
		cmocka_unit_test(said_again_it_is_no_other_one),
		cmocka_unit_test(a_change_that_cannot_be),
		cmocka_unit_test(changed_too_often_it_can_still_be_cancelled),
		cmocka_unit_test(announced_too_often),
		cmocka_unit_test(one_of_several),
		cmocka_unit_test(more_times_than_there_may_be),
		cmocka_unit_test(of_two_shards_each_has_its_clients),
		cmocka_unit_test(what_is_not_here_is_not_found),
		cmocka_unit_test(it_is_durable_after_its_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

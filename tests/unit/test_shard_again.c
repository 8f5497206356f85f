/*
 * shard_command: who got no answer asks again.  Said again it is no other one,
 * and with one word other it is refused.
 */
#include "lib/claim.h"
#include "lib/window.h"
#include "tests/unit/maintenance_story.h"

#define BIRCH                                                                  \
	CLIENT("birch")                                                        \
	ENDPOINT("learn", ", platform: farm")                                  \
	"platforms: [{ name: farm }]\n"
static const char with_birch[] = HEAD CLIENT("acme")
    ENDPOINT("learn", ", platform: farm") ENDPOINT("login", "") BIRCH;
static const char without_birch[] = HEAD CLIENT("acme") ENDPOINT("learn",
    ", platform: farm") ENDPOINT("login", "") "platforms: [{ name: farm }]\n";

static void
begin_both(void)
{
	static const char *const ids[] = { "acme/learn", "acme/login",
		"birch/learn" };

	begin(with_birch, 3, ids);
	run(100);
}

#define FROM "\"from_ms\":1800000600000"
#define TO "\"to_ms\":1800000900000"
#define WHY "\"reason\":\"client\",\"text\":\"its DNS\",\"claimant\":\"aroha\""
#define CLAIM(scope, rest)                                                     \
	"{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\"," scope         \
	"," rest "}"
#define LEARN "\"scope\":[\"acme/learn\"]"
#define SEEN ",\"evidence\":\"ticket 7\""

static const char *
record(const char *key, const char *field)
{
	const struct world_field *f = world_find(&st.w, key, field);

	if (f == NULL)
		fail_msg("no %s %s", key, field);
	return f->value;
}

static void
an_exclusion_with_one_thing_other_is_another_one(void **state)
{
	static const char *const others[] = {
		CLAIM(LEARN, "\"from_ms\":1800000600001," TO "," WHY SEEN),
		CLAIM(LEARN, FROM ",\"to_ms\":1800000900001," WHY SEEN),
		CLAIM(LEARN,
		    FROM "," TO
			 ",\"reason\":\"suspended\",\"text\":\"its DNS\","
			 "\"claimant\":\"aroha\"" SEEN),
		CLAIM(LEARN,
		    FROM "," TO ",\"reason\":\"client\",\"text\":\"its NDS\","
			 "\"claimant\":\"aroha\"" SEEN),
		CLAIM(LEARN,
		    FROM "," TO ",\"reason\":\"client\",\"text\":\"its DNS\","
			 "\"claimant\":\"tane\"" SEEN),
		CLAIM(LEARN, FROM "," TO "," WHY),
		CLAIM(LEARN, FROM "," TO "," WHY ",\"evidence\":\"ticket 8\""),
	};
	char *first;

	(void)state;
	begin_both();
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY SEEN)));
	first = mem_text(record("exclusions", "acme|x-1"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (command("%s", others[i]))
			fail_msg("%s: %s", others[i], answer);
		assert_string_equal(answer,
		    "exclusion: x-1 is another one already");
	}
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY SEEN)));
	assert_non_null(strstr(answer, "x-1 was claimed for"));
	assert_string_equal(record("exclusions", "acme|x-1"), first);
	free(first);
	end();
}

/* It was answered as if it had been claimed, and nothing was written. */
static void
an_exclusion_of_more_endpoints_is_another_one(void **state)
{
	static const char *const others[] = { "\"scope\":[\"acme\"]",
		"\"scope\":[\"acme/login\"]",
		"\"scope\":[\"acme/learn\",\"acme/login\"]" };

	(void)state;
	begin_both();
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY)));
	for (size_t i = 0; i < 3; i++) {
		assert_false(
		    command("{\"command\":\"outage-exclude\","
			    "\"exclusion\":\"x-1\",%s," FROM "," TO "," WHY "}",
			others[i]));
		assert_string_equal(answer,
		    "exclusion: x-1 is another one already");
	}
	end();
}

/* Of all of a client, also of what it will have; of a platform, what is on. */
static void
whom_an_exclusion_is_for(void **state)
{
	static const char whole[] =
	    CLAIM("\"scope\":[\"acme\"],\"platforms\":[\"farm\"]",
		FROM "," TO "," WHY);

	(void)state;
	begin_both();
	for (int i = 0; i < 2; i++)
		assert_true(command("%s", whole));
	assert_null(strstr(record("exclusions", "acme|x-1"), "endpoints"));
	assert_non_null(strstr(record("exclusions", "birch|x-1"),
	    "\"endpoints\":[\"birch/learn\"]"));
	assert_null(strstr(record("exclusions", "birch|x-1"), "evidence"));
	assert_false(
	    command(CLAIM("\"scope\":[\"cedar\"]", FROM "," TO "," WHY)));
	assert_string_equal(answer, "scope: there is no client \"cedar\"");
	/* An answer is of one of them. */
	assert_true(command("{\"command\":\"outage-consent\",\"exclusion\":"
			    "\"x-1\",\"client\":\"birch\",\"consent\":"
			    "\"agreed\",\"who\":\"Dean\",\"text\":\"yes\"}"));
	assert_string_equal(answer,
	    "birch: exclusion x-1 is agreed by "
	    "Dean\n");
	assert_non_null(strstr(record("exclusions", "birch|x-1"),
	    "\"who\":\"Dean\",\"text\":\"yes\""));
	assert_non_null(
	    strstr(record("exclusions", "acme|x-1"), "\"answers\":[]"));
	end();
}

/*
 * An exclusion of a platform has one name for all who are on it, and what one
 * of them agreed to was written down for the others, too.
 */
static void
one_client_agreed_for_all_others(void **state)
{
	static const char agreed[] =
	    "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\","
	    "\"consent\":\"agreed\",\"who\":\"Dean\"%s}";

	(void)state;
	begin_both();
	assert_true(
	    command(CLAIM("\"platforms\":[\"farm\"]", FROM "," TO "," WHY)));
	assert_false(command(agreed, ""));
	assert_string_equal(answer,
	    "client: it is of 2 clients, acme, birch: say whose answer this "
	    "is");
	assert_non_null(
	    strstr(record("exclusions", "acme|x-1"), "\"answers\":[]"));
	assert_non_null(
	    strstr(record("exclusions", "birch|x-1"), "\"answers\":[]"));
	assert_true(command(agreed, ",\"client\":\"acme\""));
	assert_string_equal(answer, "acme: exclusion x-1 is agreed by Dean\n");
	assert_non_null(
	    strstr(record("exclusions", "birch|x-1"), "\"answers\":[]"));
	end();
}

/* An answer with other words stands behind the one before it. */
static void
an_answer_with_one_thing_other_is_one_more(void **state)
{
	static const char *const answers[] = {
		"\"consent\":\"agreed\",\"who\":\"Dean\"",
		"\"consent\":\"agreed\",\"who\":\"Dean\"", /* said before */
		"\"consent\":\"agreed\",\"who\":\"Dean\",\"text\":\"yes\"",
		"\"consent\":\"agreed\",\"who\":\"Ruth\",\"text\":\"yes\"",
		"\"consent\":\"disputed\",\"who\":\"Ruth\",\"text\":\"yes\"",
		"\"consent\":\"disputed\",\"who\":\"Ruth\",\"text\":\"no\"",
	};
	const char *at;
	size_t n = 0;

	(void)state;
	begin_both();
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY)));
	for (size_t i = 0; i < 6; i++)
		assert_true(command("{\"command\":\"outage-consent\","
				    "\"exclusion\":\"x-1\",%s}",
		    answers[i]));
	at = record("exclusions", "acme|x-1");
	while ((at = strstr(at, "\"who\"")) != NULL) {
		at++;
		n++;
	}
	assert_int_equal(n, 5);
	end();
}

/* A client with all there may be was refused what it had claimed before. */
static void
the_last_exclusion_there_may_be_is_no_harm_said_again(void **state)
{
	static const char old[] =
	    "{\"at\":1,\"by\":\"a\",\"from\":1800000600000,"
	    "\"to\":1800000900000,\"reason\":\"client\",\"text\":\"its DNS\","
	    "\"claimant\":\"aroha\",\"answers\":[]}";
	char field[64], error[160];

	(void)state;
	begin_both();
	for (int i = 0; i < 9999; i++) {
		text_format(field, sizeof(field), "acme|x-old-%d", i);
		assert_int_equal(shard_load(st.w.shard, "exclusions", field,
				     old, sizeof(old) - 1, error),
		    0);
	}
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY)));
	assert_true(command(CLAIM(LEARN, FROM "," TO "," WHY)));
	assert_non_null(strstr(answer, "x-1 was claimed for"));
	assert_false(command("{\"command\":\"outage-exclude\",\"exclusion\":"
			     "\"x-2\"," LEARN "," FROM "," TO "," WHY "}"));
	assert_string_equal(answer,
	    "acme: 10000 exclusions are all that there may be");
	end();
}

#define TIMES "\"times\":[[1800000600000,1800004200000]]"
#define ANNOUNCE(scope, rest)                                                  \
	"{\"command\":\"maintenance-announce\",\"window\":\"m-1\",\"scope\":"  \
	"[" scope "]," rest "}"

static void
maintenance_with_one_thing_other_is_another_one(void **state)
{
	static const char said[] = ANNOUNCE("\"acme/learn\"",
	    "\"text\":\"x\",\"rule\":\"FREQ=DAILY;COUNT=1\"," TIMES);
	static const char *const others[] = {
		ANNOUNCE("\"acme/learn\"",
		    "\"text\":\"y\",\"rule\":\"FREQ=DAILY;COUNT=1\"," TIMES),
		ANNOUNCE("\"acme/learn\"", "\"text\":\"x\"," TIMES),
		ANNOUNCE("\"acme/login\"",
		    "\"text\":\"x\",\"rule\":\"FREQ=DAILY;COUNT=1\"," TIMES),
		ANNOUNCE("\"acme/learn\"",
		    "\"text\":\"x\",\"rule\":\"FREQ=DAILY;COUNT=1\","
		    "\"times\":[[1800000600001,1800004200000]]"),
		ANNOUNCE("\"acme/learn\"",
		    "\"text\":\"x\",\"rule\":\"FREQ=DAILY;COUNT=1\","
		    "\"times\":[[1800000600000,1800004200000],"
		    "[1800005000000,1800006000000]]"),
	};

	(void)state;
	begin_both();
	for (int i = 0; i < 2; i++)
		assert_true(command("%s", said));
	assert_string_equal(answer,
	    "acme: maintenance m-1 was announced before, 2027-01-15 08:10:00 "
	    "UTC to 2027-01-15 09:10:00 UTC\n");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (command("%s", others[i]))
			fail_msg("%s: %s", others[i], answer);
		assert_string_equal(answer,
		    "window: m-1 is another one already");
	}
	end();
}

/* Whoever announces it anew is not told that it stands. */
static void
what_was_taken_back_is_not_said_to_stand(void **state)
{
	(void)state;
	begin_both();
	announce("\"acme\"", 600, 4200);
	assert_true(
	    command("{\"command\":\"maintenance-cancel\",\"window\":\"m-1\"}"));
	assert_false(command("%s",
	    ANNOUNCE("\"acme\"",
		"\"text\":\"Upgrade\","
		"\"times\":[[1800000600000,1800004200000]]")));
	assert_string_equal(answer,
	    "window: m-1 was announced and taken back: this one needs another "
	    "name");
	end();
}

#define DAY 86400
#define UNNAMED(window, scope, rest)                                           \
	"{\"command\":\"maintenance-announce\",\"unnamed\":true,\"window\":"   \
	"\"" window "\",\"scope\":[" scope "],\"text\":\"x\"," rest "}"
#define AT_PLUS "\"times\":[[%lld,%lld]]"

static bool
has_window(const char *field)
{
	return world_find(&st.w, "windows", field) != NULL;
}

/* "--from +4d", once more after seven seconds: another instant. */
static void
an_announcement_from_plus_four_days_said_twice_stood_twice(void **state)
{
	(void)state;
	begin_both();
	assert_true(command(UNNAMED("m-1", "\"acme\"", AT_PLUS), ms(4 * DAY),
	    ms(4 * DAY + 3600)));
	run(107);
	assert_true(command(UNNAMED("m-2", "\"acme\"", AT_PLUS),
	    ms(4 * DAY + 7), ms(4 * DAY + 3607)));
	assert_string_equal(answer,
	    "acme: maintenance m-1 was announced before, 2027-01-19 08:00:00 "
	    "UTC to 2027-01-19 09:00:00 UTC\n");
	assert_string_equal(warning, "");
	assert_true(has_window("acme|m-1"));
	assert_false(has_window("acme|m-2"));
	end();
}

/* What differs by more than a retry does is announced. */
static void
what_is_not_that_one_is_announced_as_well(void **state)
{
	static const struct {
		const char *scope, *more;
		int64_t from_s, length_s;
		bool named;
	} others[] = {
		{ "\"acme/learn\"", "", 0, 3600, false },
		{ "\"acme\"", "", 600, 3600, false },
		{ "\"acme\"", "", -600, 3600, false },
		{ "\"acme\"", "", 7, 3601, false },
		{ "\"acme\"", "\"rule\":\"FREQ=DAILY;COUNT=1\",", 7, 3600,
		    false },
		{ "\"acme\"", "", 7, 3600, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		int64_t from_s = 4 * DAY + others[i].from_s;

		begin_both();
		assert_true(command(UNNAMED("m-1", "\"acme\"", AT_PLUS),
		    ms(4 * DAY), ms(4 * DAY + 3600)));
		assert_true(
		    command("{\"command\":\"maintenance-announce\","
			    "\"unnamed\":%s,\"window\":\"m-2\","
			    "\"scope\":[%s],\"text\":\"x\",%s" AT_PLUS "}",
			others[i].named ? "false" : "true", others[i].scope,
			others[i].more, ms(from_s),
			ms(from_s + others[i].length_s)));
		if (!has_window("acme|m-2"))
			fail_msg("case %zu: %s", i, answer);
		end();
	}
}

/* One that is withdrawn does not stand; after ten minutes it is no retry. */
static void
what_was_taken_back_or_is_long_ago_is_announced_anew(void **state)
{
	(void)state;
	begin_both();
	assert_true(command(UNNAMED("m-1", "\"acme\"", AT_PLUS), ms(4 * DAY),
	    ms(4 * DAY + 3600)));
	assert_true(
	    command("{\"command\":\"maintenance-cancel\",\"window\":\"m-1\"}"));
	assert_true(command(UNNAMED("m-2", "\"acme\"", AT_PLUS),
	    ms(4 * DAY + 7), ms(4 * DAY + 3607)));
	assert_true(has_window("acme|m-2"));
	run(700);
	assert_true(command(UNNAMED("m-3", "\"acme\"", AT_PLUS),
	    ms(4 * DAY + 8), ms(4 * DAY + 3608)));
	assert_true(has_window("acme|m-3"));
	end();
}

/* Shortened to where it ends already. */
static void
a_change_said_again_is_no_other_one(void **state)
{
	char *first;

	(void)state;
	begin_both();
	announce("\"acme\"", 600, 4200);
	for (int i = 0; i < 2; i++) {
		assert_true(command("{\"command\":\"maintenance-shorten\","
				    "\"window\":\"m-1\",\"to_ms\":%lld}",
		    ms(3000)));
		assert_string_equal(answer,
		    "acme: maintenance m-1 is 2027-01-15 08:10:00 UTC to "
		    "2027-01-15 08:50:00 UTC\n");
		if (i == 0)
			first = mem_text(record("windows", "acme|m-1"));
		else
			assert_string_equal(record("windows", "acme|m-1"),
			    first);
	}
	free(first);
	end();
}

/* What was said of it stands; its times are told in UTC. */
static void
a_client_that_is_gone(void **state)
{
	struct settings *old;

	(void)state;
	begin_both();
	announce("\"acme\",\"birch\"", 600, 4200);
	assert_true(
	    command(CLAIM("\"scope\":[\"birch\"]", FROM "," TO "," WHY)));
	old = reconfigure(without_birch);
	assert_true(command("{\"command\":\"maintenance-extend\",\"window\":"
			    "\"m-1\",\"client\":\"birch\",\"to_ms\":%lld}",
	    ms(5000)));
	assert_string_equal(answer,
	    "birch: maintenance m-1 is 2027-01-15 08:10:00 UTC to 2027-01-15 "
	    "09:23:20 UTC\n");
	assert_string_equal(warning, "");
	assert_true(command("{\"command\":\"outage-consent\",\"exclusion\":"
			    "\"x-1\",\"consent\":\"agreed\",\"who\":"
			    "\"Dean\"}"));
	assert_string_equal(answer,
	    "birch: exclusion x-1 is agreed by "
	    "Dean\n");
	assert_false(
	    command(CLAIM("\"scope\":[\"birch\"]", FROM "," TO "," WHY)));
	assert_string_equal(answer, "scope: there is no client \"birch\"");
	settings_free(old);
	end();
}

/* When the outage of this endpoint begins as it is booked. */
static int64_t
booked_from(const char *endpoint)
{
	char field[64];

	for (int64_t at_s = 0; at_s < 300; at_s++) {
		text_format(field, sizeof(field), "%s|%lld", endpoint,
		    ms(at_s));
		if (world_find(&st.w, "outages", field) != NULL)
			return ms(at_s);
	}
	fail_msg("no outage of %s", endpoint);
	return 0;
}

/* Its outages count as they did; nothing could be said of them any more. */
static void
an_endpoint_that_left_the_tree_could_not_be_spoken_of(void **state)
{
	static const char without_login[] =
	    HEAD CLIENT("acme") ENDPOINT("learn", ", platform: farm") BIRCH;
	struct settings *old;
	long long from_ms;

	(void)state;
	begin_both();
	all_see(OUTCOME_FAILED);
	run(200);
	from_ms = booked_from("acme/login");
	old = reconfigure(without_login);
	assert_true(command("{\"command\":\"outage-annotate\",\"scope\":"
			    "[\"acme/login\"],\"from_ms\":%lld,\"cause\":"
			    "\"moved away\"}",
	    from_ms));
	assert_true(
	    command(CLAIM("\"scope\":[\"acme/login\"]", FROM "," TO "," WHY)));
	assert_non_null(strstr(record("exclusions", "acme|x-1"),
	    "\"endpoints\":[\"acme/login\"]"));
	assert_false(command("{\"command\":\"outage-exclude\","
			     "\"exclusion\":\"x-2\",\"scope\":"
			     "[\"acme/lagin\"]," FROM "," TO "," WHY "}"));
	assert_string_equal(answer,
	    "scope: there is no endpoint \"acme/lagin\"");
	settings_free(old);
	end();
}

/* The store may hand a record over twice while it is read. */
static void
a_record_that_is_read_twice(void **state)
{
	static const char window[] =
	    "{\"at\":1,\"by\":\"a\",\"text\":\"x\",\"times\":[{\"from\":"
	    "1800000600000,\"to\":1800004200000,\"changes\":[]}]}";
	static const char claim[] =
	    "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":6,\"reason\":\"client\","
	    "\"text\":\"t\",\"claimant\":\"c\",\"answers\":[]}";
	char error[160];

	(void)state;
	begin_both();
	for (int i = 0; i < 2; i++) {
		if (shard_load(st.w.shard, "windows", "acme|m-1", window,
			sizeof(window) - 1, error) != 0 ||
		    shard_load(st.w.shard, "exclusions", "acme|x-1", claim,
			sizeof(claim) - 1, error) != 0)
			fail_msg("%s", error);
	}
	assert_true(cancel());
	assert_string_equal(answer, "acme: maintenance m-1 is cancelled\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_exclusion_with_one_thing_other_is_another_one),
		cmocka_unit_test(an_exclusion_of_more_endpoints_is_another_one),
		cmocka_unit_test(whom_an_exclusion_is_for),
		cmocka_unit_test(one_client_agreed_for_all_others),
		cmocka_unit_test(an_answer_with_one_thing_other_is_one_more),
		cmocka_unit_test(
		    the_last_exclusion_there_may_be_is_no_harm_said_again),
		cmocka_unit_test(
		    maintenance_with_one_thing_other_is_another_one),
		cmocka_unit_test(what_was_taken_back_is_not_said_to_stand),
		cmocka_unit_test(
		    an_announcement_from_plus_four_days_said_twice_stood_twice),
		cmocka_unit_test(what_is_not_that_one_is_announced_as_well),
		cmocka_unit_test(
		    what_was_taken_back_or_is_long_ago_is_announced_anew),
		cmocka_unit_test(a_change_said_again_is_no_other_one),
		cmocka_unit_test(a_client_that_is_gone),
		cmocka_unit_test(
		    an_endpoint_that_left_the_tree_could_not_be_spoken_of),
		cmocka_unit_test(a_record_that_is_read_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* ledger_claims, ledger_remarks: what is claimed not to count, and what people
   noted of outages, in a client's account. */
#include "lib/ledger_claims.h"
#include "tests/unit/ledger_story.h"

/* From 02:00 to 03:00; the answers as in the record. */
static void
claim(const char *id, const char *more, const char *answers)
{
	char json[900], field[40];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"a\",\"from\":%lld,\"to\":%lld,"
	    "\"reason\":\"client\",\"text\":\"its DNS\",\"claimant\":"
	    "\"aroha\",\"evidence\":\"ticket 7\",%s\"answers\":[%s]}",
	    (long long)at("2026-04-11"), (long long)at("2026-04-10 02:00"),
	    (long long)at("2026-04-10 03:00"), more, answers);
	text_format(field, sizeof(field), "acme|%s", id);
	load("exclusions", field, json);
}

static void
claim_from(const char *id, const char *from, const char *to)
{
	char json[400], field[40];

	text_format(json, sizeof(json),
	    "{\"at\":5,\"by\":\"a\",\"from\":%lld,\"to\":%lld,\"reason\":"
	    "\"client\",\"text\":\"its DNS\",\"claimant\":\"aroha\","
	    "\"answers\":[]}",
	    (long long)at(from), (long long)at(to));
	text_format(field, sizeof(field), "acme|%s", id);
	load("exclusions", field, json);
}

/* Only what the client agrees to holds; all else is counted both ways. */
static void
claims_hold_when_they_are_agreed(void **state)
{
#define SAID(consent)                                                          \
	"{\"at\":5,\"by\":\"a\",\"who\":\"Dean\",\"consent\":\"" consent "\"}"
	static const struct {
		const char *answers;
		int consent;
		int64_t down_ms, contested_ms;
	} cases[] = {
		{ "", SLA_UNANSWERED, 3600000, 0 },
		{ SAID("disputed"), SLA_DISPUTED, 3600000, 0 },
		{ SAID("disputed") "," SAID("agreed"), SLA_AGREED, 0, 0 },
		{ SAID("agreed") "," SAID("disputed"), SLA_DISPUTED, 3600000,
		    0 },
	};

	(void)state;
	down("acme/learn", "2026-04-10 02:00", "2026-04-10 03:00");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		claim("x-1", "", cases[i].answers);
		count(0);
		assert_int_equal(facts.exclusion_count, 1);
		assert_int_equal(facts.exclusions[0].consent, cases[i].consent);
		assert_string_equal(facts.exclusions[0].reason,
		    "client: its DNS");
		assert_string_equal(facts.exclusions[0].claimant, "aroha");
		assert_string_equal(facts.exclusions[0].evidence, "ticket 7");
		assert_int_equal(account.sum.down_ms, cases[i].down_ms);
		assert_int_equal(account.parts[0].is_contested,
		    cases[i].consent != SLA_AGREED);
		if (account.parts[0].is_contested)
			assert_int_equal(account.parts[0].contested.down_ms,
			    cases[i].contested_ms);
		let_go();
	}
	claim("x-1", "\"endpoints\":[\"acme/login\"],", SAID("agreed"));
	count(0);
	assert_int_equal(facts.exclusions[0].scope.count, 1);
	assert_int_equal(account.sum.down_ms, 3600000);
	let_go();
}

/* From so long before April, or so long after, to an hour more or less. */
static void
claims_that_do_not_touch_the_period(void **state)
{
	static const struct {
		const char *from, *to;
		size_t count;
	} cases[] = {
		{ "2026-03-31 23:00", "2026-04-01 00:00", 0 },
		{ "2026-03-31 23:00", "2026-04-01 00:01", 1 },
		{ "2026-05-01 00:00", "2026-05-01 01:00", 0 },
		{ "2026-04-30 23:59", "2026-05-01 01:00", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		claim_from("x-1", cases[i].from, cases[i].to);
		count(0);
		assert_int_equal(facts.exclusion_count, cases[i].count);
		let_go();
	}
}

/* Two claims with the same words of the same time had changed places with the
   order in which the records came. */
static void
the_order_of_records_does_not_show(void **state)
{
	static const char *const ids[2][4] = { { "x-1", "x-2", "x-3", "x-4" },
		{ "x-4", "x-2", "x-3", "x-1" } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		ledger_free(ledger);
		begin(state);
		for (int k = 0; k < 4; k++)
			if (strcmp(ids[i][k], "x-1") == 0)
				claim_from("x-1", "2026-04-10 01:00",
				    "2026-04-10 02:00");
			else if (strcmp(ids[i][k], "x-2") == 0)
				claim("x-2", "\"endpoints\":[\"acme/learn\"],",
				    "");
			else if (strcmp(ids[i][k], "x-3") == 0)
				claim_from("x-3", "2026-04-10 02:00",
				    "2026-04-10 02:30");
			else
				claim("x-4", "\"endpoints\":[\"acme/login\"],",
				    "");
		count(0);
		assert_int_equal(facts.exclusion_count, 4);
		assert_int_equal(facts.exclusions[0].from_ms,
		    at("2026-04-10 01:00"));
		assert_int_equal(facts.exclusions[1].to_ms,
		    at("2026-04-10 02:30"));
		assert_int_equal(facts.exclusions[2].scope.items[0], 0);
		assert_int_equal(facts.exclusions[3].scope.items[0], 1);
		assert_null(facts.exclusions[0].evidence);
		let_go();
	}
}

/* Two outages became one by what came late: of two causes that of the note
   which was read last stood in the report. */
static void
the_cause_is_the_last_that_was_named(void **state)
{
	static const char *const notes[] = {
		"[{\"at\":9,\"by\":\"a\",\"cause\":\"a cable\"}]",
		"[{\"at\":7,\"by\":\"a\",\"cause\":\"a disk\"},"
		"{\"at\":8,\"by\":\"a\",\"cause\":\"a fan\"}]",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char field[80];

		ledger_free(ledger);
		begin(state);
		down("acme/learn", "2026-04-10 01:00", "2026-04-10 03:00");
		for (size_t k = 0; k < 2; k++) {
			text_format(field, sizeof(field), "acme/learn|%lld",
			    (long long)at((i ^ k) == 0 ? "2026-04-10 01:00"
						       : "2026-04-10 02:00"));
			load("annotations", field, notes[i ^ k]);
		}
		count(0);
		assert_string_equal(facts.outages[0].cause, "a cable");
		let_go();
	}
}

/* What cannot be read is refused; what is written anew takes its place. */
static void
records_of_all_kinds(void **state)
{
	static const struct {
		const char *key, *field, *json;
	} bad[] = {
		{ "windows", "acme|m-1", "{}" },
		{ "exclusions", "acme|x-1", "[]" },
		{ "annotations", "acme/learn|5", "{}" },
		{ "annotations", "acme/learn|5", "[" },
		{ "annotations", "acme/learn", "[]" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ledger_load(ledger, bad[i].key, bad[i].field,
				     bad[i].json, strlen(bad[i].json), error),
		    -1);
	for (int i = 0; i < 2; i++) {
		window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00",
		    72 * HOUR, "");
		claim("x-1", "", "");
		load("annotations", "acme/learn|5", "[{\"text\":\"t\"}]");
	}
	/* Others' are passed over; nothing after 2069 can be counted. */
	load("exclusions", "birch|x-1", "{}");
	load("exclusions", "acmes|x-1", "{}");
	load("windows", "birch|m-1", "{}");
	load("annotations", "birch/learn|5", "{}");
	load("windows", "acme|m-9",
	    "{\"at\":5,\"by\":\"a\",\"text\":\"t\",\"times\":"
	    "[{\"from\":5,\"to\":200000000000000}]}");
	load("exclusions", "acme|x-9",
	    "{\"at\":5,\"by\":\"a\",\"from\":5,\"to\":200000000000000,"
	    "\"reason\":\"client\",\"text\":\"t\",\"claimant\":\"a\","
	    "\"answers\":[]}");
	claim("x-2", "\"endpoints\":[\"acme/old\"],", "");
	count(0);
	assert_int_equal(facts.window_count, 1);
	assert_int_equal(facts.exclusion_count, 1);
	let_go();
}

static void
causes_stand_by_their_outage(void **state)
{
	char field[60];

	(void)state;
	down("acme/learn", "2026-04-10 02:00", "2026-04-10 03:00");
	down("acme/login", "2026-04-10 02:00", "2026-04-10 03:00");
	text_format(field, sizeof(field), "acme/learn|%lld",
	    (long long)at("2026-04-10 02:00"));
	load("annotations", field,
	    "[{\"at\":1,\"by\":\"a\",\"cause\":\"a disk\"},{\"at\":2,"
	    "\"by\":\"a\",\"text\":\"well again\"},{\"at\":3,\"by\":"
	    "\"a\",\"cause\":\"two disks\"}]");
	count(0);
	assert_int_equal(facts.outage_count, 2);
	assert_string_equal(facts.outages[0].cause, "two disks");
	assert_null(facts.outages[1].cause);
	let_go();
}

struct noted {
	char text[200];
};

static void
on_note(void *arg, const struct ledger_remark *r)
{
	struct noted *n = arg;
	size_t used = strlen(n->text);

	text_format(n->text + used, sizeof(n->text) - used, "%lld %s: %s\n",
	    (long long)r->at_ms, r->by, r->text);
}

/* A note is of the outage that holds the instant it was made for; of another
   endpoint or time it is not, and whose it is may not be said. */
static void
notes_are_of_one_outage(void **state)
{
	struct noted n = { "" };
	char error[160], *endless = mem_alloc(LEDGER_RECORD_MAX + 1);

	(void)state;
	load("annotations", "acme/learn|5",
	    "[{\"at\":7,\"by\":\"aroha\",\"text\":\"a disk\"}]");
	load("annotations", "acme/learn|6", "[{\"at\":8,\"text\":\"two\"}]");
	load("annotations", "acme/learn|9", "[{\"at\":9,\"text\":\"late\"}]");
	load("annotations", "acme/login|5", "[{\"at\":9,\"text\":\"no\"}]");
	ledger_each_remark(ledger, "acme/learn", 5, 9, on_note, &n);
	assert_string_equal(n.text, "7 aroha: a disk\n8 : two\n");
	memset(endless, ' ', LEDGER_RECORD_MAX + 1);
	assert_int_equal(ledger_load(ledger, "annotations", "acme/learn|5",
			     endless, LEDGER_RECORD_MAX + 1, error),
	    -1);
	assert_string_equal(error, "annotations: no record of ours");
	free(endless);
	/* Written anew they take the place of what was noted before. */
	load("annotations", "acme/learn|5", "[]");
	n.text[0] = '\0';
	ledger_each_remark(ledger, "acme/learn", 6, 7, on_note, &n);
	ledger_each_remark(ledger, "acme/learn", 1, 6, on_note, &n);
	assert_string_equal(n.text, "8 : two\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(claims_hold_when_they_are_agreed),
		TEST(claims_that_do_not_touch_the_period),
		TEST(the_order_of_records_does_not_show),
		TEST(the_cause_is_the_last_that_was_named),
		TEST(records_of_all_kinds),
		TEST(causes_stand_by_their_outage),
		TEST(notes_are_of_one_outage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

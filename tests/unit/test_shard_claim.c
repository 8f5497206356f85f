/* shard: exclusions, what the client says of them, and notes on outages. */
#include "lib/claim.h"
#include "tests/unit/maintenance_story.h"

#define CLAIM                                                                  \
	"{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\",\"scope\":"     \
	"[\"acme/learn\"],\"from_ms\":1800000600000,\"to_ms\":1800000900000,"  \
	"\"reason\":\"client\",\"text\":\"moved its DNS\",\"claimant\":"       \
	"\"aroha\",\"evidence\":\"ticket 7\"}"
#define ANSWER(consent)                                                        \
	"{\"command\":\"outage-consent\",\"exclusion\":\"x-1\",\"consent\":"   \
	"\"" consent "\",\"who\":\"Dean\"}"

static const char *
record(void)
{
	const struct world_field *f =
	    world_find(&st.w, "exclusions", "acme|x-1");

	assert_non_null(f);
	return f->value;
}

static void
what_is_claimed_and_answered_stays(void **state)
{
	static const char claimed[] =
	    "{\"at\":1800000100000,\"by\":\"root as aroha\",\"from\":"
	    "1800000600000,\"to\":1800000900000,\"reason\":\"client\",\"text\":"
	    "\"moved its DNS\",\"claimant\":\"aroha\",\"evidence\":"
	    "\"ticket 7\",\"endpoints\":[\"acme/learn\"],\"answers\":[";
	char *first;

	(void)state;
	begin_one();
	run(100);
	assert_true(command(CLAIM));
	assert_string_equal(answer,
	    "acme: exclusion x-1 is claimed for 2027-01-15 08:10:00 UTC to "
	    "2027-01-15 08:15:00 UTC (client); it counts when the client "
	    "agrees\n");
	assert_ptr_equal(strstr(record(), claimed), record());
	journal_has("\"what\":\"exclusion claimed\",\"subject\":\"acme\","
		    "\"exclusion\":\"x-1\",\"by\":\"root as aroha\"");
	assert_true(command(ANSWER("disputed")));
	assert_string_equal(answer,
	    "acme: exclusion x-1 is disputed by "
	    "Dean\n");
	world_restart(&st.w);
	assert_true(command(ANSWER("agreed")));
	assert_string_equal(strstr(record(), "\"answers\""),
	    "\"answers\":[{\"at\":1800000100000,\"by\":\"root as aroha\","
	    "\"consent\":\"disputed\",\"who\":\"Dean\"},{\"at\":1800000100000,"
	    "\"by\":\"root as aroha\",\"consent\":\"agreed\",\"who\":"
	    "\"Dean\"}]}");
	journal_has("\"what\":\"exclusion disputed\"");
	journal_has("\"what\":\"exclusion agreed\"");
	/* Said again they are no others. */
	first = mem_text(record());
	assert_true(command(CLAIM));
	assert_true(command(ANSWER("agreed")));
	assert_string_equal(record(), first);
	free(first);
	end();
}

#define CLAIM_OF(reason, times)                                                \
	"{\"command\":\"outage-exclude\",\"exclusion\":\"x-2\",\"scope\":"     \
	"[\"acme\"],\"reason\":\"" reason "\",\"text\":\"t\",\"claimant\":"    \
	"\"a\"," times "}"

static void
what_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ CLAIM_OF("bad weather", "\"from_ms\":1,\"to_ms\":2"),
		    "reason: client, third-party, force-majeure or suspended "
		    "is expected" },
		{ CLAIM_OF("client", "\"from_ms\":2,\"to_ms\":2"),
		    "to_ms: not after its begin" },
		{ CLAIM_OF("client", "\"from_ms\":2"),
		    "to_ms: an instant is expected" },
		{ CLAIM_OF("client", "\"from_ms\":2,\"to_ms\":1900000000000"),
		    "to_ms: at most 800 days ahead" },
		{ "{\"command\":\"outage-exclude\",\"exclusion\":\"m-1\"}",
		    "exclusion: a name such as x-5f0c9a1b22 is expected" },
		{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\","
		  "\"scope\":[\"acme\"],\"from_ms\":1,\"to_ms\":2,\"reason\":"
		  "\"client\",\"text\":\"t\",\"claimant\":\"a\"}",
		    "exclusion: x-1 is another one already" },
		{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-2\"}",
		    "reason: a text is expected" },
		{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-2\","
		  "\"reason\":\"client\"}",
		    "text: a text is expected" },
		{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-2\","
		  "\"reason\":\"client\",\"text\":\"t\"}",
		    "claimant: a text is expected" },
		{ CLAIM_OF("client", "\"evidence\":7"),
		    "evidence: a text is expected" },
		{ CLAIM_OF("client", "\"from_ms\":-2,\"to_ms\":2"),
		    "from_ms: an instant is expected" },
		{ CLAIM_OF("client", "\"from_ms\":2,\"to_ms\":253402300800000"),
		    "to_ms: an instant is expected" },
		{ "{\"command\":\"outage-consent\"}",
		    "exclusion: a text is expected" },
		{ "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\"}",
		    "consent: a text is expected" },
		{ "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\","
		  "\"consent\":\"agreed\",\"who\":\"w\",\"text\":\"\"}",
		    "text: a text is expected" },
		{ "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\","
		  "\"consent\":\"agreed\",\"who\":\"w\",\"client\":1}",
		    "client: a text is expected" },
		{ ANSWER("maybe"), "consent: agreed or disputed is expected" },
		{ ANSWER("unanswered"),
		    "consent: agreed or disputed is expected" },
		{ "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\","
		  "\"consent\":\"agreed\"}",
		    "who: a text is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":[\"acme\"]}",
		    "scope: one endpoint is expected" },
		{ "{\"command\":\"outage-annotate\"}",
		    "scope: one endpoint is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\",\"acme/learn\"]}",
		    "scope: one endpoint is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":[7]}",
		    "scope: one endpoint is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\"]}",
		    "from_ms: an instant is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\"],\"from_ms\":5,\"text\":\"\"}",
		    "text: a text is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\"],\"from_ms\":5,\"cause\":7}",
		    "cause: a text is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\"],\"from_ms\":5}",
		    "text: a text or a cause is expected" },
		{ "{\"command\":\"outage-annotate\",\"scope\":"
		  "[\"acme/learn\"],\"from_ms\":1800000050000,\"text\":\"t\"}",
		    "from_ms: no outage of acme/learn is booked from then "
		    "on" },
	};

	(void)state;
	begin_one();
	run(100);
	assert_true(command(CLAIM));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (command("%s", cases[i].json))
			fail_msg("%s: %s", cases[i].json, answer);
		assert_string_equal(answer, cases[i].error);
	}
	assert_null(world_find(&st.w, "exclusions", "acme|x-2"));
	end();
}

/* A note is about one outage, and stands behind those before it. */
static void
notes_on_an_outage(void **state)
{
	static const char field[] = "acme/learn|1800000120000";

	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	for (int i = 0; i < 2; i++)
		assert_true(command("{\"command\":\"outage-annotate\","
				    "\"scope\":[\"acme/learn\"],\"from_ms\":"
				    "1800000120000,\"text\":\"looking\"}"));
	assert_string_equal(answer, "acme/learn: noted\n");
	run(250);
	world_restart(&st.w);
	assert_true(command("{\"command\":\"outage-annotate\",\"scope\":"
			    "[\"acme/learn\"],\"from_ms\":1800000120000,"
			    "\"cause\":\"a full disk\"}"));
	assert_string_equal(world_find(&st.w, "annotations", field)->value,
	    "[{\"at\":1800000200000,\"by\":\"root as aroha\",\"text\":"
	    "\"looking\"},{\"at\":1800000250000,\"by\":\"root as aroha\","
	    "\"cause\":\"a full disk\"}]");
	journal_has("\"what\":\"outage annotated\",\"subject\":"
		    "\"acme/learn|1800000120000\",\"by\":\"root as aroha\","
		    "\"cause\":\"a full disk\"");
	end();
}

/* Everything stays, so there is an end of it. */
static void
answered_and_noted_too_often(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	assert_true(command(CLAIM));
	for (int i = 0; i <= 64; i++) {
		bool done = command("{\"command\":\"outage-consent\","
				    "\"exclusion\":\"x-1\",\"consent\":"
				    "\"agreed\",\"who\":\"Dean %d\"}",
		    i);

		assert_true(done == (i < 64));
	}
	assert_string_equal(answer, "x-1: answered too often");
	for (int i = 0; i <= 64; i++) {
		bool done = command("{\"command\":\"outage-annotate\","
				    "\"scope\":[\"acme/learn\"],\"from_ms\":"
				    "1800000120000,\"text\":\"note %d\"}",
		    i);

		assert_true(done == (i < 64));
	}
	assert_string_equal(answer, "acme/learn: noted too often");
	end();
}

/* Of a client nobody named, or of an endpoint of another shard: not here. */
static void
what_is_not_here_is_not_found(void **state)
{
	static const char *const requests[] = {
		"{\"command\":\"outage-consent\",\"exclusion\":\"x-9\","
		"\"consent\":\"agreed\",\"who\":\"Dean\"}",
		"{\"command\":\"outage-consent\",\"exclusion\":\"x-1\","
		"\"client\":\"birch\",\"consent\":\"agreed\",\"who\":"
		"\"Dean\"}",
		"{\"command\":\"outage-annotate\",\"scope\":"
		"[\"birch/learn\"],\"from_ms\":5,\"text\":\"t\"}",
	};
	struct shard_reply reply;

	(void)state;
	begin_one();
	assert_true(command(CLAIM));
	for (size_t i = 0; i < 3; i++) {
		assert_true(shard_command(st.w.shard, requests[i],
		    strlen(requests[i]), "a", true, st.w.now_ms, &reply));
		assert_int_equal(reply.found, 0);
		shard_reply_clear(&reply);
	}
	end();
}

static void
a_record_that_is_not_whole_is_refused(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "{", "not JSON: " },
		{ "{}", "at: expected an instant" },
		{ "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":5,\"reason\":"
		  "\"client\",\"text\":\"t\",\"claimant\":\"c\",\"answers\":"
		  "[]}",
		    "to: not after from" },
		{ "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":6,\"reason\":"
		  "\"rain\",\"text\":\"t\",\"claimant\":\"c\",\"answers\":[]}",
		    "reason: not known" },
		{ "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":6,\"reason\":"
		  "\"client\",\"text\":\"t\",\"claimant\":\"c\"}",
		    "answers: expected at most 64 of them" },
		{ "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":6,\"reason\":"
		  "\"client\",\"text\":\"t\",\"claimant\":\"c\",\"answers\":"
		  "[{\"at\":1,\"by\":\"a\",\"who\":\"w\",\"consent\":\"so\"}]}",
		    "consent: not known" },
		{ "{\"at\":1,\"by\":\"a\",\"from\":5,\"to\":6,\"reason\":"
		  "\"client\",\"text\":\"t\",\"claimant\":\"c\",\"endpoints\":"
		  "[1],\"answers\":[]}",
		    "endpoints: expected names" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(claim_decode("acme|x-1", cases[i].json,
		    strlen(cases[i].json), error));
		if (strncmp(error, cases[i].error, strlen(cases[i].error)) != 0)
			fail_msg("%s: %s", cases[i].json, error);
	}
	begin_one();
	assert_int_equal(shard_load(st.w.shard, "annotations", "acme/learn|5",
			     "{}", 2, error),
	    -1);
	assert_string_equal(error, "annotations: unreadable");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_claimed_and_answered_stays),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(notes_on_an_outage),
		cmocka_unit_test(answered_and_noted_too_often),
		cmocka_unit_test(what_is_not_here_is_not_found),
		cmocka_unit_test(a_record_that_is_not_whole_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

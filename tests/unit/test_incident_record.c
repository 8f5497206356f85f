/* Records of incidents, of their pages, and of what is public of them. */
#include "lib/record.h"
#include "tests/unit/incident_story.h"

/* A record that holds more than we write, or words for nobody. */
static void
test_a_record_of_too_many_lines(void **state)
{
	struct text t = { 0 };
	struct incident *inc;
	const char *first;
	char error[160];

	(void)state;
	text_add(&t,
	    "{\"number\":1,\"subject\":\"x\",\"timeline\":[{\"text\":\"a\","
	    "\"public\":true,\"client\":\"stranger\"}");
	for (int i = 0; i < 12000; i++)
		text_addf(&t,
		    ",{\"at_ms\":%d,\"text\":\"b\",\"public\":true,"
		    "\"client\":\"%s\"}",
		    i + 1, i % 2 == 0 ? "acme" : "");
	text_add(&t, "],\"audiences\":[{\"client\":\"acme\"}]}");
	inc = incident_decode(t.data, t.length, error);
	text_clear(&t);
	assert_non_null(inc);
	assert_int_equal(count_lines(inc, true, "stranger", &first), 0);
	assert_int_equal(count_lines(inc, true, "acme", &first),
	    INCIDENT_UPDATES_MAX);
	assert_int_equal(count_lines(inc, true, "", &first),
	    INCIDENT_UPDATES_MAX);
	assert_true(inc->audiences[0].gone > 0);
	incident_free(inc);
}

/* Everything that is written is read again, byte for byte. */
static void
test_record_round_trip(void **state)
{
	struct settings *s = world_settings(world_tree);
	struct incident *inc = incident_of("acme/learn", "acme", 1), *again;
	char error[160], *one, *two;

	(void)state;
	text_copy(inc->platform, sizeof(inc->platform), "cluster");
	text_copy(inc->ladder, sizeof(inc->ladder), "standard");
	free(inc->evidence);
	inc->evidence = mem_alloc(sizeof(*inc->evidence));
	inc->evidence_count = 1;
	inc->evidence_ms = 8000;
	text_copy(inc->evidence[0].region, 64, "r1");
	inc->evidence[0].outcome = OUTCOME_FAILED;
	inc->evidence[0].reason = REASON_TLS;
	inc->flapping = inc->by_hand = inc->members_untold = true;
	inc->closed_ms = 9000;
	inc->eta_from_ms = 5;
	inc->eta_to_ms = 6;
	inc->next_ms = 7;
	text_copy(inc->ended, sizeof(inc->ended), "by itself");
	incident_audiences(inc, s, 1000);
	inc->audiences[0].publish_ms = NEVER;
	incident_note(inc, 1, "isla", "bad \xff byte, \"quote\", \n line");
	incident_public(inc, 2, "tom", PUBLIC_MONITORING, "acme", "Kia ora");
	(void)incident_called(inc, "tom", CHANNEL_MAIL, "i-000000001", 3);
	one = incident_encode(inc);
	again = incident_decode(one, strlen(one), error);
	assert_non_null(again);
	two = incident_encode(again);
	assert_string_equal(one, two);
	assert_string_equal(again->lines[0].text,
	    "bad \\xff byte, \"quote\", \\x0a line");
	incident_free(inc);
	incident_free(again);
	free(one);
	free(two);
	settings_free(s);
}

/* Odd values in a record become usual ones; the rest is kept. */
static void
test_odd_records(void **state)
{
	static const char odd[] =
	    "{\"number\":3,\"subject\":\"x\",\"severity\":0,\"kind\":99,"
	    "\"state\":\"asleep\",\"members\":[{},{\"subject\":\"x\"},7],"
	    "\"timeline\":[{},{\"text\":\"a\",\"public\":true,"
	    "\"state\":\"odd\"},{\"text\":\"b\",\"public\":true}],"
	    "\"called\":[{},{\"person\":\"p\",\"channel\":\"owl\","
	    "\"intent\":\"i\"},{\"person\":\"p\",\"channel\":\"mail\","
	    "\"intent\":\"i\",\"outcome\":77},{\"channel\":\"mail\"},"
	    "{\"channel\":\"mail\",\"person\":\"p\"}],"
	    "\"evidence\":[{},{\"outcome\":\"failed\"},"
	    "{\"outcome\":\"odd\",\"reason\":\"tls\"},"
	    "{\"outcome\":\"failed\",\"reason\":\"tls\"}],"
	    "\"audiences\":[{},{\"client\":\"acme\",\"state\":5}]}";
	char error[160];
	struct incident *inc = incident_decode(odd, strlen(odd), error);

	(void)state;
	assert_non_null(inc);
	assert_int_equal(inc->severity, 2);
	assert_int_equal(inc->kind, ALARM_DOWN);
	assert_int_equal(inc->state, PUBLIC_INVESTIGATING);
	assert_int_equal(inc->member_count, 1);
	assert_int_equal(inc->line_count, 2);
	assert_int_equal(inc->called_count, 1);
	assert_int_equal(inc->called[0].outcome, CALLED_WAITING);
	assert_int_equal(inc->evidence_count, 1);
	assert_int_equal(inc->audience_count, 1);
	assert_int_equal(inc->audiences[0].state, AUDIENCE_HELD);
	incident_free(inc);
	assert_null(incident_decode("nonsense", 8, error));
	assert_non_null(strstr(error, "not JSON"));
}

static void
test_page_record(void **state)
{
	struct page p = { .state = PAGE_SNOOZED,
		.level = PAGE_DIRECT,
		.round = 2,
		.call = 9,
		.level_until_ms = NEVER,
		.watch_until_ms = 77,
		.until_ms = 88,
		.owner_level = -1,
		.callee_count = 1,
		.alive = true };
	struct page again;
	char error[160], *record;

	(void)state;
	text_copy(p.callees[0].person, sizeof(p.callees[0].person), "maya");
	p.callees[0].step_count = 2;
	p.callees[0].steps[0] = (struct page_step){ STEP_FAILED, 5 };
	p.callees[0].steps[1] = (struct page_step){ STEP_WAITING, NEVER };
	text_copy(p.owner, sizeof(p.owner), "isla");
	text_copy(p.direct, sizeof(p.direct), "tom");
	record = page_encode(&p);
	assert_int_equal(page_decode(record, strlen(record), &again, error), 0);
	assert_memory_equal(&p, &again, sizeof(p));
	free(record);
	/* Several at once, and who has answered. */
	p.callee_count = 2;
	text_copy(p.callees[1].person, sizeof(p.callees[1].person), "ana");
	p.callees[0].state = CALLEE_DECLINED;
	p.answer_count = 1;
	text_copy(p.answers[0].person, sizeof(p.answers[0].person), "tom");
	p.answers[0].at_ms = 77;
	record = page_encode(&p);
	assert_int_equal(page_decode(record, strlen(record), &again, error), 0);
	assert_memory_equal(&p, &again, sizeof(p));
	/* A release that knows of one calls the one who is asked. */
	assert_non_null(strstr(record, "\"called\":\"ana\""));
	p.callee_count = 1;
	p.callees[1] = (struct page_callee){ 0 };
	free(record);
	record = page_encode(&p);
	assert_int_equal(page_decode(record, strlen(record), &again, error), 0);
	assert_memory_equal(&p, &again, sizeof(p));
	free(record);
	record = mem_text(
	    "{\"state\":\"calling\",\"callees\":[1,{\"person\":\"a\"},"
	    "{\"person\":\"b\",\"state\":9},3,4,{\"person\":\"c\"},"
	    "{\"person\":\"d\"},{\"person\":\"e\"},{\"person\":\"f\"},"
	    "{\"person\":\"g\"},{\"person\":\"h\"},{\"person\":\"i\"}],"
	    "\"answers\":[1,{\"person\":\"a\"},{\"person\":\"a\"},"
	    "{\"person\":\"a\"},{\"person\":\"a\"},{\"person\":\"a\"},"
	    "{\"person\":\"a\"},{\"person\":\"a\"},{\"person\":\"a\"},"
	    "{\"person\":\"a\"}]}");
	assert_int_equal(page_decode(record, strlen(record), &again, error), 0);
	assert_int_equal(again.callee_count, PAGE_PEOPLE_MAX);
	assert_int_equal(again.callees[1].state, CALLEE_ASKED);
	assert_int_equal(again.answer_count, PAGE_PEOPLE_MAX);
	free(record);
	record = mem_text("{\"state\":\"calling\",\"level\":-7,"
			  "\"called\":\"isla\",\"steps\":"
			  "[1,2,3,4,5,6,7,8,9,10]}");
	assert_int_equal(page_decode(record, strlen(record), &again, error), 0);
	assert_int_equal(again.level, 0);
	assert_int_equal(again.callees[0].step_count, PAGE_STEPS_MAX);
	free(record);
}

static void
test_public_record(void **state)
{
	struct settings *s = world_settings(world_tree);
	struct incident *inc = incident_of("acme/learn", "acme", 1);
	char *record;

	(void)state;
	(void)incident_add_member(inc, "birch/learn", "birch");
	(void)incident_add_member(inc, "operations/x", "");
	incident_audiences(inc, s, 1000);
	incident_audiences(inc, s, 2000);
	assert_int_equal(inc->audience_count, 2);
	assert_int_equal(incident_publish_deadline(inc), 601000);
	assert_null(incident_public_record(inc, "acme"));
	assert_null(incident_public_record(inc, "nobody"));
	incident_audience(inc, "acme")->state = AUDIENCE_SHOWN;
	incident_note(inc, 1, "isla", "internal");
	incident_public(inc, 2, "tom", PUBLIC_IDENTIFIED, "", "for all");
	incident_public(inc, 2, "tom", PUBLIC_IDENTIFIED, "birch", "for them");
	record = incident_public_record(inc, "acme");
	assert_non_null(strstr(record, "for all"));
	assert_null(strstr(record, "for them"));
	assert_null(strstr(record, "internal"));
	assert_null(strstr(record, "birch"));
	assert_null(strstr(record, "tom"));
	free(record);
	inc->closed_ms = 1;
	assert_true(incident_publish_deadline(inc) == NEVER);
	incident_free(inc);
	/* What does not page is not published by itself, until it is worse. */
	inc = incident_of("acme/learn", "acme", 3);
	incident_audiences(inc, s, 1000);
	assert_true(incident_publish_deadline(inc) == NEVER);
	inc->severity = 2;
	incident_audiences(inc, s, 5000);
	assert_int_equal(incident_publish_deadline(inc), 605000);
	incident_free(inc);
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_of_too_many_lines),
		cmocka_unit_test(test_record_round_trip),
		cmocka_unit_test(test_odd_records),
		cmocka_unit_test(test_page_record),
		cmocka_unit_test(test_public_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

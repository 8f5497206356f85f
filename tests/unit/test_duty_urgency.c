/* Severities that call by plan. */
#include "pager/audit.h"
#include "pager/duty_parts.h"
#include "tests/unit/when_story.h"

#define PLAN(name, s1, s2, s3, s4)                                             \
	"  - { name: " name ", guarantee: 99.9%, s1: { calls: " s1             \
	" }, s2: { calls: " s2 " }, s3: { calls: " s3 " }, s4: { calls: " s4   \
	" } }\n"

#define OF_PLAN(name, plan)                                                    \
	"  - name: " name "\n"                                                 \
	"    zone: Europe/London\n"                                            \
	"    sla: " plan "\n"                                                  \
	"    endpoints:\n" ENDPOINT("learn", name, ", platform: p")            \
	    ENDPOINT("e1", name, "") ENDPOINT("e2", name, "")                  \
		ENDPOINT("e3", name, "") ENDPOINT("e4", name, "")              \
		    ENDPOINT("e5", name, "") ENDPOINT("e6", name, "")

#define PLANS_HEAD(acme)                                                       \
	WHEN_HEAD("")                                                          \
	"platforms: [ { name: p } ]\n"                                         \
	"slas:\n" PLAN("plain", "usual", "usual", "usual", "usual")            \
	    PLAN("eager", "now", "now", "now", "now")                          \
		PLAN("mild", "usual", "notice", "digest", "usual")             \
		    PLAN("asks", "now", "digest", "digest",                    \
			"notice") "clients:\n" OF_PLAN("acme", acme)           \
			OF_PLAN("birch", "plain") OF_PLAN("cedar", "mild")     \
			    OF_PLAN("elm", "asks")

static const char plans[] = PLANS_HEAD("eager");
static const char plans_plain[] = PLANS_HEAD("plain");
static const char plans_mild[] = PLANS_HEAD("mild");

static const struct {
	const char *endpoint;
	int as[4];
} cases[] = {
	{ "acme/learn", { 1, 2, 2, 2 } },
	{ "birch/learn", { 1, 2, 3, 4 } },
	{ "cedar/learn", { 1, 3, 4, 4 } },
	{ "elm/learn", { 1, 4, 4, 3 } },
};

static void
test_table(void **state)
{
	struct settings *s = world_settings(plans);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int severity = 1; severity <= 4; severity++)
			assert_int_equal(settings_calls_as(settings_endpoint(s,
							       cases[i]
								   .endpoint)
							       ->client,
					     severity, 0),
			    cases[i].as[severity - 1]);
	assert_int_equal(settings_calls_as(NULL, 3, 0), 3);
	settings_free(s);
}

static struct incident *
first(struct world *w)
{
	return duty_find(w->duty, "INC-000001");
}

/* What a plan has at once is called for until somebody takes it; the message
   says the severity that it has. */
static void
test_at_once(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 3);
	world_pass(&w, 600);
	told(&w,
	    "[    0] call maya by mail\n"
	    "[  300] call moana by mail\n"
	    "[  600] call maya by mail\n");
	check_has(w.message.subject, "S3 acme: learn");
	assert_int_equal(first(&w)->severity, 3);
	check_asked(&w, "{\"command\":\"status\"}", "\"pages\":1");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"calling\"");
	/* A take is good for an hour, as one of S2 is. */
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	world_pass(&w, 3599);
	told(&w, "");
	world_pass(&w, 1);
	told(&w,
	    "[ 4200] expired isla by mail\n"
	    "[ 4200] call maya by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* One notice and no more; nobody; a question that gives one. */
static void
test_less(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "cedar/learn", 2);
	told(&w, "[    0] call maya by mail\n");
	world_pass(&w, 1799);
	told(&w, "");
	world_raise(&w, ALARM_RAISED, "elm/e1", 2);
	world_raise(&w, ALARM_RAISED, "cedar/e1", 3);
	told(&w, "");
	check_refused(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\",\"incident\":2,"
	    "\"to\":\"tom\"}",
	    "by the plan S2 calls nobody");
	check_refused(&w,
	    "{\"command\":\"escalate\",\"person\":\"isla\",\"incident\":2}",
	    "by the plan S2 calls nobody");
	world_raise(&w, ALARM_RAISED, "elm/e2", 4);
	told(&w, "[ 1799] call maya by mail\n");
	check_quiet(&w);
	/* S1 calls whoever agreed on what. */
	world_raise(&w, ALARM_CHANGED, "elm/e1", 1);
	told(&w, "[ 1799] call maya by mail\n");
	world_pass(&w, 300);
	check_has(w.text.data, "[ 2099] call moana by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* What calls nobody is in the digest of the next morning. */
static void
test_digest(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "elm/e1", 2);
	told(&w, "");
	world_pass(&w, 86400);
	check_has(w.text.data, "digest maya by mail");
	check_lacks(w.text.data, "call");
	check_has(w.last.data, "S2 elm: e1 is down");
	world_end(&w);
}

/* Of several clients the most urgent plan counts, from when it joins. */
static void
test_several_clients(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "cedar/learn", 2);
	text_clear(&w.text);
	world_raise(&w, ALARM_RAISED, "birch/learn", 2);
	/* A notice is no page: what pages has one of its own. */
	told(&w, "[    0] call maya by mail\n");
	assert_string_equal(w.message.incident, "INC-000002");
	world_raise(&w, ALARM_RAISED, "cedar/learn", 1);
	world_end(&w);
	world_begin(&w, plans_plain, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_raise(&w, ALARM_RAISED, "cedar/learn", 2);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 2);
	assert_int_equal(first(&w)->calls_as, 2);
	check_quiet(&w);
	world_end(&w);
}

/* Another plan by a reload counts at once, up and down, taken or not. */
static void
test_reload(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans_plain, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 3);
	world_pass(&w, 60);
	text_clear(&w.text);
	reload(&w, plans);
	told(&w, "[   60] call maya by mail\n");
	world_pass(&w, 300);
	told(&w, "[  360] call moana by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "calls as S3 -> S2 (by its plan)");
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	/* It is a notice again: whoever has it has it for longer. */
	reload(&w, plans_plain);
	assert_int_equal((first(&w)->page.until_ms - w.now_ms) / 1000, 28800);
	world_pass(&w, 200);
	told(&w, "");
	check_quiet(&w);
	reload(&w, plans_mild);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "calls as S3 -> S4 (by its plan)");
	world_end(&w);
}

/* From the sixth on they are a storm, whatever severity calls at once. */
static void
test_storm(void **state)
{
	struct world w;
	int calls;

	(void)state;
	world_begin(&w, plans, NIGHT);
	for (int i = 1; i <= 6; i++) {
		char subject[32];

		text_format(subject, sizeof(subject), "acme/e%d", i);
		world_raise(&w, ALARM_RAISED, subject, 3);
	}
	assert_string_equal(w.message.incident, "INC-000007");
	check_quiet(&w);
	calls = w.sends;
	world_pass(&w, 300);
	assert_true(w.sends >= calls + 6);
	check_quiet(&w);
	/* The plan is another: each is a notice of its own, and no storm. */
	reload(&w, plans_plain);
	assert_string_equal(duty_find(w.duty, "INC-000006")->storm, "");
	assert_true(duty_find(w.duty, "INC-000007")->closed_ms != 0);
	world_end(&w);
}

/* What is reopened calls by the plan of now. */
static void
test_reopened(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans_plain, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 2);
	reload(&w, plans_mild);
	assert_int_equal(first(&w)->calls_as, 2);
	world_command(&w,
	    "{\"command\":\"reopen\",\"person\":\"isla\",\"incident\":1,"
	    "\"note\":\"it fails still\"}");
	assert_int_equal(first(&w)->calls_as, 3);
	text_clear(&w.text);
	world_pass(&w, 1799);
	check_lacks(w.text.data, "call");
	check_quiet(&w);
	world_end(&w);
}

/* Records of a release that knew no plans. */
static void
test_old_record(void **state)
{
	struct world w;
	struct field *f;
	char *at;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 3);
	f = world_field(&w, "incidents", "INC-000001");
	at = strstr(f->value, "\"calls_as\":2");
	assert_non_null(at);
	memcpy(at, "\"calls_xx\":2", 12);
	text_clear(&w.text);
	world_restart(&w);
	assert_int_equal(first(&w)->calls_as, 2);
	world_pass(&w, 300);
	check_has(w.text.data, "call moana by mail\n");
	world_end(&w);
}

/* Somebody says another severity: by the plan of that one. */
static void
test_severity_is_set(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, plans, NIGHT);
	world_raise(&w, ALARM_RAISED, "elm/e1", 3);
	told(&w, "");
	world_command(&w,
	    "{\"command\":\"severity\",\"person\":\"isla\",\"incident\":1,"
	    "\"severity\":4}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call maya by mail\n");
	world_command(&w,
	    "{\"command\":\"severity\",\"person\":\"isla\",\"incident\":1,"
	    "\"severity\":2}");
	text_clear(&w.text);
	world_pass(&w, 7200);
	told(&w, "");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_less),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_several_clients),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_reopened),
		cmocka_unit_test(test_old_record),
		cmocka_unit_test(test_severity_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

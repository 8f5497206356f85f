/* Others' alerts: what comes in one group, and very many of them. */
#include "pager/duty_foreign.h"
#include "tests/unit/foreign_story.h"

/* What comes in one group is one incident; and never one with our own. */
static void
test_a_group_is_one_incident(void **state)
{
	struct world w;
	char *a, *b, both[600];

	(void)state;
	foreign_begin(&w, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	a = foreign_event("trigger", "f1",
	    ",'group':'g','severity':'odd','text':'one'");
	b = foreign_event("trigger", "f2",
	    ",'group':'g','severity':'odd','text':'two'");
	text_format(both, sizeof(both), "%s,%s", a, b);
	text_clear(&w.text);
	foreign_send(&w, "prom", both);
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000002");
	check_has(w.message.sms, "one (and 1 more)");
	/* The same group of another source is another. */
	foreign_send(&w, "nagios", a);
	assert_string_equal(w.message.incident, "INC-000003");
	/* It is over when each is. */
	foreign_one(&w, "prom", "resolve", "f1", "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":2}",
	    "\"state\":\"open\"");
	foreign_one(&w, "prom", "resolve", "f2", "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":2}",
	    "\"state\":\"closed\"");
	free(a);
	free(b);
	world_end(&w);
}

/* A person has said that it is not that bad: what joined would burn unheard. */
static void
test_lowered_and_another_of_its_group(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "f1",
	    ",'group':'g','severity':'critical','text':'one'");
	world_command(&w,
	    "{\"command\":\"severity\",\"incident\":1,\"severity\":4}");
	text_clear(&w.text);
	foreign_one(&w, "prom", "trigger", "f2",
	    ",'group':'g','severity':'critical','text':'two'");
	check_has(w.text.data, "call isla");
	assert_string_equal(w.message.incident, "INC-000002");
	world_end(&w);
}

/* One that had ended fails again while the others go on: the owner hears. */
static void
test_again_within_a_group(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "f1",
	    ",'group':'g','severity':'critical','text':'one'");
	foreign_one(&w, "prom", "trigger", "f2",
	    ",'group':'g','severity':'critical','text':'two'");
	world_command(&w, TAKE("isla"));
	world_pass(&w, 300);
	foreign_one(&w, "prom", "resolve", "f2", "");
	text_clear(&w.text);
	foreign_one(&w, "prom", "trigger", "f2",
	    ",'group':'g','severity':'critical','text':'two'");
	world_pass(&w, 1);
	check_has(w.text.data, "member isla");
	world_end(&w);
}

/* The group is over, whatever of it was told no more. */
static void
test_a_group_that_is_over(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	for (int i = 0; i < 3; i++)
		foreign_one(&w, "prom", "trigger",
		    &"f1\0f2\0f3"[(ptrdiff_t)3 * i],
		    ",'group':'g','severity':'critical','text':'one'");
	foreign_one(&w, "prom", "trigger", "alone",
	    ",'severity':'critical','text':'another'");
	foreign_one(&w, "prom", "resolve-group", "g", ",'group':'g'");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"closed\"");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	foreign_one(&w, "prom", "resolve-group", "g", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

/* Triggers from..to-1, in as many commands as it takes. */
static void
send_many(struct world *w, int from, int to)
{
	struct text t = { 0 };
	char name[24];

	for (int i = from; i < to; i++) {
		char *event;

		text_format(name, sizeof(name), "k%d", i);
		event = foreign_event("trigger", name,
		    ",'severity':'info','text':'x'");
		text_addf(&t, "%s%s", t.length > 0 ? "," : "", event);
		free(event);
		if ((i - from) % 1000 == 999 || i + 1 == to) {
			foreign_send(w, "prom", t.data);
			text_clear(&t);
		}
	}
}

/* A flood of keys: each is kept, in few incidents; beyond what there is room
   for it is refused, and that is told. */
static void
test_very_many(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	send_many(&w, 0, FOREIGN_APART_MAX + 10);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1001");
	send_many(&w, FOREIGN_APART_MAX + 10, FOREIGN_MAX);
	assert_true(w.answer_ok);
	assert_int_equal(w.duty->foreign_count, FOREIGN_MAX);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1019");
	text_clear(&w.text);
	send_many(&w, FOREIGN_MAX, FOREIGN_MAX + 1);
	check_has(w.text.data, "answer 1 refused");
	check_has(w.text.data, "call isla");
	check_has(w.message.sms, "more alerts are open than there is room");
	/* What is open is heard: it may end, and then there is room. */
	foreign_one(&w, "prom", "resolve", "k1", "");
	assert_true(w.answer_ok);
	send_many(&w, FOREIGN_MAX, FOREIGN_MAX + 1);
	assert_true(w.answer_ok);
	world_end(&w);
}

/* Very much is open, and of all groups in one incident: that one of them is
   over says nothing about the others, which go on. */
static void
test_a_group_that_was_over_ended_those_of_others(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	send_many(&w, 0, FOREIGN_APART_MAX);
	foreign_one(&w, "prom", "trigger", "mine",
	    ",'group':'g','severity':'critical','text':'one'");
	foreign_one(&w, "prom", "trigger", "another",
	    ",'group':'h','severity':'critical','text':'two'");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1001");
	foreign_one(&w, "prom", "resolve-group", "g", ",'group':'g'");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1001");
	text_clear(&w.text);
	world_pass(&w, 300);
	check_has(w.text.data, "call tom by mail");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_group_is_one_incident),
		cmocka_unit_test(test_lowered_and_another_of_its_group),
		cmocka_unit_test(test_again_within_a_group),
		cmocka_unit_test(test_a_group_that_is_over),
		cmocka_unit_test(test_very_many),
		cmocka_unit_test(
		    test_a_group_that_was_over_ended_those_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What people do with incidents besides taking them: escalate. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

#define ESCALATE                                                               \
	"{\"command\":\"escalate\",\"person\":\"isla\",\"incident\":1,"        \
	"\"note\":\"both sites\"}"

/* The next level at once, once; the timeline says who wanted it and why. */
static void
test_escalate(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 10);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: level 2 of 2 (person tom) is called now: tom.");
	check_quiet(&w);
	world_pass(&w, 30);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "It was escalated just now, and calls tom; nothing is changed.");
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   10] answer 1 ok\n"
	    "[   10] call tom by mail\n"
	    "[   40] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "escalates it: level 2 of 2 (person tom) is called: both sites");
	world_restart(&w);
	world_command(&w, ESCALATE); /* the store knows it, too */
	check_has(w.answer, "It was escalated just now");
	world_pass(&w, 30);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: level 1 of 2 (rota support) is called now: isla.");
	check_quiet(&w);
	world_end(&w);
}

/* Whoever had it hears that it is theirs no more, but who asked for it. */
static void
test_escalate_what_another_has(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, TAKE("maya"));
	text_clear(&w.text);
	world_pass(&w, 10);
	world_command(&w, ESCALATE);
	check_quiet(&w);
	told(&w,
	    "[   10] answer 1 ok\n"
	    "[   10] expired maya by mail\n"
	    "[   10] call tom by mail\n");
	world_command(&w, TAKE("isla"));
	world_pass(&w, 60);
	text_clear(&w.text);
	world_command(&w, ESCALATE);
	told(&w,
	    "[   70] answer 1 ok\n"
	    "[   70] call tom by mail\n");
	world_end(&w);
}

/* The second level is a rota where nobody is on watch now. */
static const char nobody_next[] =
    HEAD "rotas:\n"
	 "  - name: night\n"
	 "    watches:\n"
	 "      - { zone: UTC, from: '22:00', to: '23:00', people: [isla] }\n"
	 "ladders:\n"
	 "  - name: only\n"
	 "    levels:\n"
	 "      - { call: person isla, patience: 5m }\n"
	 "      - { call: rota night, patience: 5m }\n"
	 "      - { call: person tom, patience: 5m }\n";

static void
test_escalate_to_nobody(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, nobody_next, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	text_clear(&w.text);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: at level 2 of 3 (rota night) nobody can be reached "
	    "now, so what comes after it is called.");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call tom by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* Out of a storm it is somebody's own; what calls nobody has no next level. */
static void
test_escalate_of_a_storm_and_of_none(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	raise_many(&w, 7, 1);
	text_clear(&w.text);
	world_command(&w, "{\"command\":\"escalate\",\"incident\":8}");
	check_has(w.answer, "Escalated: level 2 of 2");
	assert_string_equal(duty_find(w.duty, "INC-000008")->storm, "");
	world_command(&w,
	    "{\"command\":\"severity\",\"incident\":1,\"severity\":4}");
	check_refused(&w, ESCALATE, "severity: S4 calls nobody");
	world_end(&w);
	world_begin(&w, no_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	check_refused(&w, ESCALATE, "there is no ladder to climb");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escalate),
		cmocka_unit_test(test_escalate_what_another_has),
		cmocka_unit_test(test_escalate_to_nobody),
		cmocka_unit_test(test_escalate_of_a_storm_and_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

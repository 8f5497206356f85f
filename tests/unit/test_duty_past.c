/* duty: who was on watch, which stays as it was whatever the rota says now. */
#include "tests/unit/versions_story.h"

/* What has been is said by whom it was, whatever the rota says now. */
static void
test_the_past_is_frozen(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_pass(&w, 2 * 86400);
	check_past(&w,
	    "2026-07-01T08:00 2026-07-02T08:00 isla 1\n"
	    "2026-07-02T08:00 2026-07-03T08:00 tom 1\n");
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"from_ms\":1783075200000,"
	    "\"to_ms\":1783078800000}");
	world_pass(&w, 86400 + 4 * 3600);
	reload(&w, turned);
	world_restart(&w);
	check_past(&w,
	    "2026-07-01T08:00 2026-07-02T08:00 isla 1\n"
	    "2026-07-02T08:00 2026-07-03T08:00 tom 1\n"
	    "2026-07-03T08:00 2026-07-03T10:40 isla 1\n"
	    "2026-07-03T10:40 2026-07-03T11:40 tom 1 o-1\n"
	    "2026-07-03T11:40 2026-07-04T08:00 isla 1\n"
	    "2026-07-04T08:00 2026-07-04T14:00 tom 1\n");
	world_pass(&w, 3 * 86400);
	check_past(&w,
	    "2026-07-01T08:00 2026-07-02T08:00 isla 1\n"
	    "2026-07-02T08:00 2026-07-03T08:00 tom 1\n"
	    "2026-07-03T08:00 2026-07-03T10:40 isla 1\n"
	    "2026-07-03T10:40 2026-07-03T11:40 tom 1 o-1\n"
	    "2026-07-03T11:40 2026-07-04T08:00 isla 1\n"
	    "2026-07-04T08:00 2026-07-04T14:00 tom 1\n"
	    "2026-07-04T14:00 2026-07-05T08:00 tom 2 o-2\n"
	    "2026-07-05T08:00 2026-07-06T08:00 tom 2\n"
	    "2026-07-06T08:00 2026-07-07T08:00 isla 2\n");
	world_end(&w);
}

/* It can be asked for. */
static void
test_questions_of_the_past(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_pass(&w, 2 * 86400);
	reload(&w, turned);
	check_asked(&w, "{\"command\":\"past\"}",
	    "{\"rota\":\"support\",\"person\":\"isla\","
	    "\"secondary\":\"tom\",\"from_ms\":1782892800000,"
	    "\"to_ms\":1782979200000,\"version\":1}");
	answer = asked(&w,
	    "{\"command\":\"past\",\"rota\":\"support\","
	    "\"from_ms\":1782979200000,\"to_ms\":1782979200001}");
	check_lacks(answer, "\"person\":\"isla\"");
	check_has(answer, "\"person\":\"tom\"");
	free(answer);
	check_asked(&w, "{\"command\":\"past\",\"rota\":\"x\"}",
	    "{\"past\":[]}");
	check_asked(&w, "{\"command\":\"changes\",\"rota\":\"support\"}",
	    "{\"number\":1,\"rota\":\"support\","
	    "\"at_ms\":1783072800000,\"by\":\"reload\","
	    "\"what\":\"version 2\",\"version\":2,\"hours_ms\":");
	check_asked(&w, "{\"command\":\"changes\",\"rota\":\"x\"}",
	    "{\"changes\":[]}");
	world_end(&w);
}

/* Whoever asks who was on watch hears it as it happened, three ways alike. */
static void
test_who_was_on_watch_then(void **state)
{
	struct world w;
	char question[160], *answer;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_pass(&w, 86400);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"isla\",\"from_ms\":1783000000000,"
	    "\"to_ms\":1783010000000}");
	world_pass(&w, 86400 + 4 * 3600); /* the 3rd, 14:00, isla's */
	reload(&w, turned);
	world_restart(&w);
	/* By the tree of now the 2nd would be isla's. */
	check_asked(&w, "{\"command\":\"oncall\",\"at_ms\":1782990000000}",
	    "{\"rota\":\"support\",\"primary\":\"tom\",\"zone\":"
	    "\"Europe/London\",\"since_ms\":1782979200000,\"next\":\"isla\","
	    "\"until_ms\":1783000000000,\"secondary\":\"isla\",\"version\":1,"
	    "\"frozen\":true}");
	check_asked(&w, "{\"command\":\"oncall\",\"at_ms\":1783005000000}",
	    "\"primary\":\"isla\"");
	check_asked(&w, "{\"command\":\"oncall\",\"at_ms\":1783005000000}",
	    "\"override\":\"o-1\"");
	/* What goes on has been until the edit, and was to go on. */
	check_asked(&w, "{\"command\":\"oncall\",\"at_ms\":1783080000000}",
	    "\"primary\":\"isla\",\"zone\":\"Europe/London\","
	    "\"since_ms\":1783065600000,\"next\":");
	/* Of what is ahead, and of before the pager, nothing has been. */
	for (int i = 0; i < 2; i++) {
		text_format(question, sizeof(question),
		    "{\"command\":\"oncall\",\"at_ms\":%lld}",
		    i == 0 ? (long long)w.now_ms : 1782880000000LL);
		answer = asked(&w, question);
		check_lacks(answer, "frozen");
		free(answer);
	}
	answer = asked(&w,
	    "{\"command\":\"past\",\"from_ms\":1782990000000,"
	    "\"to_ms\":1782990000001}");
	check_has(answer, "\"person\":\"tom\"");
	free(answer);
	answer = asked(&w,
	    "{\"command\":\"calendar\",\"kind\":\"rota\",\"name\":"
	    "\"support\"}");
	check_has(answer,
	    "DTSTART:20260702T080000Z\\r\\nDTEND:20260702T134640Z\\r\\n"
	    "SUMMARY:support: tom");
	free(answer);
	world_end(&w);
}

/* What was left out of a long answer went unsaid, the newest. */
static void
test_what_was_left_out_of_the_past(void **state)
{
	struct world w;
	char field[40], value[60], *answer;

	(void)state;
	begin_unread(&w);
	for (int i = 0; i < ROTAS_SHOWN_MAX + 3; i++) {
		long long from_ms = 1782800000000 + i * 1000;

		text_format(field, sizeof(field), "gone:%lld", from_ms);
		text_format(value, sizeof(value),
		    "{\"uid\":\"x\",\"to_ms\":%lld}", from_ms + 1000);
		reads(&w, "past", field, value);
	}
	check_asked(&w, "{\"command\":\"past\",\"rota\":\"gone\"}",
	    "\"left_out\":3");
	answer = asked(&w,
	    "{\"command\":\"past\",\"rota\":\"gone\","
	    "\"from_ms\":1782800003000}");
	check_lacks(answer, "left_out");
	free(answer);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_past_is_frozen),
		cmocka_unit_test(test_questions_of_the_past),
		cmocka_unit_test(test_who_was_on_watch_then),
		cmocka_unit_test(test_what_was_left_out_of_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_duty_incident: what the pager knows of an incident, as commands and
 * links get it, and what the page behind a link makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>

#include "duty_world.h"
#include "pager/link_page.h"

#define NIGHT "2026-07-01T22:00:00Z" /* maya is on watch, tom is next */

/* The one open incident, whole; released by the caller. */
static json_t *
look(struct world *w, const char *id)
{
	char question[96], *text;
	json_t *answer, *incident;
	bool ok;

	text_format(question, sizeof(question),
	    "{\"command\":\"incident\",\"incident\":\"%s\"}", id);
	text = duty_query(w->duty, question, strlen(question), w->now_ms, &ok);
	assert_true(ok);
	answer = json_loads(text, 0, NULL);
	free(text);
	incident = json_incref(json_object_get(answer, "incident"));
	json_decref(answer);
	return incident;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

/* The page behind the person's link. */
static char *
page_for(struct world *w, const char *id, const char *person)
{
	json_t *incident = look(w, id);
	char *json = json_dumps(incident, 0);
	const struct link_view view = { .settings = w->settings,
		.person = settings_person(w->settings, person),
		.incident = json,
		.now_ms = w->now_ms };
	char *html = link_page(&view);

	free(json);
	json_decref(incident);
	return html;
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void
it_knows_its_endpoint_platform_and_client(void **state)
{
	struct world w;
	json_t *i;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	i = look(&w, "INC-000001");
	assert_string_equal(text_of(i, "url"), "https://learn.acme.example/");
	assert_string_equal(text_of(i, "platform"), "cluster");
	assert_string_equal(text_of(i, "runbook"),
	    "https://wiki.kahu.example/learn");
	assert_string_equal(text_of(i, "platform_runbook"),
	    "https://wiki.kahu.example/cluster");
	assert_string_equal(text_of(i, "calling"), "maya");
	assert_int_equal(json_integer_value(json_object_get(i, "last_good_ms")),
	    w.now_ms - 60000);
	assert_int_equal(json_integer_value(
			     json_object_get(i, "first_failed_ms")),
	    w.now_ms - 30000);
	assert_int_equal(json_array_size(json_object_get(i, "before")), 0);
	json_decref(i);
	world_end(&w);
}

/* What a tree no longer has is left out, and nothing breaks. */
static void
an_incident_of_operations_has_no_endpoint(void **state)
{
	struct world w;
	json_t *i;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/agent", 2);
	i = look(&w, "INC-000001");
	assert_string_equal(text_of(i, "url"), "");
	assert_string_equal(text_of(i, "platform"), "");
	assert_string_equal(text_of(i, "contact"), "");
	json_decref(i);
	world_end(&w);
}

/* The last three, newest first, and what ended them; of others none. */
static void
the_last_three_and_what_ended_them(void **state)
{
	struct world w;
	json_t *i, *before;
	char *html;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1); /* INC-000001 */
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	for (int k = 0; k < 3; k++) {
		world_raise(&w, ALARM_RAISED, "acme/web", 1);
		world_pass(&w, 120);
		world_raise(&w, ALARM_CLEARED, "acme/web", 1);
		world_pass(&w, 86400);
	}
	world_raise(&w, ALARM_RAISED, "acme/web", 1); /* INC-000005 */
	world_command(&w,
	    "{\"command\":\"resolve\",\"person\":\"tom\",\"incident\":5,"
	    "\"note\":\"the <disk> was full\"}");
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_pass(&w, 600);
	world_raise(&w, ALARM_RAISED, "acme/web", 1); /* INC-000006 */
	i = look(&w, "INC-000006");
	before = json_object_get(i, "before");
	assert_int_equal(json_array_size(before), 3);
	assert_string_equal(text_of(json_array_get(before, 0), "id"),
	    "INC-000005");
	assert_string_equal(text_of(json_array_get(before, 2), "id"),
	    "INC-000003");
	json_decref(i);
	i = look(&w, "INC-000003"); /* what came later was not before it */
	before = json_object_get(i, "before");
	assert_int_equal(json_array_size(before), 1);
	assert_string_equal(text_of(json_array_get(before, 0), "id"),
	    "INC-000002");
	json_decref(i);
	html = page_for(&w, "INC-000006", "tom");
	has(html, "<h2>Earlier incidents</h2>");
	has(html, "resolved by test: the &lt;disk&gt; was full</li>");
	has(html, "INC-000004, 2026-07-03 ");
	has(html, "What ended it: ended by itself</li>");
	free(html);
	world_end(&w);
}

/* From the first look to the take: called, next, mine. */
static void
the_page_follows_the_incident(void **state)
{
	struct world w;
	char *html;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	html = page_for(&w, "INC-000001", "maya");
	has(html, "<h1>S1 Acme University: learn</h1>");
	has(html, "maya is called now.");
	has(html, "I cannot take it</button>");
	has(html, "<h2>Who was called</h2>");
	has(html, "maya by mail: handed over");
	has(html, "<p>Next is tom, at 18:05 EDT.</p>");
	has(html, "<p>Platform: cluster</p>");
	has(html, "<h2>What clients are told</h2>");
	free(html);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"maya\",\"incident\":1}");
	assert_true(w.answer_ok);
	html = page_for(&w, "INC-000001", "maya");
	has(html, "tom is called now.");
	assert_null(strstr(html, "value=\"decline"));
	free(html);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	html = page_for(&w, "INC-000001", "tom");
	has(html, "You have it, since 23:00 BST");
	has(html, "I cannot keep it</button>");
	assert_null(strstr(html, "is called now"));
	free(html);
	world_end(&w);
}

/* "The next one is called" is said only where there is a next one. */
static void
whoever_is_alone_on_a_ladder_cannot_decline_it_away(void **state)
{
	static const char tom[] =
	    "      - { call: person tom, patience: 5m }\n";
	char tree[sizeof(world_tree)], *line;
	struct world w;

	(void)state;
	text_copy(tree, sizeof(tree), world_tree);
	line = strstr(tree, tom);
	assert_non_null(line);
	memmove(line, line + strlen(tom), strlen(line + strlen(tom)) + 1);
	world_begin(&w, tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"maya\",\"incident\":1}");
	assert_true(w.answer_ok);
	has(w.answer, "nobody else on its ladder: you are called again");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"tom\",\"incident\":1}");
	has(w.answer, "maya is called now.");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_knows_its_endpoint_platform_and_client),
		cmocka_unit_test(an_incident_of_operations_has_no_endpoint),
		cmocka_unit_test(the_last_three_and_what_ended_them),
		cmocka_unit_test(the_page_follows_the_incident),
		cmocka_unit_test(
		    whoever_is_alone_on_a_ladder_cannot_decline_it_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

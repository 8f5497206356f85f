/* duty: an endpoint gets another name while people are called for it. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static struct world w;

static void
rename_to(const char *was, const char *subject)
{
	struct alarm a = world_alarm(&w, ALARM_RENAMED, was, 4);

	text_copy(a.was, sizeof(a.was), was);
	text_copy(a.subject, sizeof(a.subject), subject);
	text_copy(a.client, sizeof(a.client), "acme");
	text_format(a.text, sizeof(a.text), "was called %s", was);
	world_tell(&w, &a);
}

/* An alarm of what the settings may not know by that name. */
static void
say(enum alarm_event event, const char *subject)
{
	struct alarm a = world_alarm(&w, event, "acme/web", 2);

	text_copy(a.subject, sizeof(a.subject), subject);
	text_copy(a.client, sizeof(a.client), "acme");
	a.kind = ALARM_DOWN;
	world_tell(&w, &a);
}

static const char *
incident(const char *id)
{
	return world_field(&w, "incidents", id)->value;
}

static char *
tree_with(const char *old, const char *new)
{
	const char *at = strstr(world_tree, old);
	struct text out = { 0 };

	text_add_bytes(&out, world_tree, (size_t)(at - world_tree));
	text_add(&out, new);
	text_add(&out, at + strlen(old));
	return text_take(&out);
}

static void
reload_academy(void)
{
	char *yaml = tree_with("{ name: web,", "{ name: academy, was: web,");

	reload(&w, yaml);
	free(yaml);
}

/*
 * Called for, renamed, taken, well: one page, whichever of pager and evaluate
 * has the new tree first, and whenever the pager is killed.
 */
static void
test_a_page_goes_on_under_another_name(void **state)
{
	(void)state;
	for (int order = 0; order < 4; order++) {
		world_begin(&w, world_tree, NIGHT);
		say(ALARM_RAISED, "acme/web");
		if ((order & 1) != 0)
			reload_academy();
		world_command(&w,
		    "{\"command\":\"update\",\"incident\":1,"
		    "\"person\":\"tom\",\"publish\":true}");
		check_has(incident("INC-000001"), "web is not reachable");
		world_pass(&w, 90);
		text_clear(&w.text);
		rename_to("acme/web", "acme/academy");
		if ((order & 1) == 0)
			reload_academy();
		if ((order & 2) != 0)
			world_restart(&w);
		told(&w, "");
		say(ALARM_CHANGED, "acme/academy");
		told(&w, "");
		world_pass(&w, 211);
		check_has(w.text.data, "call tom by mail");
		check_has(w.last.data, "academy");
		check_has(w.last.data, "https://web.acme.example/");
		check_has(incident("INC-000001"),
		    "acme/web is called acme/academy now");
		check_has(incident("INC-000001"), "web is called academy now.");
		check_lacks(incident("INC-000001"), "\"subject\":\"acme/web\"");
		text_clear(&w.text);
		say(ALARM_CLEARED, "acme/academy");
		check_has(incident("INC-000001"), "\"closed_ms\"");
		assert_null(world_field(&w, "incidents", "INC-000002"));
		world_end(&w);
	}
}

/* What was before is found under the new name. */
static void
test_earlier_incidents_are_still_its_own(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	say(ALARM_RAISED, "acme/web");
	world_pass(&w, 60);
	say(ALARM_CLEARED, "acme/web");
	rename_to("acme/web", "acme/academy");
	reload_academy();
	check_lacks(incident("INC-000001"), "is called");
	world_restart(&w);
	world_pass(&w, 3600);
	say(ALARM_RAISED, "acme/academy");
	check_has(w.last.data, "Before:\n  INC-000001");
	world_end(&w);
}

/* A member among others: the incident keeps its own name. */
static void
test_a_member_is_renamed(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_raise(&w, ALARM_RAISED, "acme/library", 2);
	world_raise(&w, ALARM_RAISED, "birch/learn", 2);
	rename_to("acme/library", "acme/books");
	check_has(incident("INC-000001"), "\"subject\":\"acme/books\"");
	check_has(incident("INC-000001"), "\"subject\":\"acme/learn\"");
	check_lacks(incident("INC-000001"), "\"subject\":\"acme/library\"");
	world_end(&w);
}

/* Somebody opened one under the new name before evaluate knew of it. */
static void
test_two_members_become_one(void **state)
{
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_raise(&w, ALARM_RAISED, "acme/library", 2);
	rename_to("acme/learn", "acme/library");
	a = world_alarm(&w, ALARM_CLEARED, "acme/library", 2);
	world_tell(&w, &a);
	check_has(incident("INC-000001"), "\"closed_ms\"");
	world_end(&w);
}

/* The other of that name was over before. */
static void
test_a_member_takes_a_name_that_is_free(void **state)
{
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_raise(&w, ALARM_RAISED, "acme/library", 2);
	a = world_alarm(&w, ALARM_CLEARED, "acme/library", 2);
	world_tell(&w, &a);
	rename_to("acme/learn", "acme/library");
	check_lacks(incident("INC-000001"), "\"closed_ms\"");
	a = world_alarm(&w, ALARM_CLEARED, "acme/library", 2);
	world_tell(&w, &a);
	check_has(incident("INC-000001"), "\"closed_ms\"");
	rename_to("acme/login", "acme/door"); /* closed, and not of it */
	world_end(&w);
}

/* A storm has no member of its own name; a report by hand neither, at times. */
static void
test_an_incident_without_a_member_of_its_name(void **state)
{
	struct incident *inc;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	say(ALARM_RAISED, "acme/web");
	inc = duty_find(w.duty, "INC-000001");
	text_copy(inc->subject, sizeof(inc->subject), "acme/door");
	rename_to("acme/door", "acme/gate");
	check_has(incident("INC-000001"), "\"subject\":\"acme/gate\"");
	check_has(incident("INC-000001"), "\"subject\":\"acme/web\"");
	world_end(&w);
}

/* Nothing is open of it, nor is a client told of what it never read. */
static void
test_nobody_hears_of_what_is_not_theirs(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	rename_to("acme/web", "acme/academy");
	told(&w, "");
	world_raise(&w, ALARM_RAISED, "birch/learn", 2);
	text_clear(&w.text);
	rename_to("birch/learn", "birch/courses");
	check_lacks(incident("INC-000001"), "courses now.");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_page_goes_on_under_another_name),
		cmocka_unit_test(test_earlier_incidents_are_still_its_own),
		cmocka_unit_test(test_a_member_is_renamed),
		cmocka_unit_test(test_two_members_become_one),
		cmocka_unit_test(test_a_member_takes_a_name_that_is_free),
		cmocka_unit_test(test_an_incident_without_a_member_of_its_name),
		cmocka_unit_test(test_nobody_hears_of_what_is_not_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

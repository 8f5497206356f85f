/*
 * "My watches": what it shows, what is pressed on it, and what the pager
 * answers to that.
 */
#include "console/role.h"
#include "lib/settings_console.h"
#include "tests/unit/hours_story.h"

static char *
mine(struct world *w, const char *person)
{
	const struct console_view v = view_of(w, person, "/me");
	char *html = page_of(w, &console_page_mine, &v, 200);

	check_balanced(html);
	return html;
}

static void
shows(struct world *w, const char *person, const char *wanted)
{
	char *html = mine(w, person);

	check_has(html, wanted);
	free(html);
}

static void
hides(struct world *w, const char *person, const char *unwanted)
{
	char *html = mine(w, person);

	check_lacks(html, unwanted);
	free(html);
}

/* What is pressed becomes this command; NULL: it is refused with why. */
static json_t *
pressed(struct world *w, const char *person, const char *form, const char *why)
{
	struct console_view v = view_of(w, person, "/me");
	char error[160] = "";
	json_t *command;

	v.form = form;
	v.form_length = strlen(form);
	command = console_page_mine.act(&v, error);
	if (why == NULL)
		assert_non_null(command);
	else {
		assert_null(command);
		check_has(error, why);
	}
	return command;
}

/* As the door does it, for a responder; the pager's answer is in the world. */
static void
presses(struct world *w, const char *person, const char *form)
{
	json_t *command = pressed(w, person, form, NULL);
	struct person somebody = *settings_person(w->settings, person);
	char why[160], *text;

	somebody.role = CONSOLE_RESPONDER;
	assert_true(role_may(&somebody, command, why));
	json_object_set_new(command, "person", json_string(person));
	text = json_dumps(command, 0);
	text_clear(&w->text);
	world_command(w, text);
	free(text);
	json_decref(command);
}

static void
is_agreed(struct world *w, const char *person, const char *form,
    const char *part)
{
	presses(w, person, form);
	agreed(w, part);
}

static void
is_refused(struct world *w, const char *person, const char *form,
    const char *part)
{
	presses(w, person, form);
	refused(w, part);
}

static void
mine_that_come_and_have_been(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT); /* isla's until the 2nd, 08:00 */
	shows(&w, "isla",
	    "<th scope=\"row\">support</th><td data-of=\"From\"><time "
	    "datetime=\"2026-07-01T08:00:00Z\">2026-07-01 09:00:00 BST</time>"
	    "</td><td data-of=\"To\"><time datetime=\"2026-07-02T08:00:00Z\">");
	shows(&w, "isla", "<th scope=\"row\">support (second)</th>");
	hides(&w, "isla", "<th scope=\"row\">second</th>"); /* a rota of tom */
	shows(&w, "tom", "<th scope=\"row\">second</th>");
	/* On no rota at all. */
	shows(&w, "moana", "</table>\n<p>None.</p>");
	world_pass(&w, 86400);
	shows(&w, "isla",
	    "The last 30 days, the earliest first</caption><thead><tr>"
	    "<th scope=\"col\">Rota</th><th scope=\"col\">From</th>"
	    "<th scope=\"col\">To</th><th scope=\"col\">Why</th></tr></thead>"
	    "<tbody>\n<tr><th scope=\"row\">support</th><td data-of=\"From\">"
	    "<time datetime=\"2026-07-01T08:00:00Z\">");
	world_end(&w);
}

static void
ways_and_what_became_of_them(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	shows(&w, "isla",
	    "<th scope=\"row\">mail</th><td data-of=\"After\">1 min</td>"
	    "<td data-of=\"Last handed over\">never</td>");
	is_agreed(&w, "isla", "do=test&channel=terminal",
	    "1 test message is on the way to isla");
	w.outcome = SENT_FAILED;
	is_agreed(&w, "isla", "do=test&channel=mail", "1 test message");
	shows(&w, "isla",
	    "<th scope=\"row\">terminal</th><td data-of=\"After\">at once</td>"
	    "<td data-of=\"Last handed over\"><time "
	    "datetime=\"2026-07-01T10:00:00Z\">");
	shows(&w, "isla",
	    "never</td><td data-of=\"Last failed for good\"><time");
	is_refused(&w, "isla", "do=test&channel=voice",
	    "isla is not reached that way");
	world_end(&w);
	world_begin(&w, cover_tree, NIGHT);
	shows(&w, "moana", "In no way: nobody can call you.");
	world_end(&w);
}

/* Its address is in nobody else's page, and can be made anew. */
static void
the_calendar_is_its_owners(void **state)
{
	char *before, *after, *of_tom, url[200];
	const char *from;
	struct world w;

	(void)state;
	world_begin(&w, sun_tree, NIGHT);
	before = mine(&w, "isla");
	from = strstr(before, "<code>https://p.example/");
	assert_non_null(from);
	text_format(url, sizeof(url), "%.*s", (int)strcspn(from + 6, "<"),
	    from + 6);
	of_tom = mine(&w, "tom");
	check_has(of_tom, "<code>https://p.example/");
	check_lacks(of_tom, url);
	is_agreed(&w, "isla", "do=renew", "https://p.example/");
	after = mine(&w, "isla");
	check_lacks(after, url);
	free(before);
	free(after);
	free(of_tom);
	world_end(&w);
}

static void
somebody_covers(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	/* Her clock is an hour ahead of UTC. */
	is_agreed(&w, "isla",
	    "do=cover&rota=support&for=tom&from=2026-07-01T13:00"
	    "&to=2026-07-01T15:00",
	    "o-1: tom has support instead of isla from 2026-07-01 13:00:00 "
	    "BST to 2026-07-01 15:00:00 BST");
	shows(&w, "isla",
	    "<th scope=\"row\">o-1</th><td data-of=\"What\">tom has support "
	    "instead of isla, by test</td>");
	shows(&w, "tom",
	    "value=\"o-1\"><button name=\"do\" value=\"remove\">"
	    "Take back o-1</button>");
	hides(&w, "maya", "o-1");
	is_refused(&w, "isla",
	    "do=cover&rota=support&for=maya&from=2026-07-01T14:00"
	    "&to=2026-07-01T14:30",
	    "overlaps o-1 of tom");
	is_refused(&w, "maya", "do=remove&override=o-1",
	    "override: o-1 is not of maya");
	is_agreed(&w, "tom", "do=remove&override=o-1", "o-1 is removed");
	hides(&w, "isla", "o-1");
	is_refused(&w, "tom", "do=remove&override=o-1", "no such override");
	world_end(&w);
}

static void
taken_from_me_now(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	is_refused(&w, "tom", "do=relieve&rota=support&for=maya",
	    "the watch of support is not tom's now");
	is_agreed(&w, "isla", "do=relieve&rota=support&for=maya",
	    "maya has support instead of isla");
	is_agreed(&w, "isla", "do=remove&override=o-1", "o-1 is removed");
	/* Nobody is named: who is second. */
	is_agreed(&w, "isla", "do=relieve&rota=support&for=",
	    "o-2: tom has support instead of isla");
	world_end(&w);
}

static void
swapped(void **state)
{
	char form[200], *html;
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	html = mine(&w, "isla");
	/* The watch of now has no instant: it is the one when it is pressed. */
	check_has(html, "<option value=\"support 0 isla\">");
	text_format(form, sizeof(form), "<option value=\"support %lld maya\">",
	    july(3, 8));
	check_has(html, form);
	free(html);
	text_format(form, sizeof(form),
	    "do=swap&mine=support+0+isla&theirs=support+%lld+maya", july(3, 8));
	is_agreed(&w, "isla", form, "o-1: maya has support instead of isla");
	shows(&w, "isla", "isla has support instead of maya");
	/* Undone together. */
	is_agreed(&w, "isla", "do=remove&override=o-2", "o-2 is removed");
	hides(&w, "isla", "instead of maya");
	text_format(form, sizeof(form),
	    "do=swap&mine=support+0+isla&theirs=support+%lld+tom", july(3, 8));
	is_refused(&w, "isla", form, "the watch is maya's then, not tom's");
	world_end(&w);
}

static void
somebody_is_away(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	is_agreed(&w, "isla",
	    "do=away-try&from=2026-07-04T00:00&to=2026-07-06T00:00&for=",
	    "isla");
	hides(&w, "isla", "o-1");
	is_agreed(&w, "isla",
	    "do=away&from=2026-07-04T00:00&to=2026-07-06T00:00&for=maya",
	    "maya");
	shows(&w, "isla", "maya has every rota instead of isla");
	is_agreed(&w, "isla",
	    "do=away&from=2026-07-14T00:00&to=2026-07-16T00:00", "isla");
	shows(&w, "isla", "isla is away from every rota, by test");
	world_end(&w);
}

/* One that is for whoever has the hours, made by the command line. */
static void
an_override_of_nobodys_hours(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	order(&w, "add",
	    "\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":%lld,"
	    "\"to_ms\":%lld",
	    july(4, 9), july(4, 12));
	shows(&w, "tom", "tom has support, by test</td>");
	hides(&w, "isla", "tom has support");
	world_end(&w);
	world_begin(&w, last_is_person, NIGHT); /* without any rota */
	shows(&w, "isla", "name=\"rota\">\n</select>");
	world_end(&w);
}

static void
what_is_no_press(void **state)
{
	static const struct {
		const char *form, *why;
	} cases[] = {
		{ "", "There is no such button" },
		{ "do=dance", "There is no such button" },
		{ "do=test", "Say by which way." },
		{ "do=test&channel=%ff", "is no text" },
		{ "do=remove", "Say which one." },
		{ "do=relieve", "Say of which rota." },
		{ "do=relieve&rota=%ff", "is no text" },
		{ "do=cover", "Say of which rota, and who covers." },
		{ "do=cover&rota=support", "and who covers." },
		{ "do=cover&rota=support&for=tom", "Say from when" },
		{ "do=cover&rota=support&for=tom&from=2026-07-01T13:00",
		    "Say from when" },
		{ "do=cover&rota=support&for=tom&from=x&to=y", "Say from" },
		{ "do=away", "Say from when" },
		{ "do=away-try&from=2026-07-01T13:00", "Say from when" },
		{ "do=swap", "Say which two" },
		{ "do=swap&mine=support", "Say which two" },
		{ "do=swap&mine=support+x&theirs=support+1+tom", "which two" },
		{ "do=swap&mine=support+5&theirs=support+1+tom", "which two" },
		{ "do=swap&mine=support+5+isla", "which two" },
		{ "do=swap&mine=support+5+isla&theirs=second+5+tom",
		    "of the same rota" },
	};
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		json_decref(pressed(&w, "isla", cases[i].form, cases[i].why));
	world_end(&w);
}

/* What was typed stays, and the reason stands where it was pressed. */
static void
refused_it_stays_as_typed(void **state)
{
	static const struct {
		const char *form, *before;
	} cases[] = {
		{ "do=test&channel=mail", "How I am reached</h2>\n" },
		{ "do=renew", "My calendar</h2>\n" },
		{ "do=cover&rota=second&for=maya&from=2026-07-01T13:00&to=%22",
		    "or I have of others</h2>\n" },
	};
	struct console_view v;
	struct world w;
	char *html;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char wanted[160];

		v = view_of(&w, "isla", "/me");
		v.form = cases[i].form;
		v.form_length = strlen(v.form);
		v.notice = "<why>";
		v.refused = true;
		html = page_of(&w, &console_page_mine, &v, 200);
		text_format(wanted, sizeof(wanted),
		    "%s<p id=\"notice\" tabindex=\"-1\" class=\"notice "
		    "refused\" role=\"alert\">&lt;why&gt;",
		    cases[i].before);
		check_balanced(html);
		check_has(html, wanted);
		free(html);
	}
	html = page_of(&w, &console_page_mine, &v, 200);
	check_has(html, "<option value=\"second\" selected>");
	check_has(html, "<option value=\"maya\" selected>");
	check_has(html, "value=\"2026-07-01T13:00\"");
	check_has(html, "value=\"&quot;\"");
	free(html);
	v.refused = false; /* done: nothing is left of it */
	html = page_of(&w, &console_page_mine, &v, 200);
	check_lacks(html, "selected>");
	free(html);
	world_end(&w);
}

static void
roles(void **state)
{
	static const struct {
		const char *command;
		enum console_role least;
	} cases[] = {
		{ "{\"command\":\"override-add\",\"for\":\"tom\","
		  "\"instead\":\"isla\"}",
		    CONSOLE_RESPONDER },
		{ "{\"command\":\"override-add\",\"for\":\"isla\"}",
		    CONSOLE_RESPONDER },
		{ "{\"command\":\"override-add\",\"for\":\"tom\"}",
		    CONSOLE_LEAD },
		{ "{\"command\":\"override-remove\",\"own\":\"isla\"}",
		    CONSOLE_RESPONDER },
		{ "{\"command\":\"override-remove\",\"own\":\"tom\"}",
		    CONSOLE_LEAD },
		{ "{\"command\":\"override-remove\"}", CONSOLE_LEAD },
		{ "{\"command\":\"override-relieve\",\"instead\":\"isla\"}",
		    CONSOLE_RESPONDER },
		{ "{\"command\":\"override-relieve\",\"instead\":\"tom\"}",
		    CONSOLE_LEAD },
	};
	struct person isla = { .name = (char[]){ "isla" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int role = CONSOLE_VIEWER; role <= CONSOLE_LEAD; role++) {
			json_t *o = json_loads(cases[i].command, 0, NULL);
			char why[160];

			isla.role = role;
			if (role_may(&isla, o, why) !=
			    (role >= (int)cases[i].least))
				fail_msg("%s as %d", cases[i].command, role);
			json_decref(o);
		}
}

/* Answers that are none, and many rows. */
static void
answers_that_are_none(void **state)
{
	struct text html = { 0 };
	struct console_view v;
	json_t *answers;
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	v = view_of(&w, "isla", "/me");
	answers = json_pack("[{s:s}]", "error", "<away>");
	assert_int_equal(console_page_mine.show(&html, &v, answers), 503);
	check_has(html.data, "&lt;away&gt;");
	json_decref(answers);
	text_clear(&html);
	answers = json_pack("[{}, {}, {s:s}, {s:s}, {s:s}]", "error", "<1>",
	    "error", "<2>", "error", "<3>");
	assert_int_equal(console_page_mine.show(&html, &v, answers), 200);
	check_balanced(html.data);
	check_has(html.data, "&lt;1&gt;");
	check_has(html.data, "&lt;2&gt;");
	check_has(html.data, "&lt;3&gt;");
	json_decref(answers);
	text_clear(&html);
	world_end(&w);
}

static void
many_rows(void **state)
{
	json_t *rows = json_array(), *overrides = json_array(), *answers;
	json_t *past = json_array();
	struct text html = { 0 };
	struct console_view v;
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	v = view_of(&w, "isla", "/me");
	for (int i = 0; i < 105; i++) {
		json_array_append_new(rows,
		    json_pack("{s:s, s:s}", "rota", "<b>", "person", "isla"));
		json_array_append_new(overrides,
		    json_pack("{s:s, s:s, s:s}", "id", "<b>", "instead", "isla",
			"by", "<i>"));
		json_array_append_new(past,
		    json_pack("{s:s, s:s}", "rota", "<b>",
			i % 2 ? "person" : "secondary", "isla"));
	}
	json_array_append_new(rows,
	    json_pack("{s:s, s:b, s:b, s:b}", "person", "tom", "second", 0,
		"filled", 0, "away", 0));
	json_array_append_new(rows, json_pack("{s:s}", "rota", "support"));
	json_array_append_new(past, json_pack("{s:s}", "person", "tom"));
	json_array_append_new(overrides,
	    json_pack("{s:s}", "person", "tom")); /* not of hers */
	answers = json_pack("[{s:o}, {s:o}, {s:o}, {}, {}]", "watches", rows,
	    "past", past, "overrides", overrides);
	assert_int_equal(console_page_mine.show(&html, &v, answers), 200);
	check_balanced(html.data);
	check_lacks(html.data, "<b>");
	check_lacks(html.data, "<i>");
	check_has(html.data, "</table>\n<p>And 5 more.</p>\n<details>");
	check_has(html.data, "</table>\n<p>And 5 more.</p>\n<p>Times");
	check_has(html.data, "</table>\n<p>And 5 more.</p>\n</details>");
	json_decref(answers);
	text_clear(&html);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mine_that_come_and_have_been),
		cmocka_unit_test(ways_and_what_became_of_them),
		cmocka_unit_test(the_calendar_is_its_owners),
		cmocka_unit_test(somebody_covers),
		cmocka_unit_test(taken_from_me_now),
		cmocka_unit_test(swapped),
		cmocka_unit_test(somebody_is_away),
		cmocka_unit_test(an_override_of_nobodys_hours),
		cmocka_unit_test(what_is_no_press),
		cmocka_unit_test(refused_it_stays_as_typed),
		cmocka_unit_test(roles),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_console_pages: what the pages of incidents show, to whom, and that
 * nothing that stands in an incident becomes anything but text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/layout.h"
#include "console/pages.h"

#define NOW_MS INT64_C(1795312800000) /* 2026-11-22T02:00:00Z */
#define EVIL "\"><script>alert('1')</script>&"

static struct settings *settings;

static int
load_tree(void **state)
{
	struct conf_errors errors = { 0 };

	(void)state;
	settings = settings_from_text(
	    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
	    "channels: [{ kind: terminal }]\n"
	    "people:\n"
	    "  - { name: aroha, zone: Pacific/Auckland, reach: [terminal] }\n"
	    "  - { name: tom, zone: Europe/London, reach: [terminal], role: "
	    "viewer }\n"
	    "  - { name: moana, zone: Pacific/Auckland, role: lead }\n"
	    "ladders: [{ name: standard, levels: [{ call: person tom }] }]\n"
	    "agents: [{ name: a, region: r, token_sha256: "
	    "0000000000000000000000000000000000000000000000000000000000000000 "
	    "}]\n"
	    "clients:\n"
	    "  - { name: acme, title: Acme & Sons, sla: gold, contact: moana,\n"
	    "      zone: Pacific/Auckland, status_page: { host: s.example },\n"
	    "      endpoints: [{ name: learn, url: 'https://l.example/', "
	    "quorum: 1 }] }\n"
	    "  - { name: bare, sla: gold, zone: UTC,\n"
	    "      endpoints: [{ name: learn, url: 'https://b.example/', "
	    "quorum: 1 }] }\n",
	    &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_message("%s\n", c->text);
	conf_errors_clear(&errors);
	return settings == NULL;
}

static int
free_tree(void **state)
{
	(void)state;
	settings_free(settings);
	return 0;
}

static struct console_view
view(const char *person, const char *path)
{
	return (struct console_view){ .settings = settings,
		.person = settings_person(settings, person),
		.now_ms = NOW_MS,
		.path = path,
		.query = "",
		.form = "",
		.csrf = "the-csrf",
		.once = "the-once" };
}

/* JSON with ' for ". */
static json_t *
parse(const char *quoted)
{
	char *text = mem_text(quoted);
	json_error_t why;
	json_t *o;

	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	o = json_loads(text, 0, &why);
	if (o == NULL)
		fail_msg("%s: %s", why.text, text);
	free(text);
	return o;
}

static char *
shown_as(const struct console_page *page, const struct console_view *v,
    json_t *answer, int status)
{
	json_t *answers = json_pack("[o]", answer);
	struct text html = { 0 };

	assert_int_equal(page->show(&html, v, answers), status);
	json_decref(answers);
	return text_take(&html);
}

static char *
incident_as(const struct console_view *v, const char *json)
{
	return shown_as(&console_page_incident, v,
	    json_pack("{s:o}", "incident", parse(json)), 200);
}

/* Each of the parts stands there, in this order; the page is freed. */
static void
has(char *html, ...)
{
	const char *p = html, *part;
	va_list ap;

	va_start(ap, html);
	while ((part = va_arg(ap, const char *)) != NULL) {
		const char *found = strstr(p, part);

		if (found == NULL)
			fail_msg("no \"%s\" in order in:\n%s", part, html);
		else
			p = found + strlen(part);
	}
	va_end(ap);
	free(html);
}

static void
lacks(char *html, ...)
{
	const char *part;
	va_list ap;

	va_start(ap, html);
	while ((part = va_arg(ap, const char *)) != NULL)
		if (strstr(html, part) != NULL)
			fail_msg("\"%s\" in:\n%s", part, html);
	va_end(ap);
	free(html);
}

static const char open_one[] =
    "{'id':'INC-000001','severity':1,'title':'Acme: learn','client':'acme',"
    "'subject':'acme/learn','text':'is down','state':'calling',"
    "'calling':'aroha','since_ms':1795312000000,"
    "'next':{'person':'tom','at_ms':1795313000000},"
    "'public':{'state':'identified','clients':[{'client':'acme'}]}}";

static void
the_list_says_who_has_what(void **state)
{
	struct console_view v = view("aroha", "/");
	json_t *answer = json_object();

	(void)state;
	json_object_set_new(answer, "incidents",
	    parse("[{'id':'INC-000002','severity':3,'title':'B','client':'',"
		  "'state':'open'},"
		  "{'id':'INC-000003','severity':2,'title':'S',"
		  "'state':'snoozed','owner':'tom','owned_since_ms':"
		  "1795312000000,'expires_ms':1795313000000},"
		  "{'id':'INC-000004','severity':2,'storm':'INC-000003'}]"));
	json_array_append_new(json_object_get(answer, "incidents"),
	    parse(open_one));
	has(shown_as(&console_page_incidents, &v, answer, 200),
	    "<h1>Open incidents</h1>", "class=\"s1\">S1",
	    "href=\"/incidents/INC-000001\"", "acme", "(13 min ago)",
	    "nobody; called: aroha", "tom, <time", "INC-000003", "tom, since",
	    "snoozed until", "INC-000004", "nobody", "the page of INC-000003",
	    "INC-000002", "operations", "?", ">-<", NULL);
}

static void
the_list_is_empty_or_not_there(void **state)
{
	struct console_view v = view("aroha", "/");

	(void)state;
	has(shown_as(&console_page_incidents, &v, parse("{'incidents':[]}"),
		200),
	    "Nothing is open.", NULL);
	has(shown_as(&console_page_incidents, &v,
		parse("{'error':'not <now>'}"), 503),
	    "role=\"alert\"", "not &lt;now&gt;", NULL);
	has(shown_as(&console_page_incidents, &v, json_null(), 503),
	    "The pager does not say.", NULL);
}

static void
a_long_list_says_how_many_are_left_out(void **state)
{
	struct console_view v = view("aroha", "/");
	json_t *list = json_array();

	(void)state;
	for (int i = 0; i < 503; i++)
		json_array_append_new(list, parse(open_one));
	has(shown_as(&console_page_incidents, &v,
		json_pack("{s:o}", "incidents", list), 200),
	    "And 3 more", NULL);
}

static void
a_page_asks_for_its_incident(void **state)
{
	struct console_view v = view("aroha", "/incidents/INC-000001");
	json_t *questions = json_array();

	(void)state;
	console_page_incident.ask(&v, questions);
	v.path = "/incidents/\xff";
	console_page_incident.ask(&v, questions);
	console_page_incidents.ask(&v, questions);
	assert_string_equal(console_string(json_array_get(questions, 0),
				"incident"),
	    "INC-000001");
	assert_string_equal(console_string(json_array_get(questions, 1),
				"incident"),
	    "");
	assert_string_equal(console_string(json_array_get(questions, 2),
				"command"),
	    "incidents");
	json_decref(questions);
}

static void
what_is_no_incident_says_so(void **state)
{
	struct console_view v = view("aroha", "/incidents/x");

	(void)state;
	has(shown_as(&console_page_incident, &v,
		parse("{'error':'incident: there is no such incident'}"), 404),
	    "there is no such incident", NULL);
	has(shown_as(&console_page_incident, &v, parse("{'error':'later'}"),
		503),
	    "later", NULL);
}

static void
each_role_sees_what_it_may_press(void **state)
{
	struct console_view v = view("aroha", "/incidents/INC-000001");

	(void)state;
	has(incident_as(&v, open_one), "Nobody yet; called now: aroha",
	    "Called next", "tom", "csrf\" value=\"the-csrf", "the-once",
	    "I take it", "I cannot", "Write a note", "Hand it on",
	    "value=\"tom\"", "Snooze it", ">30 min<", "Escalate", "Resolve",
	    "Acme &amp; Sons", "Time there", "gold", "moana", "s.example",
	    NULL);
	lacks(incident_as(&v, open_one), "value=\"severity\"", "Tell clients",
	    "value=\"240\"", "value=\"aroha\"", NULL);
	v.person = settings_person(settings, "tom");
	lacks(incident_as(&v, open_one), "<form", "<details", NULL);
	v.person = settings_person(settings, "moana");
	has(incident_as(&v, open_one), "I take it", "Tell clients",
	    "<option>investigating", "<option selected>identified",
	    "value=\"30\" selected", "Set the severity", "value=\"1\" selected",
	    NULL);
	lacks(incident_as(&v, open_one), "I cannot", "resolved</option>", NULL);
}

static void
whoever_has_it_sees_other_buttons(void **state)
{
	struct console_view v = view("aroha", "/incidents/INC-000001");
	static const char mine[] =
	    "{'id':'INC-000001','severity':2,'state':'taken','owner':'aroha',"
	    "'owned_since_ms':1795312000000,'expires_ms':1795313000000,"
	    "'since_ms':1795312000000}";
	static const char late[] =
	    "{'id':'INC-000001','severity':2,'state':'taken','owner':'aroha',"
	    "'public':{'late':true}}";
	static const char theirs[] = "{'id':'INC-000001','severity':2,"
				     "'state':'taken','owner':'t<m'}";

	(void)state;
	has(incident_as(&v, mine), "You, since", "it calls again at",
	    "Give it back", "value=\"240\"", NULL);
	lacks(incident_as(&v, mine), "I take it", "Called next", "<h2>Client",
	    NULL);
	has(incident_as(&v, late), "I am writing the update", NULL);
	has(incident_as(&v, theirs), "t&lt;m, since ?",
	    "I take it over from t&lt;m", NULL);
}

static void
what_is_over_can_only_be_written_about(void **state)
{
	struct console_view v = view("moana", "/incidents/INC-000001");
	static const char closed[] =
	    "{'id':'INC-000001','severity':2,'state':'closed','client':'bare',"
	    "'closed_ms':1795312000000,'ended':'the <disk>','fails_on':true,"
	    "'public':{'state':'resolved','clients':[{'client':'bare'}]}}";

	(void)state;
	has(incident_as(&v, closed), "Over since", "though it failed on",
	    "the &lt;disk&gt;", "Write a note", "Tell clients",
	    "<option selected>resolved", "<option>postmortem", NULL);
	lacks(incident_as(&v, closed), "I take it", "Snooze", "Resolve it",
	    "Set the severity", "investigating</option>", "Next update in",
	    "Status page", "Who has it", NULL);
}

static void
what_was_refused_is_still_written_there(void **state)
{
	struct console_view v = view("moana", "/incidents/INC-000001");

	(void)state;
	v.form = "do=note&text=a+%3Cb%3E";
	v.form_length = strlen(v.form);
	v.refused = true;
	v.notice = "No <such>";
	has(incident_as(&v, open_one), "role=\"alert\">No &lt;such&gt;",
	    "<details><summary>Hand", NULL);
	has(incident_as(&v, open_one), "<details open><summary>Write a note",
	    "a &lt;b&gt;</textarea>", NULL);
	v.refused = false;
	v.notice = "Noted.";
	has(incident_as(&v, open_one), "role=\"status\">Noted.", NULL);
	lacks(incident_as(&v, open_one), "details open", NULL);
	v.refused = true;
	v.form = "do=note&text=%zz";
	v.form_length = strlen(v.form);
	lacks(incident_as(&v, open_one), "%zz", NULL);
	v.form = "";
	v.form_length = 0;
	lacks(incident_as(&v, open_one), "details open", NULL);
}

static void
a_preview_is_published_as_it_stands(void **state)
{
	struct console_view v = view("moana", "/incidents/INC-000001");
	json_t *outcome = parse("{'digest':'d','next_ms':1795320000000,"
				"'texts':[{'client':'a<c','text':'T<1>'},"
				"{'client':'b','text':'U'}]}");

	(void)state;
	v.form = "do=preview&state=identified&text=T%3C";
	v.form_length = strlen(v.form);
	v.outcome = outcome;
	has(incident_as(&v, open_one), "What clients will read",
	    "<h3>a&lt;c</h3>", "T&lt;1&gt;", "<h3>b",
	    "name=\"state\" value=\"identified\"",
	    "name=\"text\" value=\"T&lt;\"",
	    "name=\"next_ms\" value=\"1795320000000\"",
	    "name=\"digest\" value=\"d\"", "Publish exactly this", NULL);
	json_object_del(outcome, "next_ms");
	v.form = "";
	v.form_length = 0;
	lacks(incident_as(&v, open_one), "name=\"next_ms\"", NULL);
	json_decref(outcome);
}

static void
what_is_pressed_names_its_incident(void **state)
{
	struct console_view v = view("moana", "/incidents/INC-000001");
	char error[160] = "";
	json_t *command;

	(void)state;
	v.form = "do=take";
	v.form_length = strlen(v.form);
	command = console_page_incident.act(&v, error);
	assert_string_equal(console_string(command, "incident"), "INC-000001");
	assert_string_equal(console_string(command, "command"), "take");
	json_decref(command);
	v.path = "/incidents/\xff";
	assert_null(console_page_incident.act(&v, error));
	assert_string_equal(error, "There is no such incident.");
	v.path = "/incidents/INC-000001";
	v.form = "do=erase";
	v.form_length = strlen(v.form);
	assert_null(console_page_incident.act(&v, error));
}

/* Every text of it, at any depth, is hostile. */
static void
poison(json_t *o)
{
	const char *key;
	json_t *value;
	size_t i;
	void *next;

	if (json_is_array(o)) {
		json_array_foreach(o, i, value)
		{
			if (json_is_string(value))
				json_array_set_new(o, i, json_string(EVIL));
			else
				poison(value);
		}
		return;
	}
	json_object_foreach_safe(o, next, key, value)
	{
		if (json_is_string(value))
			json_object_set_new(o, key, json_string(EVIL));
		else
			poison(value);
	}
}

static void
nothing_becomes_anything_but_text(void **state)
{
	struct console_view v = view("moana", EVIL);
	json_t *outcome = parse("{'texts':[{'client':'','text':''}]}");
	json_t *i = parse(
	    "{'id':'','severity':1,'title':'','client':'','subject':'',"
	    "'text':'','state':'','calling':'','owner':'','storm':'',"
	    "'ended':'','url':'','runbook':'','notes':'','platform':'',"
	    "'platform_title':'','platform_runbook':'','platform_notes':'',"
	    "'contact':'','next':{'person':'','at_ms':1},"
	    "'public':{'state':'','text':'','clients':[{'client':''}]},"
	    "'evidence':[{'region':'','outcome':'','reason':'','detail':''}],"
	    "'details':[''],'members':['',''],'incidents':[{'id':'',"
	    "'title':''}],'called':[{'person':'','channel':'','outcome':''}],"
	    "'before':[{'id':'','text':'','ended':''}],"
	    "'timeline':[{'by':'','text':'','client':''}]}");
	char *inside, *whole;

	(void)state;
	poison(i);
	poison(outcome);
	v.outcome = outcome;
	v.notice = v.csrf = v.once = EVIL;
	inside = shown_as(&console_page_incident, &v,
	    json_pack("{s:O}", "incident", i), 200);
	whole = console_layout(&console_page_incident, &v, inside);
	lacks(inside, "<script>", "'1'", EVIL, NULL);
	lacks(whole, "<script>", "'1'", EVIL, NULL);
	lacks(shown_as(&console_page_incidents, &v,
		  json_pack("{s:[o]}", "incidents", i), 200),
	    "<script>", "'1'", EVIL, NULL);
	json_decref(outcome);
}

static void
the_layout_leads_around(void **state)
{
	struct console_view v = view("aroha", "/");

	(void)state;
	has(console_layout(&console_page_incidents, &v, "INSIDE"),
	    "<html lang=\"en\">", "width=device-width",
	    "Open incidents - Sunwatch", "href=\"#main\"",
	    "<a href=\"/\" aria-current=\"page\">Incidents</a>",
	    "action=\"/logout\"", "the-csrf", "aroha, responder", "Log out",
	    "<main id=\"main\"", "INSIDE", "</main>",
	    "Times are those of Pacific/Auckland", NULL);
	lacks(console_layout(&console_page_incident, &v, ""), "aria-current",
	    "<style", "style=", "onclick", NULL);
}

static void
the_door_has_a_form_or_a_word(void **state)
{
	struct console_door door = { .form = true };

	(void)state;
	has(console_door_page(&door), "<h1>Log in</h1>", "for=\"name\"",
	    "value=\"\"", "type=\"password\"", "name=\"next\" value=\"/\"",
	    NULL);
	door.name = door.notice = door.next = EVIL;
	door.refused = true;
	has(console_door_page(&door), "role=\"alert\"", NULL);
	lacks(console_door_page(&door), "<script>", "'1'", NULL);
	door = (struct console_door){ .notice = "So <it> is." };
	has(console_door_page(&door), "<h1>Sunwatch</h1>", "role=\"status\"",
	    "So &lt;it&gt; is.", "<a href=\"/\">", NULL);
}

static void
a_path_is_of_one_page_or_none(void **state)
{
	char longest[CONSOLE_PATH_MAX + 13];

	(void)state;
	assert_ptr_equal(console_page_of("/"), &console_page_incidents);
	assert_ptr_equal(console_page_of("/incidents/INC-1"),
	    &console_page_incident);
	assert_null(console_page_of("/incidents"));
	assert_null(console_page_of("/other"));
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "/incidents/", 11);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(console_page_of(longest));
	longest[sizeof(longest) - 2] = '\0';
	assert_ptr_equal(console_page_of(longest), &console_page_incident);
}

static void
times_are_those_of_the_reader(void **state)
{
	struct console_view v = view("tom", "/");
	struct text html = { 0 };

	(void)state;
	console_add_since(&html, &v, NOW_MS - 60000);
	text_add(&html, "|");
	console_add_since(&html, &v, NOW_MS + 60000);
	text_add(&html, "|");
	console_add_since(&html, &v, -1);
	text_add(&html, "|");
	console_add_clock(&html, &v, INT64_MAX);
	text_add(&html, "|");
	console_add_full(&html, &v, NOW_MS);
	assert_string_equal(html.data,
	    "<time datetime=\"2026-11-22T01:59:00Z\">01:59 GMT</time> "
	    "(1 min ago)|"
	    "<time datetime=\"2026-11-22T02:01:00Z\">02:01:00 GMT</time>|?|?|"
	    "<time datetime=\"2026-11-22T02:00:00Z\">2026-11-22 02:00:00 "
	    "GMT</time>");
	text_clear(&html);
}

static void
only_addresses_become_links(void **state)
{
	struct text html = { 0 };

	(void)state;
	console_add_address(&html, "https://a.example/\"");
	console_add_address(&html, "http://b");
	console_add_address(&html, "javascript:alert(1)");
	assert_string_equal(html.data,
	    "<a rel=\"noreferrer\" href=\"https://a.example/&quot;\">"
	    "https://a.example/&quot;</a>"
	    "<a rel=\"noreferrer\" href=\"http://b\">http://b</a>"
	    "javascript:alert(1)");
	text_clear(&html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_says_who_has_what),
		cmocka_unit_test(the_list_is_empty_or_not_there),
		cmocka_unit_test(a_long_list_says_how_many_are_left_out),
		cmocka_unit_test(a_page_asks_for_its_incident),
		cmocka_unit_test(what_is_no_incident_says_so),
		cmocka_unit_test(each_role_sees_what_it_may_press),
		cmocka_unit_test(whoever_has_it_sees_other_buttons),
		cmocka_unit_test(what_is_over_can_only_be_written_about),
		cmocka_unit_test(what_was_refused_is_still_written_there),
		cmocka_unit_test(a_preview_is_published_as_it_stands),
		cmocka_unit_test(what_is_pressed_names_its_incident),
		cmocka_unit_test(nothing_becomes_anything_but_text),
		cmocka_unit_test(the_layout_leads_around),
		cmocka_unit_test(the_door_has_a_form_or_a_word),
		cmocka_unit_test(a_path_is_of_one_page_or_none),
		cmocka_unit_test(times_are_those_of_the_reader),
		cmocka_unit_test(only_addresses_become_links),
	};

	return cmocka_run_group_tests(tests, load_tree, free_tree);
}

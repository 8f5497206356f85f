/* test_link: tokens that cannot be forged, and what a link shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/link_page.h"
#include "pager/link_token.h"

#define SECRET "0123456789abcdef"
#define NOW_MS INT64_C(1795312800000) /* 2026-11-22T02:00:00Z */

static const struct link_token good = { "INC-000042", "aroha.k",
	"i-000000123" };

static void
what_was_made_is_read(void **state)
{
	struct link_token t;
	char text[LINK_TOKEN_MAX];

	(void)state;
	assert_true(link_token_make(SECRET, &good, text, sizeof(text)));
	assert_int_equal(strspn(text,
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstu"
			     "vwxyz0123456789.-~"),
	    strlen(text));
	assert_true(link_token_read(SECRET, text, &t));
	assert_string_equal(t.incident, "INC-000042");
	assert_string_equal(t.person, "aroha.k");
	assert_string_equal(t.intent, "i-000000123");
}

/* Every change of any one character makes it worthless. */
static void
no_character_can_be_changed(void **state)
{
	struct link_token t;
	char text[LINK_TOKEN_MAX];

	(void)state;
	assert_true(link_token_make(SECRET, &good, text, sizeof(text)));
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		for (int c = 1; c < 256; c++) {
			if ((char)c == was)
				continue;
			text[i] = (char)c;
			assert_false(link_token_read(SECRET, text, &t));
		}
		text[i] = '\0';
		assert_false(link_token_read(SECRET, text, &t));
		text[i] = was;
	}
	assert_true(link_token_read(SECRET, text, &t));
}

/* aroha's code does not make tom's link. */
static void
another_person_needs_another_code(void **state)
{
	struct link_token tom = good, t;
	char ours[LINK_TOKEN_MAX], toms[LINK_TOKEN_MAX],
	    mixed[2 * LINK_TOKEN_MAX];

	(void)state;
	text_copy(tom.person, sizeof(tom.person), "tom");
	assert_true(link_token_make(SECRET, &good, ours, sizeof(ours)));
	assert_true(link_token_make(SECRET, &tom, toms, sizeof(toms)));
	text_format(mixed, sizeof(mixed), "INC-000042~tom~i-000000123~%s",
	    strrchr(ours, '~') + 1);
	assert_int_equal(strlen(mixed), strlen(toms));
	assert_false(link_token_read(SECRET, mixed, &t));
	assert_true(link_token_read(SECRET, toms, &t));
}

static void
foreign_texts_are_refused(void **state)
{
	static const char *const texts[] = { "", "~", "~~~", "a~b~c~", "a~b~c",
		"INC-42~aroha~i-1~0000000000000000000000000000000000000000",
		"~aroha~i-1~00", "INC-1~../../etc~i-1~00",
		"INC-1~aroha~i-1~\xff", "%41~b~c~d" };
	struct link_token t;
	char text[LINK_TOKEN_MAX], endless[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(link_token_read(SECRET, texts[i], &t));
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_false(link_token_read(SECRET, endless, &t));
	assert_true(link_token_make("another", &good, text, sizeof(text)));
	assert_false(link_token_read(SECRET, text, &t));
}

static void
what_cannot_be_signed(void **state)
{
	struct link_token t = good;
	char text[LINK_TOKEN_MAX];

	(void)state;
	assert_false(link_token_make(SECRET, &t, text, 60));
	assert_string_equal(text, "");
	text_copy(t.person, sizeof(t.person), "a~b");
	assert_false(link_token_make(SECRET, &t, text, sizeof(text)));
	t = good;
	t.incident[0] = '\0';
	assert_false(link_token_make(SECRET, &t, text, sizeof(text)));
}

static char zone[] = "Pacific/Auckland";
static char aroha_name[] = "aroha", tom_name[] = "tom", ida_name[] = "ida";
static char toms_phone[] = "+44 20", toms_mail[] = "tom@kahu.example";
static struct reach ways[] = { { .channel = CHANNEL_MAIL } };
static struct person people[] = {
	{ .name = aroha_name, .zone = zone, .reach = { ways, 1 } },
	{ .name = tom_name,
	    .zone = zone,
	    .phone = toms_phone,
	    .email = toms_mail,
	    .reach = { ways, 1 } },
	{ .name = ida_name, .zone = zone }, /* cannot be called */
};
static struct settings settings = { .people = { people, 3 } };

static char *
page_of(const char *incident, const char *notice)
{
	struct link_view view = { .settings = &settings,
		.person = &people[0],
		.incident = incident,
		.notice = notice,
		.now_ms = NOW_MS };

	return link_page(&view);
}

static void
expect_in(const char *html, const char *part)
{
	if (strstr(html, part) == NULL)
		fail_msg("no \"%s\" in:\n%s", part, html);
}

static void
an_untaken_incident_has_one_button(void **state)
{
	char *html = page_of(
	    "{\"id\":\"INC-000042\",\"subject\":\"acme/learn\",\"title\":"
	    "\"Acme University: "
	    "learn\",\"calling\":\"tom\",\"severity\":1,\"state\":\"calling\","
	    "\"text\":\"is down: answered 503, seen by 2 of 3 regions\","
	    "\"since_ms\":1795309320000,\"evidence_ms\":1795309320000,"
	    "\"evidence\":[{\"region\":\"london\","
	    "\"outcome\":\"failed\",\"reason\":\"http_status\","
	    "\"since_ms\":1795309320000,\"detail\":\"503\"}],"
	    "\"called\":[{\"person\":\"tom\",\"channel\":\"mail\","
	    "\"at_ms\":1795309325000,\"outcome\":\"handed over\"}],"
	    "\"next\":{\"person\":\"moana\",\"at_ms\":1795309620000}}",
	    NULL);

	(void)state;
	expect_in(html, "<h1>S1 Acme University: learn</h1>");
	expect_in(html,
	    "<p>acme/learn is down: answered 503, seen by 2 of 3 regions<br>");
	expect_in(html, "Since 14:02 NZDT (58 min ago), INC-000042.");
	expect_in(html, "Nobody has it yet.</strong> tom is called now.");
	expect_in(html,
	    "<strong>london</strong>: answered 503, since 14:02 NZDT</li>");
	expect_in(html, "<p>As of 2026-11-22 14:02:00 NZDT.</p>");
	expect_in(html, "14:02 NZDT tom by mail: handed over");
	expect_in(html, "Next is moana, at 14:07 NZDT.");
	expect_in(html, "value=\"take\">I take it</button>");
	assert_null(strstr(strstr(html, "<button") + 1, "<button"));
	free(html);
}

/* Whoever is called may say no at once, but not by the button. */
static void
whoever_is_called_can_decline(void **state)
{
	char *html = page_of("{\"id\":\"INC-1\",\"state\":\"calling\","
			     "\"calling\":\"aroha\"}",
	    NULL);

	(void)state;
	expect_in(html, "aroha is called now.");
	expect_in(html, "<details><summary>I cannot</summary>");
	expect_in(html, "value=\"decline\">I cannot take it</button>");
	assert_true(strstr(html, "\"take\"") < strstr(html, "\"decline\""));
	free(html);
	html = page_of("{\"id\":\"INC-1\",\"state\":\"calling\","
		       "\"calling\":\"tom\"}",
	    NULL);
	assert_null(strstr(html, "decline"));
	free(html);
}

/* All that a page says stands behind its link, too. */
static void
what_is_known_is_shown(void **state)
{
	char *html =
	    page_of("{\"id\":\"INC-9\",\"url\":\"https://learn.acme.example/\","
		    "\"platform\":\"c2\",\"platform_title\":\"Cluster 2\","
		    "\"runbook\":\"https://wiki.example/c2\",\"notes\":\"ask "
		    "tom\","
		    "\"platform_runbook\":\"https://wiki.example/c2\","
		    "\"platform_notes\":\"two disks\",\"contact\":\"tom\","
		    "\"last_good_ms\":1795309318000,"
		    "\"first_failed_ms\":1795309320000,"
		    "\"before\":[{\"id\":\"INC-7\",\"since_ms\":1795000000000,"
		    "\"closed_ms\":1795000600000,\"text\":\"is slow\","
		    "\"ended\":\"it is up again\"},{\"id\":\"INC-3\"}],"
		    "\"public\":{\"state\":\"identified\",\"text\":\"A disk.\","
		    "\"next_ms\":1795314600000}}",
		NULL);

	(void)state;
	expect_in(html,
	    "Address: <a rel=\"noreferrer\" "
	    "href=\"https://learn.acme.example/\">");
	expect_in(html, "<p>Platform: Cluster 2</p>");
	expect_in(html, "<p>Notes: ask tom</p>");
	expect_in(html, "<p>Notes on the platform: two disks</p>");
	assert_null(strstr(html, "Runbook of the platform")); /* the same */
	expect_in(html,
	    "Contact for the client: tom, +44 20, tom@kahu.example</p>");
	expect_in(html,
	    "Last good at 2026-11-22 14:01:58 NZDT, "
	    "first failed at 2026-11-22 14:02:00 NZDT.");
	expect_in(html,
	    "<li>INC-7, 2026-11-19 00:06:40 NZDT, for 10 min: is slow"
	    "<br>What ended it: it is up again</li>");
	expect_in(html, "<li>INC-3, ?");
	expect_in(html, "<p>State: identified</p>\n<p>A disk.</p>");
	expect_in(html, "The next update is promised by 15:30 NZDT.");
	free(html);
}

/* What is not known leaves no gap, and what is late says so. */
static void
what_is_not_known_is_left_out(void **state)
{
	char *html =
	    page_of("{\"id\":\"INC-9\",\"contact\":\"aroha\","
		    "\"last_good_ms\":1795309318000,"
		    "\"members\":[\"acme/learn\",{\"subject\":\"acme/web\"}],"
		    "\"before\":[{\"id\":\"INC-7\",\"since_ms\":1795000000000,"
		    "\"closed_ms\":1794000000000}],"
		    "\"public\":{\"text\":\"A disk.\",\"late\":true,"
		    "\"next_ms\":1795309320000}}",
		NULL);

	(void)state;
	expect_in(html, "Contact for the client: aroha</p>");
	assert_null(strstr(html, "Last good at"));
	expect_in(html, "<li>acme/learn</li>\n<li>acme/web</li>");
	expect_in(html, "<li>INC-7, 2026-11-19 00:06:40 NZDT<br>");
	expect_in(html, "promised by 14:02 NZDT, and is late.</p>");
	free(html);
}

static void
the_owner_may_hand_on_snooze_and_resolve(void **state)
{
	char *html = page_of("{\"id\":\"INC-1\",\"severity\":1,\"owner\":"
			     "\"aroha\",\"state\":\"taken\","
			     "\"owned_since_ms\":1795309320000,"
			     "\"expires_ms\":1795314600000}",
	    "You have it, since 14:02 NZDT.");

	(void)state;
	expect_in(html, "role=\"status\">You have it, since 14:02 NZDT.</p>");
	expect_in(html, "You have it, since 14:02 NZDT (58 min ago).");
	expect_in(html, "It calls again at 15:30 NZDT.");
	expect_in(html, "<option>tom</option>");
	assert_null(strstr(html, "<option>aroha</option>"));
	assert_null(strstr(html, "<option>ida</option>"));
	expect_in(html, "<option value=\"30\">");
	assert_null(strstr(html, "<option value=\"60\">")); /* S1: 30 min */
	expect_in(html, "value=\"resolve\"");
	expect_in(html, "value=\"escalate\">Escalate</button>");
	expect_in(html, "value=\"decline\">I cannot keep it</button>");
	expect_in(html, "<input name=\"note\" maxlength=\"500\">");
	assert_null(strstr(html, "value=\"take\""));
	free(html);
}

static void
another_owner_is_named(void **state)
{
	char *html = page_of("{\"id\":\"INC-1\",\"severity\":2,\"owner\":"
			     "\"tom\",\"state\":\"taken\"}",
	    NULL);

	(void)state;
	expect_in(html, "tom has it, since");
	expect_in(html, "I take it over from tom");
	assert_null(strstr(html, "value=\"resolve\""));
	free(html);
}

static void
a_closed_incident_has_no_button(void **state)
{
	char *html = page_of("{\"id\":\"INC-1\",\"severity\":2,\"owner\":"
			     "\"aroha\",\"state\":\"closed\","
			     "\"ended\":\"it is up again\","
			     "\"calling\":\"aroha\","
			     "\"closed_ms\":1795309320000}",
	    NULL);

	(void)state;
	expect_in(html,
	    "It is over, since 14:02 NZDT (58 min ago).</strong> What ended "
	    "it: it is up again.");
	assert_null(strstr(html, "<button"));
	assert_null(strstr(html, "<form"));
	free(html);
}

static void
hostile_texts_are_escaped(void **state)
{
	char *html = page_of(
	    "{\"id\":\"<b>\",\"subject\":\"<script>alert(1)</script>\","
	    "\"title\":\"\\\"><img src=x>\",\"text\":\"<i>\",\"owner\":"
	    "\"<u>\",\"runbook\":\"javascript:alert(1)\",\"notes\":\"<s>\","
	    "\"evidence\":[{\"region\":\"<x>\",\"detail\":\"</table>\"}],"
	    "\"called\":[{\"person\":\"<p1>\"}],\"members\":[\"<m>\",7],"
	    "\"calling\":\"<c>\",\"url\":\"https://\\\"><q>\","
	    "\"platform\":\"<pl>\",\"platform_notes\":\"<pn>\","
	    "\"contact\":\"<co>\",\"before\":[{\"id\":\"<b1>\",\"text\":"
	    "\"<b2>\",\"ended\":\"<b3>\"}],\"public\":{\"text\":\"<pt>\","
	    "\"state\":\"<ps>\"},\"next\":{\"person\":\"<np>\"},"
	    "\"timeline\":[{\"text\":\"<t>\",\"by\":\"<by>\"}]}",
	    "<em>");
	static const char *const bad[] = { "<b>", "<script", "<img", "<i>",
		"<u>", "<s>", "<x>", "<p1>", "<m>", "<t>", "<by>", "<em>",
		"<c>", "<q>", "<pl>", "<pn>", "<co>", "<b1>", "<b2>", "<b3>",
		"<pt>", "<ps>", "<np>", "href=\"javascript" };

	(void)state;
	expect_in(html, "&lt;script&gt;alert(1)&lt;/script&gt;");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (strstr(html, bad[i]) != NULL)
			fail_msg("%s got through", bad[i]);
	}
	free(html);
}

static void
what_is_no_incident_shows_only_the_notice(void **state)
{
	static const char *const texts[] = {
		"", "[]", "{", "7", "null",
		"{\"evidence\":7,\"called\":\"x\",\"since_ms\":\"\"}",
		"{\"since_ms\":9223372036854775807,\"next\":[]}",
		"{\"before\":[7,{\"since_ms\":-1}],\"public\":[]}",
		"{\"last_good_ms\":1,\"first_failed_ms\":9223372036854775807}"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *html = page_of(texts[i], "Nothing was changed.");

		expect_in(html, "Nothing was changed.");
		expect_in(html, "</html>");
		assert_null(strstr(html, "<script"));
		free(html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_made_is_read),
		cmocka_unit_test(no_character_can_be_changed),
		cmocka_unit_test(another_person_needs_another_code),
		cmocka_unit_test(foreign_texts_are_refused),
		cmocka_unit_test(what_cannot_be_signed),
		cmocka_unit_test(an_untaken_incident_has_one_button),
		cmocka_unit_test(whoever_is_called_can_decline),
		cmocka_unit_test(what_is_known_is_shown),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(the_owner_may_hand_on_snooze_and_resolve),
		cmocka_unit_test(another_owner_is_named),
		cmocka_unit_test(a_closed_incident_has_no_button),
		cmocka_unit_test(hostile_texts_are_escaped),
		cmocka_unit_test(what_is_no_incident_shows_only_the_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

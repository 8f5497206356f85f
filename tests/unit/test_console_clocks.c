/* What is shown of now, zone by zone; and what no answer can do to a page. */
#include "tests/unit/hours_story.h"

static void
clocks_say_who_is_where(void **state)
{
	struct world w;
	char *html;

	(void)state;
	begin_at(&w, NIGHT); /* a Wednesday: 22:00, 11:00 and 06:00 */
	html = picture(&w, "isla");
	check_has(html,
	    "<tr><th scope=\"row\">Auckland</th><td data-of=\"Time there\">"
	    "22:00 NZST, night</td><td data-of=\"On watch\">nobody</td>"
	    "<td data-of=\"Next\">aroha (support) from ");
	check_has(html,
	    "<tr><th scope=\"row\">London</th><td data-of=\"Time there\">"
	    "11:00 BST, day</td><td data-of=\"On watch\">");
	check_has(html, " (support) until <time datetime=");
	check_has(html,
	    "<th scope=\"row\">New York</th><td data-of=\"Time there\">"
	    "06:00 EDT, night</td>");
	check_has(html,
	    "<li class=\"on\"><strong>London</strong><br>11:00 BST, day<br>"
	    "on watch</li>");
	/* As the sun goes. */
	assert_true(strstr(html, "Auckland") < strstr(html, "London"));
	assert_true(strstr(html, "London") < strstr(html, "New York"));
	free(html);
	world_end(&w);
}

static void
a_second_is_said_to_be_one(void **state)
{
	struct world w;
	char *html;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	html = picture(&w, "maya");
	check_has(html, "isla (support) until ");
	check_has(html, "(support, second) until ");
	check_has(html, "nobody within 14 days"); /* in UTC, where rotas are */
	check_has(html, " (second)</th>");
	free(html);
	world_end(&w);
}

static void
no_rota(void **state)
{
	struct console_view v;
	struct text html = { 0 };
	json_t *answers;
	struct world w;
	char *page;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	v = view_of(&w, "isla", "/watches");
	page = page_of(&w, &console_page_watches, &v, 200);
	check_has(page, "There is no rota.");
	free(page);
	answers = json_pack("[{s:s}]", "error", "<away>");
	assert_int_equal(console_page_watches.show(&html, &v, answers), 503);
	check_has(html.data, "&lt;away&gt;");
	json_decref(answers);
	answers = json_pack("{}");
	text_clear(&html);
	console_add_clocks(&html, &v, answers); /* no zone, no clock */
	assert_null(html.data);
	json_decref(answers);
	world_end(&w);
}

static void
hostile_answers(void **state)
{
	static const char answer[] =
	    "{\"watches\":[{\"rota\":\"support\",\"person\":\"" EVIL "\","
	    "\"zone\":\"Europe/London\",\"from_ms\":1,\"to_ms\":9999999999999,"
	    "\"override\":\"" EVIL "\",\"instead\":\"" EVIL "\"},"
	    "{\"rota\":\"support\",\"person\":\"" EVIL "\",\"zone\":\"" EVIL
	    "\",\"instead\":\"" EVIL "\",\"from_ms\":-5,\"to_ms\":-9},"
	    "{\"rota\":\"" EVIL "\",\"person\":7,\"filled\":true,"
	    "\"away\":true,\"from_ms\":\"x\"},7,null,"
	    "{\"rota\":\"support\",\"person\":\"tom\",\"second\":false,"
	    "\"zone\":\"Europe/London\",\"filled\":false,\"away\":false,"
	    "\"from_ms\":1782990000000,\"to_ms\":1782991000000},"
	    "{\"rota\":\"support\",\"person\":\"first\","
	    "\"zone\":\"Europe/London\","
	    "\"from_ms\":1782980000000,\"to_ms\":1782981000000}]}";
	struct text html = { 0 };
	struct console_view v;
	json_t *answers;
	struct world w;

	(void)state;
	begin_at(&w, NIGHT);
	v = view_of(&w, "isla", "/watches");
	answers = json_pack("[o]", json_loads(answer, 0, NULL));
	assert_int_equal(console_page_watches.show(&html, &v, answers), 200);
	check_balanced(html.data);
	check_lacks(html.data, "<b>");
	check_has(html.data, "&lt;b&gt;&quot;");
	check_has(html.data, ", instead of &lt;b&gt;");
	check_has(html.data, "covers hours that nobody takes over (is away");
	check_has(html.data, "<td data-of=\"Next\">first (support) from ");
	json_decref(answers);
	text_clear(&html);
	world_end(&w);
}

/* More zones than a strip has room for, and more lines than a picture. */
static void
there_is_an_end_of_it(void **state)
{
	json_t *list = json_array(), *answer;
	struct text html = { 0 };
	struct console_view v;
	struct world w;

	(void)state;
	begin_at(&w, NIGHT);
	v = view_of(&w, "isla", "/watches");
	for (int i = 0; i < 250; i++) {
		char person[16], zone[32];

		text_format(person, sizeof(person), "p%d", i);
		text_format(zone, sizeof(zone), "Etc/GMT%+d", i % 27 - 14);
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:I, s:I}", "rota", "support",
			"person", person, "zone", zone, "from_ms",
			(json_int_t)w.now_ms, "to_ms",
			(json_int_t)w.now_ms + 1000));
	}
	for (int i = 0; i < 20; i++) {
		static const char *const more[] = { "Asia/Tokyo", "Asia/Seoul",
			"Asia/Kolkata", "Asia/Dubai", "Asia/Dhaka",
			"Africa/Cairo", "Africa/Lagos", "Europe/Paris",
			"Europe/Rome", "Europe/Oslo", "Europe/Bern",
			"America/Lima", "America/Bogota", "America/Denver",
			"America/Chicago", "America/Phoenix", "Asia/Manila",
			"Asia/Hong_Kong", "Asia/Jakarta", "Asia/Karachi" };

		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s}", "rota", "support", "person",
			"p1", "zone", more[i]));
	}
	answer = json_pack("{s:o}", "watches", list);
	console_add_clocks(&html, &v, answer);
	check_has(html.data, "And more zones, which are left out.");
	console_add_picture(&html, &v, answer, w.now_ms, w.now_ms + HOURS_MS);
	check_balanced(html.data);
	check_lacks(html.data, "<title>p200</title>");
	check_has(html.data, "<title>p199</title>");
	json_decref(answer);
	text_clear(&html);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_say_who_is_where),
		cmocka_unit_test(a_second_is_said_to_be_one),
		cmocka_unit_test(no_rota),
		cmocka_unit_test(hostile_answers),
		cmocka_unit_test(there_is_an_end_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

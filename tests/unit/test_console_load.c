/* What being on call asked of people, as a page. */
#include "tests/unit/hours_story.h"

static char *
load_page(struct world *w, const char *answer)
{
	const struct console_view v = view_of(w, "isla", "/load");
	json_t *answers = json_pack("[o]", json_loads(answer, 0, NULL));
	json_t *questions = json_array();
	struct text html = { 0 };

	console_page_load.ask(&v, questions);
	assert_int_equal(json_array_size(questions), 1);
	assert_int_equal(console_page_load.show(&html, &v, answers),
	    strstr(answer, "error") != NULL ? 503 : 200);
	check_balanced(html.data);
	json_decref(questions);
	json_decref(answers);
	return text_take(&html);
}

static void
the_load_as_a_page(void **state)
{
	static const char report[] =
	    "{\"load\":{\"from_ms\":1782900000000,\"to_ms\":1782900600000,"
	    "\"people\":[{\"person\":\"" EVIL "\",\"pages\":3,"
	    "\"take\":{\"known\":1,\"median_ms\":60000,\"p90_ms\":120000,"
	    "\"max_ms\":180000}},{\"pages\":1}],"
	    "\"watches\":[{\"rota\":\"" EVIL "\",\"over\":true,"
	    "\"incidents\":5,\"fair\":2},{\"rota\":\"calm\",\"over\":false}],"
	    "\"severities\":[{\"severity\":1,\"incidents\":1,"
	    "\"detect\":{\"known\":0,\"unknown\":4}}],"
	    "\"noise\":{\"subjects\":[{\"name\":\"" EVIL "\",\"pages\":9}]}}}";
	struct world w;
	char *html;

	(void)state;
	begin_at(&w, NIGHT);
	html = load_page(&w, report);
	check_lacks(html, "<b>");
	check_lacks(html, "calm");
	check_has(html,
	    "<th scope=\"row\">(no longer named)</th>"
	    "<td data-of=\"Pages\">1</td>");
	check_has(html,
	    "<td data-of=\"Until taken\">median 1 min, 9 in 10 within 2 min, "
	    "at most 3 min</td>");
	check_has(html,
	    "<td data-of=\"Incidents\">5</td>"
	    "<td data-of=\"Fair are\">2</td>");
	check_has(html, "<td data-of=\"Not known\">4</td>");
	check_has(html, "What began from <time");
	check_lacks(html, "look again");
	free(html);
	html = load_page(&w, "{\"reckoning\":true}");
	check_has(html, "<a href=\"/load\">look again</a>");
	check_lacks(html, "<table>");
	free(html);
	html = load_page(&w, "{\"error\":\"" EVIL "\"}");
	check_has(html, "&lt;b&gt;");
	free(html);
	world_end(&w);
}

static void
many_watches_with_too_much(void **state)
{
	struct text answer = { 0 };
	struct world w;
	char *html;

	(void)state;
	begin_at(&w, NIGHT);
	text_add(&answer, "{\"load\":{\"watches\":[");
	for (int i = 0; i < 103; i++)
		text_addf(&answer, "%s{\"over\":true}", i > 0 ? "," : "");
	text_add(&answer, "]}}");
	html = load_page(&w, answer.data);
	check_has(html, "<p>And 3 more.</p>");
	free(html);
	text_clear(&answer);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_load_as_a_page),
		cmocka_unit_test(many_watches_with_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

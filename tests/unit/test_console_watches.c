/*
 * Who is on watch where and who will be, as pages show it: the bars are
 * exactly the pager's hours.  And what being on call asked of people.
 */
#include "lib/rota.h"
#include "tests/unit/hours_story.h"

#define DAY_MS INT64_C(86400000)

static void
begin_at(struct world *w, const char *at)
{
	world_begin(w, sun_tree, at);
}

/* ---- the answer ---- */

static json_t *
watches(struct world *w, const char *more)
{
	char question[200];
	char *said;
	json_t *o;

	text_format(question, sizeof(question), "{\"command\":\"watches\"%s}",
	    more);
	said = asked(w, question);
	o = json_loads(said, 0, NULL);
	free(said);
	return o;
}

static void
without_hole_or_overlap(void **state)
{
	/* Clocks change in London and New York; in Auckland. */
	static const char *const begins[] = { "2026-10-20T10:00Z",
		"2026-03-25T23:59Z", "2026-09-24T00:00Z" };
	struct world w;

	(void)state;
	for (size_t b = 0; b < sizeof(begins) / sizeof(begins[0]); b++) {
		json_t *answer, *list, *row;
		int64_t at_ms;
		size_t i;

		begin_at(&w, begins[b]);
		answer = watches(&w, "");
		list = json_object_get(answer, "watches");
		at_ms = console_number(json_array_get(list, 0), "from_ms");
		assert_true(at_ms <= w.now_ms);
		json_array_foreach(list, i, row)
		{
			if (json_is_true(json_object_get(row, "second")))
				continue;
			assert_int_equal(console_number(row, "from_ms"), at_ms);
			at_ms = console_number(row, "to_ms");
		}
		assert_true(at_ms >= w.now_ms + 14 * DAY_MS);
		assert_true(i > 30);
		json_decref(answer);
		world_end(&w);
	}
}

static void
what_cannot_be_asked(void **state)
{
	static const struct {
		const char *question, *why;
	} cases[] = {
		{ "\"rota\":\"none\"", "no such rota" },
		{ "\"from_ms\":1782800000000", "asked by past" },
		{ "\"from_ms\":1882800000000", "asked by past" },
		{ "\"to_ms\":1", "at most 62 days" },
		{ "\"to_ms\":1792800000000", "at most 62 days" },
	};
	struct world w;

	(void)state;
	begin_at(&w, NIGHT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char question[200], *said;
		bool ok = true;

		text_format(question, sizeof(question),
		    "{\"command\":\"watches\",%s}", cases[i].question);
		said = duty_query(w.duty, question, strlen(question), w.now_ms,
		    &ok);
		assert_false(ok);
		check_has(said, cases[i].why);
		free(said);
	}
	world_end(&w);
}

/* Who is second has rows of their own, each as long as it is one person. */
static void
seconds_have_their_own(void **state)
{
	int64_t firsts = 0, seconds = 0;
	json_t *answer, *row;
	struct world w;
	size_t i;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	answer = watches(&w, ",\"rota\":\"support\"");
	json_array_foreach(json_object_get(answer, "watches"), i, row)
	{
		struct hours h = hours_of(row);

		assert_string_equal(h.rota, "support");
		firsts += h.second ? 0 : h.to_ms - h.from_ms;
		seconds += h.second ? h.to_ms - h.from_ms : 0;
	}
	assert_true(firsts >= 14 * DAY_MS);
	assert_true(seconds >= 14 * DAY_MS);
	json_decref(answer);
	/* One person has all of the other rota: nobody is second. */
	answer = watches(&w, ",\"rota\":\"second\"");
	assert_int_equal(json_array_size(json_object_get(answer, "watches")),
	    2 * 7 + 1);
	json_decref(answer);
	world_end(&w);
}

static const char layer_tree[] =
    HEAD "rotas:\n"
	 "  - name: support\n"
	 "    max_watch: 48h\n"
	 "    watches: [{ zone: UTC, takes_over: '08:00', people: [isla] }]\n"
	 "    layers:\n"
	 "      - name: nights\n"
	 "        watches: [{ zone: UTC, from: '22:00', to: '06:00',"
	 " people: [tom] }]\n";

/* What it is by is said: a layer. */
static void
a_layer_is_named(void **state)
{
	json_t *answer, *row;
	size_t i, layers = 0;
	struct world w;

	(void)state;
	world_begin(&w, layer_tree, NIGHT);
	answer = watches(&w, "");
	json_array_foreach(json_object_get(answer, "watches"), i, row)
	{
		bool is_tom = strcmp(console_string(row, "person"), "tom") == 0;

		assert_int_equal(strcmp(console_string(row, "layer"),
				     "nights") == 0,
		    is_tom);
		layers += is_tom;
	}
	assert_int_equal(layers, 14);
	json_decref(answer);
	world_end(&w);
}

/* A rota that lost its watches: nobody, and no end of it. */
static void
nobody_at_all(void **state)
{
	struct rota *rota;
	json_t *answer, *row;
	struct world w;
	size_t kept;

	(void)state;
	world_begin(&w, last_is_rota, NIGHT);
	rota = w.settings->rotas.items;
	kept = rota->watches.count;
	rota->watches.count = 0;
	answer = watches(&w, "");
	row = json_array_get(json_object_get(answer, "watches"), 0);
	assert_string_equal(console_string(row, "rota"), "all");
	assert_null(json_object_get(row, "person"));
	assert_null(json_object_get(row, "zone"));
	json_decref(answer);
	rota->watches.count = kept;
	world_end(&w);
}

static void
long_answers_have_an_end(void **state)
{
	struct text tree = { 0 };
	json_t *answer;
	struct world w;

	(void)state;
	text_add(&tree, HEAD "rotas:\n");
	for (int i = 0; i < 40; i++)
		text_addf(&tree,
		    "  - { name: r%d, watches: [{ zone: UTC, takes_over: "
		    "'00:00', people: [isla] }, { zone: UTC, takes_over: "
		    "'12:00', people: [tom] }] }\n",
		    i);
	world_begin(&w, tree.data, NIGHT);
	answer = watches(&w, ",\"to_ms\":1787900000000");
	assert_int_equal(json_array_size(json_object_get(answer, "watches")),
	    2000);
	assert_true(console_number(answer, "left_out") > 2000);
	json_decref(answer);
	world_end(&w);
	text_clear(&tree);
}

/* ---- the picture ---- */

struct bar {
	int64_t from_s, to_s;
	char person[64];
	bool over, hole;
};

/* Bars in the order in which they stand, of those who are first. */
static size_t
read_bars(const char *html, struct bar *bars, size_t room)
{
	size_t count = 0;

	for (const char *s = strstr(html, "<rect class=\"bar"); s != NULL;
	     s = strstr(s + 1, "<rect class=\"bar")) {
		const char *title = strstr(s, "<title>") + 7;
		struct bar *b = &bars[count];
		long long x, width;

		assert_in_range(count, 0, room - 1);
		assert_int_equal(sscanf(strstr(s, "x=\""), "x=\"%lld\"", &x),
		    1);
		assert_int_equal(sscanf(strstr(s, "width=\""), "width=\"%lld\"",
				     &width),
		    1);
		b->from_s = x;
		b->to_s = x + width;
		b->over = strncmp(s, "<rect class=\"bar over", 21) == 0;
		b->hole = strstr(s, " hole\"") != NULL &&
		    strstr(s, " hole\"") < title;
		text_format(b->person, sizeof(b->person), "%.*s",
		    (int)strcspn(title, "<"), title);
		count += strstr(b->person, " (second)") == NULL;
	}
	return count;
}

static int
by_begin(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

static char *
picture(struct world *w, const char *reader)
{
	const struct console_view v = view_of(w, reader, "/watches");
	char *html = page_of(w, &console_page_watches, &v, 200);

	check_balanced(html);
	return html;
}

/* Each bar is the pager's hours, to the second, and there is no other. */
static void
bars_are(struct world *w, const char *html)
{
	const struct rota *rota = settings_rota(w->settings, "support");
	struct bar bars[200];
	size_t count = read_bars(html, bars, 200), i = 0;
	int64_t end_s = HOURS_MS / 1000;

	qsort(bars, count, sizeof(bars[0]), by_begin);
	for (int64_t at_s = 0; at_s < end_s; at_s = bars[i++].to_s) {
		struct stretch s;
		int64_t to_s;

		(void)rota_watch_at(rota, w->duty->overrides,
		    w->duty->override_count, w->now_ms + at_s * 1000, &s);
		to_s = (s.to_ms - w->now_ms) / 1000;
		assert_in_range(i, 0, count - 1);
		assert_int_equal(bars[i].from_s, at_s);
		assert_int_equal(bars[i].to_s, to_s < end_s ? to_s : end_s);
		assert_string_equal(bars[i].person,
		    s.person != NULL ? s.person->name : "nobody");
		assert_int_equal(bars[i].over, s.override != NULL);
		assert_int_equal(bars[i].hole, s.person == NULL);
	}
	assert_int_equal(i, count);
}

static void
bars_are_exactly_the_hours(void **state)
{
	static const char *const readers[] = { "isla", "aroha", "maya" };
	unsigned day = 7; /* whatever it is */
	struct world w;

	(void)state;
	/* A year in steps of some days: all changes of clocks of three zones. */
	for (int i = 0; i < 60; i++, day += 6) {
		struct civil_date date = civil_from_days(
		    civil_days((struct civil_date){ 2026, 1, 1 }) + day);
		char at[40], *html;

		text_format(at, sizeof(at), "%04d-%02d-%02dT%02d:%02dZ",
		    date.year, date.month, date.day, (i * 7) % 24,
		    (i * 13) % 60);
		begin_at(&w, at);
		html = picture(&w, readers[i % 3]);
		bars_are(&w, html);
		free(html);
		world_end(&w);
	}
}

static void
overrides_are_marked(void **state)
{
	struct world w;
	char *html;

	(void)state;
	begin_at(&w, NIGHT);
	order(&w, "add",
	    "\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":%lld,"
	    "\"to_ms\":%lld",
	    july(3, 9), july(5, 21));
	agreed(&w, "tom has support");
	html = picture(&w, "isla");
	bars_are(&w, html);
	check_has(html, "<rect class=\"bar over\"");
	check_has(html, "<td data-of=\"Why\">o-1");
	check_has(html, "Hours and days are those of Europe/London");
	free(html);
	world_end(&w);
}

/* Nobody to take over: only a broken rota has that, and it is seen. */
static void
a_hole_is_on_a_line_of_its_own(void **state)
{
	static const char answer[] =
	    "{\"watches\":[{\"rota\":\"support\",\"person\":\"isla\","
	    "\"zone\":\"Europe/London\",\"from_ms\":%lld,\"to_ms\":%lld},"
	    "{\"rota\":\"support\",\"from_ms\":%lld,\"to_ms\":%lld}],"
	    "\"left_out\":7}";
	struct text said = { 0 }, html = { 0 };
	struct console_view v;
	struct bar bars[4];
	struct world w;
	json_t *o;

	(void)state;
	begin_at(&w, NIGHT);
	v = view_of(&w, "isla", "/watches");
	text_addf(&said, answer, july(1, 8), july(2, 8), july(2, 8),
	    july(30, 8));
	o = json_loads(said.data, 0, NULL);
	console_add_picture(&html, &v, o, w.now_ms, w.now_ms + HOURS_MS);
	assert_int_equal(read_bars(html.data, bars, 4), 2);
	assert_true(bars[1].hole);
	assert_int_equal(bars[1].from_s, 22 * 3600);
	assert_int_equal(bars[1].to_s, 14 * 86400);
	check_has(html.data, "<th scope=\"row\">nobody</th>");
	check_has(html.data, "And 7 more");
	json_decref(o);
	text_clear(&said);
	text_clear(&html);
	world_end(&w);
}

/* Of the reader: a day of 25 hours is wider. */
static void
days_begin_at_the_readers_midnight(void **state)
{
	struct world w;
	char *html;

	(void)state;
	begin_at(&w, "2026-10-24T23:00Z"); /* midnight in London */
	html = picture(&w, "isla");
	check_has(html, "<text x=\"100\" y=\"24\">Mo 26</text>");
	check_has(html, "<rect class=\"mark\" x=\"90000\"");
	check_has(html, "<text x=\"196\" y=\"24\">Tu 27</text>");
	free(html);
	world_end(&w);
}

/* ---- clocks ---- */

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

#define EVIL "<b>\\\"'&"

/* Whatever stands in an answer, it is text. */
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

/* ---- the load ---- */

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
		cmocka_unit_test(without_hole_or_overlap),
		cmocka_unit_test(what_cannot_be_asked),
		cmocka_unit_test(seconds_have_their_own),
		cmocka_unit_test(a_layer_is_named),
		cmocka_unit_test(nobody_at_all),
		cmocka_unit_test(long_answers_have_an_end),
		cmocka_unit_test(bars_are_exactly_the_hours),
		cmocka_unit_test(overrides_are_marked),
		cmocka_unit_test(a_hole_is_on_a_line_of_its_own),
		cmocka_unit_test(days_begin_at_the_readers_midnight),
		cmocka_unit_test(clocks_say_who_is_where),
		cmocka_unit_test(a_second_is_said_to_be_one),
		cmocka_unit_test(no_rota),
		cmocka_unit_test(hostile_answers),
		cmocka_unit_test(there_is_an_end_of_it),
		cmocka_unit_test(the_load_as_a_page),
		cmocka_unit_test(many_watches_with_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

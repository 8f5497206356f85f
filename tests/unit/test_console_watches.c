/*
 * Who is on watch where and who will be, as pages show it: the bars are
 * exactly the pager's hours.
 */
#include "lib/rota.h"
#include "tests/unit/hours_story.h"

#define DAY_MS INT64_C(86400000)

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

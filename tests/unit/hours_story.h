#ifndef TESTS_UNIT_HOURS_STORY_H
#define TESTS_UNIT_HOURS_STORY_H

/* Pages about people's time: a pager that answers, and a reader. */
#include "console/hours.h"
#include "console/pages.h"
#include "pager/duty_parts.h"
#include "tests/unit/cover_story.h"

/* Around the sun; weekends of London are nobody's to take over. */
static const char sun_tree[] = HEAD_OF(
    ", links: 'https://p.example'") "  - { name: maya, zone: America/New_York, "
				    "email: m@kahu.example,"
				    " reach: [mail 0s] }\n"
				    "  - { name: aroha, zone: "
				    "Pacific/Auckland, email: a@kahu.example,"
				    " reach: [mail 0s] }\n"
				    "rotas:\n"
				    "  - name: support\n"
				    "    max_watch: 48h\n"
				    "    watches:\n"
				    "      - { zone: Pacific/Auckland, "
				    "takes_over: '08:00',"
				    " people: [aroha] }\n"
				    "      - { zone: Europe/London, "
				    "takes_over: '08:00', rotate: weekly,"
				    " people: [isla, tom], days: [mon, tue, "
				    "wed, thu, fri] }\n"
				    "      - { zone: America/New_York, "
				    "takes_over: '09:00',"
				    " people: [maya] }\n"
				    "ladders:\n"
				    "  - name: only\n"
				    "    levels: [{ call: rota support, "
				    "patience: 5m }]\n";

static inline struct console_view
view_of(const struct world *w, const char *person, const char *path)
{
	struct console_view v = { .settings = w->settings,
		.person = settings_person(w->settings, person),
		.now_ms = w->now_ms,
		.path = path,
		.query = "",
		.form = "",
		.csrf = "c",
		.once = "o" };

	assert_non_null(v.person);
	return v;
}

/* As the door does it. */
static inline char *
page_of(const struct world *w, const struct console_page *page,
    const struct console_view *v, int status)
{
	json_t *questions = json_array(), *answers = json_array(), *one;
	struct text html = { 0 };
	size_t i;

	page->ask(v, questions);
	json_array_foreach(questions, i, one)
	{
		char *asked = json_dumps(one, 0), *said;
		bool ok = false;

		said =
		    duty_query(w->duty, asked, strlen(asked), w->now_ms, &ok);
		assert_non_null(said);
		json_array_append_new(answers, json_loads(said, 0, NULL));
		free(said);
		free(asked);
	}
	assert_int_equal(page->show(&html, v, answers), status);
	json_decref(questions);
	json_decref(answers);
	return text_take(&html);
}

/* Tags are closed in the order in which they were opened. */
static inline void
check_balanced(const char *html)
{
	char open[64][16];
	size_t depth = 0;

	for (const char *s = strchr(html, '<'); s != NULL;
	     s = strchr(s + 1, '<')) {
		bool is_end = s[1] == '/';
		const char *name = s + 1 + is_end, *end = strchr(s, '>');
		size_t n = strcspn(name, " />");
		char tag[16];

		assert_non_null(end);
		text_format(tag, sizeof(tag), "%.*s", (int)n, name);
		if (end[-1] == '/' || strcmp(tag, "input") == 0 ||
		    strcmp(tag, "br") == 0)
			continue;
		if (!is_end) {
			assert_in_range(depth, 0, 63);
			text_copy(open[depth++], sizeof(open[0]), tag);
			continue;
		}
		if (depth == 0 || strcmp(open[--depth], tag) != 0)
			fail_msg("</%s> at: %.60s", tag, s);
	}
	assert_int_equal(depth, 0);
}

static inline void
begin_at(struct world *w, const char *at)
{
	world_begin(w, sun_tree, at);
}

/* The page of all watches, as this person reads it. */
static inline char *
picture(struct world *w, const char *reader)
{
	const struct console_view v = view_of(w, reader, "/watches");
	char *html = page_of(w, &console_page_watches, &v, 200);

	check_balanced(html);
	return html;
}

/* Whatever stands in an answer, it is text. */
#define EVIL "<b>\\\"'&"

#endif

/* Who is on watch where, and who will be. */
#include "console/hours.h"
#include "console/pages.h"

static void
ask(const struct console_view *v, json_t *questions)
{
	json_array_append_new(questions,
	    json_pack("{s:s, s:I, s:I}", "command", "watches", "from_ms",
		(json_int_t)v->now_ms, "to_ms",
		(json_int_t)(v->now_ms + HOURS_MS)));
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	const json_t *watches = json_array_get(answers, 0);

	text_add(html, "<h1>Watches</h1>\n");
	console_add_notice(html, v);
	if (console_add_error(html, watches))
		return 503;
	if (json_array_size(json_object_get(watches, "watches")) == 0) {
		text_add(html, "<p>There is no rota.</p>\n");
		return 200;
	}
	text_add(html, "<h2>Now</h2>\n");
	console_add_clocks(html, v, watches);
	text_addf(html, "<h2>The coming %d days</h2>\n", HOURS_DAYS);
	console_add_picture(html, v, watches, v->now_ms, v->now_ms + HOURS_MS);
	return 200;
}

const struct console_page console_page_watches = {
	.path = "/watches",
	.label = "Watches",
	.title = "Watches",
	.ask = ask,
	.show = show,
};

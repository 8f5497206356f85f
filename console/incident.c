/* One incident, and all that can be done about it. */
#include "console/pages.h"

static void
ask(const struct console_view *v, json_t *questions)
{
	json_array_append_new(questions,
	    json_pack("{s:s, s:s}", "command", "incident", "incident",
		v->path + sizeof("/incidents/") - 1));
}

static int
show(struct text *html, const struct console_view *v, const json_t *answers)
{
	text_add(html, "<h1>Incident</h1>\n");
	console_add_notice(html, v);
	return console_add_error(html, json_array_get(answers, 0)) ? 404 : 200;
}

const struct console_page console_page_incident = {
	.path = "/incidents/*",
	.title = "Incident",
	.ask = ask,
	.show = show,
};

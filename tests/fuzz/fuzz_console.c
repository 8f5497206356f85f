/*
 * fuzz_console: cookies, paths, forms, and answers as pages show them.
 *
 * A session that we did not write is never ours; what was pressed is refused,
 * or one command that somebody may give; and whatever an answer holds, its
 * page is one page without a script but ours.  The first line is the path, the
 * second a form or a cookie, the rest the answer.
 */
#include <jansson.h>

#include "console/layout.h"
#include "console/role.h"
#include "console/session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

static struct person person;

static void
try_cookie(const char *text)
{
	const struct session_limits limits = { 3600000, 86400000 };
	struct session s;
	char again[SESSION_TEXT];

	if (!session_read(text, &s))
		return;
	must(strlen(s.id) == SESSION_ID);
	(void)session_is_over(&s, &limits, INT64_C(1795312800000));
	session_write("secret", NULL, &s, again);
	must(
	    !session_is_ours("secret", NULL, text) || strcmp(text, again) == 0);
}

static void
try_press(const struct console_page *page, const struct console_view *v)
{
	char error[160] = "", why[160];
	json_t *command;

	if (page->act == NULL)
		return;
	command = page->act(v, error);
	must(command != NULL || error[0] != '\0');
	if (json_object_get(command, "command") != NULL)
		must(role_may(v->person, command, why) || why[0] != '\0');
	json_decref(command);
}

static void
try_page(const struct console_page *page, const struct console_view *v,
    const char *text)
{
	json_t *questions = json_array(), *answers = json_array(), *answer;
	struct text html = { 0 };
	char *whole;

	if (page->ask != NULL)
		page->ask(v, questions);
	answer = json_loads(text, 0, NULL);
	for (size_t i = 0; i < json_array_size(questions); i++)
		json_array_append(answers, answer != NULL ? answer : questions);
	(void)page->show(&html, v, answers);
	whole = console_layout(page, v, html.data != NULL ? html.data : "");
	must(html.data == NULL || strstr(html.data, "<script") == NULL);
	must(strstr(whole, "</html>\n") == whole + strlen(whole) - 8);
	free(whole);
	text_clear(&html);
	json_decref(answer);
	json_decref(questions);
	json_decref(answers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = fuzz_text(data, size), *form, *rest;
	const struct console_page *page;
	struct console_view v;

	form = strchr(path, '\n');
	rest = form != NULL ? strchr(form + 1, '\n') : NULL;
	if (rest == NULL) {
		free(path);
		return 0;
	}
	*form++ = *rest++ = '\0';
	person = *(const struct person *)fuzz_settings()->people.items;
	person.role = CONSOLE_LEAD;
	v = (struct console_view){ .settings = fuzz_settings(),
		.person = &person,
		.now_ms = INT64_C(1795312800000),
		.path = path,
		.query = form,
		.form = form,
		.form_length = strlen(form),
		.notice = form,
		.csrf = "csrf",
		.once = "once" };
	try_cookie(form);
	page = console_page_of(path);
	if (page != NULL) {
		try_press(page, &v);
		try_page(page, &v, rest);
	}
	free(path);
	return 0;
}

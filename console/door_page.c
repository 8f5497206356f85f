/* Pages: their questions, their commands, and what came of them. */
#include <stdlib.h>
#include <string.h>

#include "console/door_parts.h"
#include "console/layout.h"
#include "console/role.h"
#include "lib/clock.h"
#include "lib/record.h"
#include "lib/sign.h"

#define ONCE 16 /* hex digits */

/* One POST that waits for its commit. */
struct press {
	struct door *door;
	struct serve_request *request;
	const struct console_page *page;
	struct inside in;
	char person[64]; /* whom the settings may not know any more by then */
	char key[72];
	uint64_t command;
};

void
door_html(struct serve_request *r, int status, char *html)
{
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; script-src 'self'; "
	    "connect-src 'self'; img-src 'self' data:; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors 'none'");
	/* Not no-referrer: browsers would then keep Origin back, too. */
	serve_set_header(r, "Referrer-Policy", "same-origin");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_set_header(r, "X-Robots-Tag", "noindex, nofollow");
	serve_answer(r, status, "text/html; charset=utf-8", html, strlen(html));
	free(html);
}

void
door_say(struct serve_request *r, int status, const char *notice)
{
	const struct console_door door = { .notice = notice,
		.refused = status >= 400 };

	if (status == 503)
		serve_set_header(r, "Retry-After", "10");
	door_html(r, status, console_door_page(&door));
}

json_t *
door_ask(struct door *d, const json_t *question)
{
	char *text = record_dump(question), *found;
	json_t *answer = NULL;
	bool ok = false;

	found = desk_query(d->desk, text, strlen(text), &ok);
	free(text);
	if (found != NULL)
		answer = json_loads(found, 0, NULL);
	free(found);
	return answer != NULL
	    ? answer
	    : json_pack("{s:s}", "error", "the pager does not say");
}

void
door_view(struct door *d, struct serve_request *r, const struct inside *in,
    struct console_view *v, char csrf[SESSION_CODE + 1], char once[ONCE + 1])
{
	session_csrf(d->secret, &in->session, csrf);
	sign_random(once, ONCE);
	*v = (struct console_view){ .settings = d->settings,
		.person = in->person,
		.now_ms = clock_now_ms(),
		.path = serve_path(r),
		.query = serve_query_text(r),
		.csrf = csrf,
		.once = once };
	v->form = serve_body(r, &v->form_length);
	if (v->form == NULL)
		v->form = "";
}

/* As it is now, with what came of what was pressed, if anything was. */
static void
show(struct door *d, struct serve_request *r, const struct console_page *page,
    const struct console_view *v, int status)
{
	json_t *questions = json_array(), *answers = json_array(), *one;
	struct text inside = { 0 };
	size_t i;
	int shown;

	if (page->ask != NULL)
		page->ask(v, questions);
	json_array_foreach(questions, i, one)
	    json_array_append_new(answers, door_ask(d, one));
	shown = page->show(&inside, v, answers);
	json_decref(questions);
	json_decref(answers);
	door_html(r, v->notice == NULL ? shown : status,
	    console_layout(page, v, inside.data != NULL ? inside.data : ""));
	text_clear(&inside);
}

void
door_get(void *arg, struct serve_request *r)
{
	const struct console_page *page = console_page_of(serve_path(r));
	char csrf[SESSION_CODE + 1], once[ONCE + 1];
	struct door *d = arg;
	struct console_view v;
	struct inside in;

	if (!door_who(d, r, &in))
		return;
	if (page == NULL) {
		door_say(r, 404, "There is no such page.");
		return;
	}
	door_view(d, r, &in, &v, csrf, once);
	show(d, r, page, &v, 200);
}

/* Before the body is read: only of who is in. */
bool
door_admit(void *arg, struct serve_request *r)
{
	struct inside in;

	return door_who(arg, r, &in);
}

static void
show_after(struct door *d, struct serve_request *r,
    const struct console_page *page, const struct inside *in, int status,
    const char *notice, const json_t *outcome)
{
	char csrf[SESSION_CODE + 1], once[ONCE + 1];
	struct console_view v;

	door_view(d, r, in, &v, csrf, once);
	v.notice = notice;
	v.refused = status >= 400;
	v.outcome = outcome;
	show(d, r, page, &v, status);
}

/* The commit is made, or refused: now, and not before, it may be said. */
static void
on_answer(void *arg, bool ok, const char *json)
{
	struct press *p = arg;
	json_t *object = json_loads(json, 0, NULL);
	const char *text =
	    json_string_value(json_object_get(object, ok ? "text" : "error"));
	bool lost = json_is_true(json_object_get(object, "lost"));
	int status = lost ? 503 : ok ? 200 : 409;

	if (text == NULL)
		text = ok ? "Done." : "That was refused.";
	if (lost)
		repeats_forget(p->door->repeats, p->key);
	else
		repeats_answer(p->door->repeats, p->key, status, text);
	p->in.person = settings_person(p->door->settings, p->person);
	if (p->in.person == NULL)
		door_say(p->request, status, text);
	else
		show_after(p->door, p->request, p->page, &p->in, status, text,
		    object);
	json_decref(object);
	free(p);
}

/* Whoever pressed has gone; what was asked for happens all the same. */
static void
on_gone(void *arg)
{
	struct press *p = arg;

	desk_forget(p->door->desk, p->command);
	repeats_answer(p->door->repeats, p->key, 200,
	    "This was pressed before, and has been done or refused: see "
	    "below.");
	free(p);
}

static void
give(struct press *p, json_t *command)
{
	const char *error = NULL;
	char by[96], *text;

	json_object_set_new(command, "person", json_string(p->person));
	text = record_dump(command);
	text_format(by, sizeof(by), "%s by console", p->person);
	p->command = desk_command(p->door->desk, text, strlen(text), by,
	    on_answer, p, &error);
	free(text);
	if (p->command != 0) {
		serve_defer(p->request, on_gone, p);
		return;
	}
	repeats_forget(p->door->repeats, p->key);
	door_say(p->request, 503, error);
	free(p);
}

/* The session and all that was pressed, which has a word of its page in it. */
static void
make_key(const struct inside *in, struct serve_request *r, char key[72])
{
	struct text t = { 0 };
	size_t length;
	const char *body = serve_body(r, &length);

	text_addf(&t, "%s %s ", in->session.id, serve_path(r));
	text_add_bytes(&t, body, length);
	sign_sha256(t.data, t.length, key);
	text_clear(&t);
}

static void
press(struct door *d, struct serve_request *r, const struct console_page *page,
    const struct inside *in, json_t *command)
{
	struct press *p = mem_alloc(sizeof(*p));
	const struct repeat *before;

	*p = (struct press){ .door = d, .request = r, .page = page, .in = *in };
	text_copy(p->person, sizeof(p->person), in->person->name);
	make_key(in, r, p->key);
	before = repeats_seen(d->repeats, p->key, clock_now_ms());
	if (before == NULL) {
		give(p, command);
		return;
	}
	free(p);
	show_after(d, r, page, in, before->answered ? before->status : 200,
	    before->answered ? before->notice
			     : "This was pressed before, and is under way.",
	    NULL);
}

/* Not pressed on a page that we have shown to this session? */
static bool
is_forged(struct door *d, struct serve_request *r, const struct inside *in)
{
	char given[SESSION_CODE + 1];

	return !door_is_ours(d, r) || !door_is_form(r) ||
	    serve_form(r, "csrf", given, sizeof(given)) == NULL ||
	    !session_csrf_fits(d->secret, &in->session, given);
}

static void
act(struct door *d, struct serve_request *r, const struct console_page *page,
    const struct inside *in)
{
	char csrf[SESSION_CODE + 1], once[ONCE + 1], error[160] = "";
	struct console_view v;
	json_t *command;

	door_view(d, r, in, &v, csrf, once);
	command = page->act(&v, error);
	if (command == NULL)
		show_after(d, r, page, in, 400, error, NULL);
	else if (json_object_get(command, "command") == NULL) {
		v.outcome = command;
		show(d, r, page, &v, 200);
	} else if (!role_may(in->person, command, error))
		show_after(d, r, page, in, 403, error, NULL);
	else
		press(d, r, page, in, command);
	json_decref(command);
}

void
door_post(void *arg, struct serve_request *r)
{
	const struct console_page *page = console_page_of(serve_path(r));
	struct door *d = arg;
	struct inside in;

	if (!door_who(d, r, &in))
		return;
	if (page == NULL || page->act == NULL)
		door_say(r, 404,
		    "There is nothing to press on such a page. Nothing was "
		    "changed.");
	else if (is_forged(d, r, &in))
		show_after(d, r, page, &in, 403,
		    "This was not pressed on a page of this session, which may "
		    "have been shown before you logged in. Nothing was "
		    "changed: press it again.",
		    NULL);
	else
		act(d, r, page, &in);
}

/*
 * lms: the servers and the kinds of failure; see lms.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "cli/lms.h"
#include "lib/log.h"
#include "lib/text.h"

static const char *const failure_texts[LMS_FAILURES] = {
	[LMS_NONE] = "none",
	[LMS_500] = "500",
	[LMS_DATABASE_DOWN] = "database-down",
	[LMS_MAINTENANCE] = "maintenance",
	[LMS_HANG] = "hang",
	[LMS_REFUSE] = "refuse",
	[LMS_SLOW] = "slow",
	[LMS_WRONG_CONTENT] = "wrong-content",
	[LMS_TRUNCATED] = "truncated",
};

const char *
lms_failure_text(enum lms_failure f)
{
	return failure_texts[f];
}

const char *
lms_failure_meaning(enum lms_failure failure)
{
	static const char *const meanings[] = {
		[LMS_NONE] = "works",
		[LMS_500] = "500: the application fails",
		[LMS_DATABASE_DOWN] = "500: no connection to the database",
		[LMS_MAINTENANCE] = "503: maintenance nobody has announced",
		[LMS_HANG] = "takes requests, never answers",
		[LMS_REFUSE] = "refuses connections",
		[LMS_SLOW] = "answers late: a page after five minutes",
		[LMS_WRONG_CONTENT] = "200 with another page",
		[LMS_TRUNCATED] = "less than was announced",
	};

	return meanings[failure];
}

int
lms_failure_parse(const char *text)
{
	for (int i = 0; i < LMS_FAILURES; i++)
		if (strcmp(text, failure_texts[i]) == 0)
			return i;
	return -1;
}

void
lms_page(struct serve_request *r, int status, const char *title,
    const char *fmt, ...)
{
	struct text page = { 0 };
	char body[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(body, sizeof(body), fmt, ap);
	va_end(ap);
	text_add(&page,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\"><title>");
	text_add_html(&page, title);
	text_add(&page, "</title></head>\n");
	text_add(&page, body);
	text_add(&page, "</html>\n");
	serve_answer(r, status, "text/html; charset=utf-8", page.data,
	    page.length);
	text_clear(&page);
}

static void
waiting_end(struct lms_waiting *w)
{
	LIST_REMOVE(w, entry);
	if (w->timer != NULL)
		event_free(w->timer);
	free(w);
}

static void
on_gone(void *arg)
{
	waiting_end(arg);
}

static void
on_late(evutil_socket_t fd, short what, void *arg)
{
	struct lms_waiting *w = arg;
	struct serve_request *r = w->request;
	serve_handler *then = w->then;
	struct lms *l = w->lms;
	enum lms_failure failure = l->failure;

	(void)fd, (void)what;
	waiting_end(w);
	l->failure = LMS_NONE; /* this once: it was late enough */
	then(l, r);
	l->failure = failure;
}

static void
wait_with(struct lms *l, struct serve_request *r, serve_handler *then)
{
	struct timeval late = { 0, LMS_SLOW_MS * 1000 };
	struct lms_waiting *w = mem_alloc(sizeof(*w));

	w->lms = l;
	w->request = r;
	w->then = then;
	LIST_INSERT_HEAD(&l->waiting, w, entry);
	if (then != NULL) {
		w->timer = evtimer_new(l->base, on_late, w);
		event_add(w->timer, &late);
	}
	serve_defer(r, on_gone, w);
}

static void
cut_short(struct serve_request *r)
{
	static const char half[] =
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Kahu Trai";

	serve_cut_short(r, 4096);
	serve_answer(r, 200, "text/html; charset=utf-8", half,
	    sizeof(half) - 1);
}

/* The failures that are a page of their own. */
static const struct {
	enum lms_failure failure;
	int status;
	const char *title, *body;
} bad_pages[] = {
	{ LMS_500, 500, "Error", "<body>Something went wrong.</body>" },
	{ LMS_DATABASE_DOWN, 500, "Error",
	    "<body><h1>Error: no connection to the database</h1>"
	    "<p>The database may be overloaded or may not be "
	    "running.</p></body>" },
	{ LMS_MAINTENANCE, 503, "Maintenance",
	    "<body><p>This site is under maintenance and will be "
	    "back soon.</p></body>" },
	{ LMS_WRONG_CONTENT, 200, "Welcome",
	    "<body><h1>It works</h1><p>This web server has no site "
	    "yet.</p></body>" },
};

static void
answer_badly(struct serve_request *r, enum lms_failure failure)
{
	if (failure == LMS_MAINTENANCE)
		serve_set_header(r, "Retry-After", "300");
	for (size_t i = 0; i < sizeof(bad_pages) / sizeof(bad_pages[0]); i++)
		if (bad_pages[i].failure == failure)
			lms_page(r, bad_pages[i].status, bad_pages[i].title,
			    "%s", bad_pages[i].body);
}

bool
lms_fails(struct lms *l, struct serve_request *r, serve_handler *then)
{
	switch (l->failure) {
	case LMS_NONE:
	case LMS_REFUSE: /* its connections are being closed */
		return false;
	case LMS_HANG:
		wait_with(l, r, NULL);
		return true;
	case LMS_SLOW:
		wait_with(l, r, then);
		return true;
	case LMS_TRUNCATED:
		cut_short(r);
		return true;
	case LMS_500:
	case LMS_DATABASE_DOWN:
	case LMS_MAINTENANCE:
	case LMS_WRONG_CONTENT:
		answer_badly(r, l->failure);
		return true;
	}
	return false;
}

static struct serve *
serve_at(struct lms *l, int port, const struct serve_route *routes,
    char error[160])
{
	char address[32];
	struct serve_options options = { .address = address };

	text_format(address, sizeof(address), "127.0.0.1:%d", port);
	return serve_new(l->base, &options, routes, l, error);
}

/* Whoever still waits is told that the connection is gone. */
static void
close_site(struct lms *l)
{
	serve_free(l->site);
	l->site = NULL;
}

/* Outside of any handler: the site's listening socket as it should be. */
static void
on_reopen(evutil_socket_t fd, short what, void *arg)
{
	struct timeval soon = { 0, 100000 };
	struct lms *l = arg;
	char error[160];

	(void)fd, (void)what;
	if (l->failure == LMS_REFUSE) {
		if (l->site != NULL)
			close_site(l);
		return;
	}
	if (l->site != NULL)
		return;
	l->site = serve_at(l, l->ports.site, lms_site_routes, error);
	if (l->site == NULL) {
		log_warnx("lms: %s", error);
		event_add(l->reopen, &soon);
	}
}

void
lms_break(struct lms *l, enum lms_failure failure)
{
	log_info("lms: %s -> %s", lms_failure_text(l->failure),
	    lms_failure_text(failure));
	l->failure = failure;
	event_active(l->reopen, EV_TIMEOUT, 0);
}

struct lms *
lms_new(struct event_base *base, const struct lms_ports *ports, char error[160])
{
	struct lms *l = mem_alloc(sizeof(*l));

	l->base = base;
	LIST_INIT(&l->waiting);
	l->reopen = evtimer_new(base, on_reopen, l);
	text_copy(l->user, sizeof(l->user), "learner");
	text_copy(l->password, sizeof(l->password), "practice");
	l->panel = serve_at(l, ports->panel, lms_panel_routes, error);
	if (l->panel != NULL)
		l->canaries =
		    serve_at(l, ports->canaries, lms_canary_routes, error);
	if (l->canaries != NULL)
		l->site = serve_at(l, ports->site, lms_site_routes, error);
	if (l->site == NULL) {
		lms_free(l);
		return NULL;
	}
	l->ports = (struct lms_ports){ serve_port(l->site),
		serve_port(l->panel), serve_port(l->canaries) };
	return l;
}

void
lms_free(struct lms *l)
{
	if (l == NULL)
		return;
	if (l->site != NULL)
		close_site(l);
	serve_free(l->panel);
	serve_free(l->canaries);
	event_free(l->reopen);
	free(l);
}

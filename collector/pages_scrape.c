/*
 * pages_scrape: see pages_scrape.h.  serve is NULL while there is no address,
 * or it cannot be listened at after a reload.
 */
#include <stdlib.h>

#include "collector/pages_scrape.h"
#include "lib/clock.h"
#include "lib/listener.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"

#define RENDER_EVERY_MS 1000

struct scrape {
	struct event_base *base;
	const struct settings *settings;
	struct serve *serve;
	scrape_render *render;
	void *arg;
	struct text body;
	int64_t made_ms; /* 0: not made */
};

static bool
is_passed_on(const struct serve_request *r)
{
	static const char *const fields[] = { "X-Forwarded-For",
		"X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
		"Forwarded", "Via" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (serve_header(r, fields[i]) != NULL)
			return true;
	return false;
}

static bool
has_token(const struct serve_request *r, const char *token)
{
	const char *given = serve_bearer(r);

	return given != NULL && sign_equal(token, given);
}

/* Asked before anything is rendered; it has answered if it says no. */
static bool
admit(void *arg, struct serve_request *r)
{
	const struct scrape *s = arg;
	const char *token = s->settings->listen_metrics.token;

	serve_set_header(r, "Cache-Control", "no-store");
	if (token != NULL && !has_token(r, token)) {
		serve_set_header(r, "WWW-Authenticate", "Bearer");
		serve_fail(r, 401, "the token of listen.metrics is wanted");
		return false;
	}
	if (token == NULL && is_passed_on(r)) {
		serve_fail(r, 403,
		    "passed on by a proxy: listen.metrics needs a token for "
		    "that");
		return false;
	}
	return true;
}

static void
on_metrics(void *arg, struct serve_request *r)
{
	struct scrape *s = arg;
	int64_t now_ms = clock_now_ms();

	if (s->made_ms == 0 || now_ms < s->made_ms ||
	    now_ms - s->made_ms >= RENDER_EVERY_MS) {
		text_clear(&s->body);
		s->render(s->arg, now_ms, &s->body);
		s->made_ms = now_ms;
	}
	serve_answer(r, 200, "text/plain; version=0.0.4; charset=utf-8",
	    s->body.data, s->body.length);
}

static const struct serve_route routes[] = {
	{ "GET", "/metrics", 0, on_metrics, admit },
	{ NULL },
};

/* True also when there is no address. */
static bool
begin(struct scrape *s, char error[160])
{
	const struct listen *l = &s->settings->listen_metrics;

	if (l->address != NULL)
		s->serve = listener_new(s->base, l, routes, s, error);
	return s->serve != NULL || l->address == NULL;
}

struct scrape *
scrape_new(struct event_base *base, const struct settings *settings,
    scrape_render *render, void *arg, char error[160])
{
	struct scrape *s = mem_alloc(sizeof(*s));

	s->base = base;
	s->settings = settings;
	s->render = render;
	s->arg = arg;
	if (begin(s, error))
		return s;
	scrape_free(s);
	return NULL;
}

void
scrape_free(struct scrape *s)
{
	if (s == NULL)
		return;
	serve_free(s->serve);
	text_clear(&s->body);
	free(s);
}

const struct serve *
scrape_serve(const struct scrape *s)
{
	return s->serve;
}

/* An old address under a new tree could be open to more than it says. */
void
scrape_configure(struct scrape *s, const struct settings *settings)
{
	const struct listen *l = &settings->listen_metrics;
	bool stays = s->serve != NULL &&
	    !text_differs(s->settings->listen_metrics.address, l->address);
	char error[160];

	s->settings = settings;
	s->made_ms = 0;
	if (stays) {
		listener_configure(s->serve, l);
		return;
	}
	serve_free(s->serve);
	s->serve = NULL;
	if (!begin(s, error))
		log_warnx("metrics: not served: %s", error);
}

/*
 * pages: the server of role pages; see pages.h.
 *
 * A request looks up its client, then its bytes; these are rendered anew at
 * most once a second, so that a flood costs little more than its sockets.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/event.h>
#include <uthash.h>

#include "collector/api.h"
#include "collector/liveness.h"
#include "collector/pages.h"
#include "collector/pages_access.h"
#include "collector/pages_answer.h"
#include "collector/pages_exposition.h"
#include "collector/pages_inbox.h"
#include "collector/pages_model.h"
#include "collector/pages_probes.h"
#include "collector/pages_reader.h"
#include "collector/pages_reports.h"
#include "collector/pages_scrape.h"
#include "collector/reports.h"
#include "lib/clock.h"
#include "lib/listener.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "lib/version.h"

#define RENDER_EVERY_MS 1000
#define ETAG_ROOM 24
#define NAME_ROOM 64

/* One rendered page. */
struct rendered {
	char name[NAME_ROOM];
	struct text body;
	char etag[ETAG_ROOM]; /* with its quotes */
	int64_t made_ms;
	UT_hash_handle hh;
};

struct pages {
	const struct settings *settings;
	const struct liveness *liveness;
	struct serve *serve;
	struct scrape *scrape;
	struct pages_model *model;
	struct pages_reader *reader;
	struct api *api;
	struct reports *reports;
	struct probes *probes;
	struct pages_inbox *inbox;
	struct rendered *pages;
	uint64_t requests;
};

/* ---- rendering ---- */

static void
tag(struct rendered *r)
{
	char hex[SIGN_HEX];

	sign_sha256(r->body.data, r->body.length, hex);
	hex[16] = '\0';
	text_format(r->etag, sizeof(r->etag), "\"%s\"", hex);
}

static bool
is_fresh(const struct rendered *r, int64_t now_ms)
{
	return r->body.data != NULL && now_ms >= r->made_ms &&
	    now_ms - r->made_ms < RENDER_EVERY_MS;
}

/* What has not been read, or not yet been evaluated, is not known. */
static int64_t
known_until(const struct pages *p, const struct client *c, int64_t now_ms)
{
	int64_t read_ms = pages_reader_read_ms(p->reader);
	int64_t well_ms = liveness_shard_ms(p->liveness,
	    settings_shard(p->settings, c->name), now_ms);

	return well_ms < read_ms ? well_ms : read_ms;
}

/* The same for the API; NULL: of every shard. */
static int64_t
known_of(void *arg, const struct client *c)
{
	const struct pages *p = arg;
	int64_t now_ms = clock_now_ms(), well_ms;
	int64_t known_ms = pages_reader_read_ms(p->reader);

	if (c != NULL)
		return known_until(p, c, now_ms);
	for (unsigned i = 0; i < (unsigned)p->settings->shards; i++) {
		well_ms = liveness_shard_ms(p->liveness, i, now_ms);
		if (well_ms < known_ms)
			known_ms = well_ms;
	}
	return known_ms;
}

static void
make_view(const struct pages *p, const struct client *c, int64_t now_ms,
    struct view *out)
{
	pages_model_view(p->model, c, now_ms, known_until(p, c, now_ms), out);
}

static const struct rendered *
page_of(struct pages *p, const struct client *c)
{
	int64_t now_ms = clock_now_ms();
	struct view v;
	struct rendered *r;

	HASH_FIND_STR(p->pages, c->name, r);
	if (r == NULL) {
		r = mem_alloc(sizeof(*r));
		text_copy(r->name, sizeof(r->name), c->name);
		HASH_ADD_STR(p->pages, name, r);
	}
	if (is_fresh(r, now_ms))
		return r;
	make_view(p, c, now_ms, &v);
	if (access_is_possible(c, ACCESS_REPORTS))
		pages_reports_view(reports_known(p->reports), &v);
	v.reports_want_token = access_is_open(c, ACCESS_PAGE) &&
	    !access_is_open(c, ACCESS_REPORTS);
	text_clear(&r->body);
	view_html(&v, &r->body);
	view_clear(&v);
	r->made_ms = now_ms;
	tag(r);
	return r;
}

static void
render_refused(const char *listener, const struct serve *s, struct text *out)
{
	for (int i = 0; s != NULL && i < SERVE_REFUSALS; i++)
		exposition_refused(out, listener,
		    serve_refusal_text((enum serve_refusal)i),
		    serve_refused(s, (enum serve_refusal)i));
}

static void
render_metrics(void *arg, int64_t now_ms, struct text *out)
{
	struct pages *p = arg;
	size_t count = p->settings->clients.count, n = 0;
	struct view *views = mem_alloc(count * sizeof(*views));
	struct view_metrics m = { .views = views,
		.count = count,
		.now_ms = now_ms,
		.read_ms = pages_reader_read_ms(p->reader),
		.store_is_up = pages_reader_is_up(p->reader),
		.requests = p->requests,
		.version = SUNWATCH_VERSION };

	CONF_EACH (const struct client, c, &p->settings->clients)
		make_view(p, c, now_ms, &views[n++]);
	view_metrics(&m, out);
	pages_model_metrics(p->model, out);
	probes_metrics(p->probes, now_ms, out);
	exposition_refusals(out);
	render_refused("pages", p->serve, out);
	render_refused("metrics", scrape_serve(p->scrape), out);
	while (n > 0)
		view_clear(&views[--n]);
	free(views);
}

static void
forget_pages(struct pages *p)
{
	struct rendered *r, *next;

	HASH_ITER (hh, p->pages, r, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(p->pages, r);
		text_clear(&r->body);
		free(r);
	}
}

/* ---- answering ---- */

static void
give(struct pages *p, struct serve_request *r, const struct client *c)
{
	const struct rendered *page = page_of(p, c);
	const char *known = serve_header(r, "If-None-Match");

	serve_set_header(r, "ETag", page->etag);
	serve_set_header(r, "Cache-Control",
	    c->status_page.access == PAGE_PUBLIC ? "public, max-age=5"
						 : "private, no-store");
	if (known != NULL && strstr(known, page->etag) != NULL)
		pages_answer(r, 304, "", 0);
	else
		pages_answer(r, 200, page->body.data, page->body.length);
}

static const struct client *
client_by_host(const struct settings *s, const char *host)
{
	size_t length = host != NULL ? strcspn(host, ":") : 0;

	if (length == 0)
		return NULL;
	CONF_EACH (const struct client, c, &s->clients)
		if (c->status_page.host != NULL &&
		    strlen(c->status_page.host) == length &&
		    strncasecmp(c->status_page.host, host, length) == 0)
			return c;
	return NULL;
}

/* "/c/NAME/" alone. */
static const struct client *
client_by_path(const struct settings *s, const char *path)
{
	const char *name = path + strlen("/c/");
	size_t length = strcspn(name, "/");
	char copy[NAME_ROOM];

	if (length >= sizeof(copy) || strcmp(name + length, "/") != 0)
		return NULL;
	memcpy(copy, name, length);
	copy[length] = '\0';
	return settings_client(s, copy);
}

/* "/c/NAME", where NAME can be a client's. */
static bool
lacks_slash(const char *path)
{
	const char *name = path + strlen("/c/");
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	return length > 0 && length < NAME_ROOM && name[length] == '\0';
}

static void
go_to(struct serve_request *r, const char *where)
{
	serve_set_header(r, "Location", where);
	serve_answer(r, 303, "text/plain", "", 0);
}

static void
give_report(struct pages *p, struct serve_request *r, const struct client *c,
    const char *name)
{
	char period[SEAL_PERIOD];
	struct reports_wanted wanted = { .client = c->name, .period = period };

	if (!reports_name_read(name, period, &wanted.format) ||
	    !reports_answer(p->reports, r, &wanted))
		pages_no_report(r);
}

/* Its page, or the one of its reports that lies beneath the path page. */
static void
show(struct pages *p, struct serve_request *r, const struct client *c,
    const char *page, const char *report)
{
	switch (
	    access_to(c, report != NULL ? ACCESS_REPORTS : ACCESS_PAGE, r)) {
	case ACCESS_GRANTED:
		if (report != NULL)
			give_report(p, r, c, report);
		else
			give(p, r, c);
		break;
	case ACCESS_ENTERED: /* by a token in the query or the form */
		access_remember(p->settings, c,
		    report != NULL ? page : serve_path(r), r);
		go_to(r, serve_path(r));
		break;
	case ACCESS_REFUSED:
		if (access_is_open(c, ACCESS_PAGE))
			pages_refuse_report(r, c);
		else
			pages_refuse(r, p->settings);
		break;
	}
}

static void
on_root(void *arg, struct serve_request *r)
{
	struct pages *p = arg;
	const struct client *c =
	    client_by_host(p->settings, serve_header(r, "Host"));
	char page[PAGES_PATH_ROOM];
	const char *report = pages_reports_name(serve_path(r), page);

	p->requests++;
	if (c != NULL)
		show(p, r, c, page, report);
	else
		pages_notice(r, 404, "Status pages",
		    "<p>Each client's status page has an address of its "
		    "own.</p>");
}

/*
 * A client's own host shows that client and nobody else.  A slash that is
 * missing is added to any name, or it would tell which clients there are.
 */
static void
on_client(void *arg, struct serve_request *r)
{
	struct pages *p = arg;
	const struct client *host =
	    client_by_host(p->settings, serve_header(r, "Host"));
	char where[NAME_ROOM + 8], page[PAGES_PATH_ROOM];
	const char *report = pages_reports_name(serve_path(r), page);
	const struct client *c =
	    client_by_path(p->settings, report != NULL ? page : serve_path(r));

	p->requests++;
	if (lacks_slash(serve_path(r))) {
		text_format(where, sizeof(where), "%s/", serve_path(r));
		go_to(r, where);
	} else if (c == NULL || (host != NULL && c != host))
		pages_refuse(r, p->settings);
	else
		show(p, r, c, page, report);
}

static void
on_style(void *arg, struct serve_request *r)
{
	struct pages *p = arg;

	p->requests++;
	serve_set_header(r, "Cache-Control", "public, max-age=3600");
	serve_answer(r, 200, "text/css; charset=utf-8", view_style,
	    strlen(view_style));
}

static void
on_api(void *arg, struct serve_request *r)
{
	struct pages *p = arg;

	p->requests++;
	api_request(p->api, r);
}

static void
on_health(void *arg, struct serve_request *r)
{
	struct pages *p = arg;
	int64_t age_ms = clock_now_ms() - pages_reader_read_ms(p->reader);
	bool good = pages_reader_is_up(p->reader) && age_ms <= PAGES_STALE_MS;

	p->requests++;
	serve_set_header(r, "Cache-Control", "no-store");
	serve_answerf(r, good ? 200 : 503, "text/plain; charset=utf-8",
	    good ? "ok\n" : "records are not read at the moment\n");
}

static const struct serve_route routes[] = {
	{ "GET", "/", 0, on_root },
	{ "POST", "/", 1024, on_root },
	{ "GET", "/reports/*", 0, on_root },
	{ "POST", "/reports/*", 1024, on_root },
	{ "GET", "/c/*", 0, on_client },
	{ "POST", "/c/*", 1024, on_client },
	{ "GET", "/style.css", 0, on_style },
	{ "GET", "/healthz", 0, on_health },
	{ "GET", "/api/v1/*", 0, on_api },
	{ NULL },
};

struct pages *
pages_new(struct event_base *base, struct store *store,
    const struct liveness *liveness, const struct settings *s, char error[160])
{
	struct pages *p = mem_alloc(sizeof(*p));

	p->settings = s;
	p->liveness = liveness;
	p->serve = listener_new(base, &s->listen_pages, routes, p, error);
	if (p->serve != NULL)
		p->scrape = scrape_new(base, s, render_metrics, p, error);
	if (p->scrape == NULL) {
		serve_free(p->serve);
		free(p);
		return NULL;
	}
	p->model = pages_model_new(s);
	p->reader = pages_reader_new(base, store, p->model, s);
	p->reports = reports_new(base, store);
	p->api = api_new(base, store, p->reports, s, p->model, known_of, p);
	p->probes = probes_new(s);
	p->inbox = pages_inbox_new(base, store, p->probes, s);
	return p;
}

void
pages_free(struct pages *p)
{
	if (p == NULL)
		return;
	serve_free(p->serve);
	scrape_free(p->scrape);
	api_free(p->api);
	reports_free(p->reports);
	pages_inbox_free(p->inbox);
	probes_free(p->probes);
	pages_reader_free(p->reader);
	pages_model_free(p->model);
	forget_pages(p);
	free(p);
}

void
pages_configure(struct pages *p, const struct settings *s)
{
	if (strcmp(p->settings->listen_pages.address,
		s->listen_pages.address) != 0)
		log_warnx("pages: another address to listen at needs a "
			  "restart");
	listener_configure(p->serve, &s->listen_pages);
	scrape_configure(p->scrape, s);
	p->settings = s;
	pages_model_configure(p->model, s);
	api_configure(p->api, s);
	probes_configure(p->probes, s);
	pages_inbox_want(p->inbox, s->listen_metrics.address != NULL);
	forget_pages(p);
}

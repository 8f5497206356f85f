/*
 * reports: see reports.h.
 *
 * The head of the chain changes with every report that is stored, so it is
 * what is asked for; the list is read anew when it is another one.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "collector/reports.h"
#include "collector/reports_told.h"
#include "collector/rounds.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/report.h"
#include "lib/report_say.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/store.h"
#include "lib/text.h"

#define FORMATS (REPORTS_TEXT + 1)
#define ETAG_ROOM TOLD_TAG

static const struct {
	const char *suffix, *type;
} formats[FORMATS] = {
	[REPORTS_JSON] = { ".json", "application/json; charset=utf-8" },
	[REPORTS_HTML] = { ".html", "text/html; charset=utf-8" },
	[REPORTS_CSV] = { ".csv", "text/csv; charset=utf-8" },
	[REPORTS_TEXT] = { ".txt", "text/plain; charset=utf-8" },
};

/* A body on its way; request NULL: who asked has gone. */
struct body {
	struct reports *reports;
	struct serve_request *request;
	char client[SEAL_NAME], period[SEAL_PERIOD];
	struct published_version version;
	enum reports_format format;
	size_t part;
	struct text bytes;
	int64_t until_us;
};

struct reports {
	struct rounds rounds;
	struct reports_list known, coming;
	size_t unreadable;
	char head[SEAL_HEX], head_coming[SEAL_HEX];
	int reads; /* bodies on their way */
	struct reports_told told;
};

/* ---- which there are ---- */

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct reports *r = arg;
	struct reports_period m = { 0 };
	char error[160];

	(void)key;
	if (rounds_are_over(&r->rounds))
		return;
	if (!published_field_read(field, m.client, m.period) ||
	    published_read(value, length, &m.versions, error) != 0) {
		r->unreadable++;
		return;
	}
	reports_list_add(&r->coming, &m);
}

static void
on_end(void *arg, bool ok)
{
	struct reports *r = arg;

	if (!ok || rounds_are_over(&r->rounds)) {
		reports_list_clear(&r->coming);
		rounds_end(&r->rounds);
		return;
	}
	reports_list_sort(&r->coming);
	reports_list_clear(&r->known);
	r->known = r->coming;
	r->coming = (struct reports_list){ 0 };
	memcpy(r->head, r->head_coming, sizeof(r->head));
	if (r->unreadable > 0)
		log_warnx("pages: %zu records of reports cannot be read",
		    r->unreadable);
	rounds_end(&r->rounds);
}

static void
on_head(void *arg, const struct redisReply *reply)
{
	static const char *const keys[] = { "reports", NULL };
	struct reports *r = arg;

	if (rounds_are_over(&r->rounds) || reply == NULL ||
	    (reply->type != REDIS_REPLY_STRING &&
		reply->type != REDIS_REPLY_NIL)) {
		rounds_end(&r->rounds);
		return;
	}
	text_copy(r->head_coming, sizeof(r->head_coming),
	    reply->type == REDIS_REPLY_STRING ? reply->str : "");
	if (strcmp(r->head, r->head_coming) == 0) {
		rounds_end(&r->rounds);
		return;
	}
	r->unreadable = 0;
	store_load(r->rounds.store, PUBLISHED_GROUP, keys, on_field, on_end, r);
}

const struct reports_list *
reports_known(const struct reports *r)
{
	return &r->known;
}

static const struct published_version *
find(const struct reports *r, const struct reports_wanted *w)
{
	const struct reports_period *m =
	    reports_list_find(&r->known, w->client, w->period);

	return m != NULL ? published_find(&m->versions, w->version) : NULL;
}

bool
reports_name_read(const char *name, char period[SEAL_PERIOD],
    enum reports_format *format)
{
	size_t n = published_period_length(name);

	text_format(period, SEAL_PERIOD, "%.*s", (int)n, name);
	*format = REPORTS_JSON;
	for (int i = 0; n > 0 && name[n] != '\0' && i < FORMATS; i++)
		if (strcmp(name + n, formats[i].suffix) == 0) {
			*format = (enum reports_format)i;
			return true;
		}
	return n > 0 && name[n] == '\0';
}

/* ---- what one says ---- */

static void
tag(const struct published_version *v, enum reports_format format,
    char etag[ETAG_ROOM])
{
	text_format(etag, ETAG_ROOM, "\"%.32s%s\"", v->hash,
	    formats[format].suffix);
}

static void
set_headers(struct serve_request *r, const struct published_version *v,
    enum reports_format format)
{
	char etag[ETAG_ROOM];

	tag(v, format, etag);
	serve_set_header(r, "ETag", etag);
	serve_set_header(r, "Cache-Control", "private, no-cache");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_set_header(r, "Referrer-Policy", "no-referrer");
	if (format == REPORTS_HTML)
		serve_set_header(r, "Content-Security-Policy",
		    "default-src 'none'; style-src 'unsafe-inline'; "
		    "base-uri 'none'; frame-ancestors 'none'");
}

static bool
is_known(const struct serve_request *r, const struct published_version *v,
    enum reports_format format)
{
	const char *known = serve_header(r, "If-None-Match");
	char etag[ETAG_ROOM];

	tag(v, format, etag);
	return known != NULL && strstr(known, etag) != NULL;
}

static void
not_now(struct serve_request *r, const char *why)
{
	serve_set_header(r, "Retry-After", "1");
	serve_fail(r, 503, "%s", why);
}

/* False: it was not told just now. */
static bool
give_kept(const struct reports *r, struct serve_request *request,
    const struct published_version *v, enum reports_format format)
{
	const struct text *bytes;
	char etag[ETAG_ROOM];

	tag(v, format, etag);
	bytes = reports_told_find(&r->told, etag);
	if (bytes == NULL)
		return false;
	set_headers(request, v, format);
	serve_answer(request, 200, formats[format].type, bytes->data,
	    bytes->length);
	return true;
}

/* From its facts anew, as "sunwatch report" tells it. */
static void
tell(struct serve_request *request, const struct body *b)
{
	int64_t began_us = clock_monotonic_us();
	char error[REPORT_ERROR], etag[ETAG_ROOM];
	struct report *r;
	struct text t = { 0 };

	if (b->bytes.length > REPORTS_TOLD_MAX) {
		serve_fail(request, 413,
		    "this report is too large for that; ask for .json");
		return;
	}
	r = report_read(b->bytes.data, b->bytes.length, error);
	if (r == NULL) {
		serve_fail(request, 500, "this report cannot be read");
		return;
	}
	if (b->format == REPORTS_HTML)
		report_say_html(r, &t);
	else if (b->format == REPORTS_CSV)
		report_say_csv(r, &t);
	else
		report_say_text(r, &t);
	report_free(r);
	set_headers(request, &b->version, b->format);
	serve_answer(request, 200, formats[b->format].type, t.data, t.length);
	tag(&b->version, b->format, etag);
	reports_told_keep(&b->reports->told, etag, &t);
	reports_told_pay(&b->reports->told, began_us, clock_monotonic_us());
}

static void
give(struct serve_request *request, const struct body *b)
{
	char hash[SIGN_HEX];

	sign_sha256(b->bytes.data, b->bytes.length, hash);
	if (strcmp(hash, b->version.hash) != 0) {
		serve_fail(request, 500,
		    "what is stored is not what was published");
		return;
	}
	if (b->format != REPORTS_JSON) {
		tell(request, b);
		return;
	}
	set_headers(request, &b->version, b->format);
	serve_answer(request, 200, formats[b->format].type, b->bytes.data,
	    b->bytes.length);
}

/* ---- reading it ---- */

static void ask_part(struct body *);

static void
body_free(struct body *b)
{
	struct reports *r = b->reports;

	r->reads--;
	text_clear(&b->bytes);
	free(b);
	rounds_let_go(&r->rounds);
}

static void
on_part(void *arg, const struct redisReply *reply)
{
	struct body *b = arg;
	struct serve_request *request = b->request;
	bool late = clock_monotonic_us() > b->until_us;

	if (request == NULL) {
		body_free(b);
		return;
	}
	if (late || reply == NULL || reply->type != REDIS_REPLY_STRING ||
	    reply->len > PUBLISHED_PART) {
		not_now(request, "reports cannot be read at the moment");
		body_free(b);
		return;
	}
	text_add_bytes(&b->bytes, reply->str, (size_t)reply->len);
	if (++b->part < published_parts(b->version.bytes)) {
		ask_part(b);
		return;
	}
	give(request, b);
	body_free(b);
}

static void
ask_part(struct body *b)
{
	char field[PUBLISHED_FIELD];

	published_part_field(b->client, b->period, b->version.version, b->part,
	    field);
	store_commandf(b->reports->rounds.store, on_part, b, "HGET %sbodies %s",
	    PUBLISHED_GROUP, field);
}

static void
on_gone(void *arg)
{
	struct body *b = arg;

	b->request = NULL;
}

static void
read_body(struct reports *r, struct serve_request *request,
    const struct reports_wanted *w, const struct published_version *v)
{
	struct body *b = mem_alloc(sizeof(*b));

	b->reports = r;
	b->request = request;
	b->version = *v;
	b->format = w->format;
	b->until_us = clock_monotonic_us() + REPORTS_READ_MS * INT64_C(1000);
	text_copy(b->client, sizeof(b->client), w->client);
	text_copy(b->period, sizeof(b->period), w->period);
	r->reads++;
	rounds_hold(&r->rounds);
	serve_defer(request, on_gone, b);
	ask_part(b);
}

bool
reports_answer(struct reports *r, struct serve_request *request,
    const struct reports_wanted *w)
{
	const struct published_version *v = find(r, w);

	if (v == NULL)
		return false;
	if (is_known(request, v, w->format)) {
		set_headers(request, v, w->format);
		serve_answer(request, 304, NULL, "", 0);
	} else if (v->bytes > REPORT_BYTES_MAX)
		serve_fail(request, 500, "this report is too large");
	else if (give_kept(r, request, v, w->format))
		return true;
	else if (r->reads >= REPORTS_READS_MAX ||
	    (w->format != REPORTS_JSON &&
		!reports_told_may(&r->told, clock_monotonic_us())))
		not_now(request, "too many wait for reports");
	else
		read_body(r, request, w, v);
	return true;
}

/* ---- life ---- */

static void
begin_round(void *arg)
{
	struct reports *r = arg;

	store_commandf(r->rounds.store, on_head, r, "HGET %smeta head",
	    PUBLISHED_GROUP);
}

static void
release(void *arg)
{
	struct reports *r = arg;

	reports_list_clear(&r->known);
	reports_list_clear(&r->coming);
	reports_told_clear(&r->told);
	free(r);
}

struct reports *
reports_new(struct event_base *base, struct store *store)
{
	struct reports *r = mem_alloc(sizeof(*r));

	r->rounds = (struct rounds){ .store = store,
		.begin = begin_round,
		.release = release,
		.arg = r };
	rounds_start(&r->rounds, base, REPORTS_EVERY_MS);
	return r;
}

/* Whoever waits has gone by now: the servers are freed first. */
void
reports_free(struct reports *r)
{
	if (r != NULL)
		rounds_free(&r->rounds);
}

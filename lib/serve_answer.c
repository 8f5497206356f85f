/*
 * The answer to a request: its head, its body, and what is said of failures.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve_parts.h"

static const struct {
	int status;
	const char *text;
} statuses[] = {
	{ 100, "Continue" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *
status_text(int status)
{
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "Status";
}

/* Nothing that came from outside may end a line. */
void
serve_set_header(struct serve_request *r, const char *name, const char *value)
{
	text_addf(&r->fields, "%s: ", name);
	for (; *value != '\0'; value++)
		text_add_bytes(&r->fields,
		    (unsigned char)*value < ' ' ? " " : value, 1);
	text_add(&r->fields, "\r\n");
}

/* "Date: Sun, 22 Nov 2026 04:00:16 GMT" */
static void
add_date(struct evbuffer *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)(clock_now_ms() / 1000);
	struct tm tm;

	gmtime_r(&now, &tm);
	evbuffer_add_printf(out,
	    "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n",
	    days + tm.tm_wday * 3, tm.tm_mday, months + tm.tm_mon * 3,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

bool
serve_add_head(struct serve_request *r, int status, const char *type,
    size_t length)
{
	struct serve_connection *c = r->connection;
	struct evbuffer *out = bufferevent_get_output(c->bev);
	bool empty = status == 204 || status == 304;

	evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n", status,
	    status_text(status));
	add_date(out);
	if (type != NULL && !empty)
		evbuffer_add_printf(out, "Content-Type: %s\r\n", type);
	if (!empty && length != SERVE_NO_LENGTH)
		evbuffer_add_printf(out, "Content-Length: %zu\r\n",
		    length + r->missing);
	if (r->fields.length > 0)
		evbuffer_add(out, r->fields.data, r->fields.length);
	if (c->close)
		evbuffer_add_printf(out, "Connection: close\r\n");
	evbuffer_add(out, "\r\n", 2);
	return !empty &&
	    !(r->text != NULL && r->head.method != NULL &&
		strcmp(r->head.method, "HEAD") == 0);
}

static void
on_released(const void *data, size_t length, void *arg)
{
	struct serve_pieces *p = arg;

	(void)data, (void)length;
	p->release(p->arg);
	free(p);
}

static void
add_pieces(struct evbuffer *out, const struct serve_pieces *pieces)
{
	struct serve_pieces *p = mem_copy(pieces, sizeof(*p));

	evbuffer_add(out, p->before, strlen(p->before));
	if (p->length == 0)
		on_released(NULL, 0, p);
	else if (evbuffer_add_reference(out, p->body, p->length, on_released,
		     p) != 0)
		fatalx("serve: no memory for an answer");
	evbuffer_add(out, pieces->after, strlen(pieces->after));
}

void
serve_cut_short(struct serve_request *r, size_t missing)
{
	r->missing = missing;
	r->connection->close = true;
}

/* Answered before its body was read: the rest is not looked at. */
static void
begin_answer(const struct serve_request *r)
{
	struct serve_connection *c = r->connection;

	if (c->state == SERVE_READING && r->head.length > 0)
		c->close = true;
}

static void
end_answer(struct serve_request *r)
{
	struct serve_connection *c = r->connection;

	serve_request_clear(r);
	c->counted = false;
	c->state = SERVE_ANSWERING;
	bufferevent_setwatermark(c->bev, EV_READ, 0,
	    c->serve->options.header_max);
	serve_expect_within(c, SERVE_ANSWER_MS);
}

void
serve_answer(struct serve_request *r, int status, const char *type,
    const void *body, size_t length)
{
	begin_answer(r);
	if (serve_add_head(r, status, type, length))
		evbuffer_add(bufferevent_get_output(r->connection->bev), body,
		    length);
	end_answer(r);
}

void
serve_answer_pieces(struct serve_request *r, int status, const char *type,
    const struct serve_pieces *p)
{
	size_t length = strlen(p->before) + p->length + strlen(p->after);

	begin_answer(r);
	if (serve_add_head(r, status, type, length))
		add_pieces(bufferevent_get_output(r->connection->bev), p);
	else
		p->release(p->arg);
	end_answer(r);
}

static void
answer_text(struct serve_request *r, int status, const char *type,
    struct text *t)
{
	serve_answer(r, status, type, t->length > 0 ? t->data : "", t->length);
	text_clear(t);
}

void
serve_answerf(struct serve_request *r, int status, const char *type,
    const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	answer_text(r, status, type, &t);
}

/* A JSON string; what is not plain ASCII text is escaped or left out. */
static void
add_json(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_addf(t, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 127)
			text_addf(t, "\\u%04x", (unsigned char)*s);
		else
			text_add_bytes(t, s, 1);
	}
}

void
serve_fail(struct serve_request *r, int status, const char *fmt, ...)
{
	struct text why = { 0 }, t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&why, fmt, ap);
	va_end(ap);
	text_add(&t, "{\"error\": \"");
	add_json(&t, why.length > 0 ? why.data : "");
	text_add(&t, "\"}\n");
	text_clear(&why);
	answer_text(r, status, "application/json", &t);
}

void
serve_defer(struct serve_request *r, void (*gone)(void *arg), void *arg)
{
	r->deferred = true;
	r->gone = gone;
	r->gone_arg = arg;
}

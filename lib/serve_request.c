/*
 * One request: read, routed, handed to its handler, asked about.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "lib/log.h"
#include "lib/serve_parts.h"

#define PIPELINED_MAX 65536 /* bytes read ahead of the current request */

void
serve_request_clear(struct serve_request *r)
{
	free(r->text);
	free(r->body);
	text_clear(&r->fields);
	*r = (struct serve_request){ .connection = r->connection };
}

static bool
path_fits(const char *pattern, const char *path)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(pattern, path, length - 1) == 0;
	return strcmp(pattern, path) == 0;
}

static bool
method_fits(const char *wanted, const char *method)
{
	return strcmp(wanted, "*") == 0 || strcmp(wanted, method) == 0 ||
	    (strcmp(wanted, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* The path fits but the method does not: say which would. */
static void
allow(struct serve_request *r)
{
	const struct serve_route *t = r->connection->serve->routes;
	struct text allowed = { 0 };

	for (; t->method != NULL; t++) {
		if (!path_fits(t->path, r->head.path) ||
		    (allowed.data != NULL &&
			strstr(allowed.data, t->method) != NULL))
			continue;
		text_addf(&allowed, "%s%s", allowed.length > 0 ? ", " : "",
		    t->method);
		if (strcmp(t->method, "GET") == 0)
			text_add(&allowed, ", HEAD");
	}
	serve_set_header(r, "Allow", allowed.data != NULL ? allowed.data : "");
	text_clear(&allowed);
}

/* Find the route; 0, or the status to refuse the request with. */
static int
route(struct serve_request *r)
{
	const struct serve_route *t = r->connection->serve->routes;
	int status = 404;

	for (; t->method != NULL; t++) {
		if (!path_fits(t->path, r->head.path))
			continue;
		if (method_fits(t->method, r->head.method)) {
			r->route = t;
			return (uint64_t)r->head.length > t->body_max ? 413 : 0;
		}
		status = 405;
	}
	return status;
}

/* Before its body is read: whatever can be refused already. */
static void
refuse(struct serve_request *r, int status, const char *why)
{
	static const struct {
		int status;
		const char *why;
	} reasons[] = {
		{ 404, "there is nothing at this path" },
		{ 405, "not with this method" },
	};
	size_t i;

	for (i = 0; i < 2; i++)
		if (reasons[i].status == status)
			why = reasons[i].why;
	/* Where the next request would begin is known of these only. */
	if ((status != 404 && status != 405) || r->head.length > 0)
		r->connection->close = true;
	if (status == 405)
		allow(r);
	if (status == 413)
		serve_fail(r, status, "the body may have %zu bytes, not %lld",
		    r->route->body_max, (long long)r->head.length);
	else
		serve_fail(r, status, "%s", why);
}

/* Some clients end a body with an empty line too many. */
static bool
drain_empty_line(struct evbuffer *in)
{
	if (evbuffer_get_length(in) < 2 ||
	    memcmp(evbuffer_pullup(in, 2), "\r\n", 2) != 0)
		return false;
	evbuffer_drain(in, 2);
	return true;
}

/* The head is there: whether its request may go on is said at once. */
static void
begin_request(struct serve_connection *c, size_t size)
{
	struct serve_request *r = &c->request;
	struct evbuffer *in = bufferevent_get_input(c->bev);
	const char *error;
	int status;

	r->text = mem_alloc(size + 1);
	evbuffer_remove(in, r->text, size);
	status = http_head_parse(r->text, size, &r->head, &error);
	if (status == 0) {
		if (!r->head.keep_alive || c->serve->listener == NULL)
			c->close = true;
		status = route(r);
	}
	if (status != 0)
		refuse(r, status, error);
	else if (r->route->admit != NULL && !r->route->admit(c->serve->arg, r))
		return;
	else if (r->head.wants_continue && r->head.length > 0 &&
	    evbuffer_get_length(in) == 0)
		evbuffer_add_printf(bufferevent_get_output(c->bev),
		    "HTTP/1.1 100 Continue\r\n\r\n");
}

/* Read the head, if it is all there.  False: nothing more to do for now. */
static bool
take_head(struct serve_connection *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t most = c->serve->options.header_max, size;
	size_t there = evbuffer_get_length(in);

	if (drain_empty_line(in))
		return true;
	if (there == 0)
		return false;
	if (there > most)
		there = most;
	size = http_head_size((const char *)evbuffer_pullup(in, (ssize_t)there),
	    there);
	if (size > 0 && !serve_count_request(c)) {
		serve_set_header(&c->request, "Retry-After", "1");
		refuse(&c->request, c->serve->busy_status,
		    "too many requests of this address");
	} else if (size > 0)
		begin_request(c, size);
	else if (there < most)
		return false;
	else
		refuse(&c->request, 431,
		    "request line and header fields are too large");
	return true;
}

/* The body has arrived whole: let the handler have it. */
static void
handle(struct serve_connection *c)
{
	struct serve_request *r = &c->request;
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t length = (size_t)r->head.length;

	r->body = mem_alloc(length + 1);
	evbuffer_remove(in, r->body, length);
	c->state = SERVE_HANDLING;
	r->route->handler(c->serve->arg, r);
	if (r->text != NULL && !r->deferred) {
		log_warnx("serve: %s was not answered", r->route->path);
		serve_fail(r, 500, "not answered");
	}
}

/*
 * Take requests one after the other, as long as they are there whole and
 * are answered at once.
 */
void
serve_process(struct serve_connection *c)
{
	struct serve_request *r = &c->request;
	struct evbuffer *in = bufferevent_get_input(c->bev);

	while (c->state == SERVE_READING) {
		if (r->text == NULL) {
			if (!take_head(c))
				break;
		} else if (evbuffer_get_length(in) < (size_t)r->head.length) {
			bufferevent_setwatermark(c->bev, EV_READ, 0,
			    (size_t)r->head.length + PIPELINED_MAX);
			break;
		} else
			handle(c);
	}
	/* The first bytes of a request start its clock, once. */
	if (c->state == SERVE_READING && !c->counted &&
	    (r->text != NULL || evbuffer_get_length(in) > 0)) {
		c->counted = true;
		serve_expect_within(c, c->serve->options.timeout_ms);
	}
}

bool
serve_is_head(const struct serve_request *r)
{
	return strcmp(r->head.method, "HEAD") == 0;
}

const char *
serve_path(const struct serve_request *r)
{
	return r->head.path;
}

const char *
serve_query(const struct serve_request *r, const char *key, char *out,
    size_t room)
{
	return http_param(r->head.query, strlen(r->head.query), key, out, room);
}

const char *
serve_query_text(const struct serve_request *r)
{
	return r->head.query;
}

const char *
serve_header(const struct serve_request *r, const char *name)
{
	return http_head_field(&r->head, name);
}

bool
serve_header_repeats(const struct serve_request *r, const char *name)
{
	return http_head_count(&r->head, name) > 1;
}

const char *
serve_bearer(const struct serve_request *r)
{
	static const char word[] = "Bearer ";
	const char *field = serve_header(r, "Authorization");

	if (field == NULL || strncasecmp(field, word, sizeof(word) - 1) != 0)
		return NULL;
	field += sizeof(word) - 1;
	return field + strspn(field, " ");
}

const char *
serve_peer(const struct serve_request *r)
{
	return r->connection->peer;
}

const char *
serve_body(const struct serve_request *r, size_t *length)
{
	*length = (size_t)r->head.length;
	return r->body;
}

const char *
serve_form(const struct serve_request *r, const char *key, char *out,
    size_t room)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = http_head_field(&r->head, "Content-Type");

	if (type == NULL || strncasecmp(type, form, sizeof(form) - 1) != 0)
		return NULL;
	return http_param(r->body, (size_t)r->head.length, key, out, room);
}

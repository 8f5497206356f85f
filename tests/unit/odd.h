#ifndef TESTS_UNIT_ODD_H
#define TESTS_UNIT_ODD_H

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "tests/unit/lab.h"

/*
 * odd: a web server that behaves as servers should not, on the test's own
 * loop.  What it answers is a row of a table; connections are kept in a list
 * so that all ends with odd_free().
 */

enum odd_then { ODD_CLOSE, ODD_KEEP, ODD_ENDLESS, ODD_ECHO };

struct odd_row {
	const char *path;
	const char *answer; /* %u is the port of the other odd server */
	enum odd_then then; /* after the answer */
};

struct odd_connection {
	struct odd *odd;
	struct bufferevent *bev; /* NULL: closed */
	const struct odd_row *row;
};

#define ODD_CONNECTIONS 64

struct odd {
	struct evconnlistener *listener;
	const struct odd_row *rows; /* ends with a NULL path */
	struct odd_connection connections[ODD_CONNECTIONS];
	uint16_t port, other_port;
	int opened, requests;
	char last[2048]; /* the head of the last request, and what followed */
};

static inline void
odd_close(struct odd_connection *c)
{
	if (c->bev != NULL)
		bufferevent_free(c->bev);
	c->bev = NULL;
}

static inline void
odd_on_written(struct bufferevent *bev, void *arg)
{
	static const char block[65536] = { 'x' };
	struct odd_connection *c = arg;

	if (c->row == NULL)
		return;
	if (c->row->then == ODD_ENDLESS)
		bufferevent_write(bev, block, sizeof(block));
	else if (c->row->then != ODD_KEEP)
		odd_close(c);
}

static inline void
odd_on_end(struct bufferevent *bev, short what, void *arg)
{
	(void)bev, (void)what;
	odd_close(arg);
}

static inline void
odd_answer(struct odd_connection *c, const char *path)
{
	struct evbuffer *out = bufferevent_get_output(c->bev);
	const struct odd_row *row = c->odd->rows;
	const char *mark;

	while (row->path != NULL && strcmp(row->path, path) != 0)
		row++;
	c->row = row;
	if (row->path == NULL)
		row = NULL;
	if (row != NULL && row->then == ODD_ECHO) {
		evbuffer_add_printf(out,
		    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
		    strlen(c->odd->last), c->odd->last);
		return;
	}
	mark = row != NULL ? strstr(row->answer, "%u") : NULL;
	if (row == NULL)
		evbuffer_add_printf(out, "HTTP/1.1 404 No\r\n\r\n");
	else if (mark == NULL)
		evbuffer_add(out, row->answer, strlen(row->answer));
	else
		evbuffer_add_printf(out, "%.*s%u%s", (int)(mark - row->answer),
		    row->answer, c->odd->other_port, mark + 2);
}

static inline void
odd_on_readable(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct odd_connection *c = arg;
	struct odd *odd = c->odd;
	struct evbuffer_ptr end;
	char path[128];
	size_t length;

	end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	if (end.pos == -1)
		return;
	length = evbuffer_get_length(in);
	if (length > sizeof(odd->last) - 1)
		length = sizeof(odd->last) - 1;
	evbuffer_copyout(in, odd->last, length);
	odd->last[length] = '\0';
	evbuffer_drain(in, evbuffer_get_length(in));
	odd->requests++;
	if (sscanf(odd->last, "%*s %127s", path) == 1)
		odd_answer(c, path);
}

static inline void
odd_on_connection(struct evconnlistener *l, evutil_socket_t fd,
    struct sockaddr *sa, int size, void *arg)
{
	struct odd *odd = arg;
	struct odd_connection *c = odd->connections;

	(void)sa, (void)size;
	odd->opened++;
	while (c < odd->connections + ODD_CONNECTIONS - 1 && c->bev != NULL)
		c++;
	odd_close(c);
	c->odd = odd;
	c->row = NULL;
	c->bev = bufferevent_socket_new(evconnlistener_get_base(l), fd,
	    BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(c->bev, odd_on_readable, odd_on_written, odd_on_end,
	    c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static inline void
odd_init(struct odd *odd, struct event_base *base, const struct odd_row *rows)
{
	int fd = lab_listen(&odd->port, 128);

	evutil_make_socket_nonblocking(fd);
	odd->rows = rows;
	odd->listener = evconnlistener_new(base, odd_on_connection, odd,
	    LEV_OPT_CLOSE_ON_FREE, 0, fd);
}

static inline void
odd_clear(struct odd *odd)
{
	for (int i = 0; i < ODD_CONNECTIONS; i++)
		odd_close(&odd->connections[i]);
	evconnlistener_free(odd->listener);
}

#endif

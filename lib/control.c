/*
 * control: see control.h.
 *
 * A connection reads lines while fewer than CONTROL_WAITING_MAX of them wait
 * for an answer; each waiting request points back to its connection.  A
 * connection that ends first takes its requests from the desk.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "lib/clock.h"
#include "lib/control.h"
#include "lib/control_line.h"
#include "lib/log.h"
#include "lib/text.h"

/* Unread beyond this, who asks more is let go; one answer may be longer. */
#define OUTPUT_MAX (4 << 20)
#define BACKLOG 128 /* connections not yet accepted */

struct client;

struct request {
	LIST_ENTRY(request) entry;
	struct client *client;
	uint64_t command;
	char id[CONTROL_ID_MAX + 1];
};

struct client {
	LIST_ENTRY(client) entry;
	struct control *control;
	struct bufferevent *stream;
	LIST_HEAD(request_list, request) requests;
	int waiting;
	bool ended;            /* sends no more; leaves when it is answered */
	int64_t line_since_us; /* when its unfinished line began; 0: none */
	char user[64];
};

struct control {
	struct event_base *base;
	struct desk *desk;
	struct evconnlistener *listener;
	struct event *crowded; /* soon: there are more than may stay */
	LIST_HEAD(client_list, client) clients;
	int count;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t device; /* of the socket file ... */
	ino_t inode;  /* ... as it was made */
};

static void
client_free(struct client *c)
{
	struct request *r, *next;

	for (r = LIST_FIRST(&c->requests); r != NULL; r = next) {
		next = LIST_NEXT(r, entry);
		desk_forget(c->control->desk, r->command);
		free(r);
	}
	LIST_REMOVE(c, entry);
	c->control->count--;
	bufferevent_free(c->stream);
	free(c);
}

static void
say(struct client *c, char *line)
{
	bufferevent_write(c->stream, line, strlen(line));
	free(line);
}

/* Nothing more will come or go: true when the client is gone now. */
static bool
leave_if_done(struct client *c)
{
	struct evbuffer *out = bufferevent_get_output(c->stream);

	if (!c->ended || c->waiting > 0 || evbuffer_get_length(out) > 0)
		return false;
	client_free(c);
	return true;
}

static void read_lines(struct client *);

static void
on_answer(void *arg, bool ok, const char *json)
{
	struct request *r = arg;
	struct client *c = r->client;

	say(c, control_line_answer(r->id, ok, json));
	LIST_REMOVE(r, entry);
	free(r);
	c->waiting--;
	read_lines(c);
}

static void
hand_in(struct client *c, const struct control_line *line)
{
	struct request *r = mem_alloc(sizeof(*r));
	const char *error = NULL;

	r->client = c;
	text_copy(r->id, sizeof(r->id), line->id);
	r->command = desk_command(c->control->desk, line->json,
	    strlen(line->json), line->by, on_answer, r, &error);
	if (r->command == 0) {
		say(c, control_line_refuse(line->id, error));
		free(r);
		return;
	}
	LIST_INSERT_HEAD(&c->requests, r, entry);
	c->waiting++;
}

static void
handle(struct client *c, const char *text, size_t length)
{
	struct control_line line;
	char error[160], *answer;
	bool ok = true;

	if (control_line_read(text, length, c->user, &line, error) == -1) {
		say(c, control_line_refuse(line.id, error));
		control_line_clear(&line);
		return;
	}
	answer =
	    desk_query(c->control->desk, line.json, strlen(line.json), &ok);
	if (answer != NULL)
		say(c, control_line_answer(line.id, ok, answer));
	else
		hand_in(c, &line);
	free(answer);
	control_line_clear(&line);
}

static void
give_up(struct client *c, const char *why)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);

	say(c, control_line_refuse("", why));
	evbuffer_drain(in, evbuffer_get_length(in));
	bufferevent_disable(c->stream, EV_READ);
	c->ended = true;
}

/* A started line has its time, however slowly it drips; an idle connection
   may stay. */
static void
set_patience(struct client *c)
{
	size_t begun = evbuffer_get_length(bufferevent_get_input(c->stream));
	const struct timeval tv = { CONTROL_LINE_S, 0 };
	int64_t now_us = clock_monotonic_us();

	if (begun == 0 || c->waiting > 0)
		c->line_since_us = 0;
	else if (c->line_since_us == 0)
		c->line_since_us = now_us;
	else if (now_us - c->line_since_us > CONTROL_LINE_S * 1000000LL)
		give_up(c, "the line was not ended within 30 s");
	bufferevent_set_timeouts(c->stream, c->line_since_us != 0 ? &tv : NULL,
	    &tv);
}

static void
read_lines(struct client *c)
{
	struct evbuffer *in = bufferevent_get_input(c->stream);
	struct evbuffer *out = bufferevent_get_output(c->stream);

	while (c->waiting < CONTROL_WAITING_MAX) {
		size_t length;
		char *text = evbuffer_readln(in, &length, EVBUFFER_EOL_LF);

		if (text == NULL)
			break;
		if (evbuffer_get_length(out) > OUTPUT_MAX) {
			free(text);
			client_free(c);
			return;
		}
		handle(c, text, length);
		free(text);
	}
	if (c->waiting < CONTROL_WAITING_MAX &&
	    evbuffer_get_length(in) >= CONTROL_LINE_MAX)
		give_up(c, "a line is longer than 524288 bytes");
	if (!c->ended)
		set_patience(c);
	leave_if_done(c);
}

static void
on_read(struct bufferevent *stream, void *arg)
{
	(void)stream;
	read_lines(arg);
}

static void
on_written(struct bufferevent *stream, void *arg)
{
	(void)stream;
	leave_if_done(arg);
}

static void
on_event(struct bufferevent *stream, short what, void *arg)
{
	struct client *c = arg;

	(void)stream;
	if ((what & BEV_EVENT_EOF) != 0 && (what & BEV_EVENT_READING) != 0) {
		c->ended = true; /* it may still want its answers */
		leave_if_done(c);
	} else if ((what & BEV_EVENT_TIMEOUT) != 0 &&
	    (what & BEV_EVENT_READING) != 0) {
		give_up(c, "the line was not ended within 30 s");
		leave_if_done(c);
	} else
		client_free(c);
}

/* The name of whom the kernel says is there. */
static bool
user_of(int fd, char *out, size_t room)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1)
		return false;
	if (getpwuid_r(peer.uid, &entry, buffer, sizeof(buffer), &found) == 0 &&
	    found != NULL)
		text_copy(out, room, entry.pw_name);
	else
		text_format(out, room, "uid-%u", (unsigned)peer.uid);
	return true;
}

/* Of those that wait for nothing the oldest, first of those with nothing left
   to read, and never the newest of all; NULL: there is none. */
static struct client *
least_missed(const struct control *control)
{
	struct client *c, *least = NULL;
	bool is_owed = true, owes;

	LIST_FOREACH (c, &control->clients, entry) { /* the newest first */
		owes =
		    evbuffer_get_length(bufferevent_get_output(c->stream)) > 0;
		if (c == LIST_FIRST(&control->clients) || c->waiting > 0 ||
		    (owes && !is_owed))
			continue;
		least = c;
		is_owed = owes;
	}
	return least;
}

/*
 * Nobody keeps an operator out by holding places.  Not before what has come
 * with the newest of them was read, or they would drive out each other.
 */
static void
on_crowded(evutil_socket_t fd, short what, void *arg)
{
	struct control *control = arg;
	struct client *c;

	(void)fd, (void)what;
	while (control->count > CONTROL_CONNECTIONS_MAX &&
	    (c = least_missed(control)) != NULL)
		client_free(c);
}

static void
turn_away(int fd, const char *why)
{
	char *line = control_line_refuse("", why);

	if (send(fd, line, strlen(line), MSG_DONTWAIT | MSG_NOSIGNAL) == -1) {
		/* It will see the end of the connection. */
	}
	free(line);
	close(fd);
}

static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *address, int length, void *arg)
{
	static const struct timeval soon = { 0, 0 };
	struct control *control = arg;
	struct client *c;
	char user[64];

	(void)listener, (void)address, (void)length;
	if (!user_of(fd, user, sizeof(user))) {
		turn_away(fd, "who you are cannot be proven");
		return;
	}
	if (control->count >= CONTROL_ALL_MAX) {
		turn_away(fd, "too many connections; try again soon");
		return;
	}
	c = mem_alloc(sizeof(*c));
	*c = (struct client){ .control = control };
	text_copy(c->user, sizeof(c->user), user);
	LIST_INIT(&c->requests);
	c->stream =
	    bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (c->stream == NULL)
		fatalx("control: no memory for a connection");
	LIST_INSERT_HEAD(&control->clients, c, entry);
	if (++control->count > CONTROL_CONNECTIONS_MAX)
		evtimer_add(control->crowded, &soon);
	bufferevent_setcb(c->stream, on_read, on_written, on_event, c);
	bufferevent_setwatermark(c->stream, EV_READ, 0, CONTROL_LINE_MAX);
	bufferevent_enable(c->stream, EV_READ | EV_WRITE);
}

static bool
somebody_listens(const struct sockaddr_un *address)
{
	/* Another's full queue, who was stopped, must not stop us. */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool answered;

	if (fd == -1)
		return false;
	answered = connect(fd, (const struct sockaddr *)address,
		       sizeof(*address)) == 0 ||
	    errno == EAGAIN;
	close(fd);
	return answered;
}

static int
listen_at(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t mask;
	int bound;

	if (fd == -1)
		return -1;
	mask = umask(0117); /* 0660 from its first moment */
	bound = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	umask(mask);
	if (bound == -1 || listen(fd, BACKLOG) == -1) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

/* Whoever connects meanwhile reaches the one or the other. */
static int
listen_in_place(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (!text_format(address.sun_path, sizeof(address.sun_path), "%s.new",
		path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	unlink(address.sun_path);
	if ((fd = listen_at(&address)) == -1)
		return -1;
	if (rename(address.sun_path, path) == 0)
		return fd;
	close(fd);
	unlink(address.sun_path);
	return -1;
}

static int
listen_anew(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	text_copy(address.sun_path, sizeof(address.sun_path), path);
	if (somebody_listens(&address)) {
		errno = EADDRINUSE;
		return -1;
	}
	unlink(path);
	return listen_at(&address);
}

static struct control *
make(struct event_base *base, struct desk *desk, const char *path, int fd)
{
	struct control *control;
	struct stat st;

	if (fd == -1)
		return NULL;
	control = mem_alloc(sizeof(*control));
	*control = (struct control){ .base = base, .desk = desk };
	text_copy(control->path, sizeof(control->path), path);
	if (stat(path, &st) == 0) {
		control->device = st.st_dev;
		control->inode = st.st_ino;
	}
	LIST_INIT(&control->clients);
	control->listener = evconnlistener_new(base, on_connection, control,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	control->crowded = evtimer_new(base, on_crowded, control);
	if (control->listener == NULL || control->crowded == NULL)
		fatalx("control: no memory for the listener");
	return control;
}

struct control *
control_new(struct event_base *base, struct desk *desk, const char *path)
{
	return make(base, desk, path, listen_anew(path));
}

struct control *
control_take(struct event_base *base, struct desk *desk, const char *path)
{
	return make(base, desk, path, listen_in_place(path));
}

bool
control_is_current(const struct control *control)
{
	struct stat st;

	return stat(control->path, &st) == 0 && st.st_dev == control->device &&
	    st.st_ino == control->inode;
}

void
control_free(struct control *control)
{
	struct client *c, *next;

	if (control == NULL)
		return;
	for (c = LIST_FIRST(&control->clients); c != NULL; c = next) {
		next = LIST_NEXT(c, entry);
		client_free(c);
	}
	evconnlistener_free(control->listener);
	event_free(control->crowded);
	if (control_is_current(control))
		unlink(control->path);
	free(control);
}

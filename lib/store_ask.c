/*
 * Commands: asked, answered in order, lost.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/store_parts.h"

static void
line_drop(struct store_line *l)
{
	if (l == NULL || --l->holders > 0)
		return;
	free(l->data);
	free(l);
}

/* The one way in which every command ends. */
static void
finish(struct command *c, const struct redisReply *r)
{
	if (c->reply != NULL)
		c->reply(c->arg, r);
	line_drop(c->line);
	free(c);
}

/* Tell all owners that they will hear no more. */
void
store_finish_all(struct commands *list)
{
	struct command *c;

	while ((c = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, c, entry);
		finish(c, NULL);
	}
}

/* Commands given while away are lost, but only told from the loop. */
void
store_on_tell(evutil_socket_t fd, short what, void *arg)
{
	struct store *s = arg;
	struct commands gone;

	(void)fd, (void)what;
	TAILQ_INIT(&gone);
	TAILQ_CONCAT(&gone, &s->lost, entry);
	store_finish_all(&gone);
}

static void
on_line_sent(const void *data, size_t length, void *arg)
{
	(void)data, (void)length;
	line_drop(arg);
}

static void
enqueue(struct store *s, struct command *c)
{
	if (TAILQ_EMPTY(&s->under_way))
		s->heard_us = clock_monotonic_us();
	TAILQ_INSERT_TAIL(&s->under_way, c, entry);
	store_listen(s);
}

static void
send_line(struct store *s, struct store_line *l)
{
	l->holders++;
	if (evbuffer_add_reference(bufferevent_get_output(s->bev), l->data,
		l->length, on_line_sent, l) != 0)
		fatalx("redis %s: no memory to send", s->address);
}

static struct command *
command_new(store_reply *reply, void *arg)
{
	struct command *c = mem_alloc(sizeof(*c));

	c->reply = reply;
	c->arg = arg;
	return c;
}

/* What is asked of a store that is away, or about to be no more. */
static void
lose(struct store *s, store_reply *reply, void *arg)
{
	struct command *c = command_new(reply, arg);

	TAILQ_INSERT_TAIL(&s->lost, c, entry);
	if (!s->closing)
		event_active(s->tell, EV_TIMEOUT, 0);
}

static void
send_bytes(struct store *s, store_reply *reply, void *arg, const char *data,
    int length)
{
	if (length < 0)
		fatalx("redis %s: a command cannot be formatted", s->address);
	if (evbuffer_add(bufferevent_get_output(s->bev), data,
		(size_t)length) != 0)
		fatalx("redis %s: no memory to send", s->address);
	enqueue(s, command_new(reply, arg));
}

/* hiredis takes char ** for what it only reads. */
static int
format(char **out, int argc, const char *const *argv, const size_t *lengths)
{
	union {
		const char *const *constant;
		const char **plain;
	} a = { .constant = argv };

	return redisFormatCommandArgv(out, argc, a.plain, lengths);
}

void
store_command(struct store *s, store_reply *reply, void *arg, int argc,
    const char *const *argv, const size_t *lengths)
{
	char *data = NULL;
	int length;

	if (!s->up) {
		lose(s, reply, arg);
		return;
	}
	length = format(&data, argc, argv, lengths);
	send_bytes(s, reply, arg, data, length);
	redisFreeCommand(data);
}

void
store_vcommand(struct store *s, store_reply *reply, void *arg, const char *fmt,
    va_list ap)
{
	char *data = NULL;
	int length = redisvFormatCommand(&data, fmt, ap);

	send_bytes(s, reply, arg, data, length);
	redisFreeCommand(data);
}

void
store_commandf(struct store *s, store_reply *reply, void *arg, const char *fmt,
    ...)
{
	va_list ap;

	if (!s->up) {
		lose(s, reply, arg);
		return;
	}
	va_start(ap, fmt);
	store_vcommand(s, reply, arg, fmt, ap);
	va_end(ap);
}

void
store_script(struct store *s, enum store_script script, store_reply *reply,
    void *arg, int argc, const char *const *argv, const size_t *lengths)
{
	struct command *c;
	const char **all;
	size_t *sizes;
	int length;

	if (!s->up) {
		lose(s, reply, arg);
		return;
	}
	all = mem_alloc(((size_t)argc + 2) * sizeof(*all));
	sizes = mem_alloc(((size_t)argc + 2) * sizeof(*sizes));
	all[0] = "EVALSHA";
	all[1] = s->sha[script];
	sizes[0] = strlen(all[0]);
	sizes[1] = strlen(all[1]);
	memcpy(all + 2, argv, (size_t)argc * sizeof(*all));
	memcpy(sizes + 2, lengths, (size_t)argc * sizeof(*sizes));

	c = command_new(reply, arg);
	c->script = script;
	c->line = mem_alloc(sizeof(*c->line));
	c->line->holders = 1;
	length = format(&c->line->data, argc + 2, all, sizes);
	if (length < 0)
		fatalx("redis %s: a script cannot be called", s->address);
	c->line->length = (size_t)length;
	send_line(s, c->line);
	enqueue(s, c);
	free(all);
	free(sizes);
}

void
store_say_why(struct store *s, const char *what, const char *why)
{
	if (strncmp(s->refused, why, sizeof(s->refused) - 1) == 0)
		return;
	text_copy(s->refused, sizeof(s->refused), why);
	log_warnx("redis %s: %s refused: %s", s->address, what, why);
}

void
store_say_refused(struct store *s, const char *what, const redisReply *r)
{
	store_say_why(s, what,
	    r->type == REDIS_REPLY_ERROR ? r->str
					 : "an answer of the wrong kind");
}

static bool
starts_with(const redisReply *r, const char *prefix)
{
	return r->type == REDIS_REPLY_ERROR &&
	    strncmp(r->str, prefix, strlen(prefix)) == 0;
}

/* Redis has forgotten our scripts: teach it this one and ask again. */
static void
ask_again(struct store *s, struct command *c)
{
	struct command *again = command_new(c->reply, c->arg);
	const char *argv[] = { "SCRIPT", "LOAD",
		store_script_texts[c->script] };
	const size_t lengths[] = { 6, 4, strlen(argv[2]) };

	log_info("redis %s: scripts were flushed: loading again", s->address);
	store_command(s, NULL, NULL, 3, argv, lengths);
	send_line(s, c->line);
	line_drop(c->line);
	/* Without a line: it is asked again once, not for ever. */
	enqueue(s, again);
	free(c);
}

static void
on_reply(struct store *s, const redisReply *r)
{
	struct command *c = TAILQ_FIRST(&s->under_way);

	if (c == NULL) {
		s->fault = "an answer that nobody asked for";
		return;
	}
	TAILQ_REMOVE(&s->under_way, c, entry);
	if (c->line != NULL && starts_with(r, "NOSCRIPT")) {
		ask_again(s, c);
		return;
	}
	/* A replica, or one that loads its data, is not the store we need. */
	if (starts_with(r, "READONLY") || starts_with(r, "LOADING") ||
	    starts_with(r, "MASTERDOWN") || starts_with(r, "NOAUTH"))
		s->fault = "it answers that it cannot serve";
	finish(c, s->fault != NULL ? NULL : r);
}

/* Answers are taken one by one; a reply may hold fault for the next turn. */
void
store_take_replies(struct store *s)
{
	void *r;

	while (s->fault == NULL) {
		if (redisReaderGetReply(s->reader, &r) != REDIS_OK) {
			s->fault = "what it says is not the protocol";
			return;
		}
		if (r == NULL)
			return;
		on_reply(s, r);
		freeReplyObject(r);
	}
}

/* records: see records.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>
#include <openssl/err.h>

#include "cli/records.h"
#include "lib/crash.h"
#include "lib/store_tls.h"
#include "lib/text.h"

#define SCAN_COUNT 5000 /* fields looked at in one step */

/*
 * context is NULL while the connection is lost: the next question dials anew.
 * ssl is NULL without TLS; otherwise everything goes through it.
 */
struct records {
	char *address, *ca_file, *password; /* the last two may be NULL */
	redisContext *context;
	SSL *ssl;
	bool failed; /* something that was asked had no good answer */
};

static bool
read_port(const char *text, int *port)
{
	char *end;
	long value = strtol(text, &end, 10);

	*port = (int)value;
	return end != text && *end == '\0' && value >= 1 && value <= 65535;
}

/* "tcp:host:port" or "tcp:[::1]:port"; the host without its brackets. */
static bool
read_host(const char *address, char host[256], int *port)
{
	const char *colon = strrchr(address, ':');
	size_t n;

	address += strcspn(address, ":") + 1; /* behind "tcp:" or "rediss:" */
	if (colon == NULL || colon <= address || !read_port(colon + 1, port))
		return false;
	n = (size_t)(colon - address);
	if (address[0] == '[' && n > 2 && address[n - 1] == ']') {
		address++;
		n -= 2;
	}
	return text_format(host, 256, "%.*s", (int)n, address);
}

static bool
secure(struct records *r, const char *host, char why[STORE_WHY])
{
	const char *reason;

	r->ssl = store_tls(r->ca_file, host, why);
	if (r->ssl == NULL)
		return false;
	if (SSL_set_fd(r->ssl, r->context->fd) == 1 && SSL_connect(r->ssl) == 1)
		return true;
	store_tls_why(r->ssl, why);
	reason = ERR_reason_error_string(ERR_peek_last_error());
	if (why[0] == '\0')
		text_format(why, STORE_WHY, "TLS: %s",
		    reason != NULL ? reason : "no answer");
	return false;
}

static struct timeval
patience(void)
{
	long ms =
	    (long)PATIENCE_MS("SUNWATCH_RECORDS_MS", RECORDS_PATIENCE_S * 1000);

	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

/* False: why it cannot be reached. */
static bool
dial(struct records *r, char why[STORE_WHY])
{
	const struct timeval wait = patience();
	bool is_unix = strncmp(r->address, "unix:", 5) == 0;
	bool is_tls = strncmp(r->address, "rediss:", 7) == 0;
	char host[256];
	int port;

	text_copy(why, STORE_WHY, "not an address");
	if (is_unix)
		r->context = redisConnectUnixWithTimeout(r->address + 5, wait);
	else if (read_host(r->address, host, &port))
		r->context = redisConnectWithTimeout(host, port, wait);
	if (r->context == NULL)
		return false;
	text_copy(why, STORE_WHY, r->context->errstr);
	if (r->context->err != 0)
		return false;
	redisSetTimeout(r->context, wait);
	return !is_tls || secure(r, host, why);
}

/*
 * What was asked last may still be answered there: the answer to the next
 * question is not to be read from this connection.
 */
static void
hang_up(struct records *r)
{
	SSL_free(r->ssl);
	if (r->context != NULL)
		redisFree(r->context);
	r->ssl = NULL;
	r->context = NULL;
}

/* All of it; false: the connection is no good. */
static bool
send_secure(struct records *r, const char *command, size_t length)
{
	size_t sent = 0, n;

	while (sent < length &&
	    SSL_write_ex(r->ssl, command + sent, length - sent, &n) == 1)
		sent += n;
	return sent == length;
}

/* The same through TLS: what hiredis would have done on the socket. */
static redisReply *
ask_secure(struct records *r, const char *command, size_t length)
{
	char part[16384];
	void *reply = NULL;
	int n = send_secure(r, command, length) ? 1 : 0;

	while (n > 0 && reply == NULL &&
	    redisReaderGetReply(r->context->reader, &reply) == REDIS_OK &&
	    reply == NULL) {
		n = SSL_read(r->ssl, part, sizeof(part));
		if (n > 0)
			redisReaderFeed(r->context->reader, part, (size_t)n);
	}
	return reply;
}

/* NULL: no answer, and the connection is lost. */
static redisReply *
converse(struct records *r, const char *command, size_t length)
{
	void *reply = NULL;

	if (r->ssl != NULL)
		reply = ask_secure(r, command, length);
	else if (redisAppendFormattedCommand(r->context, command, length) !=
		REDIS_OK ||
	    redisGetReply(r->context, &reply) != REDIS_OK)
		reply = NULL;
	if (reply == NULL)
		hang_up(r);
	return reply;
}

static bool
authenticate(struct records *r)
{
	char *command = NULL;
	int length = redisFormatCommand(&command, "AUTH %s", r->password);
	redisReply *reply = NULL;
	bool done;

	if (length > 0)
		reply = converse(r, command, (size_t)length);
	redisFreeCommand(command);
	done = reply != NULL && reply->type != REDIS_REPLY_ERROR;
	freeReplyObject(reply);
	return done;
}

/* False: what is wrong, and nothing is connected. */
static bool
connect_anew(struct records *r, char error[256])
{
	char why[STORE_WHY];

	if (!dial(r, why))
		text_format(error, 256, "cannot reach Redis at %s: %s",
		    r->address, why);
	else if (r->password != NULL && !authenticate(r))
		text_format(error, 256, "Redis at %s refuses the password",
		    r->address);
	else
		return true;
	hang_up(r);
	return false;
}

/* The command is released; NULL: no answer, or an error. */
static redisReply *
ask(struct records *r, char *command, long long length)
{
	redisReply *reply = NULL;
	char why[256];

	if (length > 0 && (r->context != NULL || connect_anew(r, why)))
		reply = converse(r, command, (size_t)length);
	redisFreeCommand(command);
	if (reply != NULL && reply->type == REDIS_REPLY_ERROR) {
		freeReplyObject(reply);
		reply = NULL;
	}
	r->failed |= reply == NULL;
	return reply;
}

bool
records_failed(const struct records *r)
{
	return r->failed;
}

redisReply *
records_ask(struct records *r, const char *fmt, ...)
{
	char *command = NULL;
	int length;
	va_list ap;

	va_start(ap, fmt);
	length = redisvFormatCommand(&command, fmt, ap);
	va_end(ap);
	return ask(r, command, length);
}

redisReply *
records_send(struct records *r, int argc, const char **argv,
    const size_t *lengths)
{
	char *command = NULL;
	long long length =
	    redisFormatCommandArgv(&command, argc, argv, lengths);

	return ask(r, command, length);
}

void
records_close(struct records *r)
{
	if (r == NULL)
		return;
	hang_up(r);
	free(r->address);
	free(r->ca_file);
	free(r->password);
	free(r);
}

struct records *
records_open(const struct settings *s, char error[256])
{
	struct records *r = mem_alloc(sizeof(*r));

	r->address = mem_text(s->redis.address);
	if (s->redis.ca_file != NULL)
		r->ca_file = mem_text(s->redis.ca_file);
	if (s->redis.password != NULL)
		r->password = mem_text(s->redis.password);
	if (connect_anew(r, error))
		return r;
	records_close(r);
	return NULL;
}

struct records *
records_need(struct cli *c, const struct settings *s)
{
	char error[256];
	struct records *r = records_open(s, error);

	if (r == NULL)
		cli_fail(c, "%s", error);
	return r;
}

bool
records_find(struct records *r, const char *group, const char *key,
    const char *field, char **value)
{
	redisReply *reply = records_ask(r, "HGET %s%s %s", group, key, field);
	bool read = reply != NULL &&
	    (reply->type == REDIS_REPLY_STRING ||
		reply->type == REDIS_REPLY_NIL);

	*value = NULL;
	if (read && reply->type == REDIS_REPLY_STRING)
		*value = mem_text(reply->str);
	if (reply != NULL)
		freeReplyObject(reply);
	return read;
}

char *
records_field(struct records *r, const char *group, const char *key,
    const char *field)
{
	char *value;

	(void)records_find(r, group, key, field, &value);
	return value;
}

bool
records_is_texts(const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ARRAY)
		return false;
	for (size_t i = 0; i < reply->elements; i++)
		if (reply->element[i]->type != REDIS_REPLY_STRING)
			return false;
	return true;
}

bool
records_is_entry(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
	    reply->element[0]->type == REDIS_REPLY_STRING &&
	    records_is_texts(reply->element[1]) &&
	    reply->element[1]->elements >= 2;
}

bool
records_each(struct records *r, const char *group, const char *key,
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg)
{
	redisReply *reply = records_ask(r, "HGETALL %s%s", group, key);
	bool read = reply != NULL && records_is_texts(reply);

	for (size_t i = 0; read && i + 1 < reply->elements; i += 2)
		each(arg, reply->element[i]->str, reply->element[i + 1]->str,
		    reply->element[i + 1]->len);
	if (reply != NULL)
		freeReplyObject(reply);
	return read;
}

/* One step: [cursor, [field, value, ...]]. */
static bool
scan_step(const redisReply *reply, char cursor[32],
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg)
{
	const redisReply *list;

	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    reply->elements != 2 ||
	    reply->element[0]->type != REDIS_REPLY_STRING ||
	    !records_is_texts(reply->element[1]))
		return false;
	text_copy(cursor, 32, reply->element[0]->str);
	list = reply->element[1];
	for (size_t i = 0; i + 1 < list->elements; i += 2)
		each(arg, list->element[i]->str, list->element[i + 1]->str,
		    list->element[i + 1]->len);
	return true;
}

bool
records_scan(struct records *r, const char *group, const char *key,
    const char *match,
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg)
{
	char cursor[32] = "0";
	bool read;

	do {
		redisReply *reply =
		    records_ask(r, "HSCAN %s%s %s MATCH %s COUNT %d", group,
			key, cursor, match, SCAN_COUNT);

		read = scan_step(reply, cursor, each, arg);
		if (reply != NULL)
			freeReplyObject(reply);
	} while (read && strcmp(cursor, "0") != 0);
	return read;
}

/* records: see records.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "lib/text.h"

static bool
read_port(const char *text, int *port)
{
	char *end;
	long value = strtol(text, &end, 10);

	*port = (int)value;
	return end != text && *end == '\0' && value >= 1 && value <= 65535;
}

static redisContext *
connect_to(const char *address)
{
	struct timeval patience = { RECORDS_PATIENCE_S, 0 };
	const char *colon;
	char host[256];
	int port;

	if (strncmp(address, "unix:", 5) == 0)
		return redisConnectUnixWithTimeout(address + 5, patience);
	if (strncmp(address, "rediss:", 7) == 0)
		return NULL; /* this client speaks no TLS */
	if (strncmp(address, "tcp:", 4) == 0)
		address += 4;
	if ((colon = strrchr(address, ':')) == NULL ||
	    (size_t)(colon - address) >= sizeof(host))
		return NULL;
	memcpy(host, address, (size_t)(colon - address));
	host[colon - address] = '\0';
	if (!read_port(colon + 1, &port))
		return NULL;
	return redisConnectWithTimeout(host, port, patience);
}

redisReply *
records_ask(redisContext *r, const char *fmt, ...)
{
	redisReply *reply;
	va_list ap;

	va_start(ap, fmt);
	reply = redisvCommand(r, fmt, ap);
	va_end(ap);
	if (reply != NULL && reply->type == REDIS_REPLY_ERROR) {
		freeReplyObject(reply);
		return NULL;
	}
	return reply;
}

redisContext *
records_open(const struct settings *s, char error[256])
{
	struct timeval patience = { RECORDS_PATIENCE_S, 0 };
	redisContext *r = connect_to(s->redis.address);
	redisReply *reply;

	if (r == NULL || r->err != 0) {
		text_format(error, 256, "cannot reach Redis at %s: %s",
		    s->redis.address,
		    r != NULL ? r->errstr : "commands speak no TLS");
		if (r != NULL)
			redisFree(r);
		return NULL;
	}
	redisSetTimeout(r, patience);
	if (s->redis.password == NULL)
		return r;
	if ((reply = records_ask(r, "AUTH %s", s->redis.password)) == NULL) {
		text_format(error, 256, "Redis at %s refuses the password",
		    s->redis.address);
		redisFree(r);
		return NULL;
	}
	freeReplyObject(reply);
	return r;
}

redisContext *
records_need(struct cli *c, const struct settings *s)
{
	char error[256];
	redisContext *r = records_open(s, error);

	if (r == NULL)
		cli_fail(c, "%s", error);
	return r;
}

char *
records_field(redisContext *r, const char *group, const char *key,
    const char *field)
{
	redisReply *reply = records_ask(r, "HGET %s%s %s", group, key, field);
	char *value = NULL;

	if (reply != NULL && reply->type == REDIS_REPLY_STRING)
		value = mem_text(reply->str);
	if (reply != NULL)
		freeReplyObject(reply);
	return value;
}

bool
records_each(redisContext *r, const char *group, const char *key,
    void (
	*each)(void *arg, const char *field, const char *value, size_t length),
    void *arg)
{
	redisReply *reply = records_ask(r, "HGETALL %s%s", group, key);
	bool read = reply != NULL && reply->type == REDIS_REPLY_ARRAY;

	for (size_t i = 0; read && i + 1 < reply->elements; i += 2)
		each(arg, reply->element[i]->str, reply->element[i + 1]->str,
		    reply->element[i + 1]->len);
	if (reply != NULL)
		freeReplyObject(reply);
	return read;
}

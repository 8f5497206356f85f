/* shard_command: see shard_command.h; which commands there are, and how their
   fields are read. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/scope.h"
#include "collector/shard_order.h"
#include "lib/civil.h"
#include "lib/record.h"

static const struct {
	const char *name;
	bool (*obey)(struct order *);
} verbs[] = {
	{ "maintenance-announce", order_announce },
	{ "maintenance-extend", order_extend },
	{ "maintenance-shorten", order_shorten },
	{ "maintenance-cancel", order_cancel },
	{ "outage-exclude", order_exclude },
	{ "outage-consent", order_consent },
	{ "outage-annotate", order_annotate },
	{ "sla-amend", order_amend },
	{ "erase", order_erase },
};
#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

bool
order_refuse(struct order *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_formatv(o->reply->error, sizeof(o->reply->error), fmt, ap);
	va_end(ap);
	return false;
}

void
order_say(struct order *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(&o->reply->said, fmt, ap);
	va_end(ap);
	text_add(&o->reply->said, "\n");
}

void
order_warn(struct order *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(&o->reply->warned, fmt, ap);
	va_end(ap);
	text_add(&o->reply->warned, "\n");
}

static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

bool
order_text(struct order *o, const char *key, size_t max, bool needed,
    const char **out)
{
	const json_t *value = json_object_get(o->request, key);

	*out = json_string_value(value);
	if (value == NULL && !needed)
		return true;
	if (*out == NULL || **out == '\0')
		return order_refuse(o, "%s: a text is expected", key);
	if (strlen(*out) > max)
		return order_refuse(o, "%s: longer than %zu bytes", key, max);
	if (!is_plain(*out))
		return order_refuse(o, "%s: control characters", key);
	return true;
}

bool
order_instant(struct order *o, const char *key, int64_t *at_ms)
{
	*at_ms = record_int(o->request, key, -1);
	if (*at_ms < 0 || *at_ms > TIME_MAX)
		return order_refuse(o, "%s: an instant is expected", key);
	return true;
}

bool
order_flag(struct order *o, const char *key, bool *out)
{
	const json_t *value = json_object_get(o->request, key);

	*out = json_is_true(value);
	if (value != NULL && !*out && json_typeof(value) != JSON_FALSE)
		return order_refuse(o, "%s: true or false is expected", key);
	return true;
}

bool
order_number(struct order *o, const char *key, int max, int *out)
{
	int64_t value = record_int(o->request, key, -1);

	*out = 0;
	if (json_object_get(o->request, key) == NULL)
		return true;
	if (value < 1 || value > max)
		return order_refuse(o, "%s: 1 to %d is expected", key, max);
	*out = (int)value;
	return true;
}

bool
order_id(struct order *o, const char *key, char letter, const char **out)
{
	size_t length;

	if (!order_text(o, key, WINDOW_ID_MAX, true, out))
		return false;
	assert(*out != NULL); /* it was needed */
	length = strspn(*out + 1, "abcdefghijklmnopqrstuvwxyz0123456789-");
	if (**out != letter || (*out)[1] != '-' || length < 2 ||
	    (*out)[1 + length] != '\0')
		return order_refuse(o,
		    "%s: a name such as %c-5f0c9a1b22 is expected", key,
		    letter);
	return true;
}

void
order_span(const struct order *o, const char *client, int64_t from_ms,
    int64_t to_ms, char out[ORDER_SPAN_ROOM])
{
	const struct client *c = settings_client(o->s->settings, client);
	const char *zone = c != NULL ? c->zone : "UTC";
	char from[40], to[40];

	civil_full(zone, from_ms, from, sizeof(from));
	civil_full(zone, to_ms, to, sizeof(to));
	text_format(out, ORDER_SPAN_ROOM, "%s to %s", from, to);
}

bool
order_each_client(struct order *o, order_scope *take, order_one *one,
    const void *wish)
{
	const struct settings *settings = o->s->settings;
	char error[200];
	struct scope scope;
	bool done = true;

	if (!take(settings, o->request, &scope, error))
		return order_refuse(o, "%s", error);
	for (size_t i = 0; done && i < scope.count; i++)
		if (settings_shard(settings, scope.items[i].client->name) ==
		    o->s->number)
			done = one(o, wish, &scope.items[i]);
	scope_clear(&scope);
	return done;
}

void
shard_choice_add(struct shard_choice *c, const char *client)
{
	if (c->count < SHARD_CHOICE_MAX)
		c->clients[c->count] = client;
	c->count++;
}

bool
shard_choice_is_open(const struct shard_choice *c, char error[300])
{
	struct text names = { 0 };

	if (c->count < 2)
		return false;
	for (size_t i = 0; i < c->count && i < SHARD_CHOICE_MAX; i++)
		text_addf(&names, "%s%s", i > 0 ? ", " : "", c->clients[i]);
	if (c->count > SHARD_CHOICE_MAX)
		text_addf(&names, " and %zu more", c->count - SHARD_CHOICE_MAX);
	text_format(error, 300,
	    "client: it is of %zu clients, %s: say whose answer this is",
	    c->count, names.data);
	text_clear(&names);
	return true;
}

bool
shard_command_is_known(const char *name)
{
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return true;
	return false;
}

static bool
obey(struct order *o)
{
	const char *name = record_string(o->request, "command");

	for (size_t i = 0; name != NULL && i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return verbs[i].obey(o);
	return order_refuse(o, "command: there is no such command here");
}

bool
shard_command(struct shard *s, const char *json, size_t length, const char *by,
    bool check, int64_t now_ms, struct shard_reply *reply)
{
	json_t *request = json_loadb(json, length, 0, NULL);
	struct order o = { .s = s,
		.request = request,
		.by = by,
		.check = check,
		.reply = reply };
	bool done;

	*reply = (struct shard_reply){ 0 };
	shard_time(s, now_ms);
	done = obey(&o);
	json_decref(request);
	if (!check)
		shard_settle(s);
	return done;
}

void
shard_reply_clear(struct shard_reply *r)
{
	text_clear(&r->said);
	text_clear(&r->warned);
}

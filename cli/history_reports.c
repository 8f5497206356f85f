/* history_reports: final reports of a client; see history.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/history.h"
#include "cli/records.h"
#include "lib/names.h"
#include "lib/published.h"
#include "lib/text.h"

struct reading {
	struct cli *cli;
	struct records *redis;
	struct history *history;
	struct names seen; /* fields of reports, and keys: texts of their own */
	bool is_broken;    /* complained about */
};

/* False: it was before. */
static bool
is_new(struct reading *r, const char *name)
{
	char *copy;

	if (names_find(&r->seen, name) != NULL)
		return false;
	copy = mem_text(name);
	names_add(&r->seen, copy, copy);
	return true;
}

static void
lack(struct reading *r, const char *key, const char *field)
{
	cli_fail(r->cli,
	    "%s %s is not there (\"sunwatch verify --chain\"): what is left "
	    "would not be the whole history",
	    key, field);
	r->is_broken = true;
}

/* One field as a record; NULL: there is none, or it was not read. */
static redisReply *
take(struct reading *r, enum moved_key key, const char *field)
{
	redisReply *reply = records_ask(r->redis,
	    "HGET " PUBLISHED_GROUP "%s %s", moved_key_text(key), field);

	if (reply != NULL && reply->type == REDIS_REPLY_STRING) {
		history_add(r->history, key, field, reply->str, reply->len);
		return reply;
	}
	if (reply == NULL && !r->is_broken) {
		cli_fail(r->cli, "Redis cannot be read");
		r->is_broken = true;
	}
	freeReplyObject(reply);
	return NULL;
}

/* "FINGERPRINT SIGNATURE", if it is signed; and the key, once. */
static void
take_signature(struct reading *r, const struct published_version *v)
{
	redisReply *reply = take(r, MOVED_SIGNATURES, v->hash), *key;
	char fingerprint[SEAL_HEX];

	if (reply == NULL)
		return;
	text_copy(fingerprint, sizeof(fingerprint), reply->str);
	freeReplyObject(reply);
	if (!is_new(r, fingerprint))
		return;
	key = take(r, MOVED_PUBLIC_KEYS, fingerprint);
	if (key == NULL && !r->is_broken)
		lack(r, "keys", fingerprint);
	freeReplyObject(key);
}

static void
take_version(struct reading *r, const char *report,
    const struct published_version *v)
{
	size_t parts = published_parts(v->bytes);
	char field[PUBLISHED_FIELD];

	take_signature(r, v);
	for (size_t i = 0; i < parts && !r->is_broken; i++) {
		redisReply *reply;

		text_format(field, sizeof(field), "%s|%lld|%zu", report,
		    (long long)v->version, i);
		reply = take(r, MOVED_BODIES, field);
		if (reply == NULL && !r->is_broken)
			lack(r, "bodies", field);
		freeReplyObject(reply);
	}
}

static void
on_report(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	struct published all;
	char error[160];

	if (r->is_broken || !is_new(r, field))
		return;
	if (published_read(value, length, &all, error) != 0) {
		cli_fail(r->cli, "reports %s: %s", field, error);
		r->is_broken = true;
		return;
	}
	history_add(r->history, MOVED_REPORTS, field, value, length);
	for (size_t i = 0; i < all.count && !r->is_broken; i++)
		take_version(r, field, &all.items[i]);
	published_clear(&all);
}

bool
history_reports(struct cli *c, struct records *redis, struct history *h)
{
	struct reading r = { .cli = c, .redis = redis, .history = h };
	char match[SEAL_NAME + 4], *name;
	size_t at = 0;

	/* Nothing of a name is a pattern. */
	text_format(match, sizeof(match), "%s|*", h->head.client);
	if (!records_scan(redis, PUBLISHED_GROUP, "reports", match, on_report,
		&r) &&
	    !r.is_broken) {
		cli_fail(c, "Redis cannot be read");
		r.is_broken = true;
	}
	while ((name = names_next(&r.seen, &at)) != NULL) {
		names_remove_at(&r.seen, &at);
		free(name);
	}
	names_clear(&r.seen);
	return !r.is_broken;
}

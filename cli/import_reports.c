/* import_reports: see import_reports.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hiredis/hiredis.h>

#include "cli/import_reports.h"
#include "cli/publish.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/text.h"

#define BUSY_MS 130000 /* two lives of the lease of one that was killed */
#define AGAIN_MS 250
#define BATCH_BYTES 1000000

struct import_reports {
	struct cli *cli;
	const struct moved_reports *list;
	struct moved **held; /* but bodies: they may be large */
	size_t count, reports;
	struct names signatures, keys;   /* struct moved */
	const struct moved_report *body; /* that is shown; NULL: none */
	char *bytes;                     /* of it, as long as it is to be */
	struct settings *settings;       /* with the key that signs; NULL */
	struct publisher publisher;
	struct commit bodies;
};

struct import_reports *
import_reports_new(struct cli *c, const struct moved_reports *list)
{
	struct import_reports *x = mem_alloc(sizeof(*x));

	x->cli = c;
	x->list = list;
	commit_init(&x->bodies);
	commit_init(&x->publisher.commit);
	return x;
}

static void
clear_publisher(struct publisher *p)
{
	publish_store_close(p->store);
	commit_clear(&p->commit);
	seal_clear(&p->seal);
	sign_key_free(p->key);
	json_decref(p->reports);
	json_decref(p->seals);
	json_decref(p->pending);
}

void
import_reports_free(struct import_reports *x)
{
	if (x == NULL)
		return;
	clear_publisher(&x->publisher);
	settings_free(x->settings);
	commit_clear(&x->bodies);
	names_clear(&x->signatures);
	names_clear(&x->keys);
	for (size_t i = 0; i < x->count; i++) {
		moved_clear(x->held[i]);
		free(x->held[i]);
	}
	free(x->held);
	free(x->bytes);
	free(x);
}

bool
import_reports_is_one(enum moved_key key)
{
	return key == MOVED_REPORTS || key == MOVED_SIGNATURES ||
	    key == MOVED_PUBLIC_KEYS || key == MOVED_BODIES;
}

size_t
import_reports_count(const struct import_reports *x)
{
	return x->reports;
}

/* ---- is it what it says? ---- */

static void
hold(struct import_reports *x, const struct moved *m)
{
	struct moved *copy = mem_alloc(sizeof(*copy));

	*copy = (struct moved){ .key = m->key,
		.field = mem_text(m->field),
		.value = mem_alloc(m->length + 1),
		.length = m->length };
	memcpy(copy->value, m->value, m->length);
	x->held = mem_room(x->held, x->count, sizeof(struct moved *));
	x->held[x->count++] = copy;
	x->reports += m->key == MOVED_REPORTS;
	if (m->key == MOVED_SIGNATURES)
		names_add(&x->signatures, copy->field, copy);
	if (m->key == MOVED_PUBLIC_KEYS)
		names_add(&x->keys, copy->field, copy);
}

/* The key under its own fingerprint; NULL: it is another one, or none. */
static struct sign_key *
key_of(struct import_reports *x, const char *fingerprint)
{
	const struct moved *pem = names_find(&x->keys, fingerprint);
	struct sign_key *key = NULL;
	char hex[SIGN_HEX];
	const char *why;

	if (pem != NULL && pem->length <= SIGN_KEY_PEM_MAX)
		key = sign_key_public(pem->value, &why);
	if (key == NULL)
		return NULL;
	sign_key_fingerprint(key, hex);
	if (strcmp(hex, fingerprint) == 0)
		return key;
	sign_key_free(key);
	return NULL;
}

static int
check_signed(struct import_reports *x, const struct moved_report *r,
    char error[160])
{
	const struct moved *m = names_find(&x->signatures, r->version.hash);
	unsigned char signature[SIGN_KEY_SIGNATURE];
	struct sign_key *key;
	bool is_good;

	if (m == NULL)
		return 0;
	if ((key = key_of(x, r->key)) == NULL)
		return text_refuse(error,
		    "bodies: its key is not what it is called");
	is_good =
	    sign_unhex(m->value + SEAL_HEX, signature, sizeof(signature)) &&
	    sign_key_verify(key, x->bytes, (size_t)r->version.bytes, signature);
	sign_key_free(key);
	return is_good ? 0
		       : text_refuse(error, "bodies: not signed by its key");
}

static int
see_body(struct import_reports *x, const struct moved *m, char error[160])
{
	size_t part;
	const struct moved_report *r =
	    moved_reports_part(x->list, m->field, &part);
	char hash[SEAL_HEX];

	if (r != x->body) {
		free(x->bytes);
		x->bytes = mem_alloc((size_t)r->version.bytes);
		x->body = r;
	}
	memcpy(x->bytes + part * PUBLISHED_PART, m->value, m->length);
	if (r->parts < published_parts(r->version.bytes))
		return 0;
	sign_sha256(x->bytes, (size_t)r->version.bytes, hash);
	if (strcmp(hash, r->version.hash) != 0)
		return text_refuse(error, "bodies: not what was stored");
	return check_signed(x, r, error);
}

int
import_reports_see(struct import_reports *x, const struct moved *m,
    char error[160])
{
	if (m->key == MOVED_BODIES)
		return see_body(x, m, error);
	hold(x, m);
	return 0;
}

/* ---- may they go there? ---- */

enum there { THERE_NOTHING, THERE_THE_SAME, THERE_ANOTHER, THERE_UNKNOWN };

static enum there
look_there(struct records *redis, const struct moved *m)
{
	redisReply *reply =
	    records_ask(redis, "HGET " PUBLISHED_GROUP "reports %s", m->field);
	enum there is = THERE_ANOTHER;

	if (reply == NULL)
		is = THERE_UNKNOWN;
	else if (reply->type == REDIS_REPLY_NIL)
		is = THERE_NOTHING;
	else if (reply->type == REDIS_REPLY_STRING && reply->len == m->length &&
	    memcmp(reply->str, m->value, m->length) == 0)
		is = THERE_THE_SAME;
	freeReplyObject(reply);
	return is;
}

bool
import_reports_may(struct import_reports *x, struct records *redis,
    bool is_begun)
{
	for (size_t i = 0; i < x->count; i++) {
		const struct moved *m = x->held[i];
		enum there is = THERE_NOTHING;

		if (m->key == MOVED_REPORTS)
			is = look_there(redis, m);
		if (is == THERE_NOTHING || (is == THERE_THE_SAME && is_begun))
			continue;
		cli_fail(x->cli,
		    is == THERE_UNKNOWN ? "Redis cannot be read (%s)"
					: "there is a report %s already: "
					  "nothing was changed",
		    m->field);
		return false;
	}
	return true;
}

/* ---- doing it ---- */

static void
wait_a_little(void)
{
	const struct timespec t = { 0, AGAIN_MS * INT64_C(1000000) };

	(void)nanosleep(&t, NULL);
}

static bool
open_store(struct import_reports *x)
{
	struct publisher *p = &x->publisher;
	int64_t until_ms = clock_monotonic_us() / 1000 + BUSY_MS;
	bool is_busy = false;

	do {
		if (is_busy)
			wait_a_little();
		p->store = publish_store_open(x->cli, p->settings, &is_busy);
	} while (p->store == NULL && is_busy &&
	    clock_monotonic_us() / 1000 < until_ms);
	if (p->store == NULL && is_busy)
		cli_fail(x->cli, "another publisher is at work: try again");
	return p->store != NULL;
}

/* What signs seals here; false: complained. */
static bool
read_key(struct import_reports *x)
{
	const char *why;

	x->settings = tree_publish(x->cli);
	if (x->settings == NULL)
		return false;
	x->publisher.settings = x->settings;
	if (x->settings->reports.key == NULL)
		return true;
	x->publisher.key = sign_key_private(x->settings->reports.key, &why);
	if (x->publisher.key == NULL)
		cli_fail(x->cli, "reports.key: %s", why);
	return x->publisher.key != NULL;
}

bool
import_reports_begin(struct import_reports *x, struct records *redis)
{
	struct publisher *p = &x->publisher;

	p->cli = x->cli;
	p->redis = redis;
	p->reports = json_array();
	p->seals = json_array();
	p->pending = json_array();
	return read_key(x) && open_store(x) && publish_chain_read(p);
}

bool
import_reports_body(struct import_reports *x, const struct moved *m)
{
	commit_set(&x->bodies, "bodies", m->field, m->value, m->length);
	return x->bodies.bytes < BATCH_BYTES ||
	    publish_store_commit(x->publisher.store, &x->bodies);
}

/* With the report it is of, in one commit. */
static void
add_signature(struct import_reports *x, const char *hash)
{
	struct commit *out = &x->publisher.commit;
	const struct moved *m = names_find(&x->signatures, hash), *pem;
	char key[SEAL_HEX];

	if (m == NULL)
		return;
	commit_set(out, "signatures", hash, m->value, m->length);
	text_copy(key, sizeof(key), m->value);
	pem = names_find(&x->keys, key);
	commit_set(out, "keys", key, pem->value, pem->length);
}

/* Of a month all versions, into one seal. */
static void
add_report(struct import_reports *x, const struct moved *m)
{
	struct seal *seal = &x->publisher.seal;
	const struct moved_report *r;

	commit_set(&x->publisher.commit, "reports", m->field, m->value,
	    m->length);
	for (size_t i = 0; (r = moved_reports_at(x->list, i)) != NULL; i++) {
		struct seal_report *into;

		if (strcmp(r->field, m->field) != 0)
			continue;
		seal->reports = mem_grow(seal->reports,
		    (seal->report_count + 1) * sizeof(*seal->reports));
		into = &seal->reports[seal->report_count++];
		*into = (struct seal_report){ .version = r->version.version,
			.has_key = true };
		(void)published_field_read(r->field, into->client,
		    into->period);
		text_copy(into->hash, sizeof(into->hash), r->version.hash);
		text_copy(into->key, sizeof(into->key), r->key);
		add_signature(x, r->version.hash);
	}
}

static size_t
versions_of(const struct import_reports *x, const char *field)
{
	const struct moved_report *r;
	size_t count = 0;

	for (size_t i = 0; (r = moved_reports_at(x->list, i)) != NULL; i++)
		count += strcmp(r->field, field) == 0;
	return count;
}

bool
import_reports_end(struct import_reports *x)
{
	struct publisher *p = &x->publisher;
	bool more;

	if (!commit_is_empty(&x->bodies))
		p->broken = !publish_store_commit(p->store, &x->bodies);
	for (size_t i = 0; i < x->count && !p->broken; i++) {
		const struct moved *m = x->held[i];

		if (m->key != MOVED_REPORTS ||
		    look_there(p->redis, m) == THERE_THE_SAME)
			continue;
		if (p->seal.report_count + versions_of(x, m->field) >
		    SEAL_REPORTS_MAX)
			publish_seal(p, &more);
		add_report(x, m);
		CRASH_POINT("import-report");
	}
	if (p->seal.report_count > 0)
		publish_seal(p, &more);
	return !p->broken;
}

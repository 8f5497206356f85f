/* chain_read: see the header. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/chain_read.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "lib/erase.h"
#include "lib/settings.h"
#include "lib/text.h"

size_t
chain_journals(const struct settings *s, char names[CHAIN_JOURNALS_MAX][8])
{
	size_t n = 0;

	for (; n < (size_t)s->shards && n < CHAIN_JOURNALS_MAX - 1; n++)
		text_format(names[n], 8, "c%zu", n);
	text_copy(names[n++], 8, "p");
	return n;
}

struct piece {
	struct text *list;
	char *last;
	chain_entry *each;
	void *arg;
};

/* What is no entry of ours has the hash of nothing: it is told as changed. */
static bool
add_entry(void *arg, const redisReply *entry)
{
	const struct piece *p = arg;
	const redisReply *fields;
	char hash[SIGN_HEX];
	bool is_ours;

	if (strlen(entry->element[0]->str) >= SEAL_ID)
		return false;
	fields = entry->element[1];
	is_ours =
	    fields->elements == 2 && strcmp(fields->element[0]->str, "d") == 0;
	sign_sha256(fields->element[1]->str,
	    is_ours ? fields->element[1]->len : 0, hash);
	if (!seal_entry_add(p->list, entry->element[0]->str, hash))
		return false;
	text_copy(p->last, SEAL_ID, entry->element[0]->str);
	if (p->each != NULL)
		p->each(p->arg, p->last, hash, fields->element[1]->str,
		    is_ours ? fields->element[1]->len : 0);
	return true;
}

bool
chain_entries(struct records *r, const char *journal, const char *after,
    const char *to, size_t most, struct text *list, char last[SEAL_ID],
    chain_entry *each, void *arg)
{
	struct piece p = { list, last, each, arg };
	char key[32];

	text_copy(last, SEAL_ID, after);
	text_add_bytes(list, "", 0);
	text_format(key, sizeof(key), "sw:{%s}:journal", journal);
	return records_stream(r, key, after, to, most, add_entry, &p);
}

void
chain_bare_hash(const char *data, size_t length, bool is_first,
    char hash[SEAL_HEX])
{
	char *bare = erase_bare(data, length, is_first);

	if (bare != NULL)
		sign_sha256(bare, strlen(bare), hash);
	else
		sign_sha256(data, length, hash);
	free(bare);
}

void
chain_salted_hash(const char *salt, const char *hash, char out[SEAL_HEX])
{
	char both[SEAL_SALT + SEAL_HEX];

	memcpy(both, salt, SEAL_SALT);
	text_copy(both + SEAL_SALT, SEAL_HEX, hash);
	sign_sha256(both, sizeof(both) - 1, out);
}

static redisReply *
ask_field(struct records *r, const char *key, const char *field)
{
	return records_ask(r, "HGET " PUBLISHED_GROUP "%s %s", key, field);
}

/* A field of the group of reports; NULL: there is none. */
static redisReply *
field_of(struct records *r, const char *key, const char *field)
{
	redisReply *reply = ask_field(r, key, field);

	if (reply == NULL || reply->type == REDIS_REPLY_STRING)
		return reply;
	freeReplyObject(reply);
	return NULL;
}

bool
chain_versions(struct records *r, const char *client, const char *period,
    struct published *out, char error[160])
{
	char field[PUBLISHED_FIELD];
	redisReply *reply;
	bool read = false;

	published_field(client, period, field);
	*out = (struct published){ 0 };
	error[0] = '\0';
	reply = ask_field(r, "reports", field);
	if (reply == NULL) /* no answer is not the answer that there is none */
		text_copy(error, 160, "Redis cannot be read");
	else if (reply->type == REDIS_REPLY_STRING)
		read = published_read(reply->str, reply->len, out, error) == 0;
	freeReplyObject(reply);
	return read;
}

bool
chain_body(struct records *r, const char *client, const char *period,
    const struct published_version *v, struct text *out)
{
	size_t parts = published_parts(v->bytes);
	char field[PUBLISHED_FIELD];

	text_add_bytes(out, "", 0);
	for (size_t i = 0; i < parts; i++) {
		redisReply *reply;

		published_part_field(client, period, v->version, i, field);
		reply = field_of(r, "bodies", field);
		if (reply == NULL)
			return false;
		text_add_bytes(out, reply->str, reply->len);
		freeReplyObject(reply);
	}
	return true;
}

/* "FINGERPRINT SIGNATURE", both in hex. */
bool
chain_signature(struct records *r, const char *hash, struct chain_signature *s)
{
	redisReply *reply = field_of(r, "signatures", hash);
	bool found = false;

	if (reply == NULL)
		return false;
	if (reply->len == 64 + 1 + 128 && reply->str[64] == ' ') {
		text_format(s->key, sizeof(s->key), "%.64s", reply->str);
		found = sign_unhex(reply->str + 65, s->bytes, sizeof(s->bytes));
	}
	freeReplyObject(reply);
	return found;
}

struct sign_key *
chain_key(struct records *r, const char *fingerprint)
{
	redisReply *reply = field_of(r, "keys", fingerprint);
	struct sign_key *key = NULL;
	char hex[SIGN_HEX];
	const char *why;

	if (reply != NULL)
		key = sign_key_public(reply->str, &why);
	if (reply != NULL)
		freeReplyObject(reply);
	if (key == NULL)
		return NULL;
	sign_key_fingerprint(key, hex);
	if (strcmp(hex, fingerprint) == 0)
		return key;
	sign_key_free(key);
	return NULL;
}

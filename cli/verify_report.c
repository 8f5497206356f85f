/* verify_report: stored reports, and signatures, against the seals. */
#include <stdlib.h>
#include <string.h>

#include "cli/records.h"
#include "cli/verify_chain.h"
#include "lib/text.h"

/* One of those given, or, when none is, as it was stored; *own: to be freed. */
static struct sign_key *
key_of(struct verify_chain *v, const char *fingerprint, bool *own)
{
	char hex[SIGN_HEX];

	for (size_t i = 0; i < v->key_count; i++) {
		sign_key_fingerprint(v->keys[i], hex);
		if (strcmp(hex, fingerprint) == 0)
			return v->keys[i];
	}
	*own = v->key_count == 0;
	return *own ? chain_key(v->redis, fingerprint) : NULL;
}

bool
verify_signed(struct verify_chain *v, const char *what, const char *key,
    const char *hash, const void *data, size_t length)
{
	struct chain_signature s;
	struct sign_key *k;
	bool own = false, good;

	if (!chain_signature(v->redis, hash, &s)) {
		verify_find(v, "%s: its signature is not there", what);
		return false;
	}
	k = strcmp(s.key, key) == 0 ? key_of(v, key, &own) : NULL;
	good = k != NULL && sign_key_verify(k, data, length, s.bytes);
	if (k == NULL)
		verify_find(v, "%s is signed by a key that is not known: %s",
		    what, s.key);
	else if (!good)
		verify_find(v, "%s: its signature is not of key %s", what, key);
	if (own)
		sign_key_free(k);
	return good;
}

static void
note_sealed(struct verify_chain *v, const struct seal_report *r)
{
	char field[PUBLISHED_FIELD], *text;

	published_part_field(r->client, r->period, r->version, 0, field);
	text = mem_text(field);
	if (names_find(&v->sealed_reports, text) == NULL)
		names_add(&v->sealed_reports, text, text);
	else
		free(text);
}

/* "report acme 2026-10 version 1" */
static void
name_of(const char *client, const char *period, int64_t version, char out[160])
{
	text_format(out, 160, "report %s %s version %lld", client, period,
	    (long long)version);
}

static void
look_at_body(struct verify_chain *v, const struct seal *s,
    const struct seal_report *r, const struct published_version *stored)
{
	const char *key = r->has_key ? r->key : s->key;
	struct text body = { 0 };
	char hash[SEAL_HEX], name[160];

	name_of(r->client, r->period, r->version, name);
	if (!chain_body(v->redis, r->client, r->period, stored, &body))
		verify_find(v, "%s: its bytes are not there", name);
	else {
		sign_sha256(body.data, body.length, hash);
		if (strcmp(hash, r->hash) != 0)
			verify_find(v,
			    "%s: its bytes are not those that seal %lld "
			    "names",
			    name, (long long)s->number);
		else if (key[0] != '\0')
			verify_signed(v, name, key, hash, body.data,
			    body.length);
	}
	text_clear(&body);
}

void
verify_sealed_report(struct verify_chain *v, const struct seal *s,
    const struct seal_report *r)
{
	struct published all;
	const struct published_version *stored;
	char error[160], name[160];

	v->reports++;
	note_sealed(v, r);
	name_of(r->client, r->period, r->version, name);
	chain_versions(v->redis, r->client, r->period, &all, error);
	stored = r->version == 0 ? NULL : published_find(&all, r->version);
	if (stored == NULL)
		verify_find(v, "%s: it is not there", name);
	else if (strcmp(stored->hash, r->hash) != 0)
		verify_find(v,
		    "%s: its record names another hash than seal "
		    "%lld",
		    name, (long long)s->number);
	if (stored != NULL)
		look_at_body(v, s, r, stored);
	published_clear(&all);
}

static void
on_report(void *arg, const char *field, const char *value, size_t length)
{
	struct verify_chain *v = arg;
	char client[SEAL_NAME], period[SEAL_PERIOD], error[160],
	    part[PUBLISHED_FIELD];
	char name[160];
	struct published all;

	if (!published_field_read(field, client, period) ||
	    published_read(value, length, &all, error) != 0) {
		verify_find(v, "the record %s of reports cannot be read",
		    field);
		return;
	}
	for (size_t i = 0; i < all.count; i++) {
		published_part_field(client, period, all.items[i].version, 0,
		    part);
		name_of(client, period, all.items[i].version, name);
		if (names_find(&v->sealed_reports, part) == NULL)
			verify_find(v, "%s: no seal names it", name);
	}
	published_clear(&all);
}

void
verify_stored_reports(struct verify_chain *v)
{
	size_t at = 0;
	char *text;

	if (!records_each(v->redis, PUBLISHED_GROUP, "reports", on_report, v))
		v->broken = true;

	while ((text = names_next(&v->sealed_reports, &at)) != NULL) {
		names_remove_at(&v->sealed_reports, &at);
		free(text);
	}
	names_clear(&v->sealed_reports);
}

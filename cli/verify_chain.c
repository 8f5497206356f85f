/* verify_chain: seal after seal, and what is said at the end. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/shards_fit.h"
#include "cli/verify_chain.h"
#include "lib/text.h"

#define REPLACED_ENTRIES                                                       \
	"%zu entries were replaced since, and only names differ"

void
verify_find(struct verify_chain *v, const char *fmt, ...)
{
	struct text t = { 0 }, plain = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	text_add_plain(&plain, t.data);
	if (v->finding_count++ < VERIFY_FINDINGS_MAX)
		json_array_append_new(v->findings, json_string(plain.data));
	text_clear(&plain);
	text_clear(&t);
}

/* NULL: there is no such seal. */
static redisReply *
seal_of(struct verify_chain *v, int64_t number)
{
	redisReply *reply = records_ask(v->redis,
	    "HGET " PUBLISHED_GROUP "seals %lld", (long long)number);

	if (reply == NULL || reply->type == REDIS_REPLY_STRING)
		return reply;
	freeReplyObject(reply);
	return NULL;
}

static void
look_at_signature(struct verify_chain *v, const struct seal *s,
    const char *hash, const redisReply *bytes)
{
	char what[40];

	text_format(what, sizeof(what), "seal %lld", (long long)s->number);
	if (s->key[0] == '\0') {
		v->unsigned_seals++;
		if (v->is_signed)
			verify_find(v,
			    "%s is not signed, though earlier ones are", what);
		return;
	}
	v->is_signed = true;
	verify_signed(v, what, s->key, hash, bytes->str, bytes->len);
}

/* One that is not there, or says nothing: the next is taken at its word. */
static void
skip(struct verify_chain *v, int64_t number, const char *why)
{
	verify_find(v, "seal %lld: %s", (long long)number, why);
	v->chain.number = number;
	v->chain.hash[0] = '\0';
}

static void
look_at_seal(struct verify_chain *v, int64_t number)
{
	redisReply *bytes = seal_of(v, number);
	char hash[SEAL_HEX], why[160];
	struct seal s;

	if (bytes == NULL) {
		skip(v, number, "it is not there");
		return;
	}
	sign_sha256(bytes->str, bytes->len, hash);
	v->has_head |= v->head != NULL && strcmp(hash, v->head) == 0;
	if (seal_read(bytes->str, bytes->len, &s, why) != 0) {
		freeReplyObject(bytes);
		skip(v, number, why);
		return;
	}
	if (v->chain.hash[0] == '\0' && number > 1)
		text_copy(v->chain.hash, sizeof(v->chain.hash), s.previous);
	if (!seal_follow(&v->chain, &s, hash, why))
		verify_find(v, "seal %lld: %s", (long long)number, why);
	v->chain.number = number;
	look_at_signature(v, &s, hash, bytes);
	for (size_t i = 0; i < s.report_count; i++)
		verify_sealed_report(v, &s, &s.reports[i]);
	for (size_t i = 0; i < s.stretch_count; i++)
		verify_stretch(v, &s, &s.stretches[i]);
	seal_clear(&s);
	freeReplyObject(bytes);
}

/* How many there are; whatever else stands in their place has none. */
static int64_t
stored(struct verify_chain *v)
{
	redisReply *reply =
	    records_ask(v->redis, "HLEN " PUBLISHED_GROUP "seals");
	int64_t n = 0;

	if (reply != NULL && reply->type == REDIS_REPLY_INTEGER)
		n = reply->integer;
	if (reply != NULL)
		freeReplyObject(reply);
	return n;
}

/* How many are looked for: that many are promised proves nothing. */
static int64_t
looked_for(struct verify_chain *v, int64_t promised)
{
	int64_t there = stored(v), most = there + VERIFY_BEYOND_MAX;

	if (promised != there)
		verify_find(v, "there are %lld seals, and %lld are promised",
		    (long long)there, (long long)promised);
	if (promised > most)
		verify_find(v, "seals after %lld are not looked for",
		    (long long)most);
	return promised > most ? most : promised > there ? promised : there;
}

static void
look_at_all(struct verify_chain *v)
{
	char *seals = records_field(v->redis, PUBLISHED_GROUP, "meta", "seals");
	char *last = records_field(v->redis, PUBLISHED_GROUP, "meta", "head");
	const char *head = last != NULL ? last : "";
	int64_t n = looked_for(v, seals != NULL ? strtoll(seals, NULL, 10) : 0);

	verify_journals_read(v);
	for (int64_t i = 1; i <= n && !records_failed(v->redis); i++)
		look_at_seal(v, i);
	verify_stored_reports(v);
	if (strcmp(head, v->chain.hash) != 0)
		verify_find(v,
		    "the last seal's hash is %s, and not what it was: %s",
		    v->chain.hash, head);
	if (v->head != NULL && !v->has_head)
		verify_find(v, "no seal has the hash %s", v->head);
	if (v->key_count > 0 && !v->is_signed)
		verify_find(v, "no seal is signed");
	verify_journals(v);
	free(seals);
	free(last);
}

/* What journals no longer have, and need not. */
static int64_t
trimmed_of(const struct verify_chain *v)
{
	int64_t trimmed = (int64_t)v->entries.trimmed;

	for (size_t i = 0; i < v->journal_count; i++)
		trimmed += v->journals[i].unknown;
	return trimmed;
}

static void
print_counts(const struct verify_chain *v)
{
	FILE *out = v->cli->out;
	int64_t trimmed = trimmed_of(v);

	fprintf(out,
	    "%lld seals, %lld reports, %zu entries of journals looked at\n",
	    (long long)v->chain.number, (long long)v->reports,
	    v->entries.same + v->entries.replaced);
	if (v->chain.number > 0)
		fprintf(out, "the last seal is %lld, sha256 %s\n",
		    (long long)v->chain.number, v->chain.hash);
	if (v->unsigned_seals > 0)
		fprintf(out, "%lld seals are not signed\n",
		    (long long)v->unsigned_seals);
	if (v->entries.replaced > 0)
		fprintf(out, REPLACED_ENTRIES "\n", v->entries.replaced);
	if (trimmed > 0)
		fprintf(out,
		    "%lld entries are older than journals are kept: they can "
		    "no longer be looked at\n",
		    (long long)trimmed);
	if (v->unsealed > 0)
		fprintf(out, "%lld entries are not sealed yet\n",
		    (long long)v->unsealed);
}

static void
print_json(const struct verify_chain *v)
{
	cli_print_json(v->cli,
	    json_pack("{s:b, s:O, s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:O, s:I, "
		      "s:I}",
		"same", v->finding_count == 0, "differences", v->findings,
		"found", (json_int_t)v->finding_count, "seals",
		(json_int_t)v->chain.number, "head", v->chain.hash, "unsigned",
		(json_int_t)v->unsigned_seals, "reports",
		(json_int_t)v->reports, "entries", (json_int_t)v->entries.same,
		"replaced", (json_int_t)v->entries.replaced, "replacements",
		v->replacements, "trimmed", (json_int_t)trimmed_of(v),
		"unsealed", (json_int_t)v->unsealed));
}

static void
print(const struct verify_chain *v)
{
	FILE *out = v->cli->out;
	size_t i;
	json_t *text;

	json_array_foreach(v->findings, i, text)
	    fprintf(out, "%s\n", json_string_value(text));
	if (v->finding_count > VERIFY_FINDINGS_MAX)
		fprintf(out, "and %zu more\n",
		    v->finding_count - VERIFY_FINDINGS_MAX);
	if (v->finding_count == 0)
		fputs("all is as it was sealed\n", out);
	else
		fprintf(out, "%zu differ from what was sealed\n",
		    v->finding_count);
	print_counts(v);
	verify_replacements_print(v);
}

/* Nothing is known yet. */
static void
begin(struct verify_chain *v)
{
	v->findings = json_array();
	v->replacements = json_array();
}

/* What is known, but not what was asked. */
static void
forget(struct verify_chain *v)
{
	struct verify_chain asked = { .cli = v->cli,
		.settings = v->settings,
		.redis = v->redis,
		.key_count = v->key_count,
		.head = v->head };

	memcpy(asked.keys, v->keys, sizeof(asked.keys));
	verify_journals_clear(v);
	names_clear(&v->sealed_reports);
	json_decref(v->findings);
	json_decref(v->replacements);
	*v = asked;
}

/*
 * What is read is not of one moment: names may be erased, and it be sealed
 * that they are, between a journal and the salts of its seals.  So what
 * differs is looked at once more, and differs only if it still does.
 */
static int
look(struct verify_chain *v)
{
	look_at_all(v);
	if (v->finding_count > 0 && !v->broken && !records_failed(v->redis)) {
		forget(v);
		begin(v);
		look_at_all(v);
	}
	if (v->broken || records_failed(v->redis))
		return cli_fail(v->cli, "Redis cannot be read");
	if (v->cli->json)
		print_json(v);
	else
		print(v);
	return v->finding_count == 0 ? CLI_DONE : CLI_FAILED;
}

int
verify_chain(struct verify_chain *v)
{
	int status = CLI_FAILED;

	begin(v);
	if ((v->redis = records_need(v->cli, v->settings)) != NULL) {
		if (shards_fit(v->cli, v->redis, v->settings, NULL))
			status = look(v);
		records_close(v->redis);
		v->redis = NULL;
	}
	forget(v);
	return status;
}

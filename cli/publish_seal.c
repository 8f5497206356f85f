/*
 * publish_seal: the next seal, over what waits to be stored and over the
 * journals since the last one.
 *
 * Where the chain ends stands in "meta", written by the same commits, and
 * is not worked out from the seals: a seal that somebody has changed is not
 * built upon as if it were ours.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/chain_read.h"
#include "cli/publish.h"
#include "cli/records.h"
#include "lib/clock.h"
#include "lib/text.h"

#define SEAL_EVERY_MS INT64_C(86400000) /* without a report */

/* "end|c0", "kept|c0". */
static void
on_end(struct seal_chain *c, const char *field, const char *value)
{
	const char *journal = strchr(field, '|') + 1;
	struct seal_stretch *end =
	    strlen(journal) < 8 ? seal_end(c, journal) : NULL;

	if (end == NULL)
		return;
	if (field[0] == 'k')
		end->kept_ms = strtoll(value, NULL, 10);
	else if (seal_is_id(value))
		text_copy(end->to, sizeof(end->to), value);
}

/* "seals", "head", "sealed", and of each journal what was sealed of it. */
static void
on_meta(void *arg, const char *field, const char *value, size_t length)
{
	struct seal_chain *c = arg;

	(void)length;
	if (strcmp(field, "seals") == 0)
		c->number = strtoll(value, NULL, 10);
	else if (strcmp(field, "sealed") == 0)
		c->at_ms = strtoll(value, NULL, 10);
	else if (strcmp(field, "head") == 0)
		text_copy(c->hash, sizeof(c->hash), value);
	else if (strncmp(field, "end|", 4) == 0 ||
	    strncmp(field, "kept|", 5) == 0)
		on_end(c, field, value);
}

bool
publish_chain_read(struct publisher *p)
{
	if (records_each(p->redis, PUBLISHED_GROUP, "meta", on_meta, &p->chain))
		return true;
	cli_fail(p->cli, "Redis cannot be read");
	return false;
}

void
publish_sign(struct publisher *p, const char *hash, const void *data,
    size_t length)
{
	unsigned char signature[SIGN_KEY_SIGNATURE];
	char value[SIGN_HEX + 2 * SIGN_KEY_SIGNATURE + 1];

	if (p->key == NULL)
		return;
	sign_key_sign(p->key, data, length, signature);
	sign_key_fingerprint(p->key, value);
	value[SIGN_HEX - 1] = ' ';
	sign_hex(signature, sizeof(signature), value + SIGN_HEX);
	commit_set_text(&p->commit, "signatures", hash, value);
}

static void
forget(struct publisher *p, const char *field)
{
	commit_unset(&p->commit, "entries", field);
	commit_unset(&p->commit, "salts", field);
}

/* Lists of entries that are gone, and old enough to be so rightly. */
static void
forget_lists(struct publisher *p, const char *journal)
{
	redisReply *first = records_ask(p->redis,
	    "XRANGE sw:{%s}:journal - + COUNT 1", journal);
	redisReply *keys =
	    records_ask(p->redis, "HKEYS " PUBLISHED_GROUP "entries");
	const char *begin = "0-0";
	size_t n = strlen(journal);

	if (first != NULL && first->type == REDIS_REPLY_ARRAY &&
	    first->elements == 1 && records_is_entry(first->element[0]))
		begin = first->element[0]->element[0]->str;
	for (size_t i = 0;
	     keys != NULL && records_is_texts(keys) && i < keys->elements;
	     i++) {
		const char *field = keys->element[i]->str;

		if (strncmp(field, journal, n) == 0 && field[n] == '|' &&
		    seal_compare_ids(field + n + 1, begin) < 0 &&
		    strtoll(field + n + 1, NULL, 10) <
			clock_now_ms() - JOURNAL_KEPT_MS)
			forget(p, field);
	}
	if (first != NULL)
		freeReplyObject(first);
	if (keys != NULL)
		freeReplyObject(keys);
}

/* A journal while it is read for its stretch. */
struct growing {
	struct text list, items, salts;
	struct seal_changes erased;
};

static void
clear_growing(struct growing *g)
{
	text_clear(&g->list);
	text_clear(&g->items);
	text_clear(&g->salts);
	seal_changes_clear(&g->erased);
}

static void
on_entry(void *arg, const char *id, const char *hash, const char *data,
    size_t length)
{
	struct growing *g = arg;
	char hex[2 * SEAL_SALT + 1], bare[SEAL_HEX], salted[SEAL_HEX];
	unsigned char salt[SEAL_SALT];

	sign_random(hex, 2 * SEAL_SALT);
	sign_unhex(hex, salt, sizeof(salt));
	chain_bare_hash(data, length, false, bare);
	chain_salted_hash((const char *)salt, hash, salted);
	seal_item_add(&g->items, id, bare, salted);
	text_add_bytes(&g->salts, salt, sizeof(salt));
	seal_changes_read(&g->erased, id, data, length);
}

/* What stands beside the seal, by which each entry can be looked at. */
static void
write_lists(struct publisher *p, const struct seal_stretch *s,
    const struct growing *g)
{
	char field[64];

	text_format(field, sizeof(field), "%s|%s", s->journal, s->to);
	commit_set(&p->commit, "entries", field, g->items.data,
	    g->items.length);
	commit_set(&p->commit, "salts", field, g->salts.data, g->salts.length);
	forget_lists(p, s->journal);
}

static void
write_end(struct publisher *p, const struct seal_stretch *s)
{
	char field[16], kept[24];

	text_format(field, sizeof(field), "end|%s", s->journal);
	commit_set_text(&p->commit, "meta", field, s->to);
	text_format(field, sizeof(field), "kept|%s", s->journal);
	text_format(kept, sizeof(kept), "%lld", (long long)s->kept_ms);
	commit_set_text(&p->commit, "meta", field, kept);
}

/*
 * What a journal has grown by, as a stretch of the seal.  When more of it need
 * not be there than was said last, that is said even if it has not grown: it
 * may be taken back later, when what is gone is gone.
 */
static void
end_stretch(struct publisher *p, struct seal_stretch *s,
    const struct seal_stretch *end, const struct growing *g)
{
	s->entries = (int64_t)(g->items.length / SEAL_ITEM);
	if (s->entries == 0 &&
	    (s->journal[0] == 'p' || s->kept_ms <= end->kept_ms))
		return;
	sign_sha256(g->items.data, g->items.length, s->hash);
	if (s->entries > 0)
		write_lists(p, s, g);
	write_end(p, s);
	p->seal.stretch_count++;
}

static bool
add_stretch(struct publisher *p, const char *journal, size_t *room)
{
	struct seal_stretch *s = &p->seal.stretches[p->seal.stretch_count];
	const struct seal_stretch *end = seal_end(&p->chain, journal);
	struct growing g = { 0 };
	bool read;

	if (end == NULL) {
		cli_fail(p->cli, "\"meta\" names too many journals");
		return false;
	}
	text_add_bytes(&g.items, "", 0);
	text_copy(s->journal, sizeof(s->journal), journal);
	text_copy(s->after, sizeof(s->after), end->to);
	read = chain_entries(p->redis, journal, s->after, NULL, *room, &g.list,
		   s->to, on_entry, &g) &&
	    publish_kept(p->redis, journal, &s->kept_ms);
	if (!read)
		cli_fail(p->cli, "the journal of %s cannot be read", journal);
	else if ((read = publish_forget_salts(p, journal, &g.erased))) {
		end_stretch(p, s, end, &g);
		*room -= (size_t)s->entries;
	}
	clear_growing(&g);
	return read;
}

/* All journals, as far as there is room; false: an error. */
static bool
add_stretches(struct publisher *p, bool *more)
{
	char names[CHAIN_JOURNALS_MAX][8];
	size_t n = chain_journals(p->settings, names);
	size_t room = SEAL_ENTRIES_MAX;

	p->seal.stretches = mem_alloc(n * sizeof(*p->seal.stretches));
	for (size_t i = 0; i < n; i++)
		if (!add_stretch(p, names[i], &room))
			return false;
	*more = room == 0;
	return true;
}

static void
write_meta(struct publisher *p, const char *hash)
{
	char number[24], before[24] = "", at[24];

	if (p->chain.number > 0)
		text_format(before, sizeof(before), "%lld",
		    (long long)p->chain.number);
	text_format(number, sizeof(number), "%lld", (long long)p->seal.number);
	text_format(at, sizeof(at), "%lld", (long long)p->seal.at_ms);
	commit_expect(&p->commit, "meta", "seals", before);
	commit_set_text(&p->commit, "meta", "seals", number);
	commit_set_text(&p->commit, "meta", "sealed", at);
	commit_set_text(&p->commit, "meta", "head", hash);
}

/* The seal's own bytes, its key, and where the chain ends with it. */
static void
write_seal(struct publisher *p, char hash[SEAL_HEX])
{
	char *text, *pem, number[24];

	p->seal.number = p->chain.number + 1;
	p->seal.at_ms = clock_now_ms();
	text_copy(p->seal.previous, sizeof(p->seal.previous), p->chain.hash);
	if (p->key != NULL) {
		sign_key_fingerprint(p->key, p->seal.key);
		pem = sign_key_pem(p->key);
		commit_set_text(&p->commit, "keys", p->seal.key, pem);
		free(pem);
	}
	text = seal_text(&p->seal);
	sign_sha256(text, strlen(text), hash);
	text_format(number, sizeof(number), "%lld", (long long)p->seal.number);
	commit_set_text(&p->commit, "seals", number, text);
	publish_sign(p, hash, text, strlen(text));
	write_meta(p, hash);
	free(text);
}

/* It is written: the chain ends here, and people may keep the hash. */
static void
take_seal(struct publisher *p, const char *hash)
{
	int64_t entries = 0;
	char why[160];

	for (size_t i = 0; i < p->seal.stretch_count; i++)
		entries += p->seal.stretches[i].entries;
	seal_follow(&p->chain, &p->seal, hash, why);
	json_array_extend(p->reports, p->pending);
	json_array_clear(p->pending);
	json_array_append_new(p->seals,
	    json_pack("{s:I, s:s, s:I, s:I}", "number",
		(json_int_t)p->seal.number, "hash", hash, "reports",
		(json_int_t)p->seal.report_count, "entries",
		(json_int_t)entries));
}

/* Records in which nothing is to be sealed. */
static void
publish_rest(struct publisher *p)
{
	if (!p->broken && p->store != NULL && !commit_is_empty(&p->commit))
		p->broken = !publish_store_commit(p->store, &p->commit);
}

void
publish_seal(struct publisher *p, bool *more)
{
	char hash[SEAL_HEX];

	*more = false;
	if (p->broken || p->store == NULL)
		return;
	p->broken = !add_stretches(p, more);
	if (!p->broken &&
	    (p->seal.report_count > 0 || p->seal.stretch_count > 0)) {
		write_seal(p, hash);
		if (publish_store_commit(p->store, &p->commit))
			take_seal(p, hash);
		else
			p->broken = true;
	}
	publish_rest(p);
	*more &= !p->broken;
	seal_clear(&p->seal);
	commit_clear(&p->commit);
}

void
publish_seal_rest(struct publisher *p)
{
	int64_t age_ms = clock_now_ms() - p->chain.at_ms;
	bool more = p->seal.report_count > 0 || age_ms >= SEAL_EVERY_MS ||
	    age_ms < 0 || p->chain.number == 0;

	while (more)
		publish_seal(p, &more);
	publish_rest(p);
}

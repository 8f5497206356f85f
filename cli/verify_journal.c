/*
 * verify_journal: what is in the journals now against what was sealed of it.
 *
 * A seal has one hash for a stretch; the list of its entries is kept beside
 * it.  The list that hashes to what the seal says tells each entry that
 * differs; where it does not, or is gone, only the whole stretch can be judged.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/publish.h"
#include "cli/records.h"
#include "cli/verify_chain.h"
#include "lib/clock.h"
#include "lib/text.h"

#define KEPT_MS (400 * INT64_C(86400000)) /* docs/redis.md, "journal" */

/* Since when a shard's journal is kept: for the oldest contract. */
static bool
shard_kept(struct verify_chain *v, unsigned number, int64_t *kept_ms)
{
	int64_t before_ms = clock_now_ms() - KEPT_MS, begin_ms = NEVER;
	struct publish_shard shard;
	bool read = publish_shard_read(v->redis, number, NULL, true, &shard);

	for (size_t i = 0; i < shard.count; i++) {
		int64_t from_ms =
		    ledger_kept_from(ledger_agreed(shard.items[i]->ledger),
			before_ms);

		if (from_ms < begin_ms)
			begin_ms = from_ms;
	}
	*kept_ms = begin_ms == NEVER ? 0 : begin_ms;
	publish_shard_clear(&shard);
	return read;
}

static void
on_entry(void *arg, const char *data, size_t length)
{
	seal_changes_read(arg, data, length);
}

static bool
read_journal(struct verify_chain *v, struct verify_journal *j)
{
	char last[SEAL_ID];

	text_add_bytes(&j->sealed, "", 0);
	text_copy(j->end, sizeof(j->end), "0-0");
	if (j->name[0] == 'p')
		j->kept_ms = clock_now_ms() - KEPT_MS;
	else if (!shard_kept(v, (unsigned)strtoul(j->name + 1, NULL, 10),
		     &j->kept_ms))
		return false;
	if (!chain_entries(v->redis, j->name, "0-0", NULL, SIZE_MAX, &j->now,
		last, on_entry, &j->replaced))
		return false;
	if (j->replaced.unsound > 0)
		verify_find(v,
		    "journal %s: %zu lines on what was replaced cannot be "
		    "read",
		    j->name, j->replaced.unsound);
	return true;
}

bool
verify_journals_read(struct verify_chain *v)
{
	char names[CHAIN_JOURNALS_MAX][8];
	size_t n = chain_journals(v->settings, names);

	v->journals = mem_alloc(n * sizeof(*v->journals));
	for (; v->journal_count < n; v->journal_count++) {
		struct verify_journal *j = &v->journals[v->journal_count];

		text_copy(j->name, sizeof(j->name), names[v->journal_count]);
		if (!read_journal(v, j)) {
			v->journal_count++;
			return false;
		}
	}
	return true;
}

static struct verify_journal *
journal_of(struct verify_chain *v, const char *name)
{
	for (size_t i = 0; i < v->journal_count; i++)
		if (strcmp(v->journals[i].name, name) == 0)
			return &v->journals[i];
	return NULL;
}

/* Where in a list entries begin that are later than this one. */
static size_t
later_than(const struct text *list, const char *id)
{
	size_t low = 0, high = list->length / SEAL_ENTRY;
	char at[SEAL_ID];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		seal_entry_id(list->data + middle * SEAL_ENTRY, at);
		if (seal_compare_ids(at, id) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low * SEAL_ENTRY;
}

/* The list that was kept beside the seal; false: there is none. */
static bool
read_list(struct verify_chain *v, const struct seal_stretch *s,
    struct text *list)
{
	redisReply *reply = records_ask(v->redis,
	    "HGET " PUBLISHED_GROUP "entries %s|%s", s->journal, s->to);
	bool found = reply != NULL && reply->type == REDIS_REPLY_STRING;

	if (found)
		text_add_bytes(list, reply->str, reply->len);
	if (reply != NULL)
		freeReplyObject(reply);
	return found;
}

/* Without a sound list: the stretch as it is now, as a whole. */
static void
judge_whole(struct verify_chain *v, struct verify_journal *j,
    const struct seal *s, const struct seal_stretch *st, bool is_gone)
{
	size_t from = later_than(&j->now, st->after);
	size_t to = later_than(&j->now, st->to);
	bool is_old = strtoll(st->to, NULL, 10) < j->kept_ms;
	char hash[SEAL_HEX];

	sign_sha256(j->now.data + from, to - from, hash);
	if (strcmp(hash, st->hash) != 0 && is_gone && is_old && from == to)
		j->unknown += st->entries;
	else {
		if (!is_gone || !is_old)
			verify_find(v,
			    "seal %lld: the list of entries of journal %s as "
			    "far as %s is %s",
			    (long long)s->number, j->name, st->to,
			    is_gone ? "gone" : "another one");
		if (strcmp(hash, st->hash) != 0)
			verify_find(v,
			    "journal %s: what is later than %s, as far as %s, "
			    "is not what seal %lld names",
			    j->name, st->after, st->to, (long long)s->number);
	}
	text_add_bytes(&j->sealed, j->now.data + from, to - from);
}

bool
verify_stretch(struct verify_chain *v, const struct seal *s,
    const struct seal_stretch *st)
{
	struct verify_journal *j = journal_of(v, st->journal);
	struct text list = { 0 };
	char hash[SEAL_HEX];
	bool found;

	if (j == NULL) {
		verify_find(v, "seal %lld: the house has no journal %s",
		    (long long)s->number, st->journal);
		return true;
	}
	if (seal_compare_ids(st->to, j->end) <= 0)
		return true; /* said already: it does not follow */
	found = read_list(v, st, &list);
	if (found)
		sign_sha256(list.data, list.length, hash);
	if (found && strcmp(hash, st->hash) == 0)
		text_add_bytes(&j->sealed, list.data, list.length);
	else
		judge_whole(v, j, s, st, !found);
	text_copy(j->end, sizeof(j->end), st->to);
	text_clear(&list);
	return true;
}

struct telling {
	struct verify_chain *v;
	const char *journal;
};

static void
on_found(void *arg, enum seal_finding f, const char *id)
{
	static const char *const words[] = {
		[SEAL_CHANGED] = "is not as it was sealed",
		[SEAL_MISSING] = "is not there any more",
		[SEAL_ADDED] = "was not there when it was sealed",
	};
	struct telling *t = arg;

	verify_find(t->v, "journal %s: entry %s %s", t->journal, id, words[f]);
}

void
verify_journals(struct verify_chain *v)
{
	for (size_t i = 0; i < v->journal_count; i++) {
		struct verify_journal *j = &v->journals[i];
		struct telling t = { v, j->name };
		struct seal_compared c;
		size_t end = later_than(&j->now, j->end);

		v->unsealed += (int64_t)((j->now.length - end) / SEAL_ENTRY);
		j->now.length = end;
		seal_compare(&j->sealed, &j->now, &j->replaced, j->kept_ms,
		    on_found, &t, &c);
		v->entries.same += c.same;
		v->entries.replaced += c.replaced;
		v->entries.trimmed += c.trimmed;
	}
}

void
verify_journals_clear(struct verify_chain *v)
{
	for (size_t i = 0; i < v->journal_count; i++) {
		text_clear(&v->journals[i].now);
		text_clear(&v->journals[i].sealed);
		seal_changes_clear(&v->journals[i].replaced);
	}
	free(v->journals);
}

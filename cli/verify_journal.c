/*
 * verify_journal: what is in the journals now against what was sealed of it.
 *
 * A seal has one hash for a stretch; the list of its entries is kept beside
 * it.  The list that hashes to what the seal says tells each entry that
 * differs; where it does not, or is gone, nothing can be told of the stretch.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/publish.h"
#include "cli/records.h"
#include "cli/verify_chain.h"
#include "lib/civil.h"
#include "lib/erase.h"
#include "lib/text.h"

static void
on_entry(void *arg, const char *id, const char *hash, const char *data,
    size_t length)
{
	struct seal_changes *changes = arg;
	char stood[SEAL_ID], bare[SEAL_HEX], first[SEAL_HEX];

	seal_changes_read(changes, id, data, length);
	if (!erase_stood(data, length, stood, sizeof(stood)))
		return;
	chain_bare_hash(data, length, false, bare);
	chain_bare_hash(data, length, true, first);
	seal_changes_stands(changes, stood, hash, bare, first);
}

static void
read_journal(struct verify_chain *v, struct verify_journal *j)
{
	char last[SEAL_ID];

	text_add_bytes(&j->sealed, "", 0);
	text_copy(j->end, sizeof(j->end), "0-0");
	if (!publish_kept(v->redis, j->name, &j->kept_ms) ||
	    !chain_entries(v->redis, j->name, "0-0", NULL, SIZE_MAX, &j->now,
		last, on_entry, &j->replaced))
		v->broken = true;
	if (j->replaced.unsound > 0)
		verify_find(v,
		    "journal %s: %zu lines on what was replaced cannot be "
		    "read",
		    j->name, j->replaced.unsound);
}

void
verify_journals_read(struct verify_chain *v)
{
	char names[CHAIN_JOURNALS_MAX][8];
	size_t n = chain_journals(v->settings, names);

	v->journals = mem_alloc(n * sizeof(*v->journals));
	while (v->journal_count < n && !v->broken) {
		struct verify_journal *j = &v->journals[v->journal_count];

		text_copy(j->name, sizeof(j->name), names[v->journal_count++]);
		read_journal(v, j);
	}
}

static struct verify_journal *
journal_of(struct verify_chain *v, const char *name)
{
	for (size_t i = 0; i < v->journal_count; i++)
		if (strcmp(v->journals[i].name, name) == 0)
			return &v->journals[i];
	return NULL;
}

/* What was kept beside the seal; false: there is none. */
static bool
read_list(struct verify_chain *v, const char *key, const struct seal_stretch *s,
    struct text *list)
{
	redisReply *reply = records_ask(v->redis,
	    "HGET " PUBLISHED_GROUP "%s %s|%s", key, s->journal, s->to);
	bool found = reply != NULL && reply->type == REDIS_REPLY_STRING;

	if (found)
		text_add_bytes(list, reply->str, reply->len);
	if (reply != NULL)
		freeReplyObject(reply);
	return found;
}

#define NO_HASH                                                                \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* Without a sound list it cannot be said what the entries were. */
static void
judge_whole(struct verify_chain *v, struct verify_journal *j,
    const struct seal *s, const struct seal_stretch *st, bool is_gone)
{
	size_t from = seal_later(&j->now, SEAL_ENTRY, st->after);
	size_t to = seal_later(&j->now, SEAL_ENTRY, st->to);
	bool is_old = strtoll(st->to, NULL, 10) < j->kept_ms;
	char id[SEAL_ID], hash[SEAL_HEX];

	if (is_gone && is_old && from == to)
		j->unknown += st->entries;
	else
		verify_find(v,
		    "seal %lld: the list of entries of journal %s later than "
		    "%s, as far as %s, is %s: nothing can be told of them",
		    (long long)s->number, j->name, st->after, st->to,
		    is_gone ? "gone" : "another one");
	for (; from < to; from += SEAL_ENTRY) {
		seal_entry_id(j->now.data + from, id);
		seal_entry_hash(j->now.data + from, 0, hash);
		seal_item_add(&j->sealed, id, NO_HASH, hash);
	}
}

/* The hash of an entry as it stands, if it is what was sealed; else none. */
static void
sealed_hash(const struct verify_journal *j, const char *item, const char *salt,
    char out[SEAL_HEX])
{
	static const char gone[SEAL_SALT];
	char id[SEAL_ID], is[SEAL_HEX], salted[SEAL_HEX], sealed[SEAL_HEX];
	size_t at;

	text_copy(out, SEAL_HEX, NO_HASH);
	seal_entry_id(item, id);
	at = seal_later(&j->now, SEAL_ENTRY, id);
	if (at == 0 || memcmp(j->now.data + at - SEAL_ENTRY, item, 16) != 0 ||
	    salt == NULL || memcmp(salt, gone, SEAL_SALT) == 0)
		return;
	seal_entry_hash(j->now.data + at - SEAL_ENTRY, 0, is);
	chain_salted_hash(salt, is, salted);
	seal_entry_hash(item, 1, sealed);
	if (strcmp(salted, sealed) == 0)
		text_copy(out, SEAL_HEX, is);
}

/* The items of a sound list, with what is there now. */
static void
judge_items(struct verify_chain *v, struct verify_journal *j,
    const struct seal *s, const struct seal_stretch *st,
    const struct text *items)
{
	struct text salts = { 0 };
	char id[SEAL_ID], bare[SEAL_HEX], hash[SEAL_HEX];
	size_t n = items->length / SEAL_ITEM;

	read_list(v, "salts", st, &salts);
	if (salts.length != n * SEAL_SALT)
		verify_find(v,
		    "seal %lld: the salts of journal %s later than %s, as far "
		    "as %s, are gone",
		    (long long)s->number, j->name, st->after, st->to);
	for (size_t i = 0; i < n; i++) {
		const char *item = items->data + i * SEAL_ITEM;

		seal_entry_id(item, id);
		seal_entry_hash(item, 0, bare);
		sealed_hash(j, item,
		    salts.length == n * SEAL_SALT ? salts.data + i * SEAL_SALT
						  : NULL,
		    hash);
		seal_item_add(&j->sealed, id, bare, hash);
	}
	text_clear(&salts);
}

void
verify_stretch(struct verify_chain *v, const struct seal *s,
    const struct seal_stretch *st)
{
	struct verify_journal *j = journal_of(v, st->journal);
	struct text items = { 0 };
	char hash[SEAL_HEX];
	bool found;

	if (j == NULL) {
		verify_find(v, "seal %lld: the house has no journal %s",
		    (long long)s->number, st->journal);
		return;
	}
	if (st->kept_ms > j->kept_ms)
		j->kept_ms = st->kept_ms;
	if (seal_compare_ids(st->to, j->end) <= 0)
		return; /* nothing new; or it does not follow, and that is said */
	found = read_list(v, "entries", st, &items);
	if (found)
		sign_sha256(items.data, items.length, hash);
	if (found && strcmp(hash, st->hash) == 0)
		judge_items(v, j, s, st, &items);
	else
		judge_whole(v, j, s, st, !found);
	text_copy(j->end, sizeof(j->end), st->to);
	text_clear(&items);
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

/* Whatever a journal says was replaced, whether it excuses anything or not. */
static void
list_replaced(struct verify_chain *v, const struct verify_journal *j)
{
	char at[40];

	for (const struct seal_change *c = j->replaced.first; c != NULL;
	     c = c->next) {
		civil_utc(c->at_ms, at, sizeof(at));
		json_array_append_new(v->replacements,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}",
			"journal", j->name, "id", c->what.id, "at", at, "by",
			c->by, "reason", c->reason, "line", c->line,
			"line_sealed", seal_compare_ids(c->line, j->end) <= 0,
			"shown", (int)c->is_sealed));
	}
}

static bool
is_true(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

void
verify_replacements_print(const struct verify_chain *v)
{
	struct text t = { 0 };
	const char *journal, *id, *at, *by, *reason;
	size_t i;
	json_t *o;

	json_array_foreach(v->replacements, i, o)
	{
		json_unpack(o, "{s:s, s:s, s:s, s:s, s:s}", "journal", &journal,
		    "id", &id, "at", &at, "by", &by, "reason", &reason);
		text_addf(&t, "journal %s: entry %s was replaced at %s by ",
		    journal, id, at);
		text_add_plain(&t, by);
		text_add(&t, ": ");
		text_add_plain(&t, reason);
		text_addf(&t, " (%s%s)\n",
		    is_true(o, "shown") ? "only its names differ"
					: "it was not sealed before",
		    is_true(o, "line_sealed") ? "" : "; not sealed yet");
	}
	if (t.length > 0)
		fputs(t.data, v->cli->out);
	text_clear(&t);
}

void
verify_journals(struct verify_chain *v)
{
	for (size_t i = 0; i < v->journal_count; i++) {
		struct verify_journal *j = &v->journals[i];
		struct telling t = { v, j->name };
		struct seal_compared c;
		size_t end = seal_later(&j->now, SEAL_ENTRY, j->end);

		v->unsealed += (int64_t)((j->now.length - end) / SEAL_ENTRY);
		j->now.length = end;
		seal_compare(&j->sealed, &j->now, &j->replaced, j->kept_ms,
		    on_found, &t, &c);
		v->entries.same += c.same;
		v->entries.replaced += c.replaced;
		v->entries.trimmed += c.trimmed;
		list_replaced(v, j);
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

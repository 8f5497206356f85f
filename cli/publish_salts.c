/*
 * publish_salts: whose name stood in an entry that was erased must not be
 * guessed by trying names until the hash in the seal is met.  So the salt of
 * such an entry goes, once the journal says that it was erased and before that
 * line is sealed: a run that is killed between the two does it again.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/publish.h"
#include "cli/records.h"
#include "lib/text.h"

struct forgetting {
	struct publisher *p;
	const char *journal;
	char (*ends)[SEAL_ID]; /* of all stretches whose salts are there */
	size_t count;
	size_t at; /* the one in hand; count: none */
	struct text list, salts;
	bool changed, failed;
};

static int
by_id(const void *a, const void *b)
{
	return seal_compare_ids(a, b);
}

/* Where the stretches end whose salts are kept, in order. */
static void
read_ends(struct forgetting *f)
{
	redisReply *keys =
	    records_ask(f->p->redis, "HKEYS " PUBLISHED_GROUP "salts");
	size_t n = strlen(f->journal);

	f->failed = keys == NULL || !records_is_texts(keys);
	for (size_t i = 0; !f->failed && i < keys->elements; i++) {
		const char *field = keys->element[i]->str;

		if (strncmp(field, f->journal, n) != 0 || field[n] != '|' ||
		    !seal_is_id(field + n + 1))
			continue;
		f->ends = mem_grow(f->ends, (f->count + 1) * sizeof(*f->ends));
		text_copy(f->ends[f->count++], SEAL_ID, field + n + 1);
	}
	if (keys != NULL)
		freeReplyObject(keys);
	if (f->count > 0)
		qsort(f->ends, f->count, sizeof(*f->ends), by_id);
	f->at = f->count;
}

static void
name_of(const struct forgetting *f, char field[64])
{
	text_format(field, 64, "%s|%s", f->journal, f->ends[f->at]);
}

/* What was changed is written before another stretch is taken in hand. */
static void
put_back(struct forgetting *f)
{
	struct commit c;
	char field[64];

	if (f->changed && !f->failed) {
		name_of(f, field);
		commit_init(&c);
		commit_set(&c, "salts", field, f->salts.data, f->salts.length);
		f->failed = !publish_store_commit(f->p->store, &c);
		commit_clear(&c);
	}
	f->changed = false;
	f->at = f->count;
	text_clear(&f->list);
	text_clear(&f->salts);
}

static void
read_into(struct forgetting *f, const char *key, const char *field,
    struct text *out)
{
	redisReply *reply = records_ask(f->p->redis,
	    "HGET " PUBLISHED_GROUP "%s %s", key, field);

	if (reply == NULL)
		f->failed = true;
	else if (reply->type == REDIS_REPLY_STRING)
		text_add_bytes(out, reply->str, reply->len);
	if (reply != NULL)
		freeReplyObject(reply);
}

static void
take_in_hand(struct forgetting *f, size_t at)
{
	char field[64];

	if (at == f->at)
		return;
	put_back(f);
	f->at = at;
	name_of(f, field);
	read_into(f, "entries", field, &f->list);
	read_into(f, "salts", field, &f->salts);
}

static void
forget(struct forgetting *f, const char *id)
{
	size_t low = 0, high = f->count, n;
	char at[SEAL_ID];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (seal_compare_ids(f->ends[middle], id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == f->count)
		return; /* it was never sealed */
	take_in_hand(f, low);
	n = seal_later(&f->list, SEAL_ITEM, id) / SEAL_ITEM;
	if (n == 0 || n * SEAL_SALT > f->salts.length)
		return;
	seal_entry_id(f->list.data + (n - 1) * SEAL_ITEM, at);
	if (strcmp(at, id) != 0)
		return;
	memset(f->salts.data + (n - 1) * SEAL_SALT, 0, SEAL_SALT);
	f->changed = true;
}

bool
publish_forget_salts(struct publisher *p, const char *journal,
    const struct seal_changes *erased)
{
	struct forgetting f = { .p = p, .journal = journal };

	if (erased->first == NULL)
		return true;
	read_ends(&f);
	if (f.failed)
		cli_fail(p->cli, "Redis cannot be read");
	for (const struct seal_change *c = erased->first;
	     c != NULL && !f.failed; c = c->next)
		forget(&f, c->what.id);
	put_back(&f);
	free(f.ends);
	return !f.failed;
}

/* repeats: see repeats.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "console/repeats.h"
#include "lib/text.h"

/* In the order in which they came. */
struct entry {
	char key[72];
	int64_t at_ms;
	struct repeat repeat;
	UT_hash_handle hh;
};

struct repeats {
	struct entry *entries;
};

struct repeats *
repeats_new(void)
{
	return mem_alloc(sizeof(struct repeats));
}

static void
forget(struct repeats *r, struct entry *e)
{
	HASH_DEL(r->entries, e);
	free(e->repeat.notice);
	free(e);
}

void
repeats_free(struct repeats *r)
{
	if (r == NULL)
		return;
	while (r->entries != NULL)
		forget(r, r->entries);
	free(r);
}

static struct entry *
find(const struct repeats *r, const char *key)
{
	struct entry *e;

	HASH_FIND_STR(r->entries, key, e);
	return e;
}

const struct repeat *
repeats_seen(struct repeats *r, const char *key, int64_t now_ms)
{
	struct entry *e;

	while (r->entries != NULL &&
	    (now_ms - r->entries->at_ms > REPEATS_MS ||
		HASH_COUNT(r->entries) >= REPEATS_MAX))
		forget(r, r->entries);
	e = find(r, key);
	if (e != NULL)
		return &e->repeat;
	e = mem_alloc(sizeof(*e));
	text_copy(e->key, sizeof(e->key), key);
	e->at_ms = now_ms;
	HASH_ADD_STR(r->entries, key, e);
	return NULL;
}

void
repeats_answer(struct repeats *r, const char *key, int status,
    const char *notice)
{
	struct entry *e = find(r, key);

	if (e == NULL)
		return;
	free(e->repeat.notice);
	e->repeat = (struct repeat){ true, status, mem_text(notice) };
}

void
repeats_forget(struct repeats *r, const char *key)
{
	struct entry *e = find(r, key);

	if (e != NULL)
		forget(r, e);
}

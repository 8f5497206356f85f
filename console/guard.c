/* guard: see guard.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "console/guard.h"
#include "lib/text.h"

/* "p.aroha" or "a.192.0.2.7"; the first one is the longest not seen. */
struct entry {
	char key[80];
	int count;
	int64_t last_ms;
	UT_hash_handle hh;
};

struct guard {
	struct entry *entries;
};

struct guard *
guard_new(void)
{
	return mem_alloc(sizeof(struct guard));
}

static void
forget(struct guard *g, struct entry *e)
{
	if (e == NULL)
		return;
	HASH_DEL(g->entries, e);
	free(e);
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	while (g->entries != NULL)
		forget(g, g->entries);
	free(g);
}

static struct entry *
find(const struct guard *g, char kind, const char *name)
{
	struct entry *e;
	char key[sizeof(e->key)];

	text_format(key, sizeof(key), "%c.%s", kind, name);
	HASH_FIND_STR(g->entries, key, e);
	return e;
}

/* A clock that went back forgets, too. */
static int
count(const struct entry *e, int64_t now_ms)
{
	if (e == NULL || now_ms - e->last_ms > GUARD_FORGET_MS ||
	    now_ms < e->last_ms)
		return 0;
	return e->count;
}

/* 0 up to free ones, then 1 s, 2 s, 4 s ... */
static int64_t
wait_ms(int wrong, int free_ones, int64_t max_ms)
{
	int64_t wait = 1000;

	if (wrong < free_ones)
		return 0;
	for (int i = free_ones; i < wrong && wait < max_ms; i++)
		wait *= 2;
	return wait < max_ms ? wait : max_ms;
}

int64_t
guard_wait_ms(const struct guard *g, const char *person, const char *address,
    int64_t now_ms)
{
	int64_t a = wait_ms(count(find(g, 'a', address), now_ms),
	    GUARD_ADDRESS_FREE, GUARD_ADDRESS_MAX_MS);
	int64_t p = wait_ms(count(find(g, 'p', person), now_ms),
	    GUARD_PERSON_FREE, GUARD_PERSON_MAX_MS);

	return a > p ? a : p;
}

static void
add(struct guard *g, char kind, const char *name, int64_t now_ms)
{
	struct entry *e = find(g, kind, name);
	int had = count(e, now_ms);

	forget(g, e);
	if (HASH_COUNT(g->entries) >= GUARD_ENTRIES)
		forget(g, g->entries);
	e = mem_alloc(sizeof(*e));
	text_format(e->key, sizeof(e->key), "%c.%s", kind, name);
	e->count = had + 1;
	e->last_ms = now_ms;
	HASH_ADD_STR(g->entries, key, e);
}

void
guard_wrong(struct guard *g, const char *person, const char *address,
    int64_t now_ms)
{
	add(g, 'p', person, now_ms);
	add(g, 'a', address, now_ms);
}

void
guard_right(struct guard *g, const char *person)
{
	forget(g, find(g, 'p', person));
}

int
guard_count(const struct guard *g, const char *person, int64_t now_ms)
{
	return count(find(g, 'p', person), now_ms);
}

/* resolve_cache: names and their addresses, for a while; see resolve.h. */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/clock.h"
#include "lib/resolve_inside.h"
#include "lib/text.h"

struct remembered {
	UT_hash_handle hh;
	int64_t until_us; /* monotonic */
	char *addresses;
	char name[];
};

static void
forget(struct resolver *r, struct remembered *m)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_DEL(r->cache, m);
	free(m->addresses);
	free(m);
}

void
resolve_keep(struct resolver *r, const char *name, const char *addresses,
    int ttl_s)
{
	size_t length = strlen(name);
	struct remembered *m;

	HASH_FIND(hh, r->cache, name, length, m);
	if (m != NULL)
		forget(r, m);
	if (ttl_s <= 0)
		return;
	if (HASH_COUNT(r->cache) >= RESOLVE_CACHE_MAX)
		forget(r, r->cache); /* the head is the oldest */
	if (ttl_s > RESOLVE_TTL_MAX_S)
		ttl_s = RESOLVE_TTL_MAX_S;
	m = mem_alloc(sizeof(*m) + length + 1);
	memcpy(m->name, name, length);
	m->addresses = mem_text(addresses);
	m->until_us = clock_monotonic_us() + (int64_t)ttl_s * 1000000;
	HASH_ADD(hh, r->cache, name[0], length, m);
}

const char *
resolve_recall(const struct resolver *r, const char *name)
{
	struct remembered *m;

	HASH_FIND(hh, r->cache, name, strlen(name), m);
	if (m == NULL || m->until_us <= clock_monotonic_us())
		return NULL;
	return m->addresses;
}

void
resolve_forget(struct resolver *r)
{
	struct remembered *m, *next;

	for (m = r->cache; m != NULL; m = next) {
		next = m->hh.next;
		forget(r, m);
	}
}

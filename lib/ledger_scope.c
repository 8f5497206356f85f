/* ledger_scope: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/ledger_scope.h"
#include "lib/renames.h"
#include "lib/text.h"

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whom the names meant when they were said, in order: each is looked up once,
   not for each endpoint. */
static const char **
keys_of(const struct renames *r, char *const *names, size_t count,
    int64_t said_ms)
{
	const char **keys = mem_alloc(count * sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		keys[i] = renames_key(r, names[i], said_ms);
	qsort(keys, count, sizeof(*keys), by_text);
	return keys;
}

bool
ledger_scope(const struct ledger *l, char *const *names, size_t count,
    int64_t said_ms, const struct sla_facts *f, struct sla_scope *scope)
{
	const struct renames *r = ledger_names(l);
	const char **keys;

	if (count == 0)
		return true;
	keys = keys_of(r, names, count, said_ms);
	scope->items = mem_alloc(f->endpoint_count * sizeof(*scope->items));
	for (size_t i = 0; i < f->endpoint_count; i++) {
		const char *key =
		    renames_key(r, f->endpoints[i].name, TIME_MAX);

		if (bsearch(&key, keys, count, sizeof(*keys), by_text) != NULL)
			scope->items[scope->count++] = i;
	}
	free(keys);
	if (scope->count > 0)
		return true;
	free(scope->items);
	scope->items = NULL;
	return false;
}

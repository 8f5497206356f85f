/* ledger_scope: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/ledger_scope.h"
#include "lib/renames.h"
#include "lib/text.h"

static bool
is_named(const struct renames *r, char *const *names, size_t count,
    int64_t said_ms, const char *endpoint)
{
	const char *key = renames_key(r, endpoint, TIME_MAX);

	for (size_t i = 0; i < count; i++)
		if (strcmp(renames_key(r, names[i], said_ms), key) == 0)
			return true;
	return false;
}

bool
ledger_scope(const struct ledger *l, char *const *names, size_t count,
    int64_t said_ms, const struct sla_facts *f, struct sla_scope *scope)
{
	if (count == 0)
		return true;
	scope->items = mem_alloc(f->endpoint_count * sizeof(*scope->items));
	for (size_t i = 0; i < f->endpoint_count; i++)
		if (is_named(ledger_names(l), names, count, said_ms,
			f->endpoints[i].name))
			scope->items[scope->count++] = i;
	if (scope->count > 0)
		return true;
	free(scope->items);
	scope->items = NULL;
	return false;
}

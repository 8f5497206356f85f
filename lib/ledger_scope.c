/* ledger_scope: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger_scope.h"
#include "lib/text.h"

static bool
is_named(char *const *names, size_t count, const char *endpoint)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], endpoint) == 0)
			return true;
	return false;
}

bool
ledger_scope(char *const *names, size_t count, const struct sla_facts *f,
    struct sla_scope *scope)
{
	if (count == 0)
		return true;
	scope->items = mem_alloc(f->endpoint_count * sizeof(*scope->items));
	for (size_t i = 0; i < f->endpoint_count; i++)
		if (is_named(names, count, f->endpoints[i].name))
			scope->items[scope->count++] = i;
	if (scope->count > 0)
		return true;
	free(scope->items);
	scope->items = NULL;
	return false;
}

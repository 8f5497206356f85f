/* ledger_names: see the header. */
#include <stdlib.h>

#include "lib/interval.h"
#include "lib/ledger_names.h"
#include "lib/renames.h"
#include "lib/sla_text.h"
#include "lib/text.h"

static void
rename_text(char **text, const char *name)
{
	char *copy = mem_text(name);

	free(*text);
	*text = copy;
}

void
ledger_name_weights(const struct ledger *l, struct sla_version *v)
{
	for (size_t i = 0; i < v->weight_count; i++)
		rename_text(&v->own_weights[i].endpoint,
		    renames_name(ledger_names(l), v->own_weights[i].endpoint,
			TIME_MAX));
	(void)sla_weights_sort(v);
}

static const char *
name_then(const struct ledger *l, const struct sla_facts *f, const char *name)
{
	const struct renames *r = ledger_names(l);

	return renames_name(r, renames_key(r, name, TIME_MAX), f->to_ms - 1);
}

void
ledger_name_then(const struct ledger *l, struct sla_facts *f)
{
	for (size_t i = 0; i < f->endpoint_count; i++)
		rename_text(&f->endpoints[i].name,
		    name_then(l, f, f->endpoints[i].name));
	for (size_t i = 0; i < f->version_count; i++) {
		struct sla_version *v = &f->versions[i];

		for (size_t k = 0; k < v->weight_count; k++)
			rename_text(&v->own_weights[k].endpoint,
			    name_then(l, f, v->own_weights[k].endpoint));
		(void)sla_weights_sort(v);
	}
}

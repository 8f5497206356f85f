/*
 * sla_weights: what a second of an endpoint's outages weighs: as the version
 * has it of this endpoint, else the endpoint itself, else the version of all.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/sla_inside.h"
#include "lib/sla_text.h"

static int
by_endpoint(const void *a, const void *b)
{
	const struct sla_weight *x = a, *y = b;

	return strcmp(x->endpoint, y->endpoint);
}

const char *
sla_weights_sort(struct sla_version *v)
{
	if (v->weight_count > 1)
		qsort(v->own_weights, v->weight_count, sizeof(*v->own_weights),
		    by_endpoint);
	for (size_t i = 1; i < v->weight_count; i++)
		if (by_endpoint(&v->own_weights[i - 1], &v->own_weights[i]) ==
		    0)
			return v->own_weights[i].endpoint;
	return NULL;
}

static int64_t
own_weight(const struct sla_version *v, const struct sla_endpoint *e, int kind)
{
	const struct sla_weight key = { .endpoint = e->name }, *own = NULL;

	if (v->weight_count > 0)
		own = bsearch(&key, v->own_weights, v->weight_count,
		    sizeof(key), by_endpoint);
	return own != NULL ? own->weights[kind] : SLA_WEIGHT_INHERIT;
}

int64_t
sla_weight(const struct sla_way *way, size_t endpoint, int kind)
{
	const struct sla_facts *f = way->facts;
	const struct sla_version *v = way->version;
	int64_t weight;

	if (endpoint >= f->endpoint_count)
		return v->weights[kind];
	weight = own_weight(v, &f->endpoints[endpoint], kind);
	if (weight == SLA_WEIGHT_INHERIT)
		weight = f->endpoints[endpoint].weights[kind];
	return weight != SLA_WEIGHT_INHERIT ? weight : v->weights[kind];
}

/*
 * The oracle on what is agreed with a client: its terms, step by step, and
 * what is claimed not to count, as the durable records say; read by itself.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"

static int64_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* What counts as unknown; absent: it is excluded. */
static enum deal_unknown
policy_of(const json_t *step)
{
	const char *text = json_string_value(
	    json_object_get(json_object_get(step, "terms"), "unknown"));

	if (text == NULL || strcmp(text, "exclude") == 0)
		return DEAL_EXCLUDE;
	return strcmp(text, "up") == 0 ? DEAL_UP : DEAL_DOWN;
}

static void
take_terms(struct world *w, struct deal *d, const json_t *list)
{
	const json_t *step;
	size_t i;

	d->step_count = 0;
	json_array_foreach(list, i, step)
	{
		int64_t from_ms = number(step, "from");

		if (d->step_count == DEAL_STEPS)
			break;
		if (from_ms > w->now_ms + 600000)
			broken(w, "promise 6: terms begin in the future");
		d->steps[d->step_count++] =
		    (struct deal_step){ from_ms / 1000, policy_of(step) };
	}
}

static unsigned
endpoints_of(const json_t *record, int client)
{
	const json_t *list = json_object_get(record, "endpoints"), *one;
	unsigned mask = 0;
	size_t i;

	for (int e = 0; e < TRUTH_ENDPOINTS; e++)
		if (list == NULL && truth_client(e) == client)
			mask |= 1U << e;
	json_array_foreach(list, i, one)
	{
		int e = field_endpoint(json_string_value(one));

		mask |= e >= 0 ? 1U << e : 0;
	}
	return mask;
}

/* "acme|x-3"; the last answer is the client's word. */
static void
take_claim(struct deal *d, int client, const char *field, const json_t *record)
{
	const json_t *answers = json_object_get(record, "answers");
	const json_t *last =
	    json_array_get(answers, json_array_size(answers) - 1);
	const char *said = json_string_value(json_object_get(last, "consent"));
	struct deal_claim *c = d->claims;

	while (c < d->claims + d->claim_count && strcmp(c->field, field) != 0)
		c++;
	if (c == d->claims + DEAL_CLAIMS)
		return;
	if (c == d->claims + d->claim_count)
		d->claim_count++;
	*c = (struct deal_claim){ .from_ms = number(record, "from"),
		.to_ms = number(record, "to"),
		.endpoints = endpoints_of(record, client),
		.agreed = said != NULL && strcmp(said, "agreed") == 0 };
	text_copy(c->field, sizeof(c->field), field);
}

void
deal_changed(struct world *w, int client, const struct simstore_change *c)
{
	struct deal *d = &w->oracle->books->deals[client];
	json_t *record;

	if (c->value == NULL)
		return;
	record = json_loadb(c->value, c->length, 0, NULL);
	if (strcmp(c->key, "exclusions") == 0)
		take_claim(d, client, c->field, record);
	else if (strcmp(c->key, "terms") == 0 &&
	    strcmp(c->field, truth_clients[client]) == 0)
		take_terms(w, d, record);
	json_decref(record);
}

void
deal_off(const struct deal *d, int endpoint, struct interval_set *off)
{
	for (size_t i = 0; i < d->claim_count; i++)
		if (d->claims[i].agreed &&
		    (d->claims[i].endpoints >> endpoint & 1) != 0)
			interval_set_add(off, d->claims[i].from_ms,
			    d->claims[i].to_ms);
}

/* A second that is cut belongs to what follows. */
enum deal_unknown
deal_policy(const struct deal *d, int64_t second)
{
	enum deal_unknown policy = DEAL_EXCLUDE;

	for (size_t i = 0; i < d->step_count; i++)
		if (d->steps[i].from_s <= second)
			policy = d->steps[i].unknown;
	return policy;
}

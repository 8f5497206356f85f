/* exchange: see exchange.h. */
#include <string.h>

#include <jansson.h>

#include "agent/exchange.h"
#include "lib/interval.h"
#include "lib/text.h"

#define NUMBER_MAX INT64_C(9007199254740991) /* as exact in any JSON */

static int64_t
number(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	int64_t n = json_integer_value(value);

	return json_is_integer(value) && n >= 0 && n <= NUMBER_MAX ? n
								   : otherwise;
}

static void
parse_have(const json_t *list, struct prober_answer *a)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		int64_t shard = number(entry, "shard", -1);
		int64_t seq = number(entry, "seq", -1);

		if (shard < 0 || shard >= WIRE_PARTS_MAX || seq < 0 ||
		    a->have_count == WIRE_PARTS_MAX)
			continue;
		a->have[a->have_count].shard = (unsigned)shard;
		a->have[a->have_count++].have = seq;
	}
}

static void
complain(struct exchange *x, const char *about, const json_t *error)
{
	const char *words = json_string_value(error);

	if (x->complaint[0] == '\0')
		text_format(x->complaint, sizeof(x->complaint), "%s: %s", about,
		    words != NULL ? words : "no reason given");
}

static void
parse_unreadable(const json_t *list, struct exchange *x)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		int64_t part = number(entry, "part", WIRE_PARTS_MAX);

		if (part >= WIRE_PARTS_MAX)
			continue;
		x->unreadable[part] = true;
		complain(x, "a part is unreadable",
		    json_object_get(entry, "error"));
	}
}

static json_t *
load(const char *json, size_t length)
{
	json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

int
exchange_parse(const char *json, size_t length, struct exchange *x)
{
	struct prober_answer *a = &x->answer;
	json_t *root = load(json, length), *refused;
	const json_t *ages;

	*x = (struct exchange){ 0 };
	ages = json_object_get(root, "ages");
	a->pager_age_ms = number(ages, "pager_ms", NEVER);
	a->auditor_age_ms = number(ages, "auditor_ms", NEVER);
	a->commit_age_ms = number(ages, "commit_ms", NEVER);
	if (root == NULL)
		return -1;
	a->their_received_ms = number(root, "received_at_ms", 0);
	a->their_sent_ms = number(root, "sent_at_ms", 0);
	parse_have(json_object_get(root, "have"), a);
	if (json_object_get(root, "error") != NULL)
		complain(x, "it says", json_object_get(root, "error"));
	parse_unreadable(json_object_get(root, "unreadable"), x);
	refused = json_object_get(root, "refused");
	if (json_array_size(refused) > 0)
		complain(x, "observations are refused",
		    json_object_get(json_array_get(refused, 0), "error"));
	json_decref(root);
	return 0;
}

int
orders_parse(const char *json, size_t length,
    void (*order)(void *arg, const char *endpoint), void *arg)
{
	json_t *root = load(json, length), *list, *entry;
	size_t i;

	if (root == NULL)
		return -1;
	list = json_object_get(root, "orders");
	json_array_foreach(list, i, entry)
	{
		const char *endpoint =
		    json_string_value(json_object_get(entry, "endpoint"));

		if (endpoint != NULL && strlen(endpoint) <= WIRE_NAME_MAX &&
		    i < ORDERS_MAX)
			order(arg, endpoint);
	}
	json_decref(root);
	return 0;
}

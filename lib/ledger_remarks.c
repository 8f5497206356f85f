/*
 * ledger_remarks: what people noted about outages.  A note is about the outage
 * that holds the instant at which it was booked to begin; corrections may
 * have moved that since.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger_inside.h"
#include "lib/record.h"
#include "lib/text.h"

struct ledger_remark_list {
	char *field, *endpoint;
	int64_t from_ms;
	json_t *list;
};

/* By time: the store gives them in any order. */
static struct ledger_remark_list *
place_of(struct ledger_remarks *r, const char *field, int64_t from_ms)
{
	size_t at = r->count;

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->items[i].field, field) == 0)
			return &r->items[i];
	r->items = mem_grow(r->items, (r->count + 1) * sizeof(*r->items));
	for (; at > 0 && r->items[at - 1].from_ms > from_ms; at--)
		r->items[at] = r->items[at - 1];
	r->items[at] = (struct ledger_remark_list){ .field = mem_text(field),
		.from_ms = from_ms };
	r->count++;
	return &r->items[at];
}

int
ledger_load_remarks(struct ledger_remarks *r, const char *field,
    const void *value, size_t length, char error[160])
{
	const char *bar = strchr(field, '|');
	struct ledger_remark_list *place;
	json_t *list;

	if (length > LEDGER_RECORD_MAX || bar == NULL) {
		text_copy(error, 160, "annotations: no record of ours");
		return -1;
	}
	list = json_loadb(value, length, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_array(list)) {
		text_copy(error, 160, "annotations: a list is expected");
		json_decref(list);
		return -1;
	}
	place = place_of(r, field, strtoll(bar + 1, NULL, 10));
	json_decref(place->list);
	free(place->endpoint);
	place->list = list;
	place->endpoint = mem_text(field);
	place->endpoint[bar - field] = '\0';
	return 0;
}

void
ledger_remarks_each(const struct ledger_remarks *r, const char *endpoint,
    int64_t from_ms, int64_t to_ms, ledger_noted *found, void *arg)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct ledger_remark_list *x = &r->items[i];
		const json_t *entry;
		size_t k;

		if (strcmp(x->endpoint, endpoint) != 0 ||
		    x->from_ms < from_ms || x->from_ms >= to_ms)
			continue;
		json_array_foreach(x->list, k, entry)
		{
			const char *by = record_string(entry, "by");
			struct ledger_remark note = {
				.at_ms = record_int(entry, "at", 0),
				.by = by != NULL ? by : "",
				.text = record_string(entry, "text"),
				.cause = record_string(entry, "cause"),
			};

			found(arg, &note);
		}
	}
}

void
ledger_remarks_clear(struct ledger_remarks *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->items[i].field);
		free(r->items[i].endpoint);
		json_decref(r->items[i].list);
	}
	free(r->items);
	*r = (struct ledger_remarks){ 0 };
}

/* overrides: see overrides.h. */
#include <stdlib.h>

#include "cli/control.h"
#include "cli/overrides.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/text.h"

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static int64_t
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void
overrides_read(const json_t *answer, const struct settings *s,
    struct overrides *o)
{
	const json_t *list = json_object_get(answer, "overrides"), *item;
	size_t i;

	o->known = json_is_array(list);
	json_array_foreach(list, i, item)
	{
		struct override *next;

		if (o->count == OVERRIDES_MAX)
			break;
		o->items =
		    mem_grow(o->items, (o->count + 1) * sizeof(*o->items));
		next = &o->items[o->count++];
		*next = (struct override){
			.from_ms = number_of(item, "from_ms"),
			.to_ms = number_of(item, "to_ms"),
		};
		text_copy(next->id, sizeof(next->id), text_of(item, "id"));
		text_copy(next->rota, sizeof(next->rota),
		    text_of(item, "rota"));
		text_copy(next->person, sizeof(next->person),
		    text_of(item, "person"));
		text_copy(next->by, sizeof(next->by), text_of(item, "by"));
		text_copy(next->instead, sizeof(next->instead),
		    text_of(item, "instead"));
		next->who = settings_person(s, next->person);
	}
}

json_t *
overrides_question(struct cli *c, const struct settings *s,
    const char *question)
{
	return control_pager(c, s,
	    json_pack("{s:s, s:b}", "command", question, "all", 1));
}

void
overrides_ask(struct cli *c, const struct settings *s, struct overrides *o)
{
	json_t *answer = overrides_question(c, s, "overrides");

	if (answer == NULL)
		return;
	overrides_read(answer, s, o);
	json_decref(answer);
}

bool
overrides_span(struct cli *c, const struct cli_arguments *a, int64_t *from_ms,
    int64_t *to_ms)
{
	const char *from = cli_value(a, "from"), *to = cli_value(a, "to"),
		   *length = cli_value(a, "for");
	int64_t now_ms = clock_now_ms(), length_ms;

	*from_ms = now_ms;
	if (from != NULL && !cli_time(c, "from", from, now_ms, from_ms))
		return false;
	if ((to == NULL) == (length == NULL)) {
		cli_misuse(c, "give either --to or --for");
		return false;
	}
	if (to != NULL && !cli_time(c, "to", to, now_ms, to_ms))
		return false;
	if (length != NULL) {
		if (!cli_duration(c, length, &length_ms))
			return false;
		*to_ms = *from_ms + length_ms;
	}
	if (*to_ms > *from_ms)
		return true;
	cli_misuse(c, "the override ends before it begins");
	return false;
}

json_t *
overrides_request(struct cli *c, const char *command, const char *rota,
    const char *taker, const char *instead)
{
	struct settings *s = tree_parse(c);
	const struct rota *r;
	json_t *request = NULL;

	if (s == NULL)
		return NULL;
	r = tree_rota(c, s, rota);
	if (r != NULL && (taker == NULL || tree_person(c, s, taker) != NULL) &&
	    (instead == NULL || tree_person(c, s, instead) != NULL))
		request = json_pack("{s:s, s:s}", "command", command, "rota",
		    r->name);
	if (request != NULL && taker != NULL)
		json_object_set_new(request, "for", json_string(taker));
	if (request != NULL && instead != NULL)
		json_object_set_new(request, "instead", json_string(instead));
	settings_free(s);
	return request;
}

void
overrides_clear(struct overrides *o)
{
	free(o->items);
	*o = (struct overrides){ 0 };
}

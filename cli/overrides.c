/* overrides: see overrides.h. */
#include <stdlib.h>

#include "cli/control.h"
#include "cli/overrides.h"
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

void
overrides_clear(struct overrides *o)
{
	free(o->items);
	*o = (struct overrides){ 0 };
}

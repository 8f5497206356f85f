/* pages_names: see pages_names.h. */
#include "collector/pages_names.h"
#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/text.h"

void
pages_names_take(struct records *r)
{
	struct state_record *s = r->states, *next;

	/* The table goes first; its members still know who is next. */
	HASH_CLEAR(hh, r->states);
	for (; s != NULL; s = next) {
		next = s->hh.next;
		text_copy(s->id, sizeof(s->id),
		    renames_name(&r->names, s->id, TIME_MAX));
		HASH_ADD_STR(r->states, id, s);
	}
}

static struct state_record *
find(const struct records *r, const char *name)
{
	struct state_record *s;

	HASH_FIND_STR(r->states, name, s);
	return s;
}

struct state_record *
pages_state(const struct records *r, const struct endpoint *e)
{
	struct state_record *s = find(r, e->id);

	if (s == NULL)
		s = find(r, renames_present(&r->names, e->id));
	if (s == NULL && e->was_id != NULL)
		s = find(r, renames_present(&r->names, e->was_id));
	return s;
}

const struct endpoint *
pages_called(const struct pages_model *m, const char *name)
{
	const struct endpoint *e = settings_endpoint_once(m->settings, name);

	if (e != NULL)
		return e;
	return settings_endpoint_once(m->settings,
	    renames_present(&m->known.names, name));
}

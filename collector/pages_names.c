/* pages_names: see pages_names.h. */
#include <string.h>

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

struct state_record *
pages_state_of(const struct records *r, const char *key)
{
	return find(r, renames_name(&r->names, key, TIME_MAX));
}

const struct endpoint *
pages_endpoint(const struct pages_model *m, const struct state_record *s)
{
	const struct endpoint *e = settings_endpoint_once(m->settings, s->id);
	const char *had = s->key;

	for (size_t n = 0; e == NULL && had != NULL; n++) {
		/* Unless somebody else is called so by now. */
		if (strcmp(renames_present(&m->known.names, had), s->id) == 0)
			e = settings_endpoint(m->settings, had);
		had = renames_nth(&m->known.names, s->key, n);
	}
	return e;
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

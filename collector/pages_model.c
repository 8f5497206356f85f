/* pages_model: see pages_model.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"
#include "collector/pages_names.h"
#include "lib/hash_free.h"
#include "lib/interval.h"
#include "lib/ledger.h"

static void
clear_states(struct records *r)
{
	struct state_record *s, *next;

	HASH_ITER (hh, r->states, s, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(r->states, s);
		free(s->json);
		free(s);
	}
}

static void
clear_agents(struct records *r)
{
	HASH_FREE_ITEMS(r->agents);
}

static void
clear_ledgers(struct records *r)
{
	struct client_ledger *l, *next;

	HASH_ITER (hh, r->ledgers, l, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(r->ledgers, l);
		ledger_free(l->ledger);
		free(l);
	}
}

static void
clear_incidents(struct records *r)
{
	for (size_t i = 0; i < r->incidents.count; i++)
		pages_incident_free(r->incidents.items[i]);
	free(r->incidents.items);
	r->incidents = (struct incident_list){ 0 };
}

static void
clear_part(struct records *r, enum pages_part part)
{
	switch (part) {
	case PAGES_STATES:
		renames_clear(&r->names);
		clear_states(r);
		clear_agents(r);
		break;
	case PAGES_LEDGER:
		clear_ledgers(r);
		break;
	case PAGES_INCIDENTS:
		clear_incidents(r);
		break;
	}
}

struct pages_model *
pages_model_new(const struct settings *s)
{
	struct pages_model *m = mem_alloc(sizeof(*m));

	m->settings = s;
	return m;
}

void
pages_model_free(struct pages_model *m)
{
	if (m == NULL)
		return;
	for (int p = 0; p < PAGES_PARTS; p++) {
		clear_part(&m->known, (enum pages_part)p);
		clear_part(&m->coming, (enum pages_part)p);
	}
	free(m);
}

void
pages_model_configure(struct pages_model *m, const struct settings *s)
{
	m->settings = s;
}

/* ---- reading ---- */

void
pages_model_begin(struct pages_model *m, enum pages_part part)
{
	clear_part(&m->coming, part);
	m->unreadable_coming[part] = 0;
}

static bool
read_state(struct pages_model *m, const char *field, const void *value,
    size_t length)
{
	json_t *root = json_loadb(value, length, 0, NULL);
	const char *state = json_string_value(json_object_get(root, "state"));
	struct state_record *s;

	if (state == NULL || strlen(field) >= sizeof(s->id)) {
		json_decref(root);
		return false;
	}
	HASH_FIND_STR(m->coming.states, field, s);
	if (s == NULL) {
		s = mem_alloc(sizeof(*s));
		text_copy(s->id, sizeof(s->id), field);
		text_copy(s->key, sizeof(s->key), field);
		HASH_ADD_STR(m->coming.states, id, s);
	}
	s->state = view_state_parse(state);
	s->since_ms = json_integer_value(json_object_get(root, "since"));
	free(s->json);
	s->json = mem_copy(value, length);
	s->length = length;
	json_decref(root);
	return true;
}

/* Each shard has heard of an agent by itself; the latest holds. */
static bool
read_agent(struct pages_model *m, const char *field, const void *value,
    size_t length)
{
	json_t *root = json_loadb(value, length, 0, NULL);
	const json_t *heard = json_object_get(root, "heard");
	int64_t heard_ms = json_integer_value(heard);
	bool good = json_is_integer(heard) && heard_ms >= 0 &&
	    heard_ms <= TIME_MAX && strlen(field) < NAME_ROOM;
	struct agent_record *a;

	json_decref(root);
	if (!good)
		return false;
	HASH_FIND_STR(m->coming.agents, field, a);
	if (a == NULL) {
		a = mem_alloc(sizeof(*a));
		text_copy(a->name, sizeof(a->name), field);
		HASH_ADD_STR(m->coming.agents, name, a);
	}
	if (heard_ms > a->heard_ms)
		a->heard_ms = heard_ms;
	return true;
}

static bool
read_current(struct pages_model *m, const char *key, const char *field,
    const void *value, size_t length)
{
	char error[160];

	if (strcmp(key, "agents") == 0)
		return read_agent(m, field, value, length);
	if (strcmp(key, "names") == 0)
		return renames_load(&m->coming.names, field, value, length,
			   error) == 0;
	return read_state(m, field, value, length);
}

/* "acme/learn|1234", "acme/learn" and "acme" are all acme's. */
static bool
read_ledger(struct pages_model *m, const char *key, const char *field,
    const void *value, size_t length)
{
	size_t end = strcspn(field, "/|");
	struct client_ledger *l;
	char name[NAME_ROOM], error[160];

	if (end >= sizeof(name))
		return false;
	memcpy(name, field, end);
	name[end] = '\0';
	HASH_FIND_STR(m->coming.ledgers, name, l);
	if (l == NULL) {
		l = mem_alloc(sizeof(*l));
		memcpy(l->name, name, sizeof(name));
		l->ledger = ledger_new(name);
		HASH_ADD_STR(m->coming.ledgers, name, l);
	}
	return ledger_load(l->ledger, key, field, value, length, error) == 0;
}

static bool
read_incident(struct pages_model *m, const void *value, size_t length)
{
	struct incident_list *list = &m->coming.incidents;
	struct pages_incident *i = pages_incident_decode(value, length);

	if (i == NULL)
		return false;
	list->items =
	    mem_grow(list->items, (list->count + 1) * sizeof(*list->items));
	list->items[list->count++] = i;
	return true;
}

void
pages_model_field(struct pages_model *m, enum pages_part part, const char *key,
    const char *field, const void *value, size_t length)
{
	bool read = false;

	switch (part) {
	case PAGES_STATES:
		read = read_current(m, key, field, value, length);
		break;
	case PAGES_LEDGER:
		read = read_ledger(m, key, field, value, length);
		break;
	case PAGES_INCIDENTS:
		read = read_incident(m, value, length);
		break;
	}
	m->unreadable_coming[part] += !read;
}

void
pages_model_pass_over(struct pages_model *m, enum pages_part part)
{
	m->unreadable_coming[part]++;
}

static bool
same_states(struct records *a, struct records *b)
{
	if (HASH_COUNT(a->states) != HASH_COUNT(b->states))
		return false;
	for (struct state_record *x = a->states; x != NULL; x = x->hh.next) {
		struct state_record *y;

		HASH_FIND_STR(b->states, x->id, y);
		if (y == NULL || y->state != x->state ||
		    y->since_ms != x->since_ms)
			return false;
	}
	return true;
}

/* Into what is empty. */
static void
move_part(struct records *from, struct records *to, enum pages_part part)
{
	switch (part) {
	case PAGES_STATES:
		to->names = from->names;
		from->names = (struct renames){ 0 };
		to->states = from->states;
		to->agents = from->agents;
		from->states = NULL;
		from->agents = NULL;
		break;
	case PAGES_LEDGER:
		to->ledgers = from->ledgers;
		from->ledgers = NULL;
		break;
	case PAGES_INCIDENTS:
		to->incidents = from->incidents;
		from->incidents = (struct incident_list){ 0 };
		break;
	}
}

static void
take_over(struct pages_model *m, enum pages_part part)
{
	struct records *known = &m->known, *coming = &m->coming, was = { 0 };

	if (part == PAGES_STATES) {
		pages_names_take(coming);
		m->states_changed = !same_states(known, coming);
	}
	move_part(known, &was, part);
	if (part == PAGES_INCIDENTS && coming->incidents.count > 0)
		qsort(coming->incidents.items, coming->incidents.count,
		    sizeof(*coming->incidents.items), pages_incident_compare);
	move_part(coming, known, part);
	if (m->has_read[part] && m->changed != NULL)
		m->changed(m->arg, part, &was, known);
	m->has_read[part] = true;
	clear_part(&was, part);
}

void
pages_model_end(struct pages_model *m, enum pages_part part, bool whole)
{
	if (!whole) {
		clear_part(&m->coming, part);
		return;
	}
	take_over(m, part);
	m->unreadable = 0;
	for (int p = 0; p < PAGES_PARTS; p++)
		m->unreadable += m->unreadable_coming[p];
}

void
pages_model_watch(struct pages_model *m, pages_changed *changed, void *arg)
{
	m->changed = changed;
	m->arg = arg;
}

size_t
pages_model_unreadable(const struct pages_model *m)
{
	return m->unreadable;
}

bool
pages_model_states_changed(const struct pages_model *m)
{
	return m->states_changed;
}

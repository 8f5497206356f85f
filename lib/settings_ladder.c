/*
 * Ladders: whom a level calls, from words to pointers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

#define NAME_ROOM 80

/* "rota support all": what stands before and after the name. */
struct call_form {
	const char *before, *after;
	enum call_kind call;
};

static const struct call_form forms[] = {
	{ "rota ", "", CALL_ROTA },
	{ "rota ", " primary", CALL_ROTA },
	{ "rota ", " secondary", CALL_SECONDARY },
	{ "rota ", " all", CALL_WATCH },
	{ "rota ", " next zone", CALL_NEXT },
	{ "person ", "", CALL_PERSON },
	{ "group ", "", CALL_GROUP },
	{ "group ", " all", CALL_GROUP },
	{ "group ", " in turn", CALL_TURN },
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

/* Which form it is, and the name in it; NULL: none. */
static const struct call_form *
read_call(const char *text, char name[NAME_ROOM])
{
	const char *why;

	for (size_t i = 0; i < FORMS; i++) {
		const struct call_form *f = &forms[i];
		size_t before = strlen(f->before), after = strlen(f->after);
		size_t length = strlen(text);

		if (strncmp(text, f->before, before) != 0 ||
		    length <= before + after ||
		    length - before - after >= NAME_ROOM ||
		    strcmp(text + length - after, f->after) != 0)
			continue;
		text_format(name, NAME_ROOM, "%.*s",
		    (int)(length - before - after), text + before);
		if (value_name(name, &why))
			return f;
	}
	return NULL;
}

bool
value_call(const char *text, const char **why)
{
	char name[NAME_ROOM];

	*why = "expected whom to call, as in \"rota support\", \"rota support "
	       "secondary\", \"rota support all\", \"rota support next zone\", "
	       "\"person moana\", \"group leads\" or \"group leads in turn\"";
	return read_call(text, name) != NULL;
}

static void
resolve_level(struct settings_load *l, struct level *v)
{
	char name[NAME_ROOM], *named = name;
	const struct call_form *f = NULL;
	const struct conf_place *where;

	if (v->call_text != NULL)
		f = read_call(v->call_text, name);
	if (f == NULL)
		return; /* complained about */
	where = conf_where(&l->reader, &v->call_text, &v->place);
	v->call = f->call;
	if (f->call == CALL_PERSON)
		v->person = settings_refer(l, KIND_PERSON, &named, where);
	else if (f->call == CALL_GROUP || f->call == CALL_TURN)
		v->group = settings_refer(l, KIND_GROUP, &named, where);
	else
		v->rota = settings_refer(l, KIND_ROTA, &named, where);
	if (v->answer == ANSWER_ALL && v->call != CALL_WATCH &&
	    v->call != CALL_GROUP)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &v->answer, &v->place),
		    "answer: \"%s\" calls one person at a time; all can answer "
		    "where all are called, as by \"rota support all\"",
		    v->call_text);
}

static void
resolve_group(struct settings_load *l, struct group *g)
{
	char *const *names = g->people.items;

	g->members = settings_people(l, &g->people, &g->place);
	for (size_t i = 0; i < g->people.count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[i], names[j]) == 0)
				conf_complain(l->reader.errors,
				    conf_where(&l->reader, &names[i],
					&g->place),
				    "people: \"%s\" is named twice", names[i]);
}

void
settings_resolve_ladders(struct settings_load *l)
{
	CONF_EACH (struct group, g, &l->settings->groups)
		resolve_group(l, g);
	CONF_EACH (struct ladder, d, &l->settings->ladders)
		CONF_EACH (struct level, v, &d->levels)
			resolve_level(l, v);
}

static void
add_names(struct conf_list *list, const struct conf_list *names)
{
	CONF_EACH (char *const, name, names)
		((char **)list->items)[list->count++] = mem_text(*name);
}

/* Nobody named: everyone the last level of the operations ladder can call. */
void
settings_default_last_resort(struct site *site)
{
	const struct ladder *d = site->ladder;
	struct conf_list *list = &site->last_resort;
	const struct level *last;
	size_t room = 1;

	if (d == NULL || d->levels.count == 0)
		return;
	last = (const struct level *)d->levels.items + d->levels.count - 1;
	if (last->rota != NULL)
		CONF_EACH (const struct watch, w, &last->rota->watches)
			room += w->people.count;
	if (last->group != NULL)
		room += last->group->people.count;
	list->items = mem_alloc(room * sizeof(char *));
	if (last->person != NULL && last->person->name != NULL)
		((char **)list->items)[list->count++] =
		    mem_text(last->person->name);
	if (last->group != NULL)
		add_names(list, &last->group->people);
	if (last->rota != NULL)
		CONF_EACH (const struct watch, w, &last->rota->watches)
			add_names(list, &w->people);
}

/* Whoever may be called must be within reach. */
static void
check_called(struct settings_load *l, const struct person *p)
{
	if (p != NULL && p->name != NULL && !settings_is_written(l, &p->reach))
		conf_complain(l->reader.errors, &p->place,
		    "person \"%s\" is to be called, but has no \"reach\"",
		    p->name);
}

static void
check_watches(struct settings_load *l, const struct conf_list *watches)
{
	CONF_EACH (const struct watch, w, watches) {
		for (size_t i = 0; i < w->people.count; i++)
			check_called(l, w->members[i]);
		for (size_t i = 0; i < w->secondary.count; i++)
			check_called(l, w->seconds[i]);
	}
}

void
settings_check_ladders(struct settings_load *l)
{
	const struct settings *s = l->settings;

	if (s->ladders.count == 0)
		conf_complain(l->reader.errors, &s->site.place,
		    "there is no ladder: nobody would be called");
	CONF_EACH (const struct ladder, d, &s->ladders)
		CONF_EACH (const struct level, v, &d->levels)
			check_called(l, v->person);
	CONF_EACH (const struct group, g, &s->groups)
		for (size_t i = 0; i < g->people.count; i++)
			check_called(l, g->members[i]);
	CONF_EACH (const struct rota, r, &s->rotas) {
		check_watches(l, &r->watches);
		CONF_EACH (const struct layer, y, &r->layers)
			check_watches(l, &y->watches);
	}
	CONF_EACH (char *const, name, &s->site.last_resort)
		check_called(l, settings_person(s, *name));
}

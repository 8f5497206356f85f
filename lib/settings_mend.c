/*
 * What a tree with mistakes in it says of its rotas all the same.
 *
 * Nothing is guessed: a watch without a zone or an hour to take over is
 * left out, and whoever is named without being configured is called by the
 * name alone.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

/* Was this member written, and nothing complained about where it stands? */
static bool
is_sound(const struct settings_load *l, const void *member)
{
	const struct conf_place *p = conf_where(&l->reader, member, NULL);

	if (p == NULL)
		return false;
	CONF_EACH (const struct conf_complaint, c, &l->reader.errors->list)
		if (c->file != NULL && strcmp(c->file, p->file) == 0 &&
		    c->line == p->line && c->column == p->column)
			return false;
	return true;
}

static const struct person *
add_stranger(struct settings *s, const char *name, const char *zone)
{
	struct conf_list *list = &s->inside->strangers;
	struct person *p = mem_alloc(sizeof(*p));

	p->name = mem_text(name != NULL ? name : "?");
	p->zone = mem_text(zone);
	list->items =
	    mem_grow(list->items, (list->count + 1) * sizeof(struct person *));
	((struct person **)list->items)[list->count++] = p;
	return p;
}

static bool
is_usable(const struct settings_load *l, const struct watch *w)
{
	if (w->zone == NULL || !civil_zone_exists(w->zone))
		return false;
	if (w->has_hours)
		return is_sound(l, &w->from_min) && is_sound(l, &w->to_min);
	return is_sound(l, &w->takes_over_min);
}

/* People who are not configured, or whose zone is none. */
static void
mend_members(struct settings *s, const struct watch *w,
    const struct conf_list *list, const struct person **members)
{
	char *const *names = list->items;

	for (size_t i = 0; i < list->count; i++) {
		const struct person *p = members[i];

		if (p == NULL || p->zone == NULL || !civil_zone_exists(p->zone))
			members[i] = add_stranger(s, names[i], w->zone);
	}
}

static void
mend_watches(struct settings_load *l, struct conf_list *list)
{
	struct watch *all = list->items;
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct watch *w = &all[i];

		if (!is_usable(l, w)) {
			settings_free_watch(w);
			conf_clear(&settings_watch_table, w);
			continue;
		}
		mend_members(l->settings, w, &w->people, w->members);
		mend_members(l->settings, w, &w->secondary, w->seconds);
		if (kept < i)
			all[kept] = *w;
		kept++;
	}
	list->count = kept;
	if (kept == 0) { /* empty lists own nothing */
		free(list->items);
		list->items = NULL;
	}
}

static void
mend_rota(struct settings_load *l, struct rota *r)
{
	if (r->name == NULL)
		r->name = mem_text("?");
	mend_watches(l, &r->watches);
	CONF_EACH (struct layer, y, &r->layers)
		mend_watches(l, &y->watches);
}

void
settings_mend(struct settings_load *l)
{
	CONF_EACH (struct rota, r, &l->settings->rotas)
		mend_rota(l, r);
}

void
settings_mend_clear(struct settings *s)
{
	CONF_EACH (struct person *, p, &s->inside->strangers) {
		free((*p)->name);
		free((*p)->zone);
		free(*p);
	}
	free(s->inside->strangers.items);
}

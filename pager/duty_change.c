/*
 * Changes of hours: what another's they are by an edit or an override, and
 * what everyone is told whose hours change.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_rotas.h"
#include "pager/duty_words.h"

#define LINES_MAX 8 /* of hours gained, and of hours lost, in each place */

struct differences {
	struct rota_difference *items;
	size_t count;
};

static void
on_difference(void *arg, const struct rota_difference *x)
{
	struct differences *all = arg;

	all->items = mem_room(all->items, all->count, sizeof(*all->items));
	all->items[all->count++] = *x;
}

/* All of them, or one stretch that holds them all. */
static void
take_hours(struct rota_change *c, const struct differences *all)
{
	for (size_t i = 0; i < all->count; i++)
		interval_set_add(&c->hours, all->items[i].from_ms,
		    all->items[i].to_ms);
	if (c->hours.count > ROTAS_HOURS_MAX)
		interval_set_add(&c->hours, c->hours.items[0].from,
		    c->hours.items[c->hours.count - 1].to);
}

static void
add_line(struct text *t, const struct rota_difference *x, const char *zone,
    const char *other)
{
	char from[48], to[48];

	civil_full(zone, x->from_ms, from, sizeof(from));
	civil_full(zone, x->to_ms, to, sizeof(to));
	text_addf(t, "  %s to %s%s%s\n", from, to,
	    other[0] != '\0' ? ", and not " : "", other);
}

/* Hours that are somebody's now, or that were. */
static void
add_hours(struct text *t, const struct differences *all,
    const struct person *who, bool second, bool gained)
{
	static const char *const heads[2][2] = {
		{ "You are not on watch any more:\n",
		    "You are on watch now:\n" },
		{ "You are not second any more:\n", "You are second now:\n" },
	};
	int64_t total_ms = 0;
	size_t count = 0;
	char total[32];

	for (size_t i = 0; i < all->count; i++) {
		const struct rota_difference *x = &all->items[i];

		if (x->second != second ||
		    strcmp(gained ? x->is : x->was, who->name) != 0)
			continue;
		if (count++ == 0)
			text_add(t, heads[second][gained]);
		total_ms += x->to_ms - x->from_ms;
		if (count <= LINES_MAX)
			add_line(t, x, who->zone, gained ? x->was : x->is);
	}
	if (count == 0)
		return;
	text_duration(total_ms, total, sizeof(total));
	if (count > LINES_MAX)
		text_addf(t, "  and %zu more, in all %s\n", count - LINES_MAX,
		    total);
}

static void
tell(struct duty *d, struct rota_change *c, const struct differences *all,
    const char *name, int64_t now_ms)
{
	const struct person *who = settings_person(d->settings, name);
	struct rota_told *told;
	struct text t = { 0 };
	char id[24];

	for (size_t i = 0; i < c->told_count; i++)
		if (strcmp(c->told[i].person, name) == 0)
			return;
	if (who == NULL || c->told_count >= ROTAS_PEOPLE_MAX)
		return;
	for (int second = 0; second < 2; second++) {
		add_hours(&t, all, who, second, true);
		add_hours(&t, all, who, second, false);
	}
	c->told = mem_grow(c->told, (c->told_count + 1) * sizeof(*c->told));
	told = &c->told[c->told_count++];
	text_copy(told->person, sizeof(told->person), name);
	told->text = text_take(&t);
	if (strlen(told->text) > ROTAS_TOLD_MAX)
		told->text[ROTAS_TOLD_MAX] = '\0';
	text_format(id, sizeof(id), "c-%llu", (unsigned long long)c->number);
	duty_tell(d, MESSAGE_ROTA, NULL, name, id, now_ms);
}

static void
write_change(struct duty *d, const struct rota_change *c)
{
	json_t *o = json_object(), *hours = json_array(), *told = json_object();
	char field[24];

	record_set_text(o, "rota", c->rota);
	record_set_text(o, "by", c->by);
	record_set_text(o, "what", c->what);
	record_set_int(o, "at_ms", c->at_ms);
	record_set_int(o, "version", c->version);
	for (size_t i = 0; i < c->hours.count; i++)
		json_array_append_new(hours,
		    json_pack("[I, I]", (json_int_t)c->hours.items[i].from,
			(json_int_t)c->hours.items[i].to));
	json_object_set_new(o, "hours", hours);
	for (size_t i = 0; i < c->told_count; i++)
		json_object_set_new(told, c->told[i].person,
		    json_string(c->told[i].text));
	json_object_set_new(o, "told", told);
	text_format(field, sizeof(field), "c-%llu",
	    (unsigned long long)c->number);
	duty_write_record(d, "changes", field, o);
}

static void
clear_change(struct rota_change *c)
{
	for (size_t i = 0; i < c->told_count; i++)
		free(c->told[i].text);
	free(c->told);
	interval_set_clear(&c->hours);
}

/* Those that nothing refers to any more make room, the oldest first. */
static void
forget_old(struct duty *d, int64_t now_ms)
{
	struct duty_rotas *r = d->rotas;
	size_t gone = 0;

	while (gone < r->change_count &&
	    (r->change_count - gone >= ROTAS_CHANGES_MAX ||
		r->changes[gone].at_ms < now_ms - ROTAS_KEPT_MS)) {
		char field[24];

		text_format(field, sizeof(field), "c-%llu",
		    (unsigned long long)r->changes[gone].number);
		commit_unset(&d->pending, "changes", field);
		clear_change(&r->changes[gone++]);
	}
	if (gone == 0)
		return;
	r->change_count -= gone;
	memmove(r->changes, r->changes + gone,
	    r->change_count * sizeof(*r->changes));
}

void
rotas_changed(struct duty *d, const struct rota_edit *e, int64_t now_ms)
{
	struct duty_rotas *r = d->rotas;
	struct differences all = { 0 };
	struct rota_change *c;

	rota_diff(&e->was, &e->is, e->from_ms, e->to_ms, on_difference, &all);
	if (all.count == 0 && e->version == 0)
		return;
	forget_old(d, now_ms);
	r->changes = mem_room(r->changes, r->change_count, sizeof(*r->changes));
	c = &r->changes[r->change_count++];
	*c = (struct rota_change){ .number = ++r->last_change,
		.at_ms = now_ms,
		.version = e->version };
	text_copy(c->rota, sizeof(c->rota), e->rota);
	text_copy(c->by, sizeof(c->by), e->by);
	text_copy(c->what, sizeof(c->what), e->what);
	take_hours(c, &all);
	for (size_t i = 0; i < all.count; i++) {
		tell(d, c, &all, all.items[i].was, now_ms);
		tell(d, c, &all, all.items[i].is, now_ms);
	}
	write_change(d, c);
	free(all.items);
}

const struct rota_change *
rotas_change(const struct duty *d, uint64_t number)
{
	for (size_t i = 0; i < d->rotas->change_count; i++)
		if (d->rotas->changes[i].number == number)
			return &d->rotas->changes[i];
	return NULL;
}

static void
read_hours(struct rota_change *c, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		int64_t from_ms = json_integer_value(json_array_get(item, 0));
		int64_t to_ms = json_integer_value(json_array_get(item, 1));

		if (i < ROTAS_HOURS_MAX && from_ms >= 0 && to_ms <= TIME_MAX)
			interval_set_add(&c->hours, from_ms, to_ms);
	}
}

static void
read_told(struct rota_change *c, json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		struct rota_told *told;

		if (!json_is_string(value) || c->told_count >= ROTAS_PEOPLE_MAX)
			continue;
		c->told =
		    mem_grow(c->told, (c->told_count + 1) * sizeof(*c->told));
		told = &c->told[c->told_count++];
		text_copy(told->person, sizeof(told->person), name);
		told->text = mem_text(json_string_value(value));
	}
}

int
rotas_load_change(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = json_loadb(value, length, 0, NULL);
	struct duty_rotas *r = d->rotas;
	struct rota_change c = { 0 };

	if (strncmp(field, "c-", 2) == 0)
		c.number = strtoull(field + 2, NULL, 10);
	if (c.number == 0 || c.number > UINT32_MAX ||
	    !record_text(o, "rota", c.rota, sizeof(c.rota)) ||
	    r->change_count >= ROTAS_CHANGES_MAX) {
		text_format(error, 160, "not the record of a change");
		json_decref(o);
		return -1;
	}
	record_text(o, "by", c.by, sizeof(c.by));
	record_text(o, "what", c.what, sizeof(c.what));
	c.at_ms = record_int(o, "at_ms", 0);
	c.version = (unsigned)record_int(o, "version", 0);
	read_hours(&c, json_object_get(o, "hours"));
	read_told(&c, json_object_get(o, "told"));
	json_decref(o);
	r->changes = mem_room(r->changes, r->change_count, sizeof(*r->changes));
	r->changes[r->change_count++] = c;
	if (c.number > r->last_change)
		r->last_change = c.number;
	return 0;
}

void
rotas_clear_changes(struct duty_rotas *r)
{
	for (size_t i = 0; i < r->change_count; i++)
		clear_change(&r->changes[i]);
	free(r->changes);
}

/* What one person is told of it; nothing stands there once it is forgotten. */
void
duty_say_rota(struct duty_words *w, const struct intent *i, struct message *m)
{
	const struct rota_change *c =
	    rotas_change(w->duty, strtoull(i->note + 2, NULL, 10));
	const char *rota = c == NULL ? "" : c->rota;

	text_format(m->subject, sizeof(m->subject),
	    "Your watches on rota %.60s have changed", rota);
	text_format(m->sms, sizeof(m->sms),
	    "Your watches on rota %.60s have changed", rota);
	text_format(m->thread, sizeof(m->thread), "rota.%.60s", rota);
	text_addf(w->text, "Your watches on rota %s have changed", rota);
	for (size_t j = 0; c != NULL && j < c->told_count; j++)
		if (strcmp(c->told[j].person, i->person) == 0)
			text_addf(w->text, " (%s, by %s).\n\n%s", c->what,
			    c->by, c->told[j].text);
	text_add(w->text, "\nNothing is asked of you at once.\n");
}

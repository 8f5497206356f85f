/*
 * sunwatch oncall: who is on watch, since when, until when, and who follows.
 *
 * By the tree alone, so that it answers without Redis and pager, and from a
 * tree that "check" would refuse; a running pager adds its overrides, and of
 * what has been says who it was.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/overrides.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/record.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "rota", "NAME", "only this rota (default: all, the first on top)" },
	{ "at", "TIME", "then (default: now)" },
	{ NULL, NULL, NULL },
};

static const char *
name_of(const struct stretch *s)
{
	return s->person != NULL ? s->person->name : NULL;
}

static const char *
zone_of(const struct stretch *s)
{
	return s->person != NULL ? s->person->zone
	    : s->watch != NULL   ? s->watch->zone
				 : "UTC";
}

static json_t *
instant(int64_t at_ms)
{
	char text[40];

	civil_utc(at_ms, text, sizeof(text));
	return json_string(text);
}

static json_t *
name_or_null(const char *name)
{
	return name != NULL ? json_string(name) : json_null();
}

/* One rota's answer: the watch of then, and the next. */
struct answer {
	struct stretch now, next;
	int64_t second_until_ms; /* who is second then is so as long */
	bool frozen, lost; /* as it happened; it has been, and is not known */
	/* What the stretches point to when the pager has said it. */
	struct override override;
	struct person people[3];
	char names[3][64], zone[64];
};

/* Of a rota without watches only the name is known. */
static json_t *
as_json(const struct rota *r, const struct answer *a, int64_t at_ms,
    bool overrides)
{
	const struct stretch *now = &a->now, *next = &a->next;
	json_t *o = json_pack("{s:s, s:o, s:o}", "rota", r->name, "at",
	    instant(at_ms), "primary", name_or_null(name_of(now)));

	json_object_set_new(o, "since",
	    now->rota != NULL ? instant(now->from_ms) : json_null());
	json_object_set_new(o, "until",
	    now->rota != NULL ? instant(now->to_ms) : json_null());
	json_object_set_new(o, "secondary",
	    name_or_null(now->secondary != NULL ? now->secondary->name : NULL));
	if (now->secondary != NULL && a->second_until_ms < now->to_ms)
		json_object_set_new(o, "secondary_until",
		    instant(a->second_until_ms));
	json_object_set_new(o, "next", name_or_null(name_of(next)));
	json_object_set_new(o, "next_until",
	    next->rota != NULL ? instant(next->to_ms) : json_null());
	json_object_set_new(o, "zone", json_string(zone_of(now)));
	json_object_set_new(o, "override",
	    name_or_null(now->override != NULL ? now->override->id : NULL));
	json_object_set_new(o, "overrides_known", json_boolean(overrides));
	json_object_set_new(o, "frozen", json_boolean(a->frozen));
	return o;
}

/* The second may be another before the watch is over. */
static void
print_second(struct cli *c, const struct answer *a)
{
	char until[48] = "";

	if (a->second_until_ms < a->now.to_ms)
		civil_full(zone_of(&a->now), a->second_until_ms, until,
		    sizeof(until));
	fprintf(c->out, " (second: %s%s%s)", a->now.secondary->name,
	    until[0] != '\0' ? " until " : "", until);
}

static void
print(struct cli *c, const struct answer *a, int64_t at_ms)
{
	const struct stretch *now = &a->now, *next = &a->next;
	char since[48], until[48], left[32];

	civil_full(zone_of(now), now->from_ms, since, sizeof(since));
	civil_full(zone_of(now), now->to_ms, until, sizeof(until));
	text_duration(now->to_ms - at_ms, left, sizeof(left));
	fprintf(c->out, "%s: ", now->rota->name);
	if (now->person != NULL)
		cli_styled(c, STYLE_STRONG, now->person->name);
	else
		cli_styled(c, STYLE_BAD, "nobody");
	if (now->override != NULL)
		fprintf(c->out, " (override %s%s%s)", now->override->id,
		    now->override->by[0] != '\0' ? " by " : "",
		    now->override->by);
	if (now->secondary != NULL)
		print_second(c, a);
	fprintf(c->out, " since %s, until %s (%s left), then %s%s\n", since,
	    until, left, next->person != NULL ? next->person->name : "nobody",
	    a->frozen     ? " (as it happened)"
		: a->lost ? " (by the tree of today: what was is not known)"
			  : "");
}

/* Who is on watch then, and who after; nobody in a rota without watches. */
static void
ask(const struct rota *r, const struct overrides *o, int64_t at_ms,
    struct answer *a)
{
	*a = (struct answer){ 0 };
	if (r->watches.count == 0)
		return;
	rota_at(r, o->items, o->count, at_ms, &a->now);
	a->second_until_ms = a->now.to_ms;
	rota_whole(o->items, o->count, &a->now);
	rota_watch_at(r, o->items, o->count, a->now.to_ms, &a->next);
	a->lost = a->now.to_ms <= clock_now_ms();
}

/* Somebody of then, who need not be in the tree any more. */
static const struct person *
somebody(struct answer *a, int place, const json_t *said, const char *field)
{
	if (!record_text(said, field, a->names[place], sizeof(a->names[0])))
		return NULL;
	a->people[place] =
	    (struct person){ .name = a->names[place], .zone = a->zone };
	return &a->people[place];
}

/* What the pager says of this rota then, if that has been. */
static const json_t *
find_frozen(const json_t *past, const char *rota)
{
	const json_t *list = json_object_get(past, "rotas"), *said;
	size_t i;

	json_array_foreach(list, i, said)
	{
		if (strcmp(show_text(said, "rota"), rota) == 0 &&
		    record_bool(said, "frozen"))
			return said;
	}
	return NULL;
}

static void
name_override(struct answer *a, const struct overrides *o, const char *id)
{
	if (id[0] == '\0')
		return;
	text_copy(a->override.id, sizeof(a->override.id), id);
	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->items[i].id, a->override.id) == 0)
			a->override = o->items[i];
	a->now.override = &a->override;
}

static void
ask_past(const struct rota *r, const struct overrides *o, const json_t *past,
    struct answer *a)
{
	const json_t *said = find_frozen(past, r->name);

	if (said == NULL)
		return;
	*a = (struct answer){ .frozen = true, .zone = "UTC" };
	if (show_text(said, "zone")[0] != '\0')
		text_copy(a->zone, sizeof(a->zone), show_text(said, "zone"));
	a->now = (struct stretch){ .rota = r,
		.from_ms = show_number(said, "since_ms"),
		.to_ms = show_number(said, "until_ms") };
	a->next = (struct stretch){ .from_ms = a->now.to_ms };
	a->second_until_ms = a->now.to_ms;
	a->now.person = somebody(a, 0, said, "primary");
	a->now.secondary = somebody(a, 1, said, "secondary");
	a->next.person = somebody(a, 2, said, "next");
	name_override(a, o, show_text(said, "override"));
}

/* The first rota's answer stands at the top, all of them in "rotas". */
static int
print_all(struct cli *c, const struct settings *s, const struct rota *only,
    const struct overrides *o, const json_t *past, int64_t at_ms)
{
	json_t *first = NULL, *list = json_array();
	struct answer a;
	int status = CLI_DONE;

	CONF_EACH (const struct rota, r, &s->rotas) {
		if (only != NULL && r != only)
			continue;
		ask(r, o, at_ms, &a);
		ask_past(r, o, past, &a);
		if (a.now.person == NULL)
			status = CLI_FAILED;
		if (c->json)
			json_array_append_new(list,
			    as_json(r, &a, at_ms, o->known));
		else if (a.now.rota == NULL)
			cli_fail(c, "rota %s has no watch that can be read",
			    r->name);
		else
			print(c, &a, at_ms);
	}
	if (c->json) {
		first = json_copy(json_array_get(list, 0));
		if (only == NULL)
			json_object_set(first, "rotas", list);
		cli_print_json(c, first);
	}
	json_decref(list);
	return status;
}

static int
oncall(struct cli *c, const struct cli_arguments *a)
{
	const char *at = cli_value(a, "at"), *name = cli_value(a, "rota");
	int64_t now_ms = clock_now_ms(), at_ms = now_ms;
	json_t *past = NULL;
	struct overrides o = { 0 };
	const struct rota *only;
	struct settings *s;
	int status = CLI_FAILED;

	if (at != NULL && !cli_time(c, "at", at, at_ms, &at_ms))
		return CLI_USAGE;
	if ((s = tree_glance(c)) == NULL)
		return CLI_FAILED;
	only = tree_rota(c, s, name);
	if (only != NULL) {
		overrides_ask(c, s, &o);
		if (at_ms < now_ms)
			past = control_pager(c, s,
			    json_pack("{s:s, s:I}", "command", "oncall",
				"at_ms", (json_int_t)at_ms));
		status = print_all(c, s, name != NULL ? only : NULL, &o, past,
		    at_ms);
		json_decref(past);
		overrides_clear(&o);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_oncall = {
	.name = "oncall",
	.synopsis = "[--conf FILE] [--rota NAME] [--at TIME] [--json]",
	.summary = "Say who is on watch, until when, and who follows",
	.options = options,
	.run = oncall,
};

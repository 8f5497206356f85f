/*
 * sunwatch oncall: who is on watch, since when, until when, and who follows.
 *
 * By the tree alone, so that it answers without Redis and pager, and from a
 * tree that "check" would refuse; a running pager adds its overrides.
 */
#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
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

/* Of a rota without watches only the name is known. */
static json_t *
as_json(const struct rota *r, const struct stretch *now,
    const struct stretch *next, int64_t at_ms, bool overrides)
{
	json_t *o = json_pack("{s:s, s:o, s:o}", "rota", r->name, "at",
	    instant(at_ms), "primary", name_or_null(name_of(now)));

	json_object_set_new(o, "since",
	    now->rota != NULL ? instant(now->from_ms) : json_null());
	json_object_set_new(o, "until",
	    now->rota != NULL ? instant(now->to_ms) : json_null());
	json_object_set_new(o, "secondary",
	    name_or_null(now->secondary != NULL ? now->secondary->name : NULL));
	json_object_set_new(o, "next", name_or_null(name_of(next)));
	json_object_set_new(o, "next_until",
	    next->rota != NULL ? instant(next->to_ms) : json_null());
	json_object_set_new(o, "zone", json_string(zone_of(now)));
	json_object_set_new(o, "override",
	    name_or_null(now->override != NULL ? now->override->id : NULL));
	json_object_set_new(o, "overrides_known", json_boolean(overrides));
	return o;
}

static void
print(struct cli *c, const struct stretch *now, const struct stretch *next,
    int64_t at_ms)
{
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
		fprintf(c->out, " (override %s by %s)", now->override->id,
		    now->override->by);
	if (now->secondary != NULL)
		fprintf(c->out, " (second: %s)", now->secondary->name);
	fprintf(c->out, " since %s, until %s (%s left), then %s\n", since,
	    until, left, next->person != NULL ? next->person->name : "nobody");
}

/* Who is on watch then, and who after; nobody in a rota without watches. */
static void
ask(const struct rota *r, const struct overrides *o, int64_t at_ms,
    struct stretch *now, struct stretch *next)
{
	*now = *next = (struct stretch){ 0 };
	if (r->watches.count == 0)
		return;
	rota_at(r, o->items, o->count, at_ms, now);
	rota_at(r, o->items, o->count, now->to_ms, next);
}

/* The first rota's answer stands at the top, all of them in "rotas". */
static int
print_all(struct cli *c, const struct settings *s, const struct rota *only,
    const struct overrides *o, int64_t at_ms)
{
	json_t *first = NULL, *list = json_array();
	struct stretch now, next;
	int status = CLI_DONE;

	CONF_EACH (const struct rota, r, &s->rotas) {
		if (only != NULL && r != only)
			continue;
		ask(r, o, at_ms, &now, &next);
		if (now.person == NULL)
			status = CLI_FAILED;
		if (c->json)
			json_array_append_new(list,
			    as_json(r, &now, &next, at_ms, o->known));
		else if (now.rota == NULL)
			cli_fail(c, "rota %s has no watch that can be read",
			    r->name);
		else
			print(c, &now, &next, at_ms);
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
	int64_t at_ms = clock_now_ms();
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
		status = print_all(c, s, name != NULL ? only : NULL, &o, at_ms);
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

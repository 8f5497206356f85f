/* sunwatch oncall next: who takes over when, or when somebody is on watch. */
#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/rota_why.h"
#include "lib/text.h"

#define SHOWN 3

static const struct cli_option options[] = {
	{ "rota", "NAME", "only this rota (default: all)" },
	{ "at", "TIME", "after then (default: now)" },
	{ NULL, NULL, NULL },
};

struct question {
	struct cli *cli;
	const struct overrides *overrides;
	const struct person *who; /* NULL: whoever takes over */
	int64_t at_ms;
	json_t *list; /* NULL: printed line by line */
};

static void
show(struct question *q, const struct stretch *s, bool second)
{
	const struct person *who = second ? s->secondary : s->person;
	const char *zone = who != NULL ? who->zone : "UTC";
	char from[48], to[48], utc[40], until[40];

	civil_utc(s->from_ms, utc, sizeof(utc));
	civil_utc(s->to_ms, until, sizeof(until));
	if (q->list != NULL) {
		json_array_append_new(q->list,
		    json_pack("{s:s, s:s?, s:s, s:s, s:b, s:s?}", "rota",
			s->rota->name, "person", who != NULL ? who->name : NULL,
			"from", utc, "to", until, "second", (int)second,
			"override",
			s->override != NULL ? s->override->id : NULL));
		return;
	}
	civil_full(zone, s->from_ms, from, sizeof(from));
	civil_full(zone, s->to_ms, to, sizeof(to));
	fprintf(q->cli->out, "%s: %s%s from %s to %s\n", s->rota->name,
	    who != NULL ? who->name : "nobody", second ? " (second)" : "", from,
	    to);
}

static void
next_of_person(struct question *q, const struct rota *r, bool second)
{
	const struct overrides *o = q->overrides;
	struct stretch s;

	if (rota_next_of(r, o->items, o->count, q->who, q->at_ms, second, &s))
		show(q, &s, second);
}

/* Those who take over from the one of now, one after another. */
static void
next_hand_offs(struct question *q, const struct rota *r)
{
	const struct overrides *o = q->overrides;
	struct stretch s;

	rota_watch_at(r, o->items, o->count, q->at_ms, &s);
	for (int i = 0; i < SHOWN; i++) {
		rota_watch_at(r, o->items, o->count, s.to_ms, &s);
		show(q, &s, false);
	}
}

static void
ask(struct question *q, const struct rota *r)
{
	if (r->watches.count == 0) {
		cli_fail(q->cli, "rota %s has no watch that can be read",
		    r->name);
	} else if (q->who == NULL) {
		next_hand_offs(q, r);
	} else {
		next_of_person(q, r, false);
		next_of_person(q, r, true);
	}
}

static int
oncall_next(struct cli *c, const struct cli_arguments *a)
{
	const char *at = cli_value(a, "at"), *name = cli_value(a, "rota");
	struct overrides o = { 0 };
	struct question q = { c, &o, NULL, clock_now_ms(), NULL };
	const struct rota *only;
	struct settings *s;
	bool good;

	if (at != NULL && !cli_time(c, "at", at, q.at_ms, &q.at_ms))
		return CLI_USAGE;
	if ((s = tree_glance(c)) == NULL)
		return CLI_FAILED;
	only = tree_rota(c, s, name);
	good = only != NULL &&
	    (a->count == 0 || (q.who = tree_person(c, s, a->words[0])) != NULL);
	if (good) {
		overrides_ask(c, s, &o);
		q.list = c->json ? json_array() : NULL;
		CONF_EACH (const struct rota, r, &s->rotas)
			if (name == NULL || r == only)
				ask(&q, r);
		if (q.list != NULL)
			cli_print_json(c, q.list);
		overrides_clear(&o);
	}
	settings_free(s);
	return good ? CLI_DONE : CLI_FAILED;
}

const struct cli_command cmd_oncall_next = {
	.name = "oncall next",
	.synopsis = "[PERSON] [--rota NAME] [--at TIME]",
	.summary = "Say who takes over next, or when a person is on watch",
	.options = options,
	.max = 1,
	.run = oncall_next,
};

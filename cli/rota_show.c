/* sunwatch rota show: the watches of the coming days, one line each. */
#include <inttypes.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/rotas.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/text.h"

#define STRETCHES_MAX 100000

static const struct cli_option options[] = {
	{ "from", "TIME", "beginning here (default: now)" },
	{ "days", "N", "for so many days, at most 400 (default: 7)" },
	{ NULL, NULL, NULL },
};

static json_t *
as_json(const struct stretch *s)
{
	char from[40], to[40];

	civil_utc(s->from_ms, from, sizeof(from));
	civil_utc(s->to_ms, to, sizeof(to));
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:b, s:s?}", "rota",
	    s->rota->name, "from", from, "to", to, "person",
	    s->person != NULL ? s->person->name : NULL, "zone",
	    s->watch != NULL ? s->watch->zone : NULL, "filled", (int)s->filled,
	    "override", s->override != NULL ? s->override->id : NULL);
}

static void
print(struct cli *c, const struct stretch *s)
{
	const char *zone = s->watch != NULL ? s->watch->zone : "UTC";
	char utc[40], from[48], to[48], length[32];

	civil_utc(s->from_ms, utc, sizeof(utc));
	civil_full(zone, s->from_ms, from, sizeof(from));
	civil_clock(zone, s->to_ms, to, sizeof(to));
	text_duration(s->to_ms - s->from_ms, length, sizeof(length));
	fprintf(c->out, "%s  %-12s %s to %s, %s%s%s%s\n", utc,
	    s->person != NULL ? s->person->name : "NOBODY", from, to, length,
	    s->filled ? ", filled in" : "",
	    s->override != NULL ? ", override " : "",
	    s->override != NULL ? s->override->id : "");
}

static int
show(struct cli *c, const struct rota *r, const struct overrides *o,
    int64_t from_ms, int64_t to_ms)
{
	json_t *list = c->json ? json_array() : NULL;
	struct stretch s;
	int64_t at_ms = from_ms;

	if (r->watches.count == 0) {
		json_decref(list);
		return cli_fail(c, "rota %s has no watches", r->name);
	}
	for (int i = 0; at_ms < to_ms && i < STRETCHES_MAX; i++) {
		rota_watch_at(r, o->items, o->count, at_ms, &s);
		if (list != NULL)
			json_array_append_new(list, as_json(&s));
		else
			print(c, &s);
		if (s.to_ms <= at_ms)
			break;
		at_ms = s.to_ms;
	}
	if (list != NULL)
		cli_print_json(c, list);
	return CLI_DONE;
}

static int
rota_show(struct cli *c, const struct cli_arguments *a)
{
	int64_t from_ms = clock_now_ms(), days = 7;
	struct overrides o = { 0 };
	const struct rota *r;
	struct settings *s;
	int status = CLI_FAILED;

	if (!rotas_period(c, a, &from_ms, &days))
		return CLI_USAGE;
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	if ((r = tree_rota(c, s, a->words[0])) != NULL) {
		overrides_ask(c, s, &o);
		status = show(c, r, &o, from_ms, from_ms + days * 86400000);
		overrides_clear(&o);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_rota_show = {
	.name = "rota show",
	.synopsis = "[ROTA] [--from TIME] [--days N]",
	.summary = "List the watches of the coming days",
	.options = options,
	.max = 1,
	.run = rota_show,
};

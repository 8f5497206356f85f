/* sunwatch rota check: prove that somebody is always on watch. */
#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/rota_report.h"
#include "cli/rotas.h"
#include "cli/tree.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "beginning here (default: now)" },
	{ "days", "N", "for so many days, at most 400 (default: 400)" },
	{ NULL, NULL, NULL },
};

static size_t
prove_one(struct cli *c, const struct rota *r, const struct overrides *o,
    const struct rota_span *span, json_t *into)
{
	size_t faults = rotas_prove(c, r, o->items, o->count, span->from_ms,
	    span->days, json_object_get(into, "faults"));

	rota_report_load(c, r, o, span, into);
	return faults;
}

static int
prove_all(struct cli *c, const struct settings *s, const struct rota *only,
    const struct rota_span *span)
{
	struct overrides o = { 0 };
	json_t *into = NULL;
	size_t faults = 0;

	if (c->json)
		into = json_pack("{s:b, s:[], s:[], s:[]}", "ok", 1, "faults",
		    "people", "shares");
	overrides_ask(c, s, &o);
	CONF_EACH (const struct rota, r, &s->rotas) {
		if (only == NULL || r == only)
			faults += prove_one(c, r, &o, span, into);
	}
	if (only == NULL)
		faults += rotas_prove_ladders(c, s, o.items, o.count,
		    span->from_ms, span->days, json_object_get(into, "faults"));
	rota_report_lints(c, s, &o, span, into);
	overrides_clear(&o);
	if (into != NULL) {
		json_object_set_new(into, "ok", json_boolean(faults == 0));
		cli_print_json(c, into);
	}
	return faults == 0 ? CLI_DONE : CLI_FAILED;
}

static int
rota_check(struct cli *c, const struct cli_arguments *a)
{
	int64_t from_ms = clock_now_ms(), days = ROTAS_DAYS;
	const struct rota *only;
	struct settings *s;
	int status = CLI_FAILED;

	if (!rotas_period(c, a, &from_ms, &days))
		return CLI_USAGE;
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	if ((only = tree_rota(c, s, a->words[0])) != NULL)
		status = prove_all(c, s, a->count > 0 ? only : NULL,
		    &(struct rota_span){ from_ms, (int)days });
	settings_free(s);
	return status;
}

const struct cli_command cmd_rota_check = {
	.name = "rota check",
	.synopsis = "[ROTA] [--from TIME] [--days N]",
	.summary = "Prove that somebody is on watch in every minute",
	.options = options,
	.max = 1,
	.run = rota_check,
};

/* sunwatch rota check: prove that somebody is always on watch. */
#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/rotas.h"
#include "cli/tree.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "beginning here (default: now)" },
	{ "days", "N", "for so many days, at most 400 (default: 400)" },
	{ NULL, NULL, NULL },
};

static int
prove_all(struct cli *c, const struct settings *s, const struct rota *only,
    int64_t from_ms, int64_t days)
{
	json_t *list = c->json ? json_array() : NULL;
	struct overrides o = { 0 };
	size_t faults = 0;

	overrides_ask(c, s, &o);
	CONF_EACH (const struct rota, r, &s->rotas) {
		if (only == NULL || r == only)
			faults += rotas_prove(c, r, o.items, o.count, from_ms,
			    (int)days, list);
	}
	overrides_clear(&o);
	if (list != NULL)
		cli_print_json(c,
		    json_pack("{s:b, s:o}", "ok", faults == 0, "faults", list));
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
		status =
		    prove_all(c, s, a->count > 0 ? only : NULL, from_ms, days);
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

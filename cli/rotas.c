/* rotas: see rotas.h. */
#include <stdlib.h>

#include "cli/rotas.h"
#include "lib/civil.h"
#include "lib/text.h"

#define SHOWN_MAX 20 /* lines per rota; a daily fault repeats 400 times */

struct proof {
	struct cli *cli;
	const struct rota *rota;
	json_t *list;
	size_t seen;
};

static const char *
kind_text(enum rota_fault_kind kind)
{
	static const char *const texts[] = {
		[ROTA_HOLE] = "nobody is on watch",
		[ROTA_LONG] = "watch too long",
		[ROTA_NIGHT] = "watch at night",
		[ROTA_CLASH] = "two watches take over at once",
		[ROTA_AWAY] = "watch of somebody who is away",
	};

	return texts[kind];
}

static void
on_fault(void *arg, const struct rota_fault *f)
{
	struct proof *p = arg;
	char from[40], to[40];

	civil_utc(f->from_ms, from, sizeof(from));
	civil_utc(f->to_ms, to, sizeof(to));
	p->seen++;
	if (p->list != NULL)
		json_array_append_new(p->list,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:b}", "rota",
			p->rota->name, "fault", kind_text(f->kind), "from",
			from, "to", to, "text", f->text, "person",
			f->person != NULL ? f->person->name : NULL, "waived",
			(int)f->waived));
	else if (p->seen <= SHOWN_MAX)
		fprintf(p->cli->out, "%s%s\n", f->text,
		    f->waived ? " (waived)" : "");
}

size_t
rotas_prove(struct cli *c, const struct rota *r, const struct override *o,
    size_t count, int64_t from_ms, int days, json_t *list)
{
	struct proof p = { c, r, list, 0 };
	size_t faults = rota_prove(r, o, count, from_ms, days, on_fault, &p);

	if (list != NULL)
		return faults;
	if (p.seen > SHOWN_MAX)
		fprintf(c->out, "rota %s: ... and %zu more\n", r->name,
		    p.seen - SHOWN_MAX);
	if (faults == 0)
		fprintf(c->out,
		    "rota %s: somebody is on watch in every minute of the "
		    "next %d days\n",
		    r->name, days);
	return faults;
}

struct ladder_proof {
	struct cli *cli;
	json_t *list; /* NULL: printed */
	size_t seen;
};

static void
on_hole(void *arg, const struct ladder_hole *h)
{
	struct ladder_proof *p = arg;
	char from[40], to[40];

	civil_utc(h->from_ms, from, sizeof(from));
	civil_utc(h->to_ms, to, sizeof(to));
	p->seen++;
	if (p->list == NULL && p->seen <= SHOWN_MAX)
		fprintf(p->cli->out, "%s\n", h->text);
	if (p->list != NULL)
		json_array_append_new(p->list,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "ladder",
			h->ladder->name, "fault", "nobody", "from", from, "to",
			to, "text", h->text, "waived", 0));
}

size_t
rotas_prove_ladders(struct cli *c, const struct settings *s,
    const struct override *o, size_t count, int64_t from_ms, int days,
    json_t *list)
{
	struct ladder_proof p = { c, list, 0 };
	size_t holes = 0;

	CONF_EACH (const struct ladder, d, &s->ladders)
		holes += ladder_prove(d, o, count, from_ms, days, on_hole, &p);
	if (list == NULL && holes > SHOWN_MAX)
		fprintf(c->out, "ladders: ... and %zu more\n",
		    holes - SHOWN_MAX);
	return holes;
}

bool
rotas_period(struct cli *c, const struct cli_arguments *a, int64_t *from_ms,
    int64_t *days)
{
	const char *from = cli_value(a, "from"), *text = cli_value(a, "days");
	char *end;

	if (from != NULL && !cli_time(c, "from", from, *from_ms, from_ms))
		return false;
	if (text == NULL)
		return true;
	*days = strtol(text, &end, 10);
	if (end != text && *end == '\0' && *days >= 1 && *days <= ROTAS_DAYS)
		return true;
	cli_misuse(c, "--days %s: write a number from 1 to %d", text,
	    ROTAS_DAYS);
	return false;
}

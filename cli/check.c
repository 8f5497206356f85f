/*
 * sunwatch check: read the whole tree, prove the rotas, and say what will
 * happen.  Exit status 1 is what a reload would refuse.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/due.h"
#include "cli/rotas.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/settings_heartbeats.h"
#include "lib/ladder_when.h"
#include "lib/text.h"

/* "group leads in turn: ana, ben", "rota support all, each has to answer". */
static void
print_level(struct cli *c, const struct level *l)
{
	const struct group *g = l->group;

	fprintf(c->out, " %s", l->call_text);
	for (size_t i = 0; g != NULL && i < g->people.count; i++)
		fprintf(c->out, "%s%s", i == 0 ? ": " : ", ",
		    g->members[i]->name);
	if (l->answer == ANSWER_ALL)
		fputs(", each has to answer", c->out);
}

static void
print_ladder(struct cli *c, const struct ladder *l)
{
	fprintf(c->out, "ladder %s:", l->name);
	CONF_EACH (const struct level, level, &l->levels) {
		char patience[32];

		text_duration(level->patience_ms, patience, sizeof(patience));
		print_level(c, level);
		fprintf(c->out, " (%s)%s", patience,
		    level + 1 == level_end ? "; then from the beginning\n"
					   : " ->");
	}
}

static void
print_endpoint(struct cli *c, const struct endpoint *e, size_t regions)
{
	char interval[32], timeout[32], as[48];
	int urgency;

	if (e->disabled != NULL) {
		fprintf(c->out, "  %s: not probed: %s\n", e->id, e->disabled);
		return;
	}
	text_duration(e->probe.interval_ms, interval, sizeof(interval));
	text_duration(e->probe.timeout_ms, timeout, sizeof(timeout));
	if (e->probe.regions.count > 0)
		regions = e->probe.regions.count;
	text_copy(as, sizeof(as), "");
	urgency = settings_calls_as(e->client, (int)e->probe.severity,
	    clock_now_ms());
	if (urgency != e->probe.severity)
		text_format(as, sizeof(as), " as S%d does, by its plan",
		    urgency);
	fprintf(c->out,
	    "  %s: every %s from %zu region%s, timeout %s; down when %" PRId64
	    " see%s it fail; S%" PRId64 " calls %s%s%s\n",
	    e->id, interval, regions, regions == 1 ? "" : "s", timeout,
	    e->probe.quorum, e->probe.quorum == 1 ? "s" : "", e->probe.severity,
	    e->ladder != NULL ? e->ladder->name : "nobody", as,
	    e->probe.counts ? "; counts" : "");
}

static size_t
count_regions(const struct settings *s)
{
	const struct agent_settings *agents = s->agents.items;
	size_t regions = 0;

	for (size_t i = 0; i < s->agents.count; i++) {
		bool seen = false;

		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(agents[i].region, agents[j].region) == 0;
		regions += !seen;
	}
	return regions;
}

static void
print_amendment(struct cli *c, const struct later_sla *a)
{
	char from[40];

	civil_utc(a->from_ms, from, sizeof(from));
	fprintf(c->out, "  from %s: %s, %" PRId64 ".%03" PRId64 " %%\n", from,
	    a->sla->name, a->sla->guarantee_milli / 1000,
	    a->sla->guarantee_milli % 1000);
}

/* Without a token what wants one is shown to nobody there. */
static const char *
access_text(const struct status_page *p, int access)
{
	if (access == PAGE_PUBLIC)
		return "public";
	return p->token != NULL ? "with token" : "for nobody";
}

/* Which ladder calls when: the choices as written, and the one of now. */
static void
print_hours(struct cli *c, const struct client *cl, int64_t now_ms)
{
	CONF_EACH (const struct endpoint, e, &cl->endpoints) {
		struct ladder_plan plan = ladder_plan_of(e);
		char now[LADDER_WHEN_MAX];

		if (plan.count == 0)
			continue;
		ladder_when_say(&plan, cl->zone, now_ms, now);
		fprintf(c->out, "  %s: by ladder %s\n", e->id, now);
	}
	for (size_t i = 0; i < cl->hour_count; i++)
		fprintf(c->out, "  while %s is open (%s): ladder %s\n",
		    cl->hours[i].choice->hours_name, cl->hours[i].calendar.zone,
		    cl->hours[i].choice->ladder->name);
}

static void
print_client(struct cli *c, const struct settings *s, const struct client *cl)
{
	char percent[24] = "no guarantee";

	if (cl->sla != NULL)
		text_format(percent, sizeof(percent),
		    "%" PRId64 ".%03" PRId64 " %%",
		    cl->sla->guarantee_milli / 1000,
		    cl->sla->guarantee_milli % 1000);
	fprintf(c->out,
	    "client %s: %s, zone %s, status page /c/%s/%s%s (%s, reports "
	    "%s)\n",
	    cl->name, percent, cl->zone, cl->name,
	    cl->status_page.host != NULL ? " and " : "",
	    cl->status_page.host != NULL ? cl->status_page.host : "",
	    access_text(&cl->status_page, cl->status_page.access),
	    access_text(&cl->status_page, cl->status_page.reports));
	CONF_EACH (const struct later_sla, a, &cl->amendments)
		print_amendment(c, a);
	CONF_EACH (const struct endpoint, e, &cl->endpoints) {
		print_endpoint(c, e, count_regions(s));
	}
	print_hours(c, cl, clock_now_ms());
}

static void
print_heartbeat(struct cli *c, const struct heartbeat_settings *h)
{
	char every[32], grace[32];

	if (h->disabled != NULL) {
		fprintf(c->out, "heartbeat %s: not awaited: %s\n", h->name,
		    h->disabled);
		return;
	}
	text_duration(h->every_ms, every, sizeof(every));
	text_duration(h->grace_ms, grace, sizeof(grace));
	fprintf(c->out,
	    "heartbeat %s: every %s, and %s later S%" PRId64 " calls %s\n",
	    h->name, every, grace, h->severity,
	    h->ladder != NULL ? h->ladder->name : "nobody");
}

static void
print_count(struct cli *c, size_t count, const char *one, const char *more,
    const char *then)
{
	fprintf(c->out, "%zu %s%s", count, count == 1 ? one : more, then);
}

static void
print_tree(struct cli *c, const struct settings *s)
{
	CONF_EACH (const struct ladder, l, &s->ladders) {
		print_ladder(c, l);
	}
	CONF_EACH (const struct client, cl, &s->clients) {
		print_client(c, s, cl);
	}
	CONF_EACH (const struct heartbeat_settings, h, &s->heartbeats) {
		print_heartbeat(c, h);
	}
	print_count(c, s->files.count, "file", "files", ", ");
	print_count(c, s->agents.count, "agent", "agents", " in ");
	print_count(c, count_regions(s), "region", "regions", ", ");
	print_count(c, s->people.count, "person", "people", ", ");
	print_count(c, s->clients.count, "client", "clients", "; ");
	fprintf(c->out, "hash %.12s\n", s->hash);
}

/* How many files of calendars cannot be used; each is complained about. */
static size_t
check_calendars(struct cli *c, const struct conf_list *calendars)
{
	char why[CALENDAR_WHY];
	struct calendar made;
	size_t bad = 0;

	CONF_EACH (const struct calendar_settings, k, calendars) {
		if (!settings_calendar_make(k, "UTC", &made, why))
			continue; /* no tree that was taken has one */
		CONF_EACH (char *const, path, &k->ical)
			bad += due_add_ical(c, *path, &made) != CLI_DONE;
		calendar_clear(&made);
	}
	return bad;
}

static size_t
check_files(struct cli *c, const struct settings *s)
{
	size_t bad = check_calendars(c, &s->calendars);

	CONF_EACH (const struct client, cl, &s->clients)
		bad += check_calendars(c, &cl->calendars);
	return bad;
}

static int
check(struct cli *c, const struct cli_arguments *a)
{
	struct settings *s = tree_check(c);
	int64_t now_ms = clock_now_ms();
	size_t faults = 0, bad;

	(void)a;
	if (s == NULL)
		return CLI_FAILED;
	bad = check_files(c, s);
	json_t *list = c->json ? json_array() : NULL;
	CONF_EACH (const struct rota, r, &s->rotas) {
		faults += rotas_prove(c, r, NULL, 0, now_ms, ROTAS_DAYS, list);
	}
	faults += rotas_prove_ladders(c, s, NULL, 0, now_ms, ROTAS_DAYS, list);
	if (list != NULL)
		cli_print_json(c,
		    json_pack("{s:b, s:s, s:i, s:o}", "ok",
			faults == 0 && bad == 0, "hash", s->hash, "clients",
			(int)s->clients.count, "faults", list));
	else
		print_tree(c, s);
	settings_free(s);
	if (faults > 0 && !c->json)
		return cli_fail(c, "refused: %zu fault%s in rotas and ladders",
		    faults, faults == 1 ? "" : "s");
	return faults == 0 && bad == 0 ? CLI_DONE : CLI_FAILED;
}

const struct cli_command cmd_check = {
	.name = "check",
	.synopsis = "[--conf FILE]",
	.summary = "Read the tree, prove the rotas, say what will happen",
	.run = check,
};

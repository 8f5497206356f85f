/* sunwatch doctor: is everything that the promises rest on as it should be? */
#include <stdarg.h>
#include <stdlib.h>
#include <sys/timex.h>

#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/ladder.h"
#include "lib/rota.h"
#include "lib/text.h"

#define DAYS 400

static const char *const words[] = {
	[FINDING_GOOD] = "good",
	[FINDING_DOUBT] = "look",
	[FINDING_BAD] = "BAD",
};

void
doctor_find(struct doctor *d, enum finding f, const char *what, const char *fmt,
    ...)
{
	static const enum cli_style styles[] = { STYLE_GOOD, STYLE_DOUBT,
		STYLE_BAD };
	struct text plain = { 0 };
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_add_plain(&plain, text);
	d->bad += f == FINDING_BAD;
	d->doubts += f == FINDING_DOUBT;
	if (d->list != NULL)
		json_array_append_new(d->list,
		    json_pack("{s:s, s:s, s:s}", "finding", words[f], "what",
			what, "text", plain.data));
	else {
		cli_styled(d->cli, styles[f], words[f]);
		fprintf(d->cli->out, "  %-10s %s\n", what, plain.data);
	}
	text_clear(&plain);
}

void
doctor_break(struct doctor *d, const char *promises, const char *why)
{
	json_array_append_new(d->broken, json_string(promises));
	doctor_find(d, FINDING_BAD, "promise", "%s not kept: %s", promises,
	    why);
}

static void
on_fault(void *arg, const struct rota_fault *f)
{
	struct doctor *d = arg;

	if (!f->waived)
		doctor_find(d, FINDING_BAD, "rota", "%s", f->text);
}

static void
on_hole(void *arg, const struct ladder_hole *h)
{
	doctor_find(arg, FINDING_BAD, "ladder", "%s", h->text);
}

static void
look_at_rotas(struct doctor *d)
{
	size_t faults = 0;

	CONF_EACH (const struct rota, r, &d->settings->rotas) {
		size_t found =
		    rota_prove(r, NULL, 0, d->now_ms, DAYS, on_fault, d);

		faults += found;
		if (found == 0)
			doctor_find(d, FINDING_GOOD, "rota",
			    "%s: always somebody on watch for %d days", r->name,
			    DAYS);
	}
	CONF_EACH (const struct ladder, l, &d->settings->ladders)
		faults += ladder_prove(l, NULL, 0, d->now_ms, DAYS, on_hole, d);
	if (faults > 0)
		doctor_break(d, "7", "see the rotas");
}

static void
look_at_store(struct doctor *d)
{
	char error[256];
	struct records *r = records_open(d->settings, error);

	if (r == NULL) {
		doctor_find(d, FINDING_BAD, "redis", "%s", error);
		doctor_break(d, "1 and 8",
		    "nothing is recorded while Redis is away");
		return;
	}
	doctor_redis(d, r);
	doctor_live(d, r);
	doctor_agents(d, r);
	doctor_reports(d, r);
	records_close(r);
}

/* Does the kernel know of anything that keeps our clock right? */
static void
look_at_clock(struct doctor *d)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);

	if (state == -1 || state == TIME_ERROR)
		doctor_find(d, FINDING_DOUBT, "clock",
		    "this machine's is not known to be synchronised");
	else
		doctor_find(d, FINDING_GOOD, "clock",
		    "this machine's is synchronised");
}

static int
conclude(struct doctor *d)
{
	bool well = d->bad == 0;

	if (d->list != NULL)
		cli_print_json(d->cli,
		    json_pack("{s:b, s:I, s:I, s:o, s:o}", "ok", well, "bad",
			(json_int_t)d->bad, "look", (json_int_t)d->doubts,
			"not_kept", d->broken, "findings", d->list));
	else {
		fprintf(d->cli->out, "%zu bad, %zu to look at\n", d->bad,
		    d->doubts);
		json_decref(d->broken);
	}
	return well ? CLI_DONE : CLI_FAILED;
}

/* The tree as far as it can be read: what is wrong in it is a finding. */
static struct settings *
read_tree(struct doctor *d)
{
	struct settings *s = tree_load(d->cli);
	struct conf_errors errors = { 0 };

	if (s != NULL) {
		doctor_find(d, FINDING_GOOD, "tree",
		    "%s can be read, hash %.12s", d->cli->conf, s->hash);
		return s;
	}
	doctor_find(d, FINDING_BAD, "tree",
	    "%s is not accepted; what runs keeps the one it has", d->cli->conf);
	s = settings_parse(d->cli->conf, &errors);
	conf_errors_clear(&errors);
	return s;
}

static int
doctor(struct cli *c, const struct cli_arguments *a)
{
	struct doctor d = { .cli = c,
		.now_ms = clock_now_ms(),
		.list = c->json ? json_array() : NULL,
		.broken = json_array() };
	struct settings *s = read_tree(&d);
	int status;

	(void)a;
	if (s == NULL)
		return conclude(&d);
	d.settings = s;
	look_at_rotas(&d);
	look_at_clock(&d);
	if (s->canaries.count == 0)
		doctor_find(&d, FINDING_DOUBT, "canaries",
		    "there are none: an agent's own trouble looks like "
		    "everybody's");
	look_at_store(&d);
	doctor_pager(&d);
	doctor_channels(&d);
	doctor_certificates(&d);
	status = conclude(&d);
	settings_free(s);
	return status;
}

const struct cli_command cmd_doctor = {
	.name = "doctor",
	.synopsis = "[--json]",
	.summary = "Look at tree, rotas, Redis, programs, agents, reports",
	.run = doctor,
};

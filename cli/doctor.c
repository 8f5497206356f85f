/* sunwatch doctor: is everything that the promises rest on as it should be? */
#include <stdarg.h>
#include <stdlib.h>

#include <hiredis/hiredis.h>

#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/text.h"
#include "pager/rota.h"

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

static void
count_fault(void *arg, const struct rota_fault *f)
{
	struct doctor *d = arg;

	if (!f->waived)
		doctor_find(d, FINDING_BAD, "rota", "%s", f->text);
}

static void
look_at_rotas(struct doctor *d)
{
	CONF_EACH (const struct rota, r, &d->settings->rotas)
		if (rota_prove(r, NULL, 0, d->now_ms, 400, count_fault, d) == 0)
			doctor_find(d, FINDING_GOOD, "rota",
			    "%s: always somebody on watch for 400 days",
			    r->name);
}

static void
look_at_store(struct doctor *d)
{
	char error[256];
	struct redisContext *r = records_open(d->settings, error);

	if (r == NULL) {
		doctor_find(d, FINDING_BAD, "redis", "%s", error);
		return;
	}
	doctor_redis(d, r);
	doctor_live(d, r);
	redisFree(r);
}

static int
doctor(struct cli *c, const struct cli_arguments *a)
{
	struct doctor d = { .cli = c, .now_ms = clock_now_ms() };
	struct settings *s = tree_load(c);

	(void)a;
	if (s == NULL)
		return CLI_FAILED;
	d.settings = s;
	d.list = c->json ? json_array() : NULL;
	doctor_find(&d, FINDING_GOOD, "tree", "%s can be read, hash %.12s",
	    c->conf, s->hash);
	look_at_rotas(&d);
	look_at_store(&d);
	doctor_pager(&d);
	doctor_channels(&d);
	settings_free(s);
	if (d.list != NULL)
		cli_print_json(c,
		    json_pack("{s:b, s:o}", "ok", d.bad == 0, "findings",
			d.list));
	return d.bad == 0 ? CLI_DONE : CLI_FAILED;
}

const struct cli_command cmd_doctor = {
	.name = "doctor",
	.synopsis = "[--json]",
	.summary = "Look at tree, rotas, Redis, programs, agents, channels",
	.run = doctor,
};

/*
 * sunwatch publish: final reports stored, corrected and sealed, as far as it
 * is time for them.
 *
 * It is run once an hour by a timer and does what is due, be that nothing.
 * Two of them at a time are harmless: one has the lease.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/publish.h"
#include "cli/records.h"
#include "cli/shards_fit.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "client", "CLIENT", "only this client's reports" },
	{ "period", "NAME",
	    "only this one: 2026-10, 2026-Q4, 2026, 2026-04-16" },
	{ "at", "TIME",
	    "what was final then; later than now only in a "
	    "rehearsal" },
	{ "dry-run", NULL, "say what would be stored, and write nothing" },
	{ NULL, NULL, NULL },
};

static const char *
word_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static long long
number_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
print_reports(const struct publisher *p)
{
	const char *verb = p->store != NULL ? "is stored" : "would be stored";
	FILE *out = p->cli->out;
	size_t i, k;
	json_t *o, *word;

	json_array_foreach(p->reports, i, o)
	{
		fprintf(out, "%s %s: version %lld %s, %lld bytes, sha256 %s\n",
		    word_of(o, "client"), word_of(o, "period"),
		    number_of(o, "version"), verb, number_of(o, "bytes"),
		    word_of(o, "hash"));
		json_array_foreach(json_object_get(o, "changed"), k, word)
		    fprintf(out, "  %s\n", json_string_value(word));
	}
}

static void
print_text(const struct publisher *p)
{
	FILE *out = p->cli->out;
	size_t i;
	json_t *o;

	print_reports(p);
	json_array_foreach(p->waiting, i, o)
	    fprintf(out, "%s %s: final, but evaluated only as far as %s\n",
		word_of(o, "client"), word_of(o, "period"),
		word_of(o, "evaluated_to"));
	json_array_foreach(p->seals, i, o) fprintf(out,
	    "seal %lld: %lld reports, %lld entries of journals, sha256 %s\n",
	    number_of(o, "number"), number_of(o, "reports"),
	    number_of(o, "entries"), word_of(o, "hash"));
	if (json_array_size(p->reports) + json_array_size(p->seals) == 0)
		fputs("nothing is due\n", out);
}

static void
print(struct publisher *p)
{
	if (!p->cli->json) {
		print_text(p);
		return;
	}
	cli_print_json(p->cli,
	    json_pack("{s:b, s:O, s:O, s:O}", "written", p->store != NULL,
		"reports", p->reports, "waiting", p->waiting, "seals",
		p->seals));
}

static int
run(struct publisher *p)
{
	p->reports = json_array();
	p->waiting = json_array();
	p->seals = json_array();
	p->pending = json_array();
	commit_init(&p->commit);
	if (publish_chain_read(p)) {
		publish_all(p);
		if (p->store == NULL)
			json_array_extend(p->reports, p->pending);
		print(p);
	} else
		p->failed = true;
	commit_clear(&p->commit);
	seal_clear(&p->seal);
	json_decref(p->reports);
	json_decref(p->waiting);
	json_decref(p->seals);
	json_decref(p->pending);
	return p->failed || p->broken ? CLI_FAILED : CLI_DONE;
}

static bool
read_key(struct publisher *p)
{
	const char *pem = p->settings->reports.key, *why;

	if (pem == NULL)
		return true;
	p->key = sign_key_private(pem, &why);
	if (p->key == NULL)
		cli_fail(p->cli, "reports.key: %s", why);
	return p->key != NULL;
}

static int
publish_with(struct publisher *p, bool rehearsal)
{
	bool is_busy = false;
	int status = CLI_FAILED;

	bool fits;

	if (!read_key(p) ||
	    (p->redis = records_need(p->cli, p->settings)) == NULL)
		return CLI_FAILED;
	fits = shards_fit(p->cli, p->redis, p->settings, NULL);
	if (fits && !rehearsal)
		p->store = publish_store_open(p->cli, p->settings, &is_busy);
	if (fits && (rehearsal || p->store != NULL))
		status = run(p);
	else if (is_busy) {
		if (p->cli->json)
			cli_print_json(p->cli,
			    json_pack("{s:b, s:[], s:[], s:[], s:b}", "written",
				0, "reports", "waiting", "seals", "busy", 1));
		else
			fputs("another publisher is at work\n", p->cli->out);
		status = CLI_DONE;
	}
	publish_store_close(p->store);
	records_close(p->redis);
	return status;
}

/* What was asked for; false: complained. */
static bool
take_options(struct publisher *p, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms();
	const char *at = cli_value(a, "at");

	p->now_ms = now_ms;
	p->client = cli_value(a, "client");
	p->period = cli_value(a, "period");
	if (at != NULL && !cli_time(p->cli, "at", at, now_ms, &p->now_ms))
		return false;
	if (p->now_ms > now_ms && cli_value(a, "dry-run") == NULL) {
		cli_misuse(p->cli,
		    "--at %s is later than now: only with --dry-run", at);
		return false;
	}
	if (p->period != NULL &&
	    (published_period_length(p->period) == 0 ||
		p->period[published_period_length(p->period)] != '\0')) {
		cli_misuse(p->cli,
		    "\"%s\": expected 2026-10, 2026-Q4, 2026, or the date "
		    "that a period begins with",
		    p->period);
		return false;
	}
	return true;
}

static int
publish(struct cli *c, const struct cli_arguments *a)
{
	struct publisher p = { .cli = c };
	struct settings *s;
	int status = CLI_FAILED;

	if (!take_options(&p, a))
		return CLI_USAGE;
	if ((s = tree_publish(c)) == NULL)
		return CLI_FAILED;
	p.settings = s;
	status = publish_with(&p, cli_value(a, "dry-run") != NULL);
	sign_key_free(p.key);
	settings_free(s);
	return status;
}

const struct cli_command cmd_publish = {
	.name = "publish",
	.synopsis = "[--client CLIENT] [--period NAME] [--dry-run]",
	.summary = "Store and seal the reports that are final by now",
	.options = options,
	.run = publish,
};

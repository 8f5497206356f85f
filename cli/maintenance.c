/*
 * sunwatch maintenance announce: what is going to be worked on, and when.
 *
 * Instants, and the clocks of a rule, are those of the clients' zone; what
 * goes to the collector are the times that come of it, written out.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/maintenance.h"
#include "cli/tree.h"
#include "collector/scope.h"
#include "lib/calendar_repeat.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "lib/window.h"

static const struct cli_option options[] = {
	{ "platform", "NAME", "all that is on it now; may be given again",
	    true },
	{ "from", "TIME", "the begin; a clock of the clients' zone" },
	{ "to", "TIME", "the end" },
	{ "for", "DURATION", "or how long" },
	{ "rule", "RRULE", "again by an iCalendar rule, with its end" },
	{ "zone", "ZONE",
	    "of times without an offset (default: the clients')" },
	{ "text", "TEXT", "what the clients are told" },
	{ "force", NULL, "in blackout dates, too" },
	{ "name", "NAME", "its own (default: from all that is said)" },
	{ "as", "NAME", "the person who announces (default: the user)" },
	{ NULL, NULL, NULL },
};

bool
maintenance_instant(struct cli *c, const char *option, const char *text,
    const char *zone, bool last, int64_t *at_ms)
{
	if (strcmp(text, "now") == 0 || *text == '+' || *text == '-')
		return cli_time(c, option, text, clock_now_ms(), at_ms);
	if (civil_read(text, zone, last, at_ms))
		return true;
	if (zone != NULL)
		cli_misuse(c,
		    "--%s: \"%s\" is not a time: write 2026-11-29T02:00 (the "
		    "clock in %s), 2026-11-29T02:00+13:00, now, -15m or +30m",
		    option, text, zone);
	else
		cli_misuse(c,
		    "--%s: \"%s\" is not a time with an offset, and the "
		    "clients are in different zones: say --zone, or write "
		    "2026-11-29T02:00+13:00",
		    option, text);
	return false;
}

/* The names as they go to the collector; NULL: complained. */
static json_t *
names_of(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	json_t *request = json_pack("{s:s}", "command", "maintenance-announce");
	json_t *scope = json_array(), *platforms = json_array();
	const char *platform;
	bool known = true;
	int i = 0;

	for (int k = 0; known && k < a->count; k++) {
		known = strchr(a->words[k], '/') != NULL
		    ? tree_endpoint(c, s, a->words[k]) != NULL
		    : tree_client(c, s, a->words[k]) != NULL;
		json_array_append_new(scope, json_string(a->words[k]));
	}
	while ((platform = cli_values(a, "platform", &i)) != NULL)
		json_array_append_new(platforms, json_string(platform));
	json_object_set_new(request, "scope", scope);
	json_object_set_new(request, "platforms", platforms);
	if (known)
		return request;
	json_decref(request);
	return NULL;
}

/* The zone of all of them; NULL: there is more than one. */
static const char *
zone_of(const struct scope *scope)
{
	const char *zone = scope->items[0].client->zone;

	for (size_t i = 1; i < scope->count; i++)
		if (strcmp(scope->items[i].client->zone, zone) != 0)
			return NULL;
	return zone;
}

static bool
read_span(struct cli *c, const struct cli_arguments *a, const char *zone,
    struct interval *span)
{
	const char *from = cli_value(a, "from"), *to = cli_value(a, "to"),
		   *length = cli_value(a, "for");
	int64_t length_ms;

	if (from == NULL || (to == NULL) == (length == NULL)) {
		cli_misuse(c, "give --from, and either --to or --for");
		return false;
	}
	if (!maintenance_instant(c, "from", from, zone, false, &span->from))
		return false;
	if (to != NULL &&
	    !maintenance_instant(c, "to", to, zone, true, &span->to))
		return false;
	if (length != NULL) {
		if (!cli_duration(c, length, &length_ms))
			return false;
		span->to = span->from + length_ms;
	}
	if (span->from < span->to)
		return true;
	cli_misuse(c, "the window ends before it begins");
	return false;
}

/* NULL: complained. */
static json_t *
times_of(struct cli *c, const struct cli_arguments *a, const char *zone)
{
	const char *rule = cli_value(a, "rule");
	struct interval first, *all;
	json_t *list = NULL;
	size_t n = 1;
	char why[160];

	if (!read_span(c, a, zone, &first))
		return NULL;
	if (rule != NULL && zone == NULL) {
		cli_misuse(c,
		    "the clients are in different zones: a rule needs --zone");
		return NULL;
	}
	all = mem_alloc(WINDOW_TIMES_MAX * sizeof(*all));
	all[0] = first;
	if (rule != NULL)
		n = calendar_repeat(rule, zone, first, NEVER, all,
		    WINDOW_TIMES_MAX, why);
	if (n == 0)
		cli_misuse(c, "--rule: %s", why);
	else
		list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
		    json_pack("[I, I]", (json_int_t)all[i].from,
			(json_int_t)all[i].to));
	free(all);
	return list;
}

/* Said again in the same words for the same times it is the same: whoever was
   not answered may say it once more.  "+4d" is another instant then, which the
   collector sees through, being told that nobody chose this name. */
static void
make_name(const struct cli_arguments *a, const json_t *request,
    char out[WINDOW_ID_MAX + 1])
{
	const char *name = cli_value(a, "name");
	char *said = json_dumps(request, JSON_COMPACT | JSON_SORT_KEYS);
	char hash[SIGN_HEX];

	sign_sha256(said, strlen(said), hash);
	if (name == NULL)
		text_format(out, WINDOW_ID_MAX + 1, "m-%.10s", hash);
	else
		text_format(out, WINDOW_ID_MAX + 1, "%s%s",
		    strncmp(name, "m-", 2) == 0 ? "" : "m-", name);
	free(said);
}

static int
send(struct cli *c, const struct cli_arguments *a, const struct settings *s,
    json_t *request, json_t *times)
{
	char id[WINDOW_ID_MAX + 1];

	json_object_set_new(request, "times", times);
	json_object_set_new(request, "text", json_string(cli_value(a, "text")));
	if (cli_value(a, "rule") != NULL)
		json_object_set_new(request, "rule",
		    json_string(cli_value(a, "rule")));
	make_name(a, request, id);
	json_object_set_new(request, "window", json_string(id));
	if (cli_value(a, "name") == NULL)
		json_object_set_new(request, "unnamed", json_true());
	if (cli_value(a, "force") != NULL)
		json_object_set_new(request, "force", json_true());
	return control_run_collector(c, s, request, cli_value(a, "as"));
}

static int
announce_in(struct cli *c, const struct cli_arguments *a,
    const struct settings *s)
{
	json_t *request = names_of(c, a, s), *times;
	const char *zone = cli_value(a, "zone");
	struct scope scope;
	char error[200];

	if (request == NULL)
		return CLI_FAILED;
	if (!scope_read(s, request, &scope, error)) {
		json_decref(request);
		return cli_fail(c, "%s", error);
	}
	if (zone == NULL)
		zone = zone_of(&scope);
	scope_clear(&scope);
	if ((times = times_of(c, a, zone)) == NULL) {
		json_decref(request);
		return CLI_USAGE;
	}
	return send(c, a, s, request, times);
}

static int
announce(struct cli *c, const struct cli_arguments *a)
{
	const char *zone = cli_value(a, "zone"), *name = cli_value(a, "name");
	struct settings *s;
	int status, i = 0;

	if (a->count == 0 && cli_values(a, "platform", &i) == NULL)
		return cli_misuse(c,
		    "of what? name clients, endpoints or --platform");
	if (cli_value(a, "text") == NULL)
		return cli_misuse(c, "--text is missing: what clients read");
	if (name != NULL && strlen(name) > WINDOW_ID_MAX - 2)
		return cli_misuse(c, "--name: at most %d bytes",
		    WINDOW_ID_MAX - 2);
	if (zone != NULL && !civil_zone_exists(zone))
		return cli_misuse(c, "--zone: there is no zone \"%s\"", zone);
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	status = announce_in(c, a, s);
	settings_free(s);
	return status;
}

const struct cli_command cmd_maintenance_announce = {
	.name = "maintenance announce",
	.synopsis =
	    "SCOPE ... --from TIME --to TIME|--for DURATION --text TEXT",
	.summary = "Announce maintenance of clients, endpoints or platforms",
	.options = options,
	.min = 0,
	.max = CLI_WORDS_MAX,
	.run = announce,
	.asks_collector = true,
};

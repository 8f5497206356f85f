/*
 * sunwatch due: when a clock of support is due.
 *
 * By a calendar that is given on the command line, without any tree, or by
 * the terms of one (due_sla.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/due.h"
#include "lib/civil.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "calendar", "HOURS", "\"mon-fri 09:00-17:00\", \"24x7\"; again: more",
	    true },
	{ "zone", "ZONE", "whose clocks the hours are (default: UTC)" },
	{ "holiday", "DATE", "closed on that day; again: more", true },
	{ "exception", "TEXT", "\"2026-12-24 09:00-12:00\"; again: more",
	    true },
	{ "ical", "FILE", "holidays from a calendar file; again: more", true },
	{ "from", "TIME", "when the clock began" },
	{ "target", "DURATION", "4h, 90m, 1h30m, 2bd (business days)" },
	{ "pause", "FROM..TO", "it stood still; again: more", true },
	{ "before", "DURATION", "warn so much before, too; again: more", true },
	{ "at", "TIME", "how far it is then (default: now)" },
	{ "sla", "NAME", "by the terms of the tree" },
	{ "severity", "S1..S4", "with --sla: of that severity" },
	{ "client", "NAME", "with --sla, or alone: the client's terms" },
	{ NULL, NULL, NULL },
};

int
due_add_ical(struct cli *c, const char *path, struct calendar *calendar)
{
	char why[CALENDAR_WHY];
	const char *reason;
	int status = CLI_DONE;
	size_t length;
	char *bytes;

	bytes = conf_slurp(path, CALENDAR_ICAL_MAX, &length, NULL, &reason);
	if (bytes == NULL)
		return cli_fail(c, "%s: %s", path, reason);
	if (!calendar_add_ical(calendar, bytes, length, why))
		status = cli_fail(c, "%s: %s", path, why);
	free(bytes);
	return status;
}

bool
due_zone(struct cli *c, const char *zone)
{
	if (!civil_zone_exists(zone))
		cli_misuse(c,
		    "--zone: there is no time zone \"%s\": write "
		    "Europe/London",
		    zone);
	return civil_zone_exists(zone);
}

/* The calendar as the command line has it. */
static int
read_calendar(struct cli *c, const struct cli_arguments *a,
    struct calendar *calendar)
{
	const char *zone = cli_value(a, "zone"), *text;
	char why[CALENDAR_WHY];
	int i = 0, failed;

	*calendar = (struct calendar){ 0 };
	if (!due_zone(c, zone != NULL ? zone : "UTC"))
		return CLI_USAGE;
	(void)calendar_init(calendar, zone != NULL ? zone : "UTC");
	while ((text = cli_values(a, "calendar", &i)) != NULL)
		if (!calendar_add_hours(calendar, text, why))
			return cli_misuse(c, "--calendar: \"%s\": %s", text,
			    why);
	failed = due_add_dates(c, a, calendar);
	if (failed == CLI_DONE && zone == NULL && !calendar_is_always(calendar))
		fprintf(c->err,
		    "sunwatch due: no --zone is given: these are "
		    "the clocks of UTC\n");
	return failed;
}

static bool
read_target(struct cli *c, const char *option, const char *text,
    const struct calendar *calendar, struct deadline_target *target,
    int64_t *ms)
{
	const char *why;

	if (!deadline_target_read(text, target, &why)) {
		cli_misuse(c, "--%s: %s, not \"%s\"", option, why, text);
		return false;
	}
	*ms = deadline_target_ms(*target, calendar);
	if (*ms < 0)
		cli_misuse(c, "--%s: the calendar has no business day", option);
	return *ms >= 0;
}

/* The instants of --before, each so much open time before it is due. */
static bool
add_before(struct cli *c, const struct cli_arguments *a,
    const struct due_clock *k, json_t *list)
{
	const struct calendar *calendar = k->deadline.calendar;
	struct deadline_target left;
	int64_t left_ms;
	const char *text;
	int i = 0;

	while ((text = cli_values(a, "before", &i)) != NULL) {
		json_t *o;

		if (!read_target(c, "before", text, calendar, &left, &left_ms))
			return false;
		o = json_pack("{s:s}", "before", text);
		due_set_instant(o, "at", calendar->zone,
		    deadline_before_ms(&k->deadline, k->target_ms, left_ms));
		json_array_append_new(list, o);
	}
	return true;
}

static void
print_before(struct cli *c, const json_t *list)
{
	json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		const char *at = json_string_value(json_object_get(o, "at"));

		fprintf(c->out, "  %s before: %s\n",
		    json_string_value(json_object_get(o, "before")),
		    at != NULL ? at : "never");
	}
}

static void
print_json(struct cli *c, const struct due_clock *k, const struct due_times *t,
    json_t *before)
{
	json_t *o = due_clock_json(k, t->at_ms);

	json_object_set_new(o, "zone", json_string(t->zone));
	due_set_instant(o, "from", t->zone, t->from_ms);
	json_object_set_new(o, "business_day_s",
	    json_integer(
		calendar_business_day_ms(k->deadline.calendar) / 1000));
	json_object_set(o, "before", before);
	cli_print_json(c, o);
}

static int
answer(struct cli *c, const struct cli_arguments *a,
    const struct calendar *calendar, const struct due_times *t)
{
	struct due_clock k = { .deadline = { calendar, t->from_ms,
				   &t->pauses } };
	const char *target = cli_value(a, "target");
	json_t *before;
	int status = CLI_USAGE;

	if (target == NULL)
		return cli_misuse(c, "--target is missing: 4h, 2bd, ...");
	if (!read_target(c, "target", target, calendar, &k.target,
		&k.target_ms))
		return CLI_USAGE;
	k.due_ms = deadline_due_ms(&k.deadline, k.target_ms);
	before = json_array();
	if (add_before(c, a, &k, before)) {
		status = k.due_ms != NEVER ? CLI_DONE : CLI_FAILED;
		if (c->json) {
			print_json(c, &k, t, before);
		} else {
			fprintf(c->out, "due ");
			due_print_clock(c, &k, t->at_ms);
			print_before(c, before);
		}
		if (k.due_ms == NEVER)
			due_never(c, &k);
	}
	json_decref(before);
	return status;
}

static int
due_calendar(struct cli *c, const struct cli_arguments *a)
{
	struct calendar calendar;
	struct due_times t = { 0 };
	int status = read_calendar(c, a, &calendar);

	if (status == CLI_DONE) {
		status = CLI_USAGE;
		if (due_read_times(c, a, calendar.zone, &t))
			status = answer(c, a, &calendar, &t);
	}
	interval_set_clear(&t.pauses);
	calendar_clear(&calendar);
	return status;
}

/* What goes with the one way of asking and not with the other. */
static const char *
misplaced(const struct cli_arguments *a, bool by_calendar)
{
	static const char *const theirs[2][6] = {
		{ "calendar", "target", "before", NULL },
		{ "sla", "severity", "client", NULL },
	};

	for (const char *const *o = theirs[by_calendar]; *o != NULL; o++)
		if (cli_value(a, *o) != NULL)
			return *o;
	return NULL;
}

static int
due(struct cli *c, const struct cli_arguments *a)
{
	bool by_calendar = cli_value(a, "calendar") != NULL;
	const char *wrong;

	if (!by_calendar && cli_value(a, "sla") == NULL &&
	    cli_value(a, "client") == NULL)
		return cli_misuse(c,
		    "give --calendar, as \"mon-fri 09:00-17:00\", --sla or "
		    "--client");
	if ((wrong = misplaced(a, by_calendar)) != NULL)
		return cli_misuse(c, "--%s does not go with --%s", wrong,
		    by_calendar ? "calendar" : "sla or --client");
	return by_calendar ? due_calendar(c, a) : due_sla(c, a);
}

const struct cli_command cmd_due = {
	.name = "due",
	.synopsis = "--calendar HOURS --zone ZONE --from TIME --target DURATION"
		    " | --sla NAME --severity S1..S4 --from TIME ...",
	.summary = "Say when a response, update or resolution is due",
	.options = options,
	.run = due,
};

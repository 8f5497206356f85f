/*
 * due_sla: when response, update and resolution are due by the terms of a
 * tree, and when each level of the ladder is called.
 *
 * Where there is no tree at all, the terms that are built in are asked.
 */
#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "cli/due.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/text.h"

static const char without_tree[] =
    "site: { name: none, url: \"https://none.example\" }\n";

/* Everything that was looked up for one answer. */
struct terms {
	struct settings *settings;
	const struct client *client; /* NULL: none was named */
	const struct sla *sla;
	int severity;
	const struct sla_severity *agreed;
	struct calendar calendar;
	struct due_times times;
};

static struct settings *
load(struct cli *c)
{
	struct conf_errors errors = { 0 };
	struct settings *s;

	if (c->conf_given || strcmp(c->conf, CLI_CONF_DEFAULT) != 0 ||
	    access(c->conf, F_OK) == 0)
		return tree_parse(c);
	fprintf(c->err,
	    "sunwatch due: there is no %s: by the terms that are "
	    "built in\n",
	    c->conf);
	s = settings_from_text(without_tree, &errors);
	conf_errors_clear(&errors);
	return s;
}

static const char *
zone_for(const struct cli_arguments *a, const struct terms *t)
{
	const char *zone = cli_value(a, "zone");

	if (zone == NULL && t->client != NULL)
		zone = t->client->zone;
	return zone != NULL ? zone : "UTC";
}

/* The client's, when the clock begins; what is no time is refused later. */
static const char *
name_at(const struct cli_arguments *a, const struct terms *t)
{
	const char *from = cli_value(a, "from");
	int64_t at_ms;

	if (from == NULL || !civil_read(from, zone_for(a, t), false, &at_ms))
		at_ms = clock_now_ms();
	return settings_sla_at(t->client, at_ms)->name;
}

/* Whose terms, and which; false: complained. */
static bool
find_sla(struct cli *c, const struct cli_arguments *a, struct terms *t)
{
	const char *client = cli_value(a, "client"),
		   *name = cli_value(a, "sla");

	if (client != NULL &&
	    (t->client = tree_client(c, t->settings, client)) == NULL)
		return false;
	if (name == NULL)
		name = name_at(a, t);
	t->sla = settings_sla(t->settings, t->client, name);
	if (t->sla != NULL)
		return true;
	cli_fail(c, "there is no SLA \"%s\"", name);
	return false;
}

/* What the calendar's files and the command line add to it. */
static int
add_dates(struct cli *c, const struct cli_arguments *a,
    const struct calendar_settings *from, struct terms *t)
{
	int failed = CLI_DONE;

	CONF_EACH (char *const, path, &from->ical)
		if (failed == CLI_DONE)
			failed = due_add_ical(c, *path, &t->calendar);
	return failed == CLI_DONE ? due_add_dates(c, a, &t->calendar) : failed;
}

static int
make_calendar(struct cli *c, const struct cli_arguments *a, struct terms *t)
{
	const struct calendar_settings *from =
	    settings_calendar(t->settings, t->client, t->agreed->hours);
	const char *zone = zone_for(a, t);
	char why[CALENDAR_WHY];
	int failed;

	if (!due_zone(c, zone))
		return CLI_USAGE;
	if (from == NULL)
		return cli_fail(c, "there is no calendar \"%s\"",
		    t->agreed->hours);
	if (!settings_calendar_make(from, zone, &t->calendar, why))
		return cli_fail(c, "calendar %s: %s", from->name, why);
	failed = add_dates(c, a, from, t);
	if (failed == CLI_DONE && cli_value(a, "zone") == NULL &&
	    t->client == NULL && from->zone == NULL &&
	    !calendar_is_always(&t->calendar))
		fprintf(c->err,
		    "sunwatch due: neither --zone nor --client is "
		    "given: these are the clocks of UTC\n");
	return failed;
}

/* S1 is never paused, whatever is asked. */
static void
leave_pauses_out(struct cli *c, struct terms *t)
{
	if (t->severity != 1 || t->times.pauses.count == 0)
		return;
	fprintf(c->err,
	    "sunwatch due: the clocks of S1 are never paused: "
	    "--pause is left out\n");
	interval_set_clear(&t->times.pauses);
}

static int
look_up(struct cli *c, const struct cli_arguments *a, struct terms *t)
{
	const char *severity = cli_value(a, "severity");
	int failed;

	if (severity == NULL)
		return cli_misuse(c, "--severity is missing: S1, S2, S3 or S4");
	if (!cli_severity(c, severity, &t->severity))
		return CLI_USAGE;
	if ((t->settings = load(c)) == NULL || !find_sla(c, a, t))
		return CLI_FAILED;
	t->agreed = &t->sla->severities[t->severity - 1];
	if ((failed = make_calendar(c, a, t)) != CLI_DONE)
		return failed;
	if (!due_read_times(c, a, t->calendar.zone, &t->times))
		return CLI_USAGE;
	leave_pauses_out(c, t);
	return CLI_DONE;
}

static struct deadline
deadline_of(const struct terms *t)
{
	return (struct deadline){ &t->calendar, t->times.from_ms,
		&t->times.pauses };
}

/* False when nothing is agreed, or the calendar has no business day. */
static bool
make_clock(const struct terms *t, struct deadline_target target,
    struct due_clock *k)
{
	k->deadline = deadline_of(t);
	k->target = target;
	k->target_ms = deadline_target_ms(target, &t->calendar);
	if (k->target_ms <= 0)
		return false;
	k->due_ms = deadline_due_ms(&k->deadline, k->target_ms);
	return true;
}

struct named_target {
	const char *name;
	struct deadline_target target;
};

#define TARGETS 3
static void
targets_of(const struct sla_severity *s, struct named_target out[TARGETS])
{
	out[0] = (struct named_target){ "response", s->response };
	out[1] = (struct named_target){ "update", s->update };
	out[2] = (struct named_target){ "resolution", s->resolution };
}

/* When level i + 1 is called; NEVER if it is not. */
static int64_t
level_at(const struct terms *t, size_t i)
{
	const char *const *after = t->agreed->escalate.items;
	struct deadline d = deadline_of(t);
	struct deadline_target target;
	const char *why;
	int64_t ms = -1;

	if (deadline_target_read(after[i], &target, &why))
		ms = deadline_target_ms(target, &t->calendar);
	return ms < 0 ? NEVER : deadline_due_ms(&d, ms);
}

static json_t *
ladder_json(const struct terms *t)
{
	const char *const *after = t->agreed->escalate.items;
	json_t *list = json_array();

	for (size_t i = 0; i < t->agreed->escalate.count; i++) {
		json_t *o = json_pack("{s:i, s:s}", "level", (int)i + 1,
		    "after", after[i]);

		due_set_instant(o, "at", t->calendar.zone, level_at(t, i));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
head_json(const struct terms *t)
{
	char severity[4];
	json_t *o;

	text_format(severity, sizeof(severity), "S%d", t->severity);
	o = json_pack("{s:s, s:s, s:s?, s:s, s:s, s:b}", "sla", t->sla->name,
	    "severity", severity, "client",
	    t->client != NULL ? t->client->name : NULL, "hours",
	    t->agreed->hours, "zone", t->calendar.zone, "pauses_count",
	    t->severity != 1);
	due_set_instant(o, "from", t->calendar.zone, t->times.from_ms);
	return o;
}

static int
print_json(struct cli *c, const struct terms *t)
{
	struct named_target targets[TARGETS];
	json_t *o = head_json(t);
	int status = CLI_DONE;
	struct due_clock k;

	targets_of(t->agreed, targets);
	for (size_t i = 0; i < TARGETS; i++) {
		bool agreed = make_clock(t, targets[i].target, &k);

		json_object_set_new(o, targets[i].name,
		    agreed ? due_clock_json(&k, t->times.at_ms) : json_null());
		if (agreed && k.due_ms == NEVER)
			status = due_never(c, &k);
	}
	json_object_set_new(o, "ladder", ladder_json(t));
	cli_print_json(c, o);
	return status;
}

static void
print_ladder(struct cli *c, const struct terms *t)
{
	const char *const *after = t->agreed->escalate.items;

	for (size_t i = 0; i < t->agreed->escalate.count; i++) {
		fprintf(c->out, "level %zu, after %s: ", i + 1, after[i]);
		due_print_instant(c, t->calendar.zone, level_at(t, i));
		fputc('\n', c->out);
	}
}

static int
print_text(struct cli *c, const struct terms *t)
{
	struct named_target targets[TARGETS];
	int status = CLI_DONE;
	struct due_clock k;

	fprintf(c->out, "%s S%d, in the hours of %s (%s)%s\n", t->sla->name,
	    t->severity, t->agreed->hours, t->calendar.zone,
	    t->severity == 1 ? ", never paused" : "");
	targets_of(t->agreed, targets);
	for (size_t i = 0; i < TARGETS; i++) {
		fprintf(c->out, "%s: ", targets[i].name);
		if (!make_clock(t, targets[i].target, &k)) {
			fprintf(c->out, "nothing is agreed\n");
			continue;
		}
		due_print_clock(c, &k, t->times.at_ms);
		if (k.due_ms == NEVER)
			status = due_never(c, &k);
	}
	print_ladder(c, t);
	return status;
}

int
due_sla(struct cli *c, const struct cli_arguments *a)
{
	struct terms t = { 0 };
	int status = look_up(c, a, &t);

	if (status == CLI_DONE) {
		assert(t.sla != NULL && t.agreed != NULL);
		status = c->json ? print_json(c, &t) : print_text(c, &t);
	}
	calendar_clear(&t.calendar);
	interval_set_clear(&t.times.pauses);
	settings_free(t.settings);
	return status;
}

/*
 * sunwatch override import: each event of a calendar is somebody's hours.
 *
 * The file is read here and sent as one command, so that all of it is made or
 * nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "lib/calendar_covers.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/control_line.h"
#include "lib/record.h"
#include "lib/text.h"

#define ROOM_LEFT 300 /* of a line: for what the control socket adds */

static const struct cli_option options[] = {
	{ "rota", "NAME", "of events that name none (default: the first)" },
	{ "person", "NAME", "of events that name nobody" },
	{ "calendar", "NAME", "of the calendar (default: its own, or FILE)" },
	{ "replace", NULL,
	    "what came in by it and is gone from it, is undone" },
	{ "dry-run", NULL, "only say what would be made" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static json_t *
times_json(const struct cover_event *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->count; i++)
		json_array_append_new(list,
		    json_pack("[s, I, I]", e->times[i].id,
			(json_int_t)e->times[i].from_ms,
			(json_int_t)e->times[i].to_ms));
	return list;
}

static json_t *
event_json(const struct cover_event *e)
{
	json_t *o = json_object();

	record_set_text(o, "uid", e->uid);
	record_set_text(o, "only", e->fixed);
	record_set_text(o, "title", e->title);
	record_set_int(o, "line", (int64_t)e->line);
	if (e->count == 0)
		return o;
	record_set_text(o, "rota", e->rota->name);
	record_set_text(o, "for", e->person->name);
	json_object_set_new(o, "times", times_json(e));
	return o;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The whole calendar as one command; NULL: it does not fit into one. */
static json_t *
request_of(struct cli *c, const struct cli_arguments *a, const struct covers *f)
{
	const char *as = cli_value(a, "as"), *source = cli_value(a, "calendar");
	json_t *o = json_object(), *events = json_array();
	size_t length;

	if (source == NULL)
		source = f->name[0] != '\0' ? f->name : base_name(a->words[0]);
	record_set_text(o, "command", "override-import");
	record_set_text(o, "source", source);
	record_set_text(o, "as", as != NULL ? as : "");
	record_set_bool(o, "replace", cli_value(a, "replace") != NULL);
	record_set_bool(o, "try", cli_value(a, "dry-run") != NULL);
	for (size_t i = 0; i < f->count; i++)
		json_array_append_new(events, event_json(&f->events[i]));
	json_object_set_new(o, "events", events);
	length = json_dumpb(o, NULL, 0, JSON_COMPACT);
	if (length <= CONTROL_LINE_MAX - ROOM_LEFT)
		return o;
	cli_fail(c, "%s: too much for one import: %zu bytes of names, %d fit",
	    a->words[0], length, CONTROL_LINE_MAX - ROOM_LEFT);
	json_decref(o);
	return NULL;
}

static void
print_made(struct cli *c, const struct settings *s, const json_t *o)
{
	const char *person = show_text(o, "person");
	const char *id = show_text(o, "override");
	const char *was = show_text(o, "instead_of");
	const struct person *p = settings_person(s, person);
	const char *zone = p != NULL ? p->zone : "UTC";
	char from[48], to[48];

	civil_full(zone, show_number(o, "from_ms"), from, sizeof(from));
	civil_full(zone, show_number(o, "to_ms"), to, sizeof(to));
	fprintf(c->out, "%s%s%s %s from %s to %s%s%s%s\n", id,
	    id[0] != '\0' ? ": " : "", person, show_text(o, "rota"), from, to,
	    was[0] != '\0' ? " (was " : "", was, was[0] != '\0' ? ")" : "");
}

static void
print_left_out(struct cli *c, const struct covers *f)
{
	if (f->over > 0)
		fprintf(c->out, "%zu left out: over\n", f->over);
	if (f->later > 0)
		fprintf(c->out,
		    "%zu left out: more than 400 days ahead; import it again "
		    "then\n",
		    f->later);
	if (f->seconds > 0)
		fprintf(c->out, "%zu left out: watches of the second\n",
		    f->seconds);
}

static int
say(struct cli *c, const struct settings *s, const struct covers *f,
    json_t *answer)
{
	const json_t *made = json_object_get(answer, "made"), *o;
	const char *text = record_string(answer, "text");
	size_t i;

	if (c->json) {
		json_object_set_new(answer, "over",
		    json_integer((json_int_t)f->over));
		json_object_set_new(answer, "later",
		    json_integer((json_int_t)f->later));
		json_object_set_new(answer, "seconds",
		    json_integer((json_int_t)f->seconds));
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	json_array_foreach(made, i, o)
	{
		print_made(c, s, o);
	}
	print_left_out(c, f);
	cli_plain(c, text != NULL ? text : "Done.");
	fputc('\n', c->out);
	json_decref(answer);
	return CLI_DONE;
}

static bool
read_calendar(struct cli *c, const char *path, const struct covers_given *given,
    struct covers *f)
{
	struct text bytes = { 0 };
	char why[CALENDAR_WHY];
	size_t line;
	bool good;

	if (!cli_read_file(c, path, CALENDAR_ICAL_MAX, &bytes)) {
		text_clear(&bytes);
		return false;
	}
	good = covers_read(f, given, bytes.data, bytes.length, &line, why);
	text_clear(&bytes);
	if (!good && line > 0)
		cli_fail(c, "%s:%zu: %s", path, line, why);
	else if (!good)
		cli_fail(c, "%s: %s", path, why);
	return good;
}

static int
override_import(struct cli *c, const struct cli_arguments *a)
{
	const char *rota = cli_value(a, "rota"), *who = cli_value(a, "person");
	struct settings *s = tree_parse(c);
	struct covers_given given = { .settings = s, .now_ms = clock_now_ms() };
	struct covers f = { 0 };
	json_t *request, *answer = NULL;
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	given.rota = tree_rota(c, s, rota);
	if (who != NULL)
		given.person = tree_person(c, s, who);
	if (given.rota != NULL && (who == NULL || given.person != NULL) &&
	    read_calendar(c, a->words[0], &given, &f)) {
		request = request_of(c, a, &f);
		if (request != NULL)
			answer = control_command(c, request);
		if (answer != NULL)
			status = say(c, s, &f, answer);
		covers_clear(&f);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_override_import = {
	.name = "override import",
	.synopsis = "FILE [--rota NAME] [--person NAME] [--calendar NAME] "
		    "[--replace] [--dry-run]",
	.summary = "Let people stand in as a calendar says (iCalendar)",
	.options = options,
	.min = 1,
	.max = 1,
	.run = override_import,
};

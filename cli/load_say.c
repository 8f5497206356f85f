/* load_say: the report of "load" for people. */
#include <inttypes.h>

#include "cli/load_read.h"
#include "cli/show.h"
#include "lib/text.h"

#define OVER_SHOWN 20

static int64_t
number(const json_t *o, const char *key)
{
	return show_number(o, key);
}

static void
say_name(struct cli *c, const json_t *o)
{
	const char *name = show_text(o, "person");

	cli_plain(c, name[0] != '\0' ? name : "(no longer named)");
}

/* "median 3 min, 9 in 10 within 5 min, at most 7 min". */
static void
say_spans(struct cli *c, const json_t *spans)
{
	char median[32], most[32], longest[32];

	if (number(spans, "known") == 0) {
		fputs("not known", c->out);
		return;
	}
	text_duration(number(spans, "median_ms"), median, sizeof(median));
	text_duration(number(spans, "p90_ms"), most, sizeof(most));
	text_duration(number(spans, "max_ms"), longest, sizeof(longest));
	fprintf(c->out, "median %s, 9 in 10 within %s, at most %s", median,
	    most, longest);
}

static void
say_person(struct cli *c, const json_t *o)
{
	char hours[32];

	text_duration(number(o, "watch_ms"), hours, sizeof(hours));
	fputs("  ", c->out);
	say_name(c, o);
	fprintf(c->out,
	    ": %" PRId64 " pages, %" PRId64 " of them at night%s; %" PRId64
	    " notices; %" PRId64 " messages; %" PRId64
	    " times asked for an update\n",
	    number(o, "pages"), number(o, "night_pages"),
	    show_text(o, "zone")[0] == '\0' ? " (by UTC)" : "",
	    number(o, "notices"), number(o, "calls"),
	    number(o, "asked_for_updates"));
	fprintf(c->out, "    took %" PRId64 " of them: ", number(o, "taken"));
	say_spans(c, json_object_get(o, "take"));
	fprintf(c->out,
	    "\n    %" PRId64 " watches, %s; %" PRId64
	    " with more than 2 incidents per 12 h\n",
	    number(o, "watches"), hours, number(o, "watches_over"));
}

static void
say_people(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;

	fputs("people\n", c->out);
	json_array_foreach(list, i, o)
	{
		say_person(c, o);
	}
	if (i == 0)
		fputs("  nobody was on watch, and nobody was called\n", c->out);
}

static void
say_watch(struct cli *c, const json_t *o)
{
	fputs("  ", c->out);
	say_name(c, o);
	show_row(c, o, ", $rota, @from_ms to @to_ms: ");
	fprintf(c->out,
	    "%" PRId64 " incidents where %" PRId64 " are fair, %" PRId64
	    " pages at night\n",
	    number(o, "incidents"), number(o, "fair"),
	    number(o, "night_pages"));
}

static void
say_watches(struct cli *c, const json_t *list)
{
	size_t over = 0, i;
	const json_t *o;

	fputs("watches with more than 2 incidents per 12 h\n", c->out);
	json_array_foreach(list, i, o)
	{
		if (json_is_true(json_object_get(o, "over")) &&
		    over++ < OVER_SHOWN)
			say_watch(c, o);
	}
	if (over > OVER_SHOWN)
		fprintf(c->out, "  and %zu more: all of them with --json\n",
		    over - OVER_SHOWN);
	if (over == 0)
		fprintf(c->out, "  none of %zu\n", i);
}

static void
say_severity(struct cli *c, const json_t *o)
{
	const json_t *detect = json_object_get(o, "detect"),
		     *take = json_object_get(o, "take"),
		     *resolve = json_object_get(o, "resolve");

	if (number(o, "incidents") == 0)
		return;
	fprintf(c->out, "  S%" PRId64 ": %" PRId64 " incidents\n",
	    number(o, "severity"), number(o, "incidents"));
	fputs("    from the failure to the incident: ", c->out);
	say_spans(c, detect);
	fprintf(c->out, "; of %" PRId64 " not known\n",
	    number(detect, "unknown"));
	fputs("    from there until taken: ", c->out);
	say_spans(c, take);
	fprintf(c->out,
	    "; %" PRId64 " over without that, %" PRId64 " waiting\n",
	    number(take, "never"), number(take, "waiting"));
	fputs("    from there until over: ", c->out);
	say_spans(c, resolve);
	fprintf(c->out, "; %" PRId64 " open\n", number(resolve, "open"));
}

static void
say_severities(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;

	if (list == NULL)
		return;
	fputs("how fast it went\n", c->out);
	json_array_foreach(list, i, o)
	{
		say_severity(c, o);
	}
}

static void
say_noise(struct cli *c, const char *head, const json_t *list)
{
	const json_t *o;
	size_t i;

	if (json_array_size(list) > 0)
		fprintf(c->out, "%s\n", head);
	json_array_foreach(list, i, o)
	{
		fputs("  ", c->out);
		cli_plain(c, show_text(o, "name"));
		fprintf(c->out,
		    ": %" PRId64 " pages (%" PRId64 " at night) for %" PRId64
		    " incidents; %" PRId64
		    " over by themselves before anybody took them, %" PRId64
		    " taken and over with nothing done\n",
		    number(o, "pages"), number(o, "night_pages"),
		    number(o, "incidents"), number(o, "untaken"),
		    number(o, "without_action"));
	}
}

void
load_say(struct cli *c, const json_t *report)
{
	const json_t *noise = json_object_get(report, "noise");

	show_row(c, report, "from @from_ms to @to_ms");
	if (number(report, "journal_ms") == 0)
		fputs("; the pager's journal is empty", c->out);
	else if (number(report, "journal_ms") > number(report, "from_ms"))
		show_row(c, report, "; the journal begins at @journal_ms");
	fputs("\n", c->out);
	say_people(c, json_object_get(report, "people"));
	say_watches(c, json_object_get(report, "watches"));
	say_severities(c, json_object_get(report, "severities"));
	say_noise(c, "what called most", json_object_get(noise, "subjects"));
	say_noise(c, "by client", json_object_get(noise, "clients"));
	if (number(report, "left_out") > 0)
		fprintf(c->out, "%" PRId64 " things more are left out\n",
		    number(report, "left_out"));
}

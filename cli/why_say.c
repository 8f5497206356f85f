/* why_say: who was woken, and why, or why nobody was, for people. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "cli/why_woken.h"
#include "lib/text.h"

/* A code of the JSON, and what it is in words, with the object's fields. */
struct saying {
	const char *code, *words;
};

static const struct saying incident_sayings[] = {
	{ "calls", "somebody is called until one takes it" },
	{ "unreached",
	    "somebody is called until one takes it; no attempt got through" },
	{ "nobody", "it calls, and there was nobody to call" },
	{ "taken", "nobody is called: $owner has it since @owned_ms" },
	{ "snoozed", "nobody is called: $owner snoozed it at @owned_ms" },
	{ "storm", "the page of $storm calls for it: many failed at once" },
	{ "notice",
	    "it wakes nobody (severity 3, or its plan): one notice to the "
	    "watch, and it climbs in office hours" },
	{ "digest",
	    "it calls nobody (severity 4, or its plan): it is told in the "
	    "daily digest" },
	{ "closed", "nobody is called: it was closed at @closed_ms: $ended" },
	{ "not open",
	    "nobody was called yet: it was opened at @opened_later_ms" },
	{ NULL, NULL },
};

static const struct saying alarm_sayings[] = {
	{ "due",
	    "an alarm is due and no incident is open: the pager has not read "
	    "it yet, or somebody closed its incident and nothing failed "
	    "anew" },
	{ "not watched", "nobody: it was not watched" },
	{ "well", "nobody: nothing of it failed" },
	{ "too few regions",
	    "nobody: fewer regions saw it fail than the quorum" },
	{ "unknown",
	    "nobody: too few regions saw it; that is our own trouble, and "
	    "has incidents of operations after 5 min" },
	{ "too short",
	    "nobody: it had not lasted long enough; if it stays so, an alarm "
	    "rises at @alarm_ms" },
	{ "maintenance",
	    "nobody: announced maintenance; what fails then is told at "
	    "@alarm_ms" },
	{ NULL, NULL },
};

static const char *
words_of(const struct saying *sayings, const char *code)
{
	while (sayings->code != NULL && strcmp(sayings->code, code) != 0)
		sayings++;
	return sayings->code != NULL ? sayings->words : code;
}

static bool
has(const json_t *o, const char *key)
{
	return json_object_get(o, key) != NULL;
}

/* Why it is this one's: until when, and what else made it so. */
static void
say_reason(struct cli *c, const json_t *o)
{
	if (has(o, "watch_until_ms"))
		show_row(c, o, ", on watch until @watch_until_ms");
	if (has(o, "layer"))
		show_row(c, o, ", of layer $layer");
	if (has(o, "instead"))
		show_row(c, o, ", instead of $instead");
	if (has(o, "override"))
		show_row(c, o, ", by override $override of $override_by");
	if (has(o, "filled"))
		fputs(", covering absent hours", c->out);
}

static void
say_call(struct cli *c, const json_t *call)
{
	show_row(c, call, "      @at_ms calls $person by $channel");
	if (has(call, "level"))
		fprintf(c->out,
		    ", level %" PRId64 " of %" PRId64 ", round %" PRId64,
		    show_number(call, "level"), show_number(call, "levels"),
		    show_number(call, "round"));
	if (has(call, "from"))
		show_row(c, call, " ($from");
	if (has(call, "late"))
		fputs(", for a late update", c->out);
	say_reason(c, call);
	fputs(has(call, "from") ? ")" : "", c->out);
	show_row(c, call, ": $outcome");
	if (has(call, "answer"))
		show_row(c, call, ": $answer");
	fputc('\n', c->out);
}

static void
say_act(struct cli *c, const json_t *act)
{
	show_row(c, act, "      @at_ms $what");
	if (has(act, "by"))
		show_row(c, act, " by $by");
	if (has(act, "text"))
		show_row(c, act, ": $text");
	if (has(act, "until_ms"))
		show_row(c, act, ", until @until_ms");
	fputc('\n', c->out);
}

/* Calls and acts as they followed each other. */
static void
say_story(struct cli *c, const json_t *incident)
{
	const json_t *calls = json_object_get(incident, "calls");
	const json_t *acts = json_object_get(incident, "acts");
	size_t i = 0, k = 0;
	int64_t left = show_number(incident, "calls_left_out") +
	    show_number(incident, "acts_left_out");

	while (i < json_array_size(calls) || k < json_array_size(acts)) {
		const json_t *call = json_array_get(calls, i);
		const json_t *act = json_array_get(acts, k);

		if (act == NULL ||
		    (call != NULL &&
			show_number(call, "at_ms") <=
			    show_number(act, "at_ms"))) {
			say_call(c, call);
			i++;
		} else {
			say_act(c, act);
			k++;
		}
	}
	if (left > 0)
		fprintf(c->out, "      (and %" PRId64 " more)\n", left);
}

/* When it calls again, and whom. */
static void
say_next(struct cli *c, const json_t *incident)
{
	const char *why = show_text(incident, "why");
	const json_t *next = json_object_get(incident, "next");

	if ((strcmp(why, "taken") == 0 || strcmp(why, "snoozed") == 0) &&
	    has(incident, "until_ms"))
		show_row(c, incident, "      it calls again at @until_ms\n");
	if (has(incident, "again_ms"))
		show_row(c, incident,
		    "      the next attempt starts at @again_ms at the "
		    "latest\n");
	if (next != NULL)
		show_row(c, next,
		    "      then, if nobody takes it: $person at @at_ms\n");
}

static void
say_incident(struct cli *c, const json_t *i)
{
	fputs("    ", c->out);
	cli_styled(c, STYLE_STRONG, show_text(i, "incident"));
	if (has(i, "severity"))
		fprintf(c->out, " S%d", (int)show_number(i, "severity"));
	show_row(c, i, " $subject");
	if (has(i, "opened_ms"))
		show_row(c, i, ", opened at @opened_ms");
	if (has(i, "joined_ms"))
		show_row(c, i, ", which this joined at @joined_ms");
	if (has(i, "cleared_ms"))
		show_row(c, i, ", well again since @cleared_ms");
	fputs("\n      ", c->out);
	show_row(c, i, words_of(incident_sayings, show_text(i, "why")));
	fputc('\n', c->out);
	say_story(c, i);
	say_next(c, i);
}

static void
say_incidents(struct cli *c, const json_t *list)
{
	const json_t *i;
	size_t n;

	json_array_foreach(list, n, i)
	{
		say_incident(c, i);
	}
}

/* Is any of them open then? */
static bool
is_any_open(const json_t *incidents)
{
	const json_t *i;
	size_t n;

	json_array_foreach(incidents, n, i)
	{
		if (has(i, "opened_ms") && !has(i, "closed_ms"))
			return true;
	}
	return false;
}

/* What its plan says of waking. */
static void
say_plan(struct cli *c, const json_t *plan)
{
	if (!json_is_object(plan)) {
		fputs("  its plan: it is not in the tree any more\n", c->out);
		return;
	}
	fprintf(c->out, "  its plan: S%d when it is down",
	    (int)show_number(plan, "severity"));
	if (*show_text(plan, "ladder") != '\0')
		show_row(c, plan, ", ladder $ladder");
	if (*show_text(plan, "disabled") != '\0')
		show_row(c, plan, ", not probed: $disabled");
	fputc('\n', c->out);
}

static void
say_level(struct cli *c, const json_t *l)
{
	char patience[32];

	text_duration(show_number(l, "patience_ms"), patience,
	    sizeof(patience));
	fprintf(c->out, "    %d. ", (int)show_number(l, "level"));
	show_row(c, l, "$call");
	fprintf(c->out, " for %s%s: ", patience,
	    has(l, "all") ? ", each has to answer" : "");
	if (has(l, "person"))
		show_row(c, l, "$person");
	else
		cli_styled(c, STYLE_BAD, "nobody");
	say_reason(c, l);
	fputc('\n', c->out);
}

static void
say_ladder(struct cli *c, const json_t *on_watch)
{
	const json_t *l;
	size_t i;

	if (!json_is_object(on_watch)) {
		fputs("  there is no ladder: nobody can be called\n", c->out);
		return;
	}
	show_row(c, on_watch, "  ladder $ladder");
	if (has(on_watch, "hours"))
		show_row(c, on_watch, " (by its hours: $hours)");
	fputs(", by the tree and overrides of today; a level is called when "
	      "those before it have not taken it:\n",
	    c->out);
	json_array_foreach(json_object_get(on_watch, "levels"), i, l)
	{
		say_level(c, l);
	}
}

const char *
why_budget_of(const char *subject)
{
	static const char budget[] = "operations/budget-";
	const char *client = strrchr(subject, '/');

	return strncmp(subject, budget, strlen(budget)) == 0 &&
		client > subject + strlen(budget)
	    ? client + 1
	    : NULL;
}

static void
say_operations(struct cli *c, const json_t *list)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		fputs(why_budget_of(show_text(o, "subject")) != NULL
			? "  its client's budget of downtime then: "
			: "  our own trouble then: ",
		    c->out);
		show_row(c, o, "$incident $subject since @since_ms: $text\n");
	}
}

void
why_say_woken(struct cli *c, const json_t *woken)
{
	const json_t *incidents = json_object_get(woken, "incidents");
	const char *pager = show_text(woken, "pager");

	say_plan(c, json_object_get(woken, "plan"));
	fputs("  who was woken:\n", c->out);
	say_incidents(c, incidents);
	say_incidents(c, json_object_get(woken, "storms"));
	if (has(woken, "incidents_left_out"))
		fprintf(c->out, "    (and %" PRId64 " more incidents)\n",
		    show_number(woken, "incidents_left_out"));
	if (!is_any_open(incidents)) {
		fputs("    ", c->out);
		show_row(c, woken,
		    words_of(alarm_sayings, show_text(woken, "alarm")));
		fputc('\n', c->out);
	}
	say_operations(c, json_object_get(woken, "operations"));
	/* Of a time before it was watched today's ladder says nothing. */
	if (json_array_size(incidents) > 0 ||
	    strcmp(show_text(woken, "alarm"), "not watched") != 0)
		say_ladder(c, json_object_get(woken, "on_watch"));
	if (strcmp(pager, "none") == 0)
		fputs("  no pager answers here: nobody is called by one that "
		      "is not running\n",
		    c->out);
}

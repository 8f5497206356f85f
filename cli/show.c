/* show: see show.h. */
#include <inttypes.h>
#include <string.h>

#include "cli/show.h"
#include "lib/civil.h"
#include "lib/observation.h"
#include "lib/text.h"

const char *
show_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

int64_t
show_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void
show_instant(struct cli *c, int64_t at_ms)
{
	char text[40];

	civil_utc(at_ms, text, sizeof(text));
	fputs(text, c->out);
}

void
show_row(struct cli *c, const json_t *o, const char *line)
{
	char key[32];

	while (*line != '\0') {
		size_t length = strspn(line + 1, "abcdefghijklmnopqrstuvwxyz_");

		if (*line != '$' && *line != '@') {
			fputc(*line++, c->out);
			continue;
		}
		text_format(key, sizeof(key), "%.*s", (int)length, line + 1);
		if (*line == '$')
			cli_plain(c, show_text(o, key));
		else
			show_instant(c, show_number(o, key));
		line += 1 + length;
	}
}

const char *
show_pager(const json_t *answer)
{
	if (json_is_true(json_object_get(answer, "active")))
		return "active";
	return json_is_true(json_object_get(answer, "stands_by"))
	    ? "stands by for another"
	    : "not ready yet";
}

void
show_state(struct cli *c, const char *state)
{
	static const struct {
		const char *word;
		enum cli_style style;
	} styles[] = {
		{ "calling", STYLE_BAD },
		{ "down", STYLE_BAD },
		{ "up", STYLE_GOOD },
		{ "closed", STYLE_GOOD },
		{ "taken", STYLE_STRONG },
	};

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		if (strcmp(state, styles[i].word) == 0) {
			cli_styled(c, styles[i].style, state);
			return;
		}
	cli_styled(c, STYLE_DOUBT, state);
}

/* "  label: text", when there is one. */
static void
line(struct cli *c, const json_t *o, const char *key, const char *label)
{
	if (*show_text(o, key) == '\0')
		return;
	fprintf(c->out, "  %s: ", label);
	cli_plain(c, show_text(o, key));
	fputc('\n', c->out);
}

static void
show_evidence(struct cli *c, const json_t *list)
{
	const json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
	{
		char seen[100];
		bool more = outcome_code_say(show_text(e, "outcome"),
		    show_text(e, "reason"), show_text(e, "detail"), seen,
		    sizeof(seen));

		fputs("  ", c->out);
		cli_plain(c, show_text(e, "region"));
		fputs(": ", c->out);
		cli_plain(c, seen);
		if (show_number(e, "since_ms") > 0) {
			fputs(", since ", c->out);
			show_instant(c, show_number(e, "since_ms"));
		}
		if (more) {
			fputs(": ", c->out);
			cli_plain(c, show_text(e, "detail"));
		}
		fputs(json_is_true(json_object_get(e, "fresh"))
			? "\n"
			: " (not fresh)\n",
		    c->out);
	}
}

static void
show_rows(struct cli *c, const json_t *list, const char *line)
{
	const json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
	{
		show_row(c, e, line);
	}
}

static void
show_timeline(struct cli *c, const json_t *incident)
{
	const json_t *list = json_object_get(incident, "timeline"), *e;
	int64_t gone = show_number(incident, "timeline_gone");
	size_t i;

	if (gone > 0)
		fprintf(c->out,
		    "  (%" PRId64 " earlier line%s: in the journal)\n", gone,
		    gone == 1 ? "" : "s");
	json_array_foreach(list, i, e)
	{
		show_row(c, e,
		    json_is_true(json_object_get(e, "public"))
			? "  @at_ms [public] $by: $text\n"
			: "  @at_ms $by: $text\n");
	}
}

/* "INC-000012 S1 calling acme/learn since 10:02 (4m ago)" */
static void
show_heading(struct cli *c, const json_t *i, int64_t closed_ms, int64_t now_ms)
{
	int64_t since_ms = show_number(i, "since_ms");
	char since[32];

	text_duration((closed_ms != 0 ? closed_ms : now_ms) - since_ms, since,
	    sizeof(since));
	cli_styled(c, STYLE_STRONG, show_text(i, "id"));
	fprintf(c->out, " S%d ", (int)show_number(i, "severity"));
	show_state(c, show_text(i, "state"));
	fputc(' ', c->out);
	cli_plain(c, show_text(i, "subject"));
	fputs(closed_ms != 0 ? " from " : " since ", c->out);
	show_instant(c, since_ms);
	if (closed_ms != 0) {
		fputs(" to ", c->out);
		show_instant(c, closed_ms);
	}
	fprintf(c->out, " (%s%s)\n", since, closed_ms != 0 ? "" : " ago");
}

/* What it is, who has it, and what helps. */
static void
show_card(struct cli *c, const json_t *i)
{
	line(c, i, "text", "what");
	line(c, i, "ended", "ended");
	line(c, i, "owner", "owner");
	if (show_number(i, "expires_ms") > 0)
		show_row(c, i, "  calls again: @expires_ms\n");
	line(c, i, "calling", "calls now");
	line(c, i, "url", "address");
	line(c, i, "platform", "platform");
	line(c, i, "runbook", "runbook");
	line(c, i, "notes", "notes");
	line(c, i, "contact", "contact for the client");
}

/* What another system says besides. */
static void
show_details(struct cli *c, const json_t *list)
{
	const json_t *line;
	size_t i;

	json_array_foreach(list, i, line)
	{
		fputs("  alert: ", c->out);
		cli_plain(c, json_string_value(line));
		fputc('\n', c->out);
	}
}

void
show_incident(struct cli *c, const json_t *i, int64_t now_ms)
{
	const json_t *next = json_object_get(i, "next");
	int64_t closed_ms = show_number(i, "closed_ms");

	show_heading(c, i, closed_ms, now_ms);
	show_card(c, i);
	if (closed_ms == 0 && show_number(i, "evidence_ms") > 0)
		show_row(c, i, "  seen as of @evidence_ms:\n");
	if (closed_ms == 0)
		show_evidence(c, json_object_get(i, "evidence"));
	show_details(c, json_object_get(i, "details"));
	show_rows(c, json_object_get(i, "called"),
	    "  called $person by $channel at @at_ms: $outcome\n");
	if (json_is_object(next))
		show_row(c, next, "  next: $person at @at_ms\n");
	show_rows(c, json_object_get(i, "before"),
	    "  before: $id from @since_ms to @closed_ms: $ended\n");
	show_timeline(c, i);
}

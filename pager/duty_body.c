/* What an open incident is: its state, evidence, members. */
#include <string.h>

#include "pager/duty_words.h"

#define MEMBERS_SHOWN 20

void
duty_say_state(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	int64_t since_ms = duty_say_since(inc);
	char title[160];

	duty_say_title(w->duty, inc, title, sizeof(title));
	text_addf(w->text, "%s ", title);
	duty_say_what(w);
	text_add(w->text, "\nSince ");
	duty_say_instant(w, since_ms);
	text_add(w->text, " (");
	duty_say_length(w, w->now_ms - since_ms);
	text_addf(w->text, "), severity S%d, %s.\n", inc->severity, inc->id);
}

static void
add_evidence(struct duty_words *w, const struct alarm_evidence *e)
{
	char seen[80];
	bool more;

	more =
	    outcome_say(e->outcome, e->reason, e->detail, seen, sizeof(seen));
	text_add(w->text, "  ");
	duty_say_plain(w, e->region);
	text_addf(w->text, ": %s", seen);
	if (e->since_at_ms != 0) {
		text_add(w->text, ", since ");
		duty_say_clock(w, e->since_at_ms);
	}
	if (more) {
		text_add(w->text, ": ");
		duty_say_plain(w, e->detail);
	}
	text_add(w->text, e->fresh ? "\n" : " (not fresh)\n");
}

void
duty_say_evidence(struct duty_words *w)
{
	const struct incident *inc = w->inc;

	if (inc->evidence_count == 0 || !duty_say_own(inc))
		return; /* of what is well again it is no evidence */
	text_add(w->text, "\nEvidence");
	if (inc->evidence_ms != 0) {
		text_add(w->text, " as of ");
		duty_say_instant(w, inc->evidence_ms);
	}
	text_add(w->text, ":\n");
	for (size_t i = 0; i < inc->evidence_count; i++)
		add_evidence(w, &inc->evidence[i]);
	if (inc->first_failed_ms == 0)
		return;
	text_add(w->text, "  last good ");
	if (inc->last_good_ms == 0)
		text_add(w->text, "unknown, as nobody looked before");
	else
		duty_say_instant(w, inc->last_good_ms);
	text_add(w->text, ", first failed ");
	duty_say_instant(w, inc->first_failed_ms);
	text_add(w->text, "\n");
}

static void
add_untold(struct duty_words *w)
{
	size_t count = incident_untold(w->inc, w->duty->settings);

	if (count > 0)
		text_addf(w->text,
		    "\nNOT TOLD: the status page%s of %zu more client%s "
		    "say%s nothing of this incident (it has room for %d). "
		    "Tell them yourself.\n",
		    count == 1 ? "" : "s", count, count == 1 ? "" : "s",
		    count == 1 ? "s" : "", INCIDENT_AUDIENCES_MAX);
}

/* Line by line: what stands in one is made plain. */
void
duty_say_details(struct duty_words *w)
{
	const char *line = w->inc->details;
	size_t length;

	if (line == NULL || !duty_say_own(w->inc))
		return;
	text_add(w->text, "\nFrom the alert:\n");
	for (; *line != '\0'; line += length + (line[length] == '\n')) {
		char one[500];

		length = strcspn(line, "\n");
		text_format(one, sizeof(one), "%.*s", (int)length, line);
		text_add(w->text, "  ");
		duty_say_plain(w, one);
		text_add(w->text, "\n");
	}
}

/* The others; what it is about was said already. */
void
duty_say_members(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	const struct member *head = incident_headline(inc);
	size_t shown = 0, others = 0;

	for (size_t i = 0; i < inc->member_count; i++) {
		const struct member *m = &inc->members[i];

		if (m == head)
			continue;
		if (others++ == 0)
			text_add(w->text, "\nTogether with it:\n");
		if (shown == MEMBERS_SHOWN)
			continue;
		shown++;
		text_add(w->text, "  ");
		duty_say_plain(w, m->subject);
		text_add(w->text,
		    m->until_ms == 0 ? ", since " : ", well again at ");
		duty_say_clock(w, m->until_ms == 0 ? m->since_ms : m->until_ms);
		text_add(w->text, "\n");
	}
	if (others > shown)
		text_addf(w->text, "  and %zu more\n", others - shown);
	add_untold(w);
}

static void
add_of_storm(struct duty_words *w, const struct incident *inc)
{
	char title[160];

	duty_say_title(w->duty, inc, title, sizeof(title));
	text_addf(w->text, "  %s S%d %s %s since ", inc->id, inc->severity,
	    title, incident_matter(inc));
	duty_say_clock(w, duty_say_since(inc));
	text_add(w->text, inc->storm[0] == '\0' ? " (own page)\n" : "\n");
}

static bool
is_open_there(const struct duty_words *w, const struct incident *inc)
{
	return duty_is_in_storm(w->inc, inc);
}

/* "(12 S1, 1988 S2)". */
static void
add_severities(struct duty_words *w)
{
	size_t count[5] = { 0 };
	const char *before = " (";

	for (const struct incident *inc = w->duty->incidents; inc != NULL;
	     inc = inc->hh.next)
		count[inc->severity] += duty_is_in_storm(w->inc, inc);
	for (int severity = 1; severity <= 4; severity++) {
		if (count[severity] == 0)
			continue;
		text_addf(w->text, "%s%zu S%d", before, count[severity],
		    severity);
		before = ", ";
	}
	text_add(w->text, before[0] == ',' ? ")" : "");
}

/* Every incident of a storm is listed, those with a page of their own too. */
void
duty_say_storm(struct duty_words *w)
{
	text_add(w->text, "\nOpen incidents of this ladder");
	add_severities(w);
	text_add(w->text, ":\n");
	duty_say_list(w, "behind the link below, or \"sunwatch incidents\"",
	    is_open_there, add_of_storm);
}

/*
 * As which severity an incident calls people: what the plans of its clients say
 * of its own.  Of several clients the most urgent plan counts.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

/* By the plan of one client; of nobody's there is none. */
static void
add_plan(const struct duty *d, const struct incident *inc, const char *name,
    int64_t now_ms, int *urgency)
{
	const struct client *c = settings_client(d->settings, name);
	int as;

	if (c == NULL)
		return;
	as = settings_calls_as(c, inc->severity, now_ms);
	if (*urgency == 0 || as < *urgency)
		*urgency = as;
}

void
duty_weigh(const struct duty *d, struct incident *inc, int64_t now_ms)
{
	int urgency = 0;

	add_plan(d, inc, inc->client, now_ms, &urgency);
	for (size_t i = 0; i < inc->member_count; i++)
		add_plan(d, inc, inc->members[i].client, now_ms, &urgency);
	inc->calls_as = urgency != 0 ? urgency : inc->severity;
}

void
duty_reweigh(struct duty *d, struct incident *inc, int64_t now_ms)
{
	int was = incident_urgency(inc), is;
	struct page_policy policy;
	char text[80];

	duty_weigh(d, inc, now_ms);
	is = incident_urgency(inc);
	if (is == was)
		return;
	text_format(text, sizeof(text), "calls as S%d -> S%d (by its plan)",
	    was, is);
	incident_note(inc, now_ms, "pager", text);
	duty_journal_more(d, inc, "pager", "urgency", text,
	    json_pack("{s:i}", "calls_as", is), now_ms);
	if (!page_insists(is))
		duty_leave_storm(d, inc, now_ms);
	duty_policy(d, inc, &policy);
	if (policy.ladder != NULL && inc->storm[0] == '\0') {
		duty_cancel_calls(d, inc, "severity changed", now_ms);
		page_severity(&inc->page, &policy, is < was, now_ms);
		if (inc->page.owner[0] == '\0')
			inc->unheld_ms = now_ms;
	}
	incident_audiences(inc, d->settings, now_ms);
	duty_dirty(d, inc);
}

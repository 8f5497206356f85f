/*
 * duty_renamed: an endpoint has another name from now on.  What is open of it
 * goes on under that, with a line that tells the old one; what is closed is
 * found by it.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

static bool
is_of(const struct incident *inc, const struct alarm *a)
{
	return strcmp(inc->subject, a->was) == 0 ||
	    incident_member(inc, a->was) != NULL;
}

/*
 * Somebody may have opened one under the new name already: then there are two
 * members of that name for one thing, of which the alarm's is the one that
 * goes on.
 */
static void
rename_member(struct duty *d, struct incident *inc, const struct alarm *a)
{
	struct member *m = incident_member(inc, a->was);
	struct member *other = incident_member(inc, a->subject);

	if (m == NULL)
		return;
	if (other != NULL && other->until_ms == 0)
		other->until_ms = a->at_ms;
	if (inc->closed_ms == 0)
		duty_unindex(d, inc);
	if (other != NULL)
		text_copy(other->subject, sizeof(other->subject), a->was);
	text_copy(m->subject, sizeof(m->subject), a->subject);
	if (inc->closed_ms == 0)
		duty_index(d, inc);
}

/* "learn", of "acme/learn". */
static const char *
short_name(const char *subject)
{
	return subject + strcspn(subject, "/") + 1;
}

/* What its client has read names the old one. */
static void
tell_client(struct duty *d, struct incident *inc, const struct alarm *a,
    int64_t now_ms)
{
	const struct audience *audience = incident_audience(inc, a->client);
	char text[440];

	if (audience == NULL || audience->state != AUDIENCE_SHOWN)
		return;
	text_format(text, sizeof(text), "%s is called %s now.",
	    short_name(a->was), short_name(a->subject));
	duty_tell_client(d, inc, "pager", incident_state_for(inc, a->client),
	    a->client, text, now_ms);
}

static void
rename_incident(struct duty *d, struct incident *inc, const struct alarm *a,
    const char *by, int64_t now_ms)
{
	char text[440];

	rename_member(d, inc, a);
	if (strcmp(inc->subject, a->was) == 0)
		text_copy(inc->subject, sizeof(inc->subject), a->subject);
	text_format(text, sizeof(text), "%s is called %s now", a->was,
	    a->subject);
	if (inc->closed_ms == 0) {
		incident_note(inc, now_ms, by, text);
		duty_journal(d, inc, by, "renamed", text, now_ms);
		tell_client(d, inc, a, now_ms);
	}
	duty_dirty(d, inc);
}

void
duty_renamed(struct duty *d, const struct alarm *a, const char *by,
    int64_t now_ms)
{
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (is_of(inc, a))
			rename_incident(d, inc, a, by, now_ms);
}

/*
 * What clients are told: who of them, when, and the drafted words.
 *
 * A draft names only the client's own endpoints, and its times are in the
 * client's zone.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/incident.h"

#define MINUTE_MS INT64_C(60000)
#define NAMES_MAX 5 /* of endpoints in one sentence */

static const char *const states[] = { "investigating", "identified",
	"monitoring", "resolved", "postmortem" };

const char *
public_state_text(enum public_state state)
{
	return states[state];
}

int
public_state_parse(const char *text)
{
	for (int i = 0; i < PUBLIC_STATES; i++)
		if (strcmp(states[i], text) == 0)
			return i;
	return -1;
}

int64_t
incident_update_span(const struct incident *inc)
{
	return inc->severity == 1 ? 30 * MINUTE_MS : 60 * MINUTE_MS;
}

struct audience *
incident_audience(const struct incident *inc, const char *client)
{
	for (size_t i = 0; i < inc->audience_count; i++)
		if (strcmp(inc->audiences[i].client, client) == 0)
			return &inc->audiences[i];
	return NULL;
}

/* By itself only what pages is published; a person may publish anything. */
static int64_t
publish_at(const struct incident *inc, const struct client *client,
    int64_t now_ms)
{
	if (!page_insists(incident_urgency(inc)))
		return NEVER;
	if (client->publish == PUBLISH_NOW)
		return now_ms;
	return now_ms + client->publish_after_ms;
}

void
incident_audiences(struct incident *inc, const struct settings *settings,
    int64_t now_ms)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		const char *name = inc->members[i].client;
		const struct client *client = settings_client(settings, name);
		struct audience *a = incident_audience(inc, name);

		if (client == NULL ||
		    inc->audience_count >= INCIDENT_AUDIENCES_MAX)
			continue;
		if (a == NULL) {
			inc->audiences = mem_grow(inc->audiences,
			    (inc->audience_count + 1) *
				sizeof(*inc->audiences));
			a = &inc->audiences[inc->audience_count++];
			*a = (struct audience){ .publish_ms = NEVER };
			text_copy(a->client, sizeof(a->client), name);
		}
		/* What has become worse since may go out by itself now. */
		if (a->state == AUDIENCE_HELD && a->publish_ms == NEVER)
			a->publish_ms = publish_at(inc, client, now_ms);
	}
}

/* The client has a member before the n-th. */
static bool
is_counted(const struct incident *inc, size_t n, const char *client)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(inc->members[i].client, client) == 0)
			return true;
	return false;
}

size_t
incident_untold(const struct incident *inc, const struct settings *settings)
{
	size_t count = 0;

	if (inc->audience_count < INCIDENT_AUDIENCES_MAX)
		return 0;
	for (size_t i = 0; i < inc->member_count; i++) {
		const char *name = inc->members[i].client;

		count += settings_client(settings, name) != NULL &&
		    incident_audience(inc, name) == NULL &&
		    !is_counted(inc, i, name);
	}
	return count;
}

int64_t
incident_publish_deadline(const struct incident *inc)
{
	int64_t due_ms = NEVER;

	if (inc->closed_ms != 0)
		return NEVER;
	for (size_t i = 0; i < inc->audience_count; i++)
		if (inc->audiences[i].state == AUDIENCE_HELD &&
		    inc->audiences[i].publish_ms < due_ms &&
		    incident_closed_for(inc, inc->audiences[i].client) == 0)
			due_ms = inc->audiences[i].publish_ms;
	return due_ms;
}

/* "learn", of "acme/learn". */
static const char *
short_name(const char *subject)
{
	const char *slash = strchr(subject, '/');

	return slash == NULL ? subject : slash + 1;
}

/* Members that one sentence is about. */
struct named {
	const char *names[NAMES_MAX];
	size_t count; /* of all */
	int64_t since_ms;
	enum alarm_kind kind; /* the worst */
};

/*
 * The client's members from the skip-th on: while one of them fails those
 * that still do, afterwards all.
 */
static void
pick_members(const struct incident *inc, const char *client, size_t skip,
    struct named *out)
{
	bool over = incident_closed_for(inc, client) != 0;
	size_t seen = 0;

	*out = (struct named){ .since_ms = NEVER, .kind = ALARM_OPERATIONS };
	for (size_t i = 0; i < inc->member_count; i++) {
		const struct member *m = &inc->members[i];

		if (strcmp(m->client, client) != 0 || seen++ < skip ||
		    (m->until_ms != 0 && !over))
			continue;
		if (m->since_ms < out->since_ms)
			out->since_ms = m->since_ms;
		if (m->kind < out->kind)
			out->kind = m->kind;
		if (out->count < NAMES_MAX)
			out->names[out->count] = short_name(m->subject);
		out->count++;
	}
}

/* "learn, library and forum", "a, b, c, d, e and 3 more". */
static void
name_members(struct text *t, const struct named *named)
{
	size_t shown = named->count < NAMES_MAX ? named->count : NAMES_MAX;

	for (size_t i = 0; i < shown; i++) {
		if (i > 0)
			text_add(t, i + 1 == named->count ? " and " : ", ");
		text_add_plain(t, named->names[i]);
	}
	if (named->count > NAMES_MAX)
		text_addf(t, " and %zu more", named->count - NAMES_MAX);
	if (named->count == 0)
		text_add(t, "A service");
}

static const char *
what_is_wrong(enum alarm_kind kind, bool plural)
{
	switch (kind) {
	case ALARM_DEGRADED:
		return plural ? "are not working reliably"
			      : "is not working reliably";
	case ALARM_MAINTENANCE:
		return plural ? "are in maintenance" : "is in maintenance";
	case ALARM_PROBABLE:
		return plural ? "are probably not reachable"
			      : "is probably not reachable";
	case ALARM_DOWN:
	case ALARM_OPERATIONS:
	case ALARM_FOREIGN:
		break;
	}
	return plural ? "are not reachable" : "is not reachable";
}

size_t
incident_members_of(const struct incident *inc, const char *client)
{
	size_t count = 0;

	for (size_t i = 0; i < inc->member_count; i++)
		count += strcmp(inc->members[i].client, client) == 0;
	return count;
}

char *
incident_more(const struct incident *inc, const struct settings *settings,
    const struct audience *a, int64_t now_ms)
{
	const struct client *client = settings_client(settings, a->client);
	char since[48];
	struct named named;
	struct text t = { 0 };

	if (incident_closed_for(inc, a->client) != 0)
		return NULL;
	pick_members(inc, a->client, a->said, &named);
	if (named.count == 0)
		return NULL; /* they are well again */
	name_members(&t, &named);
	civil_near(client == NULL ? "UTC" : client->zone, named.since_ms,
	    now_ms, since, sizeof(since));
	text_addf(&t, " %s as well, since %s.",
	    what_is_wrong(named.kind, named.count > 1), since);
	return text_take(&t);
}

int64_t
incident_since_for(const struct incident *inc, const char *client)
{
	int64_t since_ms = NEVER;

	if (strcmp(inc->client, client) == 0)
		return inc->since_ms;
	for (size_t i = 0; i < inc->member_count; i++)
		if (strcmp(inc->members[i].client, client) == 0 &&
		    inc->members[i].since_ms > 0 &&
		    inc->members[i].since_ms < since_ms)
			since_ms = inc->members[i].since_ms;
	return since_ms < NEVER ? since_ms : inc->since_ms;
}

int64_t
incident_closed_for(const struct incident *inc, const char *client)
{
	int64_t closed_ms = 0;

	for (size_t i = 0; i < inc->member_count; i++) {
		const struct member *m = &inc->members[i];

		if (strcmp(m->client, client) != 0)
			continue;
		if (m->until_ms == 0)
			return inc->closed_ms; /* it fails to the end */
		if (m->until_ms > closed_ms)
			closed_ms = m->until_ms;
	}
	return closed_ms != 0 ? closed_ms : inc->closed_ms;
}

enum public_state
incident_state_for(const struct incident *inc, const char *client)
{
	if (inc->state < PUBLIC_RESOLVED &&
	    incident_closed_for(inc, client) != 0)
		return PUBLIC_RESOLVED;
	return inc->state;
}

static void
say_over(struct text *t, const char *zone, const struct named *named,
    int64_t closed_ms, int64_t now_ms)
{
	int64_t since_ms = named->since_ms;
	char from[48], to[48], length[32];

	civil_near(zone, since_ms, now_ms, from, sizeof(from));
	civil_near(zone, closed_ms, now_ms, to, sizeof(to));
	text_duration(closed_ms - since_ms, length, sizeof(length));
	text_addf(t,
	    " %s working again since %s. The trouble began at %s "
	    "and lasted %s.",
	    named->count > 1 ? "are" : "is", to, from, length);
}

char *
incident_draft(const struct incident *inc, const struct settings *settings,
    const char *name, int64_t now_ms)
{
	const struct client *client = settings_client(settings, name);
	const char *zone = client == NULL ? "UTC" : client->zone;
	int64_t closed_ms = incident_closed_for(inc, name);
	char since[48], next[48];
	struct named named;
	struct text t = { 0 };

	pick_members(inc, name, 0, &named);
	if (named.count == 0) {
		named.since_ms = inc->since_ms;
		named.kind = inc->kind;
	}
	name_members(&t, &named);
	if (closed_ms != 0) {
		say_over(&t, zone, &named, closed_ms, now_ms);
		return text_take(&t);
	}
	civil_near(zone, named.since_ms, now_ms, since, sizeof(since));
	civil_near(zone,
	    inc->next_ms > now_ms ? inc->next_ms
				  : now_ms + incident_update_span(inc),
	    now_ms, next, sizeof(next));
	text_addf(&t, " %s since %s; we are investigating; next update by %s.",
	    what_is_wrong(named.kind, named.count > 1), since, next);
	return text_take(&t);
}

/* The command "update": what clients are told. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_request.h"

#define UPDATE_AHEAD_MS (7 * INT64_C(86400000)) /* of promises */

struct update {
	int state; /* -1: as it was */
	const char *text;
	int64_t eta_from_ms, eta_to_ms, next_ms; /* 0: not said */
	bool publish, hold;
};

static bool
is_ahead(struct request *r, const char *field, int64_t at_ms)
{
	if (at_ms == 0 ||
	    (at_ms > r->now_ms && at_ms < r->now_ms + UPDATE_AHEAD_MS))
		return true;
	request_refuse(r, "%s: not within the next 7 days", field);
	return false;
}

static bool
read_times(struct request *r, struct update *u)
{
	u->eta_from_ms = record_int(r->json, "eta_from_ms", 0);
	u->eta_to_ms = record_int(r->json, "eta_to_ms", 0);
	u->next_ms = record_int(r->json, "next_ms", 0);
	if ((u->eta_from_ms == 0) != (u->eta_to_ms == 0) ||
	    u->eta_from_ms > u->eta_to_ms) {
		request_refuse(r, "eta_from_ms, eta_to_ms: both, in order");
		return false;
	}
	return is_ahead(r, "eta_to_ms", u->eta_to_ms) &&
	    is_ahead(r, "next_ms", u->next_ms);
}

static bool
read_update(struct request *r, struct update *u)
{
	const json_t *publish = json_object_get(r->json, "publish");
	const char *state = record_string(r->json, "state");

	*u = (struct update){ .state = -1 };
	u->hold = json_is_false(publish);
	u->publish = json_is_true(publish);
	u->text = request_text(r, "text", false);
	if (u->text == NULL)
		return false;
	if (state != NULL && (u->state = public_state_parse(state)) < 0) {
		request_refuse(r,
		    "state: investigating, identified, "
		    "monitoring, resolved or postmortem");
		return false;
	}
	if (!read_times(r, u))
		return false;
	if (u->state < 0 && u->text[0] == '\0' && u->eta_to_ms == 0 &&
	    u->next_ms == 0 && publish == NULL) {
		request_refuse(r, "text: is missing, and nothing else is said");
		return false;
	}
	return true;
}

static const char *
usual_text(enum public_state state)
{
	static const char *const texts[PUBLIC_STATES] = {
		"We are investigating.",
		"We have found the cause and are working on it.",
		"It works again; we keep watching it.",
		"It is resolved.",
		"We have looked into what happened.",
	};

	return texts[state];
}

/* Ended as a sentence is, so that another may follow. */
static void
add_sentence(struct text *t, const char *text)
{
	size_t length = strlen(text);
	size_t last;

	assert(text[strspn(text, REQUEST_BLANKS)] != '\0');
	while (strchr(REQUEST_BLANKS, text[length - 1]) != NULL)
		length--;
	text_add_bytes(t, text, length);
	last = length;
	while (last > 0 && strchr("\"')]", text[last - 1]) != NULL)
		last--; /* what closes stands behind the point */
	if (last == 0 || strchr(".!?:;", text[last - 1]) == NULL)
		text_add(t, ".");
}

/* The update as one client reads it: times in its zone. */
static char *
text_for(struct request *r, const struct incident *inc, const struct update *u,
    const struct audience *a)
{
	const struct client *c = settings_client(r->duty->settings, a->client);
	const char *zone = c == NULL ? "UTC" : c->zone;
	struct text t = { 0 };
	char one[48], two[48];

	add_sentence(&t, u->text[0] != '\0' ? u->text : usual_text(inc->state));
	if (u->eta_to_ms != 0) {
		civil_near(zone, u->eta_from_ms, r->now_ms, one, sizeof(one));
		civil_near(zone, u->eta_to_ms, r->now_ms, two, sizeof(two));
		text_addf(&t, " We expect it to be over between %s and %s.",
		    one, two);
	}
	if (inc->closed_ms == 0 && inc->next_ms != 0) {
		civil_near(zone, inc->next_ms, r->now_ms, one, sizeof(one));
		text_addf(&t, " Next update by %s.", one);
	}
	return text_take(&t);
}

/* What is well again while others fail has been told its own end. */
static bool
has_no_part(const struct incident *inc, const struct audience *a)
{
	return inc->closed_ms == 0 && incident_closed_for(inc, a->client) != 0;
}

/* Clients that have a part in it now; when there are none, all. */
static bool
is_for_all(const struct incident *inc)
{
	for (size_t i = 0; i < inc->audience_count; i++)
		if (!has_no_part(inc, &inc->audiences[i]))
			return false;
	return true;
}

static void
publish(struct request *r, struct incident *inc, const struct update *u)
{
	bool all = is_for_all(inc);

	for (size_t i = 0; i < inc->audience_count; i++) {
		struct audience *a = &inc->audiences[i];
		char *text;

		if (!all && has_no_part(inc, a))
			continue;
		text = text_for(r, inc, u, a);
		if (a->state != AUDIENCE_SHOWN) {
			a->said = incident_members_of(inc, a->client);
			a->said_ms = r->now_ms;
		}
		a->state = AUDIENCE_SHOWN;
		duty_tell_client(r->duty, inc, r->by, inc->state, a->client,
		    text, r->now_ms);
		free(text);
	}
}

/* Drafts stay inside; what was said already is not taken back. */
static void
hold(struct request *r, struct incident *inc, const struct update *u)
{
	for (size_t i = 0; i < inc->audience_count; i++)
		if (inc->audiences[i].state == AUDIENCE_HELD)
			inc->audiences[i].state = AUDIENCE_VETOED;
	incident_note(inc, r->now_ms, r->by,
	    u->text[0] != '\0' ? u->text : "the drafted update is held back");
	duty_journal(r->duty, inc, r->by, "held", u->text, r->now_ms);
	duty_public_dirty(r->duty, inc);
}

static void
promise(struct request *r, struct incident *inc, const struct update *u)
{
	if (u->state >= 0)
		inc->state = (enum public_state)u->state;
	if (u->eta_to_ms != 0) {
		inc->eta_from_ms = u->eta_from_ms;
		inc->eta_to_ms = u->eta_to_ms;
	}
	inc->next_ms = 0;
	duty_late_over(inc);
	if (inc->closed_ms == 0 && inc->state < PUBLIC_RESOLVED)
		inc->next_ms = u->next_ms != 0
		    ? u->next_ms
		    : r->now_ms + incident_update_span(inc);
}

/* What is said of it in public is so: over when it is, and not before. */
static bool
fits(struct request *r, const struct incident *inc, const struct update *u)
{
	bool over = u->state >= PUBLIC_RESOLVED;

	if (u->state < 0 || over == (inc->closed_ms != 0))
		return true;
	request_refuse(r,
	    over ? "state: %s is still open; resolve it first, or say "
		   "monitoring"
		 : "state: %s is closed; resolved or postmortem",
	    inc->id);
	return false;
}

/* Only the draft, as it stands. */
static bool
is_go_ahead(const struct update *u)
{
	return u->publish && u->state < 0 && u->text[0] == '\0' &&
	    u->eta_to_ms == 0 && u->next_ms == 0;
}

/* False: it is refused, since there is none that is not out. */
static bool
publish_draft(struct request *r, struct incident *inc)
{
	size_t count = 0;

	for (size_t i = 0; i < inc->audience_count; i++)
		if (inc->audiences[i].state != AUDIENCE_SHOWN) {
			duty_publish(r->duty, inc, &inc->audiences[i], r->by,
			    r->now_ms);
			count++;
		}
	if (count == 0)
		request_refuse(r,
		    "text: is missing; nothing is drafted that is not out");
	return count > 0;
}

/* False: refused. */
static bool
carry_out(struct request *r, struct incident *inc, const struct update *u)
{
	if (u->hold)
		hold(r, inc, u);
	else if (is_go_ahead(u))
		return publish_draft(r, inc);
	else {
		promise(r, inc, u);
		publish(r, inc, u);
	}
	return true;
}

/* The incident that is meant, and what is to be said; NULL: refused. */
static struct incident *
read_command(struct request *r, struct update *u)
{
	struct incident *inc = duty_named(r->duty, r->json);

	if (inc == NULL) {
		request_refuse(r, "incident: there is no such incident");
		return NULL;
	}
	if (!read_update(r, u) || !fits(r, inc, u))
		return NULL;
	if (inc->audience_count > 0)
		return inc;
	request_refuse(r, "%s concerns no client's page; write a note",
	    inc->id);
	return NULL;
}

void
command_update(struct request *r)
{
	struct page_policy policy;
	struct incident *inc;
	struct update u;

	inc = read_command(r, &u);
	if (inc == NULL || !carry_out(r, inc, &u))
		return;
	duty_policy(r->duty, inc, &policy);
	page_touch(&inc->page, &policy, r->now_ms);
	duty_dirty(r->duty, inc);
	request_agree(r, inc,
	    u.hold ? "Held back: no client sees it." : "Published, state %s.",
	    public_state_text(inc->state));
}

/* The command "update": what clients are told. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/duty_request.h"

#define UPDATE_AHEAD_MS (7 * INT64_C(86400000)) /* of promises */

struct update {
	int state; /* -1: as it was */
	const char *text;
	int64_t eta_from_ms, eta_to_ms, next_ms; /* 0: not said */
	bool publish, hold;
	const char *digest; /* of what a preview has shown; NULL: none was */
};

/* What would be promised. */
struct promised {
	enum public_state state;
	int64_t eta_from_ms, eta_to_ms, next_ms;
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
	u->digest = record_string(r->json, "digest");
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
    const struct promised *p, const struct audience *a)
{
	const struct client *c = settings_client(r->duty->settings, a->client);
	const char *zone = c == NULL ? "UTC" : c->zone;
	struct text t = { 0 };
	char one[48], two[48];

	add_sentence(&t, u->text[0] != '\0' ? u->text : usual_text(p->state));
	if (u->eta_to_ms != 0) {
		civil_near(zone, u->eta_from_ms, r->now_ms, one, sizeof(one));
		civil_near(zone, u->eta_to_ms, r->now_ms, two, sizeof(two));
		text_addf(&t, " We expect it to be over between %s and %s.",
		    one, two);
	}
	if (inc->closed_ms == 0 && p->next_ms != 0) {
		civil_near(zone, p->next_ms, r->now_ms, one, sizeof(one));
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

/* What each client would read: list of client and text. */
static json_t *
texts_of(struct request *r, const struct incident *inc, const struct update *u,
    const struct promised *p)
{
	bool all = is_for_all(inc);
	json_t *list = json_array();

	for (size_t i = 0; i < inc->audience_count; i++) {
		const struct audience *a = &inc->audiences[i];
		json_t *one;
		char *text;

		if (!all && has_no_part(inc, a))
			continue;
		one = json_object();
		text = text_for(r, inc, u, p, a);
		record_set_text(one, "client", a->client);
		json_object_set_new(one, "text", record_foreign(text));
		json_array_append_new(list, one);
		free(text);
	}
	return list;
}

static void
publish(struct request *r, struct incident *inc, const json_t *texts)
{
	const json_t *one;
	size_t i;

	json_array_foreach(texts, i, one)
	{
		const char *client = record_string(one, "client");
		struct audience *a = incident_audience(inc, client);

		if (a->state != AUDIENCE_SHOWN) {
			a->said = incident_members_of(inc, client);
			a->said_ms = r->now_ms;
		}
		a->state = AUDIENCE_SHOWN;
		duty_tell_client(r->duty, inc, r->by, inc->state, client,
		    record_string(one, "text"), r->now_ms);
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
make_promise(const struct request *r, const struct incident *inc,
    const struct update *u, struct promised *p)
{
	*p = (struct promised){ inc->state, inc->eta_from_ms, inc->eta_to_ms,
		0 };
	if (u->state >= 0)
		p->state = (enum public_state)u->state;
	if (u->eta_to_ms != 0) {
		p->eta_from_ms = u->eta_from_ms;
		p->eta_to_ms = u->eta_to_ms;
	}
	if (inc->closed_ms == 0 && p->state < PUBLIC_RESOLVED)
		p->next_ms = u->next_ms != 0
		    ? u->next_ms
		    : r->now_ms + incident_update_span(inc);
}

static void
promise(struct incident *inc, const struct promised *p)
{
	inc->state = p->state;
	inc->eta_from_ms = p->eta_from_ms;
	inc->eta_to_ms = p->eta_to_ms;
	inc->next_ms = p->next_ms;
	duty_late_over(inc);
}

static void
digest_of(const json_t *texts, char digest[SIGN_HEX])
{
	char *text = record_dump(texts);

	sign_sha256(text, strlen(text), digest);
	free(text);
}

/* False: refused, since it is not what was looked at before. */
static bool
say(struct request *r, struct incident *inc, const struct update *u)
{
	char digest[SIGN_HEX];
	struct promised p;
	json_t *texts;
	bool as_shown;

	make_promise(r, inc, u, &p);
	texts = texts_of(r, inc, u, &p);
	digest_of(texts, digest);
	as_shown = u->digest == NULL || strcmp(u->digest, digest) == 0;
	if (as_shown) {
		promise(inc, &p);
		publish(r, inc, texts);
	} else
		request_refuse(r,
		    "digest: what clients would read is not what was shown "
		    "before; look at it again");
	json_decref(texts);
	return as_shown;
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
	else
		return say(r, inc, u);
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

void
command_preview(struct request *r)
{
	struct incident *inc;
	char digest[SIGN_HEX];
	struct promised p;
	struct update u;
	json_t *o, *texts;

	inc = read_command(r, &u);
	if (inc == NULL)
		return;
	make_promise(r, inc, &u, &p);
	texts = texts_of(r, inc, &u, &p);
	digest_of(texts, digest);
	o = json_object();
	record_set_text(o, "text",
	    "Nothing is published yet: this is what clients would read.");
	record_set_text(o, "incident", inc->id);
	record_set_text(o, "digest", digest);
	record_set_int(o, "next_ms", p.next_ms);
	json_object_set_new(o, "texts", texts);
	duty_answer(r->duty, r->id, true, o);
}

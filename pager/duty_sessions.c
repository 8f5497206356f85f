/*
 * Sessions of the console that were ended before their time.
 *
 * A session is a signed cookie that nobody stores (console/session.h); what
 * has to be known is which of them are worth nothing any more.  Of each
 * person the latest few are kept until they would be over anyway; when there
 * are more, all that had begun until then are ended, too.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

#define KEPT_AHEAD_MS (31 * INT64_C(86400000)) /* no session lasts longer */

static struct duty_sessions *
find(const struct duty *d, const char *person)
{
	struct duty_sessions *s;

	HASH_FIND_STR(d->sessions, person, s);
	return s;
}

static struct duty_sessions *
find_or_add(struct duty *d, const char *person)
{
	struct duty_sessions *s = find(d, person);

	if (s != NULL)
		return s;
	s = mem_alloc(sizeof(*s));
	text_copy(s->person, sizeof(s->person), person);
	HASH_ADD_STR(d->sessions, person, s);
	return s;
}

void
duty_clear_sessions(struct duty *d)
{
	struct duty_sessions *s, *next;

	HASH_ITER (hh, d->sessions, s, next) {
		HASH_DEL(d->sessions, s);
		free(s);
	}
}

static void
keep(struct duty_sessions *s, const char *id, int64_t until_ms)
{
	struct duty_session *one = &s->ended[s->count++];

	text_copy(one->id, sizeof(one->id), id);
	one->until_ms = until_ms;
}

static void
forget_over(struct duty_sessions *s, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->ended[i].until_ms > now_ms)
			s->ended[kept++] = s->ended[i];
	s->count = kept;
}

static void
write_sessions(struct duty *d, const struct duty_sessions *s)
{
	json_t *o = json_object(), *list = json_array();

	record_set_int(o, "before_ms", s->before_ms);
	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:I}", "id", s->ended[i].id, "until_ms",
			(json_int_t)s->ended[i].until_ms));
	json_object_set_new(o, "ended", list);
	duty_write_record(d, "sessions", s->person, o);
}

int
duty_load_sessions(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = record_object(value, length, error), *one;
	struct duty_sessions *s;
	char id[sizeof(s->ended[0].id)];
	size_t i;

	if (o == NULL)
		return -1;
	s = find_or_add(d, field);
	s->before_ms = record_int(o, "before_ms", 0);
	s->count = 0;
	json_array_foreach(json_object_get(o, "ended"), i,
	    one) if (s->count < DUTY_SESSIONS_ENDED &&
	    record_text(one, "id", id, sizeof(id)))
	    keep(s, id, record_int(one, "until_ms", 0));
	json_decref(o);
	return 0;
}

static bool
is_id(const char *id)
{
	return id != NULL && strlen(id) == DUTY_SESSION_ID &&
	    strspn(id, "0123456789abcdef") == DUTY_SESSION_ID;
}

static bool
is_ended(const struct duty *d, const char *person, const char *id,
    int64_t begun_ms)
{
	const struct duty_sessions *s = find(d, person);

	if (s == NULL)
		return false;
	if (begun_ms <= s->before_ms)
		return true;
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->ended[i].id, id) == 0)
			return true;
	return false;
}

/* One more than is kept ends all that the person has. */
static void
end(struct duty_sessions *s, const char *id, int64_t until_ms, int64_t now_ms)
{
	forget_over(s, now_ms);
	if (id == NULL || s->count == DUTY_SESSIONS_ENDED) {
		s->before_ms = now_ms;
		s->count = 0;
	} else
		keep(s, id, until_ms);
}

void
command_session_end(struct request *r)
{
	const struct person *p = request_person(r, "person");
	const char *id = record_string(r->json, "session");
	int64_t begun_ms = record_int(r->json, "begun_ms", 0);
	int64_t until_ms = record_int(r->json, "until_ms", 0);
	bool all = record_bool(r->json, "all");

	if (p == NULL)
		return;
	if (!is_id(id) || until_ms > r->now_ms + KEPT_AHEAD_MS) {
		request_refuse(r, "session: not one of ours");
		return;
	}
	if (all || !is_ended(r->duty, p->name, id, begun_ms)) {
		struct duty_sessions *s = find_or_add(r->duty, p->name);

		end(s, all ? NULL : id, until_ms, r->now_ms);
		write_sessions(r->duty, s);
	}
	request_agree(r, NULL, "Logged out.");
}

json_t *
duty_query_session(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *person = record_string(request, "person");
	const char *id = record_string(request, "session");
	int64_t begun_ms = record_int(request, "begun_ms", 0);

	(void)now_ms;
	*ok = true;
	return json_pack("{s:b}", "ended",
	    (int)(person == NULL || id == NULL ||
		is_ended(d, person, id, begun_ms)));
}

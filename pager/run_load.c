/*
 * run_load: from the lease to being active: schema, journal of an earlier
 * run, secret, all of the group.  Whatever fails on the way leads back to
 * standing by, and the next renewal of the lease begins anew.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/run_parts.h"

static void
begin_anew(struct run *r)
{
	r->phase = RUN_STANDBY;
	r->generation++;
	duty_free(r->duty);
	r->duty = NULL;
}

static void
tell_troubles(struct run *r, int64_t now_ms)
{
	char text[256];

	duty_trouble(r->duty, "operations/store", 4,
	    *r->advisory != '\0' ? r->advisory : NULL, now_ms);
	duty_trouble(r->duty, "operations/records", 2,
	    *r->unread != '\0' ? r->unread : NULL, now_ms);
	if (r->aside) {
		run_journal_path(r, text, sizeof(text) - 80);
		text_format(text + strlen(text), sizeof(text) - strlen(text),
		    ".aside holds what was decided while the store was away "
		    "and could not be recorded");
		duty_trouble(r->duty, "operations/journal", 2, text, now_ms);
		r->aside = false;
	}
}

static void
activate(struct run *r)
{
	int64_t now_ms = clock_now_ms();

	run_drop_spare(r);
	r->phase = RUN_ACTIVE;
	r->unrecorded = false;
	r->commit_ok_ms = now_ms;
	CRASH_POINT("pager-loaded");
	duty_start(r->duty, now_ms);
	tell_troubles(r, now_ms);
	run_tell_secret(r);
	log_info("pager: ready");
	run_turn(r);
}

static void
on_made(void *arg, enum store_outcome outcome)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);

	free(call);
	if (is_void)
		return;
	if (outcome == STORE_DONE)
		activate(r);
	else
		begin_anew(r);
}

/* One that the store has lost is written there again. */
static void
make(struct commit *commit, const char *field, char *value, size_t room)
{
	if (*value == '\0')
		sign_random(value, room - 1);
	commit_expect(commit, "meta", field, "");
	commit_set_text(commit, "meta", field, value);
}

/* Links outlive restarts, so what signs them must, too; and a journal must
   find the store again that it was written for. */
static void
make_what_lacks(struct run *r)
{
	struct commit commit;

	commit_init(&commit);
	if (!r->has_secret && r->settings->site.link_secret == NULL)
		make(&commit, "secret", r->secret, sizeof(r->secret));
	if (!r->has_house)
		make(&commit, "house", r->house, sizeof(r->house));
	store_commit(r->store, STORE_PAGER_GROUP, r->token, &commit, on_made,
	    run_call(r, 0));
	commit_clear(&commit);
}

static void
on_loaded(void *arg, bool ok)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);
	const char *secret = r->settings->site.link_secret;

	free(call);
	if (is_void)
		return;
	if (secret != NULL)
		text_copy(r->secret, sizeof(r->secret), secret);
	if (!ok)
		begin_anew(r);
	else if (r->has_house && (r->has_secret || secret != NULL))
		activate(r);
	else
		make_what_lacks(r);
}

static void
load(struct run *r, const char *key, const char *field, const void *value,
    size_t length)
{
	char record[200], error[160] = "has crashed its reader three times";
	int result = -1;

	text_format(record, sizeof(record), "%s/%s", key, field);
	if (attempt_begin(r->attempt, record))
		result = duty_load(r->duty, key, field, value, length, error);
	attempt_end(r->attempt);
	if (result == 0)
		return;
	log_warnx("pager: %s: not loaded: %s", record, error);
	if (*r->unread == '\0')
		text_format(r->unread, sizeof(r->unread),
		    "%s could not be loaded: %s", record, error);
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct run_call *call = arg;
	struct run *r = call->run;

	if (run_call_is_void(call))
		return;
	if (strcmp(key, "meta") == 0 && strcmp(field, "schema") == 0)
		return;
	if (strcmp(key, "meta") == 0 && strcmp(field, "secret") == 0) {
		text_format(r->secret, sizeof(r->secret), "%.*s", (int)length,
		    (const char *)value);
		r->has_secret = true;
	} else if (strcmp(key, "meta") == 0 && strcmp(field, "house") == 0) {
		text_format(r->house, sizeof(r->house), "%.*s", (int)length,
		    (const char *)value);
		r->has_house = true;
	} else
		load(r, key, field, value, length);
}

static void
load_all(struct run *r)
{
	static const char *const keys[] = { "meta", "incidents", "pages",
		"intents", "overrides", "contacts", "rotas", "changes", "past",
		"calendars", "sessions", "heartbeats", "poison", NULL };

	r->phase = RUN_LOADING;
	r->generation++;
	*r->unread = '\0';
	r->has_secret = r->has_house = false; /* what we know may be needed */
	duty_free(r->duty);
	r->duty = duty_new(r->settings, run_sign, r);
	store_load(r->store, STORE_PAGER_GROUP, keys, on_field, on_loaded,
	    run_call(r, 0));
}

/* The newer one may have the lease; we ask again in a minute. */
static void
leave_to_newer(struct run *r)
{
	log_warnx("pager: a newer version has written to this store; nothing "
		  "is touched");
	store_unlease(r->store, STORE_PAGER_GROUP, r->token);
	r->tenure.until_ms = 0;
	r->tenure.asked_ms = clock_monotonic_us() / 1000 + 60000;
}

static void
on_house(void *arg, const struct redisReply *reply)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);
	bool none = reply != NULL && reply->type == REDIS_REPLY_NIL;

	free(call);
	if (is_void)
		return;
	if (!none && (reply == NULL || reply->type != REDIS_REPLY_STRING))
		begin_anew(r);
	else if (run_is_our_journal(r, none ? "" : reply->str))
		run_import(r); /* and comes back here when it is through */
	else
		load_all(r);
}

static void
on_schema(void *arg, enum store_outcome outcome)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	bool is_void = run_call_is_void(call);

	free(call);
	if (is_void)
		return;
	if (outcome == STORE_NEWER)
		leave_to_newer(r);
	if (outcome != STORE_DONE)
		begin_anew(r);
	else if (r->journal != NULL)
		store_commandf(r->store, on_house, run_call(r, 0),
		    "HGET " STORE_PAGER_GROUP "meta house");
	else
		load_all(r);
}

void
run_open(struct run *r)
{
	r->phase = RUN_OPENING;
	r->generation++;
	store_schema(r->store, STORE_PAGER_GROUP, r->token, on_schema,
	    run_call(r, 0));
}

/* why_woken: see why_woken.h.  Everything is put together here, once. */
#include <stdlib.h>
#include <string.h>

#include "cli/control.h"
#include "cli/show.h"
#include "cli/why_woken.h"
#include "cli/woken_read.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"

struct telling {
	const struct why_question *q;
	const struct endpoint *endpoint; /* NULL: it left the tree */
	struct woken_of of;
	struct woken_read read;
};

static void
set_foreign(json_t *o, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_object_set_new(o, key, record_foreign(text));
}

static json_t *
call_json(const struct woken_call *c)
{
	json_t *o = json_object();

	record_set_int(o, "at_ms", c->at_ms);
	set_foreign(o, "intent", c->intent);
	set_foreign(o, "person", c->person);
	set_foreign(o, "channel", c->channel);
	set_foreign(o, "from", c->from);
	record_set_int(o, "level", c->level);
	record_set_int(o, "levels", c->levels);
	record_set_int(o, "round", c->round);
	record_set_int(o, "until_ms", c->until_ms);
	record_set_int(o, "watch_until_ms", c->watch_until_ms);
	set_foreign(o, "override", c->override);
	set_foreign(o, "override_by", c->override_by);
	set_foreign(o, "layer", c->layer);
	set_foreign(o, "instead", c->instead);
	record_set_bool(o, "filled", c->filled);
	record_set_bool(o, "late", c->late);
	record_set_text(o, "outcome", called_outcome_text(c->outcome));
	set_foreign(o, "answer", c->answer);
	record_set_int(o, "answered_ms", c->answered_ms);
	return o;
}

static json_t *
act_json(const struct woken_act *a)
{
	json_t *o = json_object();

	record_set_int(o, "at_ms", a->at_ms);
	set_foreign(o, "what", a->what);
	set_foreign(o, "by", a->by);
	set_foreign(o, "person", a->person);
	set_foreign(o, "text", a->text);
	record_set_int(o, "until_ms", a->until_ms);
	return o;
}

/* Which ladder it is, by the hour: of the tree of today. */
static struct ladder_plan
plan_of(const struct telling *t, const struct incident *record)
{
	const struct settings *s = t->q->settings;
	const struct endpoint *e = record != NULL
	    ? settings_endpoint_once(s, record->subject)
	    : t->endpoint;
	struct ladder_plan plan = { 0 };

	if (e != NULL)
		plan = ladder_plan_of(e);
	if (record != NULL)
		plan.otherwise = settings_ladder(s, record->ladder);
	if (plan.otherwise == NULL)
		plan.otherwise = s->site.ladder;
	return plan;
}

/* Who comes next, if nobody takes it; by the tree and overrides of today. */
static void
set_next(const struct telling *t, const struct woken *w,
    const struct incident *record, const struct page *page, bool live,
    json_t *o)
{
	const struct ladder_plan plan = plan_of(t, record);
	struct page_policy policy = { .settings = t->q->settings,
		.overrides = t->read.overrides.items,
		.override_count = t->read.overrides.count,
		.severity = w->calls_as,
		.turn = record != NULL ? record->turn : 0,
		.plan = plan };
	struct ladder_chosen chosen;
	char names[LADDER_NAMES_MAX];
	struct ladder_people next;
	int64_t at_ms;

	ladder_when(&plan, t->q->at_ms, &chosen);
	policy.ladder = chosen.ladder;
	if (policy.ladder == NULL || w->storm[0] != '\0' ||
	    page->level >= (int)policy.ladder->levels.count)
		return;
	if (page_upcoming(page, &policy, t->q->at_ms, &next, &at_ms)) {
		ladder_names(&next, names);
		json_object_set_new(o, "next",
		    json_pack("{s:s, s:I}", "person", names, "at_ms",
			(json_int_t)at_ms));
	}
	at_ms = page_deadline(page, &policy);
	if (live && page->state == PAGE_CALLING && at_ms != NEVER)
		record_set_int(o, "again_ms", at_ms);
}

/* What its page says now is truer than what follows of the journal. */
static void
take_page(struct woken *w, const struct page *page)
{
	w->state = page->state;
	text_copy(w->owner, sizeof(w->owner), page->owner);
	w->owned_ms = page->owned_at_ms;
	w->until_ms = page->until_ms == NEVER ? 0 : page->until_ms;
}

static void
set_head(json_t *o, const struct woken *w)
{
	record_set_text(o, "incident", w->incident);
	set_foreign(o, "subject", w->subject);
	record_set_bool(o, "is_storm", w->is_storm);
	record_set_int(o, "severity", w->severity);
	record_set_int(o, "opened_ms", w->opened_ms);
	record_set_int(o, "joined_ms", w->joined_ms);
	record_set_int(o, "cleared_ms", w->cleared_ms);
	record_set_int(o, "closed_ms", w->closed_ms);
	set_foreign(o, "ended", w->ended);
	record_set_text(o, "state", page_state_text(w->state));
	set_foreign(o, "owner", w->owner);
	record_set_int(o, "owned_ms", w->owned_ms);
	record_set_int(o, "until_ms", w->until_ms);
	set_foreign(o, "storm", w->storm);
	record_set_text(o, "why", woken_why_text(woken_why(w)));
}

static void
set_lists(json_t *o, const struct woken *w)
{
	json_t *calls = json_array(), *acts = json_array();

	for (size_t i = 0; i < w->call_count; i++)
		json_array_append_new(calls, call_json(&w->calls[i]));
	for (size_t i = 0; i < w->act_count; i++)
		json_array_append_new(acts, act_json(&w->acts[i]));
	json_object_set_new(o, "calls", calls);
	json_object_set_new(o, "acts", acts);
	record_set_int(o, "calls_left_out", (int64_t)w->calls_left_out);
	record_set_int(o, "acts_left_out", (int64_t)w->acts_left_out);
}

/* Names that are to be erased by now are not shown, wherever they stand. */
static void
keep_private(const struct telling *t, const struct incident *record,
    struct woken *w)
{
	int64_t before_ms =
	    clock_now_ms() - t->q->settings->site.names_after_ms;

	woken_hide_names(w, before_ms);
	if ((record != NULL && woken_is_nameless(record)) ||
	    (w->closed_ms != 0 && w->closed_ms < before_ms))
		woken_hide_all_names(w);
}

/* Now is whatever was written by the time it was read. */
static int64_t
as_of(const struct telling *t)
{
	return t->q->is_now ? NEVER - 1 : t->q->at_ms;
}

static json_t *
incident_json(const struct telling *t, const char *id)
{
	const struct incident *record = woken_record(&t->read, id);
	const struct why_question *q = t->q;
	json_t *o = json_object();
	struct woken w, later;
	struct page page;
	bool live;

	woken_at(&t->read.journal, record, id, &t->of, as_of(t), &w);
	live = q->is_now && w.closed_ms == 0 &&
	    woken_live_page(q->redis, id, &page);
	if (live)
		take_page(&w, &page);
	else
		woken_page(&w, &page);
	keep_private(t, record, &w);
	set_head(o, &w);
	if (w.opened_ms == 0) {
		woken_at(&t->read.journal, record, id, &t->of, NEVER - 1,
		    &later);
		record_set_int(o, "opened_later_ms", later.opened_ms);
		woken_end(&later);
	} else
		set_next(t, &w, record, &page, live, o);
	set_lists(o, &w);
	woken_end(&w);
	return o;
}

static json_t *
incidents_json(const struct telling *t, bool storms)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->read.id_count; i++)
		if (t->read.is_storm[i] == storms)
			json_array_append_new(list,
			    incident_json(t, t->read.ids[i]));
	return list;
}

/* Another client's budget of downtime is nothing to this one. */
static bool
is_of_another(const struct incident *inc, const char *endpoint)
{
	const char *client = why_budget_of(inc->subject);
	size_t n = strcspn(endpoint, "/");

	return client != NULL &&
	    (strlen(client) != n || strncmp(client, endpoint, n) != 0);
}

/* Our own trouble that was open then: it has incidents of its own. */
static json_t *
operations_json(const struct telling *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->read.record_count; i++) {
		const struct incident *inc = t->read.records[i];
		json_t *o;

		if (inc->client[0] != '\0' || inc->is_storm ||
		    is_of_another(inc, t->q->endpoint) ||
		    inc->opened_ms > t->q->at_ms ||
		    (inc->closed_ms != 0 && inc->closed_ms <= t->q->at_ms))
			continue;
		o = json_object();
		record_set_text(o, "incident", inc->id);
		set_foreign(o, "subject", inc->subject);
		record_set_int(o, "severity", inc->severity);
		record_set_int(o, "since_ms", inc->since_ms);
		set_foreign(o, "text", inc->text);
		json_array_append_new(list, o);
	}
	return list;
}

/* What made it theirs. */
static void
set_reason(json_t *o, const struct stretch *s)
{
	if (s->override != NULL) {
		record_set_text(o, "override", s->override->id);
		set_foreign(o, "override_by", s->override->by);
	}
	if (s->layer != NULL)
		set_foreign(o, "layer", s->layer->name);
	if (s->instead != NULL)
		record_set_text(o, "instead", s->instead->name);
	record_set_bool(o, "filled", s->filled);
}

/* Who answers for a level then. */
static json_t *
level_json(const struct telling *t, const struct level *l, unsigned turn,
    int number)
{
	json_t *o = json_object();
	const struct ladder_asked asked = { t->read.overrides.items,
		t->read.overrides.count, turn, t->q->at_ms };
	char names[LADDER_NAMES_MAX];
	struct ladder_people people;
	struct stretch s = { 0 };

	record_set_int(o, "level", number);
	set_foreign(o, "call", l->call_text);
	record_set_bool(o, "all", l->answer == ANSWER_ALL);
	record_set_int(o, "patience_ms", l->patience_ms);
	if (l->rota != NULL && l->call != CALL_NEXT &&
	    rota_at(l->rota, asked.overrides, asked.override_count, t->q->at_ms,
		&s)) {
		record_set_int(o, "since_ms", s.from_ms);
		record_set_int(o, "watch_until_ms", s.to_ms);
	}
	ladder_people(l, &asked, &people);
	ladder_names(&people, names);
	record_set_text(o, "person", names);
	set_reason(o, &s);
	return o;
}

static json_t *
ladder_json(const struct telling *t)
{
	const struct incident *record = t->read.id_count == 0
	    ? NULL
	    : woken_record(&t->read, t->read.ids[0]);
	const struct ladder_plan plan = plan_of(t, record);
	json_t *levels = json_array();
	struct ladder_chosen chosen;
	int number = 0;

	ladder_when(&plan, t->q->at_ms, &chosen);
	if (chosen.ladder == NULL) {
		json_decref(levels);
		return json_null();
	}
	CONF_EACH (const struct level, l, &chosen.ladder->levels)
		json_array_append_new(levels,
		    level_json(t, l, record != NULL ? record->turn : 0,
			++number));
	return json_pack("{s:s, s:s*, s:o}", "ladder", chosen.ladder->name,
	    "hours", chosen.by != NULL ? chosen.by->hours_name : NULL, "levels",
	    levels);
}

static json_t *
plan_json(const struct endpoint *e)
{
	if (e == NULL)
		return json_null();
	return json_pack("{s:I, s:s?, s:s?}", "severity",
	    (json_int_t)e->probe.severity, "ladder",
	    e->ladder != NULL ? e->ladder->name : NULL, "disabled",
	    e->disabled);
}

/* Is anybody there who would call? */
static json_t *
pager_json(const struct why_question *q)
{
	json_t *answer, *said;

	if (!q->is_now)
		return json_null();
	answer = control_pager(q->cli, q->settings,
	    json_pack("{s:s}", "command", "status"));
	said = json_string(answer != NULL ? show_pager(answer) : "none");
	json_decref(answer);
	return said;
}

static json_t *
woken_json(const struct telling *t)
{
	const struct shard_view *v = t->q->view;
	json_t *o = json_object();

	json_object_set_new(o, "pager", pager_json(t->q));
	json_object_set_new(o, "plan", plan_json(t->endpoint));
	record_set_text(o, "alarm", watcher_quiet_text(v->quiet));
	if (v->loud_ms != NEVER)
		record_set_int(o, "alarm_ms", v->loud_ms);
	json_object_set_new(o, "incidents", incidents_json(t, false));
	json_object_set_new(o, "storms", incidents_json(t, true));
	record_set_int(o, "incidents_left_out", (int64_t)t->read.ids_left_out);
	json_object_set_new(o, "operations", operations_json(t));
	json_object_set_new(o, "on_watch", ladder_json(t));
	return o;
}

json_t *
why_woken(const struct why_question *q)
{
	struct telling t = { .q = q,
		.endpoint = settings_endpoint(q->settings, q->endpoint),
		.of = { q->view->endpoint, q->view->was } };
	json_t *o = NULL;

	if (woken_read(q->cli, q->settings, q->redis, &t.of, q->at_ms, &t.read))
		o = woken_json(&t);
	woken_read_clear(&t.read);
	return o;
}

static bool
has_member(const json_t *incident, const char *endpoint)
{
	const json_t *m;
	size_t i;

	json_array_foreach(json_object_get(incident, "members"), i, m)
	{
		if (json_is_string(m) &&
		    strcmp(json_string_value(m), endpoint) == 0)
			return true;
	}
	return false;
}

bool
why_by_pager(struct cli *c, const struct settings *s, const char *endpoint,
    json_t *into)
{
	json_t *answer =
	    control_pager(c, s, json_pack("{s:s}", "command", "incidents"));
	bool is_there = json_is_true(json_object_get(answer, "ok"));
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "incidents"), i, one)
	{
		json_t *whole;

		if (!has_member(one, endpoint))
			continue;
		whole = control_pager(c, s,
		    json_pack("{s:s, s:s}", "command", "incident", "incident",
			show_text(one, "id")));
		if (json_is_object(json_object_get(whole, "incident")))
			json_array_append(into,
			    json_object_get(whole, "incident"));
		json_decref(whole);
	}
	json_decref(answer);
	return is_there;
}

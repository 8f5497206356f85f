/* stage: see stage.h.  The world, and the ways into it. */
#include "tests/scenario/stage.h"

#define SLACK_MS 1000 /* a call on time is committed before it starts */

struct sink *
sink_new(struct world *w)
{
	(void)w;
	return NULL;
}

/* Agents as the configuration names them; the rest is never started. */
static void
make_agents(struct world *w)
{
	struct agent_settings *s;
	int i = 0;

	for (int n = 0; n < TRUTH_REGIONS; n++) {
		w->agents[n] = sim_agent_new(w, n);
		w->agents[n]->name[0] = w->agents[n]->region[0] = '\0';
	}
	CONF_EACH (struct agent_settings, each, &w->settings->agents) {
		if (i == TRUTH_REGIONS)
			break;
		s = each;
		text_copy(w->agents[i]->name, sizeof(w->agents[i]->name),
		    s->name);
		text_copy(w->agents[i]->region, sizeof(w->agents[i]->region),
		    s->region);
		w->agents[i++]->proc.name = s->name;
	}
}

static void
find_sites(struct stage *s)
{
	CONF_EACH (struct client, c, &s->world.settings->clients)
		CONF_EACH (struct endpoint, e, &c->endpoints)
			if (s->site_count < SITES_MAX)
				s->sites[s->site_count++].id = e->id;
}

static int64_t look(struct world *, int region, const struct plan_endpoint *,
    struct observation *);

struct stage *
stage_new(struct settings *settings, int64_t at_ms, int64_t midnight_ms)
{
	struct stage *s = mem_alloc(sizeof(*s));
	struct world *w = &s->world;

	w->random = STAGE_SEED;
	w->now_ms = at_ms;
	w->zero_ms = midnight_ms;
	w->settings = settings;
	w->look = look;
	w->agent_count = TRUTH_REGIONS;
	w->pager_count = 1;
	sim_store_make(w, "redis");
	make_agents(w);
	for (int i = 0; i < COLLECTORS; i++)
		w->collectors[i] = sim_collector_new(w, i);
	for (int i = 0; i < w->pager_count; i++)
		w->pagers[i] = sim_pager_new(w, i);
	find_sites(s);
	proc_start(w, &w->store_proc);
	for (int i = 0; i < TRUTH_REGIONS; i++)
		if (w->agents[i]->name[0] != '\0')
			proc_start(w, &w->agents[i]->proc);
	proc_start(w, &w->collectors[0]->proc);
	proc_start(w, &w->pagers[0]->proc);
	return s;
}

void
stage_free(struct stage *s)
{
	struct world *w = &s->world;

	for (int i = 0; i < TRUTH_REGIONS; i++)
		sim_agent_free(w->agents[i]);
	for (int i = 0; i < COLLECTORS; i++)
		sim_collector_free(w->collectors[i]);
	for (int i = 0; i < w->pager_count; i++)
		sim_pager_free(w->pagers[i]);
	world_drop(w);
	calls_free(w);
	sim_ingest_free();
	simstore_free(w->store);
	settings_free(w->settings);
	truth_clear(&w->truth);
	for (size_t i = 0; i < s->note_count; i++) {
		free(s->notes[i].about);
		free(s->notes[i].text);
	}
	free(s->notes);
	free(s->quiets);
	text_clear(&s->story);
	free(s);
}

void
stage_tell(struct stage *s, const char *fmt, ...)
{
	int64_t ms = s->world.now_ms - s->world.zero_ms;
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	text_formatv(line, sizeof(line), fmt, ap);
	va_end(ap);
	text_addf(&s->story, "# [%02d:%02d:%02d.%03d] %s\n",
	    (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
	    (int)(ms % 1000), line);
}

struct sim_agent *
stage_agent(struct stage *s, const char *name)
{
	for (int i = 0; i < TRUTH_REGIONS; i++)
		if (strcmp(s->world.agents[i]->name, name) == 0)
			return s->world.agents[i];
	return NULL;
}

int
stage_region(struct stage *s, const char *name)
{
	struct sim_agent *a = sim_agent_in(&s->world, name);

	return a != NULL ? a->proc.number : -1;
}

bool
stage_is_about(const char *subject, const char *name)
{
	const char *slash = strchr(subject, '/');

	return strcmp(subject, name) == 0 ||
	    (slash != NULL && strcmp(slash + 1, name) == 0);
}

struct site_seen *
stage_site(struct stage *s, const char *name)
{
	for (size_t i = 0; i < s->site_count; i++)
		if (stage_is_about(s->sites[i].id, name))
			return &s->sites[i];
	return NULL;
}

bool
stage_has_person(struct stage *s, const char *name)
{
	return settings_person(s->world.settings, name) != NULL;
}

/* What a probe of a site that looks so brings back. */
static int64_t
judge(struct world *w, const struct plan_endpoint *e, const struct view *v,
    struct observation *o)
{
	static const char welcome[] = "<title>Welcome</title>";
	const char *body = v->body[0] != '\0' ? v->body : welcome;
	int64_t takes_ms =
	    v->takes_ms > 0 ? v->takes_ms : roll_between(w, 20, 300);
	struct seen seen = { .failed = v->reason,
		.error = "so the scenario says",
		.status = v->way == WAY_ANSWERS ? v->status : 200,
		.body = body,
		.body_length = strlen(body),
		.body_seen = strlen(body) };

	if (takes_ms >= e->timeout_ms || v->reason == REASON_TIMEOUT) {
		takes_ms = e->timeout_ms;
		seen.failed = REASON_TIMEOUT;
	}
	seen.total_us = takes_ms * 1000;
	outcome_judge(e, &seen, o);
	if (v->way == WAY_BLOCKED) {
		o->outcome = OUTCOME_UNKNOWN;
		o->reason = REASON_BLOCKED;
		text_copy(o->detail, sizeof(o->detail), "a bot challenge");
	} else if (v->way == WAY_MAINTENANCE) {
		o->outcome = OUTCOME_MAINTENANCE;
		o->reason = REASON_HTTP_STATUS;
		text_copy(o->detail, sizeof(o->detail), "maintenance page");
	}
	return takes_ms;
}

/* The world's hook: a probe starts now. */
static int64_t
look(struct world *w, int agent, const struct plan_endpoint *e,
    struct observation *o)
{
	struct stage *s = (struct stage *)w;
	struct site_seen *site = e != NULL ? stage_site(s, e->id) : NULL;
	struct view *v = site != NULL ? &site->views[agent] : NULL;
	int64_t takes_ms;

	if (s->sights[agent] == SIGHT_NOTHING ||
	    (s->sights[agent] == SIGHT_OURS_FAIL && e != NULL)) {
		o->outcome = OUTCOME_FAILED;
		o->reason = REASON_CONNECT;
		text_copy(o->detail, sizeof(o->detail), "no route");
		return 50;
	}
	if (v == NULL) {
		o->outcome = OUTCOME_OK;
		o->status = 200;
		return 40;
	}
	takes_ms = judge(w, e, v, o);
	if (v->once)
		*v = (struct view){ .way = WAY_WELL };
	return takes_ms;
}

json_t *
stage_incidents(struct stage *s)
{
	static const char question[] =
	    "{\"command\":\"incidents\",\"all\":true}";
	struct sim_pager *p = sim_pager_active(&s->world);
	json_t *root, *list;
	char *answer;
	bool ok;

	if (p == NULL)
		return NULL;
	answer = duty_query(p->duty, question, strlen(question),
	    proc_now(&s->world, &p->proc), &ok);
	root = answer != NULL ? json_loads(answer, 0, NULL) : NULL;
	free(answer);
	list = json_incref(json_object_get(root, "incidents"));
	json_decref(root);
	return list;
}

static bool
has_member(const json_t *incident, const char *subject)
{
	const json_t *members = json_object_get(incident, "members"), *m;
	const char *own =
	    json_string_value(json_object_get(incident, "subject"));
	size_t i;

	if (own != NULL && stage_is_about(own, subject))
		return true;
	json_array_foreach(members, i, m) if (json_is_string(m) &&
	    stage_is_about(json_string_value(m), subject)) return true;
	return false;
}

const json_t *
stage_incident(const json_t *list, const char *subject)
{
	const json_t *found = NULL, *inc;
	size_t i;

	json_array_foreach(list, i, inc)
	{
		const char *state =
		    json_string_value(json_object_get(inc, "state"));

		if (state == NULL || !has_member(inc, subject))
			continue;
		if (strcmp(state, "closed") != 0)
			return inc;
		if (found == NULL)
			found = inc;
	}
	return found;
}

static struct quiet *
quiet_of(struct stage *s, const char *id)
{
	for (size_t i = 0; i < s->quiet_count; i++)
		if (strcmp(s->quiets[i].id, id) == 0)
			return &s->quiets[i];
	s->quiets =
	    mem_grow(s->quiets, (s->quiet_count + 1) * sizeof(*s->quiets));
	s->quiets[s->quiet_count] = (struct quiet){ .from_ms = NEVER };
	text_copy(s->quiets[s->quiet_count].id, sizeof(s->quiets->id), id);
	return &s->quiets[s->quiet_count++];
}

/* Calls of the incident, or of the storm that calls for it. */
static void
count_calls(struct stage *s, struct quiet *q, const char *storm)
{
	for (size_t i = s->note_count; i > 0; i--) {
		const struct noted *n = &s->notes[i - 1];

		if (n->note != NOTE_MESSAGE || n->kind != MESSAGE_CALL ||
		    (strcmp(n->incident, q->id) != 0 &&
			strcmp(n->incident, storm) != 0))
			continue;
		if (q->from_ms != NEVER && n->at_ms > q->from_ms)
			q->from_ms = n->at_ms;
		return;
	}
}

/* While no pager says otherwise, what called goes on calling. */
bool
stage_is_heard(struct stage *s, int64_t limit_ms)
{
	json_t *list = stage_incidents(s);
	const json_t *inc;
	size_t i;

	json_array_foreach(list, i, inc)
	{
		const char *id = json_string_value(json_object_get(inc, "id"));
		const char *storm =
		    json_string_value(json_object_get(inc, "storm"));
		const char *state =
		    json_string_value(json_object_get(inc, "state"));
		struct quiet *q = quiet_of(s, id);

		if (strcmp(state, "calling") != 0)
			q->from_ms = NEVER;
		else if (q->from_ms == NEVER)
			q->from_ms = s->world.now_ms;
		count_calls(s, q, storm != NULL ? storm : "-");
	}
	json_decref(list);
	for (i = 0; i < s->quiet_count; i++)
		if (s->quiets[i].from_ms != NEVER &&
		    s->world.now_ms - s->quiets[i].from_ms >
			limit_ms + SLACK_MS)
			return false;
	return true;
}

bool
stage_step(struct stage *s, int64_t until_ms)
{
	if (world_step(&s->world, until_ms))
		return true;
	s->world.now_ms = until_ms;
	return false;
}

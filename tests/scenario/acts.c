/* acts: sentences by which something happens. */
#include "tests/scenario/scenario.h"

#define FOR_EVER_MS (100 * INT64_C(86400000))

static bool
is_platform(struct stage *s, const char *id, const char *platform)
{
	const struct endpoint *e = settings_endpoint(s->world.settings, id);

	return e->platform_name != NULL &&
	    strcmp(e->platform_name, platform) == 0;
}

static void
look_so(struct stage *s, const struct sentence *x)
{
	for (size_t i = 0; i < s->site_count; i++) {
		if (strcmp(x->what, "platform") == 0
			? !is_platform(s, s->sites[i].id, x->about)
			: !stage_is_about(s->sites[i].id, x->about))
			continue;
		for (int a = 0; a < TRUTH_REGIONS; a++)
			if (x->from >> a & 1)
				s->sites[i].views[a] = x->view;
	}
}

/* "from london new-york"; nothing said: from everywhere. */
static void
read_from(struct words *w, struct stage *s, struct sentence *x)
{
	x->from = (1U << TRUTH_REGIONS) - 1;
	if (!words_are(w, "from"))
		return;
	x->from = 0;
	do {
		const char *name = words_take(w, "a region");
		int number = stage_region(s, name);

		if (number < 0)
			words_wrong(w, "there is no region \"%s\"", name);
		else
			x->from |= 1U << number;
	} while (words_left(w));
}

static void
read_failure(struct words *w, struct view *v)
{
	const char *reason = words_take(w, "a reason");
	int number = reason_parse(reason);

	if (number <= REASON_NONE)
		words_wrong(w, "there is no reason \"%s\"", reason);
	v->way = WAY_FAILS;
	v->reason = (enum reason)number;
}

static void
read_answer(struct words *w, struct view *v)
{
	v->way = WAY_ANSWERS;
	v->status = words_number(w, 100, 599);
	if (words_are(w, "saying"))
		text_copy(v->body, sizeof(v->body),
		    words_take(w, "a text in quotes"));
}

/* "is well", "is blocked", "is in maintenance". */
static void
read_being(struct words *w, struct view *v)
{
	if (words_are(w, "well"))
		v->way = WAY_WELL;
	else if (words_are(w, "blocked"))
		v->way = WAY_BLOCKED;
	else if (words_are(w, "in")) {
		words_must(w, "maintenance");
		v->way = WAY_MAINTENANCE;
	} else
		words_wrong(w, "expected well, blocked or in maintenance");
}

static void
read_site(struct words *w, struct stage *s, struct sentence *x,
    const char *what)
{
	struct view *v = &x->view;
	bool any = false;

	text_copy(x->what, sizeof(x->what), what);
	text_copy(x->about, sizeof(x->about), words_take(w, "a name"));
	for (size_t i = 0; i < s->site_count; i++)
		any |= strcmp(what, "platform") == 0
		    ? is_platform(s, s->sites[i].id, x->about)
		    : stage_is_about(s->sites[i].id, x->about);
	if (!any)
		words_wrong(w, "there is no %s \"%s\"", what, x->about);
	if (words_are(w, "answers"))
		read_answer(w, v);
	else if (words_are(w, "fails"))
		read_failure(w, v);
	else if (words_are(w, "takes"))
		v->takes_ms = words_span(w);
	else {
		words_must(w, "is");
		read_being(w, v);
	}
	v->once = words_are(w, "once");
	read_from(w, s, x);
	x->act = look_so;
}

static void
see_so(struct stage *s, const struct sentence *x)
{
	s->sights[x->number] = (enum sight)x->kind;
}

static void
read_region(struct words *w, struct stage *s, struct sentence *x)
{
	const char *name = words_take(w, "a region");

	x->number = stage_region(s, name);
	x->act = see_so;
	if (x->number < 0)
		words_wrong(w, "there is no region \"%s\"", name);
	if (words_are(w, "is")) {
		words_must(w, "well");
		x->kind = SIGHT_WELL;
		return;
	}
	words_must(w, "sees");
	if (words_are(w, "nothing"))
		x->kind = SIGHT_NOTHING;
	else {
		words_must(w, "ours");
		words_must(w, "fail");
		x->kind = SIGHT_OURS_FAIL;
	}
}

static void
die(struct stage *s, const struct sentence *x)
{
	proc_kill(&s->world, x->proc, x->span_ms);
}

static void
start(struct stage *s, const struct sentence *x)
{
	if (!x->proc->up)
		proc_start(&s->world, x->proc);
}

static void
stall(struct stage *s, const struct sentence *x)
{
	proc_stall(&s->world, x->proc, x->span_ms);
}

static void
cut(struct stage *s, const struct sentence *x)
{
	x->proc->cut_until_ms = s->world.now_ms + x->span_ms;
}

static void
cut_from_redis(struct stage *s, const struct sentence *x)
{
	x->proc->store_cut_until_ms = s->world.now_ms + x->span_ms;
}

static void
slow_down(struct stage *s, const struct sentence *x)
{
	s->world.agents[x->proc->number]->link_ms = x->span_ms;
}

static void
jump(struct stage *s, const struct sentence *x)
{
	struct proc *p = x->proc;

	p->skew_ms += x->span_ms;
	stage_tell(s, "%s: clock jumps by %lld ms", p->name,
	    (long long)x->span_ms);
	if (proc_runs(&s->world, p) && p->woken != NULL)
		p->woken(&s->world, p);
}

static int64_t
read_for(struct words *w)
{
	return words_are(w, "for") ? words_span(w) : FOR_EVER_MS;
}

/* A process dies, starts, stalls, or is cut off. */
static void
read_fate(struct words *w, struct sentence *x, struct proc *p)
{
	x->proc = p;
	if (words_are(w, "dies")) {
		x->act = die;
		x->span_ms = read_for(w);
	} else if (words_are(w, "starts")) {
		x->act = start;
	} else if (words_are(w, "stalls")) {
		x->act = stall;
		words_must(w, "for");
		x->span_ms = words_span(w);
	} else {
		words_must(w, "is");
		words_must(w, "cut");
		x->act = words_are(w, "from") ? cut_from_redis : cut;
		if (x->act == cut_from_redis)
			words_must(w, "redis");
		x->span_ms = read_for(w);
	}
}

static void
read_agent(struct words *w, struct stage *s, struct sentence *x)
{
	const char *name = words_take(w, "an agent");
	struct sim_agent *a = stage_agent(s, name);

	if (a == NULL) {
		words_wrong(w, "there is no agent \"%s\"", name);
		return;
	}
	if (!words_are(w, "hears")) {
		read_fate(w, x, &a->proc);
		return;
	}
	x->proc = &a->proc;
	x->act = slow_down;
	words_must(w, "and");
	words_must(w, "is");
	words_must(w, "heard");
	x->span_ms = words_span(w);
	words_must(w, "late");
}

/* "clock of pager jumps by 3s", "clock of agent lon-1 jumps by -3s" */
static void
read_clock(struct words *w, struct stage *s, struct sentence *x)
{
	struct sim_agent *a;

	words_must(w, "of");
	x->act = jump;
	if (words_are(w, "pager"))
		x->proc = &s->world.pagers[0]->proc;
	else if (words_are(w, "collector"))
		x->proc = &s->world.collectors[0]->proc;
	else {
		const char *name;

		words_must(w, "agent");
		name = words_take(w, "an agent");
		a = stage_agent(s, name);
		if (a == NULL)
			words_wrong(w, "there is no agent \"%s\"", name);
		else
			x->proc = &a->proc;
	}
	words_must(w, "jumps");
	words_must(w, "by");
	x->span_ms = words_span(w);
}

static void
behave(struct stage *s, const struct sentence *x)
{
	s->manners[x->channel] = (enum manner)x->kind;
}

static void
read_channel(struct words *w, struct sentence *x)
{
	const char *name = words_take(w, "a channel");

	x->channel = channel_parse(name);
	x->act = behave;
	if (x->channel < 0)
		words_wrong(w, "there is no channel \"%s\"", name);
	if (words_are(w, "works"))
		x->kind = MANNER_WORKS;
	else if (words_are(w, "hangs"))
		x->kind = MANNER_HANGS;
	else {
		words_must(w, "fails");
		words_must(w, "for");
		x->kind =
		    words_are(w, "good") ? MANNER_FOR_GOOD : MANNER_FOR_NOW;
		if (x->kind == MANNER_FOR_NOW)
			words_must(w, "now");
	}
}

/* The incident that this person was called for, or heard of, or reads of. */
static void
find_incident(struct stage *s, const struct sentence *x, char id[24])
{
	json_t *list = stage_incidents(s);
	const json_t *inc = stage_incident(list, x->about);

	id[0] = '\0';
	if (inc != NULL)
		text_copy(id, 24,
		    json_string_value(json_object_get(inc, "id")));
	json_decref(list);
}

static void
command(struct stage *s, const struct sentence *x)
{
	char id[24], *json;
	json_t *o;

	find_incident(s, x, id);
	o = json_pack("{s:s, s:s, s:s}", "command", x->what, "incident", id,
	    "person", x->who);
	if (x->said[0] != '\0')
		json_object_set_new(o,
		    strcmp(x->what, "hand-on") == 0 ? "to" : "text",
		    json_string(x->said));
	if (x->span_ms > 0)
		json_object_set_new(o, "for_ms", json_integer(x->span_ms));
	if (x->number > 0)
		json_object_set_new(o, "severity", json_integer(x->number));
	json = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	stage_tell(s, "%s: %s", x->who, json);
	sim_pager_command(&s->world, x->who, id, x->what, json);
	free(json);
}

/* ---- announced maintenance ---- */

static void
say_to_collector(struct stage *s, const struct sentence *x)
{
	const char *id = stage_site(s, x->about)->id;
	char client[64], error[300], *json;
	json_t *o;

	text_format(client, sizeof(client), "%.*s", (int)strcspn(id, "/"), id);
	o = json_pack("{s:s, s:s}", "command", x->what, "window", "m-1");
	if (strcmp(x->what, "maintenance-announce") == 0) {
		json_object_set_new(o, "scope", json_pack("[s]", id));
		json_object_set_new(o, "text", json_string("Upgrade"));
		json_object_set_new(o, "times",
		    json_pack("[[I, I]]", (json_int_t)x->from_low_ms,
			(json_int_t)x->to_low_ms));
	} else if (x->to_low_ms > 0)
		json_object_set_new(o, "to_ms", json_integer(x->to_low_ms));
	json = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	stage_tell(s, "%s", json);
	if (!sim_collector_command(&s->world,
		settings_shard(s->world.settings, client), json, error))
		stage_tell(s, "refused: %s", error);
	free(json);
}

/* "of learn is announced from 12:00 to 13:00", "of learn is cancelled" */
static void
read_maintenance(struct words *w, struct stage *s, struct sentence *x)
{
	words_must(w, "of");
	text_copy(x->about, sizeof(x->about), words_take(w, "a name"));
	if (stage_site(s, x->about) == NULL)
		words_wrong(w, "there is no site \"%s\"", x->about);
	words_must(w, "is");
	x->act = say_to_collector;
	if (words_are(w, "announced")) {
		text_copy(x->what, sizeof(x->what), "maintenance-announce");
		words_must(w, "from");
		x->from_low_ms = words_clock(w);
		words_must(w, "to");
		x->to_low_ms = words_clock(w);
	} else if (words_are(w, "cancelled")) {
		text_copy(x->what, sizeof(x->what), "maintenance-cancel");
	} else {
		text_copy(x->what, sizeof(x->what),
		    words_are(w, "extended") ? "maintenance-extend"
					     : "maintenance-shorten");
		if (strcmp(x->what, "maintenance-shorten") == 0)
			words_must(w, "shortened");
		words_must(w, "to");
		x->to_low_ms = words_clock(w);
	}
}

/* What the verb wants besides the incident. */
static void
read_rest(struct words *w, struct stage *s, struct sentence *x)
{
	if (strcmp(x->what, "hand-on") == 0) {
		words_must(w, "to");
		text_copy(x->said, sizeof(x->said), words_take(w, "a person"));
		if (!stage_has_person(s, x->said))
			words_wrong(w, "there is no person \"%s\"", x->said);
	} else if (strcmp(x->what, "snooze") == 0) {
		words_must(w, "for");
		x->span_ms = words_span(w);
	} else if (strcmp(x->what, "note") == 0) {
		text_copy(x->said, sizeof(x->said), words_take(w, "a text"));
	} else if (strcmp(x->what, "severity") == 0) {
		words_must(w, "to");
		words_must(w, "severity");
		x->number = words_number(w, 1, 4);
	}
}

static void
read_person(struct words *w, struct stage *s, struct sentence *x,
    const char *name)
{
	static const struct {
		const char *verb, *command;
	} verbs[] = { { "takes", "take" }, { "hands-on", "hand-on" },
		{ "snoozes", "snooze" }, { "resolves", "resolve" },
		{ "declines", "decline" }, { "notes", "note" },
		{ "sets", "severity" } };
	const char *verb = words_take(w, "a verb");

	text_copy(x->who, sizeof(x->who), name);
	x->act = command;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i].verb) == 0)
			text_copy(x->what, sizeof(x->what), verbs[i].command);
	if (x->what[0] == '\0')
		words_wrong(w, "%s cannot \"%s\"", name, verb);
	text_copy(x->about, sizeof(x->about), words_take(w, "an incident"));
	read_rest(w, s, x);
}

void
act_read(struct words *w, struct stage *s, struct sentence *x)
{
	const char *subject = words_take(w, "who or what");

	x->tense = TENSE_DO;
	if (strcmp(subject, "site") == 0 || strcmp(subject, "platform") == 0)
		read_site(w, s, x, subject);
	else if (strcmp(subject, "region") == 0)
		read_region(w, s, x);
	else if (strcmp(subject, "agent") == 0)
		read_agent(w, s, x);
	else if (strcmp(subject, "collector") == 0)
		read_fate(w, x, &s->world.collectors[0]->proc);
	else if (strcmp(subject, "pager") == 0)
		read_fate(w, x, &s->world.pagers[0]->proc);
	else if (strcmp(subject, "redis") == 0)
		read_fate(w, x, &s->world.store_proc);
	else if (strcmp(subject, "clock") == 0)
		read_clock(w, s, x);
	else if (strcmp(subject, "maintenance") == 0)
		read_maintenance(w, s, x);
	else if (strcmp(subject, "channel") == 0)
		read_channel(w, x);
	else if (stage_has_person(s, subject))
		read_person(w, s, x, subject);
	else if (w->error[0] == '\0')
		words_wrong(w, "there is no \"%s\"", subject);
}

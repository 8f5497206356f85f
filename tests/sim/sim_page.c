/*
 * Seeded nights of the pager's core alone: things fail and heal, channels
 * lie and stumble, people answer or do not, the process is killed between any
 * two steps, the clock jumps.
 *
 *	sim_page [seed [count]]
 *
 * The same seed gives the same night.  Attempts are counted at the sinks and
 * holds by the answers people got, never by what the core says is due.  A
 * broken promise prints the seed.
 */
#include "tests/sim/page_night.h"

static void
settle(struct night *n)
{
	for (int i = 0; i < 1000; i++) {
		look(n);
		if (n->w.now_ms < n->stuck_until_ms)
			return;
		if (!n->is_flying)
			n->is_flying =
			    duty_commit(n->w.duty, n->w.now_ms, &n->flying);
		if (!n->is_flying) {
			act(n);
			if (!duty_commit(n->w.duty, n->w.now_ms, &n->flying))
				return;
			n->is_flying = true;
		}
		if (chance(n, 2)) {
			n->stuck_until_ms =
			    n->w.now_ms + (int64_t)roll(n, 20000);
			return;
		}
		world_apply(&n->w, &n->flying);
		commit_clear(&n->flying);
		n->is_flying = false;
		duty_committed(n->w.duty);
		act(n);
	}
	break_promise(n, "does not come to rest");
}

static void
tell_alarm(struct night *n, size_t i)
{
	char *json = alarm_encode(&n->alarms[i]), id[32];

	text_format(id, sizeof(id), "%zu-0", i + 1);
	duty_alarm(n->w.duty, 0, id, json, strlen(json), n->w.now_ms);
	free(json);
}

static void
new_alarm(struct night *n, size_t which, enum alarm_event event)
{
	struct alarm a =
	    world_alarm(&n->w, event, subjects[which], 1 + (int)roll(n, 3));

	if (n->alarm_count == ALARMS_MAX)
		return;
	n->down[which] = event != ALARM_CLEARED;
	n->by_hand[which] = false;
	n->alarms[n->alarm_count] = a;
	tell_alarm(n, n->alarm_count++);
	n->raised += event == ALARM_RAISED;
}

static void
fail_or_heal(struct night *n)
{
	size_t which = (size_t)roll(n, LENGTH(subjects));

	if (!n->down[which])
		new_alarm(n, which, ALARM_RAISED);
	else if (chance(n, 60))
		new_alarm(n, which, ALARM_CLEARED);
	else
		new_alarm(n, which, ALARM_CHANGED);
	if (chance(n, 10) && n->alarm_count > 0) /* one that was told before */
		tell_alarm(n, (size_t)roll(n, n->alarm_count));
	if (chance(n, 5)) /* everything at once */
		for (size_t i = 0; i < LENGTH(subjects); i++)
			if (!n->down[i])
				new_alarm(n, i, ALARM_RAISED);
}

static struct incident *
some_incident(struct night *n)
{
	struct incident *inc;
	uint64_t skip = roll(n, 12);

	for (inc = n->w.duty->incidents; inc != NULL; inc = inc->hh.next)
		if (inc->closed_ms == 0 && (skip == 0 || --skip == 0))
			return inc;
	return NULL;
}

static void
command(struct night *n, uint64_t id, const char *json)
{
	duty_command(n->w.duty, id, json, strlen(json), "sim", n->w.now_ms);
}

static void
take_or_snooze(struct night *n, struct incident *inc)
{
	size_t who = (size_t)roll(n, LENGTH(people));
	struct seen *s = seen(n, inc->id);
	int64_t for_ms = 60000 + (int64_t)roll(n, 1740000);
	bool snooze = chance(n, 30);
	char json[200];

	text_format(json, sizeof(json),
	    "{\"command\":\"%s\",\"person\":\"%s\",\"incident\":%d,"
	    "\"for_ms\":%lld}",
	    snooze ? "snooze" : "take", people[who], (int)inc->number,
	    (long long)for_ms);
	if (!snooze && inc->page.state == PAGE_TAKEN &&
	    strcmp(inc->page.owner, people[who]) == 0 && inc->storm[0] == '\0')
		return; /* a repeat prolongs nothing */
	s->last = inc->number * 10000 + who * 1000;
	command(n, s->last, json);
	n->takes++;
	s->loose_ms = n->w.now_ms;
	s->held_ms =
	    n->w.now_ms + (snooze ? for_ms : page_take_span(inc->severity));
}

static void
pass_on(struct night *n, struct incident *inc)
{
	struct seen *s = seen(n, inc->id);
	char json[200];
	const char *what = chance(n, 50) ? "hand-on"
	    : chance(n, 50)              ? "decline"
					 : "escalate";

	text_format(json, sizeof(json),
	    "{\"command\":\"%s\",\"to\":\"%s\",\"person\":\"%s\","
	    "\"incident\":%d}",
	    what, people[roll(n, LENGTH(people))],
	    inc->page.owner[0] != '\0' ? inc->page.owner : "tom",
	    (int)inc->number);
	command(n, NO_TAKE, json);
	let_go(n, s);
}

static void
set_severity(struct night *n, struct incident *inc)
{
	struct seen *s = seen(n, inc->id);
	char json[200];

	text_format(json, sizeof(json),
	    "{\"command\":\"severity\",\"severity\":%d,\"person\":\"tom\","
	    "\"incident\":%d}",
	    1 + (int)roll(n, 4), (int)inc->number);
	command(n, NO_TAKE, json);
	look(n);
	if (inc->page.owner[0] != '\0')
		s->held_ms = inc->page.until_ms;
}

static void
resolve(struct night *n, struct incident *inc)
{
	char json[200];

	if (inc->is_storm)
		return;
	for (size_t i = 0; i < LENGTH(subjects); i++)
		if (incident_member(inc, subjects[i]) != NULL)
			n->by_hand[i] = true;
	text_format(json, sizeof(json),
	    "{\"command\":\"resolve\",\"incident\":%d}", (int)inc->number);
	command(n, NO_TAKE, json);
}

static void
stand_in(struct night *n)
{
	char json[200];

	text_format(json, sizeof(json),
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"%s\",\"from_ms\":%lld,\"to_ms\":%lld}",
	    people[roll(n, LENGTH(people))],
	    (long long)(n->w.now_ms + (int64_t)roll(n, 3600000)),
	    (long long)(n->w.now_ms + 3600000 + (int64_t)roll(n, 7200000)));
	command(n, NO_TAKE, json);
}

static void
somebody_acts(struct night *n)
{
	struct incident *inc = some_incident(n);
	uint64_t dice = roll(n, 100);

	if (dice < 5)
		stand_in(n);
	if (inc == NULL)
		return;
	if (dice < 55)
		take_or_snooze(n, inc);
	else if (dice < 75)
		pass_on(n, inc);
	else if (dice < 90)
		set_severity(n, inc);
	else
		resolve(n, inc);
}

/* kill -9 anywhere: a commit under way is applied, or it is not. */
static void
kill_process(struct night *n)
{
	char error[160];
	struct world *w = &n->w;
	unsigned long position;

	if (n->is_flying && chance(n, 50))
		world_apply(w, &n->flying);
	commit_clear(&n->flying);
	n->is_flying = false;
	duty_free(w->duty);
	w->now_ms += (int64_t)roll(n, 30000);
	w->duty = duty_new(w->settings, world_sign, w);
	for (size_t i = 0; i < w->field_count; i++)
		if (duty_load(w->duty, w->fields[i].key, w->fields[i].field,
			w->fields[i].value, w->fields[i].length, error) != 0)
			break_promise(n, "does not read what it wrote");
	memset(n->excused, true, sizeof(n->excused));
	n->pending_count = 0;
	n->stuck_until_ms = 0;
	n->alive_ms = w->now_ms;
	n->kills++;
	/* What people were not answered may or may not have been. */
	for (size_t i = 0; i < INCIDENTS_MAX; i++)
		n->seen[i].held_ms = 0;
	duty_start(w->duty, w->now_ms);
	for (const struct incident *inc = w->duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		struct seen *s = seen(n, inc->id);

		s->closed = inc->closed_ms != 0;
		s->loose_ms = w->now_ms;
		if (inc->page.owner[0] != '\0')
			s->held_ms = inc->page.until_ms;
	}
	position = strtoul(duty_position(w->duty, 0), NULL, 10);
	for (size_t i = position; i < n->alarm_count; i++)
		tell_alarm(n, i);
}

static void
late_outcomes(struct night *n)
{
	for (size_t i = n->pending_count; i-- > 0;) {
		if (n->pending_ms[i] > n->w.now_ms)
			continue;
		duty_sent(n->w.duty, n->pending[i],
		    chance(n, 70) ? SENT_HANDED_OVER : SENT_FAILED, "late",
		    n->w.now_ms);
		n->pending_count--;
		memmove(n->pending[i], n->pending[n->pending_count], 24);
		n->pending_ms[i] = n->pending_ms[n->pending_count];
	}
}

static void
something_happens(struct night *n)
{
	uint64_t dice = roll(n, 100);

	if (dice < 45)
		fail_or_heal(n);
	else if (dice < 80)
		somebody_acts(n);
	else if (dice < 90)
		kill_process(n);
	else if (dice < 95)
		duty_break(n->w.duty, n->w.now_ms);
	else
		duty_store(n->w.duty, chance(n, 50));
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

/* Who calls for it has been quiet for longer than promised. */
static void
check_silence(struct night *n, const struct incident *inc)
{
	const struct incident *caller = inc;
	const struct seen *s;
	int64_t since_ms;

	if (inc->storm[0] != '\0')
		caller = duty_find(n->w.duty, inc->storm);
	if (caller == NULL || caller->closed_ms != 0) {
		break_promise(n, "its storm calls for nobody");
		return;
	}
	s = seen(n, caller->id);
	if (is_held(s, n->w.now_ms))
		return;
	since_ms = later(later(s->attempt_ms, s->loose_ms), s->held_ms);
	since_ms = later(since_ms, n->alive_ms);
	since_ms = later(since_ms, inc->opened_ms);
	if (n->w.now_ms - since_ms > SILENCE_MS + SLACK_MS)
		break_promise(n, "an open page was left in silence");
}

static void
check(struct night *n)
{
	const char *wrong;
	char text[160];

	for (size_t i = 0; i < LENGTH(subjects); i++)
		if (n->down[i] && !n->by_hand[i] &&
		    duty_of_subject(n->w.duty, subjects[i]) == NULL)
			break_promise(n, "what is down has no incident");
	for (const struct incident *inc = n->w.duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		const struct seen *s = seen(n, inc->id);

		if (inc->closed_ms == 0 && page_insists(inc->severity))
			check_silence(n, inc);
		for (size_t p = 0; p < LENGTH(people); p++)
			if (s->resolved[p] > 1)
				break_promise(n, "told twice that it is over");
	}
	wrong = duty_check(n->w.duty, n->w.now_ms);
	if (wrong != NULL)
		break_promise(n, wrong);
	if (duty_audit(n->w.duty, n->w.now_ms, text) == NULL)
		n->complaint_ms = 0;
	else if (n->complaint_ms == 0)
		n->complaint_ms = n->w.now_ms;
	else if (n->w.now_ms - later(n->complaint_ms, n->alive_ms) > SLACK_MS)
		break_promise(n, "the auditor complains");
}

static void
step(struct night *n, int64_t until_ms)
{
	while (n->broken == NULL && n->w.now_ms < until_ms) {
		int64_t due_ms = duty_deadline(n->w.duty);

		if (due_ms < n->w.now_ms)
			due_ms = n->w.now_ms;
		if (n->stuck_until_ms > n->w.now_ms)
			due_ms = n->stuck_until_ms; /* nothing can leave */
		if (due_ms == n->w.now_ms)
			due_ms++;
		n->w.now_ms = due_ms < until_ms ? due_ms : until_ms;
		late_outcomes(n);
		duty_time(n->w.duty, n->w.now_ms);
		settle(n);
		check(n);
	}
}

static const char *
live_through(uint64_t seed, struct night *n)
{
	static const char *const starts[] = { "2026-07-01T10:00Z",
		"2026-10-24T23:00Z", "2026-03-29T00:00Z", "2026-11-01T04:00Z" };
	int64_t end_ms;

	memset(n, 0, sizeof(*n));
	n->seed = seed;
	n->random = seed * 2 + 1;
	for (int i = 0; i < 8; i++)
		(void)roll(n, 2); /* away from the seed's own pattern */
	commit_init(&n->flying);
	world_begin(&n->w, world_tree, starts[roll(n, LENGTH(starts))]);
	end_ms = n->w.now_ms + NIGHT_MS;
	while (n->broken == NULL && n->w.now_ms < end_ms) {
		step(n, n->w.now_ms + 1 + (int64_t)roll(n, 900000));
		something_happens(n);
		settle(n);
		check(n);
	}
	commit_clear(&n->flying);
	world_end(&n->w);
	return n->broken;
}

int
main(int argc, char *argv[])
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t last = seed + (argc > 2 ? strtoull(argv[2], NULL, 10) : 150);
	static struct night n;
	long sends = 0, kills = 0, takes = 0, raised = 0;

	for (; seed < last; seed++) {
		const char *broken = live_through(seed, &n);

		sends += n.sends;
		kills += n.kills;
		takes += n.takes;
		raised += n.raised;
		if (broken != NULL) {
			printf("not ok 1 - seed %llu: %s (%lld s into the "
			       "night)\n1..1\n",
			    (unsigned long long)seed, broken,
			    (long long)(n.w.now_ms - n.w.begin_ms) / 1000);
			return EXIT_FAILURE;
		}
	}
	printf("# %ld failures, %ld messages, %ld takes, %ld kills\n", raised,
	    sends, takes, kills);
	printf("ok 1 - every simulated night kept its promises\n1..1\n");
	return EXIT_SUCCESS;
}

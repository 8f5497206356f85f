/*
 * sunwatch simulate: who would be called when and how, if this endpoint
 * failed then and nobody answered.
 *
 * The pager's own core without effects: every message is taken as handed
 * over at once, every commit as durable.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/overrides.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/ladder.h"
#include "lib/ladder_when.h"
#include "lib/record.h"
#include "lib/rota_why.h"
#include "lib/text.h"
#include "pager/duty.h"
#include "pager/incident.h"

#define STEPS_MAX 100000

static const struct cli_option options[] = {
	{ "incident", "CLIENT/ENDPOINT", "what fails" },
	{ "at", "TIME", "when (default: now)" },
	{ "for", "DURATION", "how long nobody answers (default: 2h)" },
	{ NULL, NULL, NULL },
};

struct rehearsal {
	struct cli *cli;
	const struct settings *settings;
	struct duty *duty;
	json_t *list; /* NULL: printed line by line */
	int64_t began_ms;
	size_t calls;
	bool overrides_known; /* a pager runs, and has answered */
};

static void
no_sign(void *arg, const char *incident, const char *person, const char *intent,
    char *token, size_t room)
{
	(void)arg, (void)incident, (void)person, (void)intent;
	text_copy(token, room, "simulated");
}

/* What a message is for, when it is no call. */
static const char *
purpose(enum message_kind kind)
{
	static const char *const texts[] = {
		[MESSAGE_CALL] = "",
		[MESSAGE_TAKEN] = "taken",
		[MESSAGE_RESOLVED] = "resolved",
		[MESSAGE_MEMBER] = "more of the same platform",
		[MESSAGE_EXPIRED] = "the take has run out",
		[MESSAGE_HANDOVER] = "hand-over",
		[MESSAGE_TEST] = "test",
		[MESSAGE_UPDATE_DUE] = "the promised public update is late",
		[MESSAGE_LAST_RESORT] = "last resort: nobody was reached",
		[MESSAGE_DIGEST] = "the daily digest",
		[MESSAGE_ROTA] = "whose watches have changed",
		[MESSAGE_CONTACT] = "a way that does not work",
	};

	return texts[kind];
}

/* "0:10:20": to the second, or two calls would seem to be one moment. */
static void
say_after(int64_t ms, char *out, size_t room)
{
	long long s = (long long)(ms / 1000);

	text_format(out, room, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60,
	    s % 60);
}

static void
show_call(struct rehearsal *r, const struct message *m, int64_t now_ms)
{
	const struct person *p = settings_person(r->settings, m->person);
	char utc[40], local[48], after[32];

	civil_utc(now_ms, utc, sizeof(utc));
	civil_clock(p != NULL ? p->zone : "UTC", now_ms, local, sizeof(local));
	say_after(now_ms - r->began_ms, after, sizeof(after));
	r->calls++;
	if (r->list != NULL)
		json_array_append_new(r->list,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "at", utc,
			"local", local, "person", m->person, "channel",
			channel_text(m->channel), "subject", m->subject,
			"purpose",
			*purpose(m->kind) == '\0' ? "call" : purpose(m->kind)));
	else
		fprintf(r->cli->out,
		    "%s  +%-10s %-12s by %-8s (%s there)%s%s\n", utc, after,
		    m->person, channel_text(m->channel), local,
		    *purpose(m->kind) == '\0' ? "" : ": ", purpose(m->kind));
}

/* Commit and act until nothing is left to do at this instant. */
static void
settle(struct rehearsal *r, int64_t now_ms)
{
	struct duty_action action = { 0 };
	bool busy = true;

	for (int i = 0; busy && i < STEPS_MAX; i++) {
		struct commit commit;

		commit_init(&commit);
		busy = duty_commit(r->duty, now_ms, &commit);
		if (busy)
			duty_committed(r->duty);
		commit_clear(&commit);
		while (duty_next(r->duty, now_ms, &action) != DUTY_NOTHING) {
			if (action.what == DUTY_SEND) {
				show_call(r, &action.message, now_ms);
				duty_sent(r->duty, action.message.intent,
				    SENT_HANDED_OVER, "", now_ms);
			}
			duty_action_clear(&action);
			busy = true;
		}
	}
}

static void
raise_alarm(struct rehearsal *r, const struct endpoint *e, int64_t at_ms)
{
	struct alarm alarm = { .event = ALARM_RAISED,
		.kind = ALARM_DOWN,
		.severity = (int)e->probe.severity,
		.at_ms = at_ms,
		.since_ms = at_ms,
		.last_good_ms = at_ms,
		.first_failed_ms = at_ms,
		.fresh = (int)e->probe.quorum,
		.quorum = (int)e->probe.quorum };
	char *json;

	text_copy(alarm.subject, sizeof(alarm.subject), e->id);
	text_copy(alarm.client, sizeof(alarm.client), e->client->name);
	if (e->platform != NULL)
		text_copy(alarm.platform, sizeof(alarm.platform),
		    e->platform->name);
	text_copy(alarm.text, sizeof(alarm.text), "is down (simulated)");
	json = alarm_encode(&alarm);
	duty_alarm(r->duty, settings_shard(r->settings, e->client->name), "1-1",
	    json, strlen(json), at_ms);
	free(json);
}

/* Who stands in for whom is known to the pager that runs. */
static void
take_overrides(struct rehearsal *r)
{
	struct overrides all = { 0 };
	char error[160];

	overrides_ask(r->cli, r->settings, &all);
	r->overrides_known = all.known;
	for (size_t i = 0; i < all.count; i++) {
		const struct override *o = &all.items[i];
		json_t *record = json_object();
		char *text;

		record_set_text(record, "rota", o->rota);
		record_set_text(record, "person", o->person);
		record_set_text(record, "by", o->by);
		record_set_text(record, "instead", o->instead);
		record_set_int(record, "from_ms", o->from_ms);
		record_set_int(record, "to_ms", o->to_ms);
		text = record_dump(record);
		if (duty_load(r->duty, "overrides", o->id, text, strlen(text),
			error) == -1)
			cli_fail(r->cli, "%s: %s", o->id, error);
		free(text);
		json_decref(record);
	}
	overrides_clear(&all);
}

static int
rehearse(struct rehearsal *r, const struct endpoint *e, int64_t for_ms)
{
	int64_t now_ms = r->began_ms, next_ms;

	r->duty = duty_new(r->settings, no_sign, NULL);
	take_overrides(r);
	duty_start(r->duty, now_ms);
	settle(r, now_ms);
	raise_alarm(r, e, now_ms);
	settle(r, now_ms);
	for (int i = 0; i < STEPS_MAX; i++) {
		next_ms = duty_deadline(r->duty);
		if (next_ms > r->began_ms + for_ms)
			break;
		now_ms = next_ms > now_ms ? next_ms : now_ms + 1;
		duty_time(r->duty, now_ms);
		settle(r, now_ms);
	}
	duty_free(r->duty);
	return CLI_DONE;
}

/* Everybody of a rota who is not on watch then, and why. */
static void
print_others(struct rehearsal *r, const struct level *l, int64_t at_ms)
{
	const struct rota *rota = l->rota;
	struct overrides all = { 0 };
	struct ladder_people people;
	char why[200];

	overrides_ask(r->cli, r->settings, &all);
	ladder_people(l,
	    &(struct ladder_asked){ all.items, all.count, 0, at_ms }, &people);
	CONF_EACH (const struct person, p, &r->settings->people) {
		struct stretch s;

		if (!rota_next_of(rota, all.items, all.count, p, at_ms, false,
			&s) ||
		    s.from_ms <= at_ms || ladder_has(&people, p->name))
			continue;
		rota_why_not(rota, all.items, all.count, p, at_ms, why,
		    sizeof(why));
		fprintf(r->cli->out, "not %s by rota %s: %s\n", p->name,
		    rota->name, why);
	}
	overrides_clear(&all);
}

/* Those of a group whose turn it is not. */
static void
print_turn(struct rehearsal *r, const struct group *g)
{
	fprintf(r->cli->out,
	    "group %s in turn: another for each incident of a ladder, and each "
	    "time round it; this one begins with %s\n",
	    g->name, g->members[0]->name);
	for (size_t i = 1; i < g->people.count; i++)
		fprintf(r->cli->out,
		    "not %s by group %s: it is not their turn\n",
		    g->members[i]->name, g->name);
}

/* What the words of a level mean then. */
static void
print_reason(struct rehearsal *r, const struct level *l, int64_t at_ms)
{
	switch (l->call) {
	case CALL_ROTA:
	case CALL_WATCH:
		print_others(r, l, at_ms);
		break;
	case CALL_NEXT:
		fprintf(r->cli->out,
		    "%s: whose watch of another zone begins next, and nobody "
		    "of the present one\n",
		    l->call_text);
		break;
	case CALL_TURN:
		print_turn(r, l->group);
		break;
	case CALL_SECONDARY: /* the rota's own level says why */
	case CALL_PERSON:
	case CALL_GROUP:
		break; /* they are named */
	}
}

static void
print_ladder(struct rehearsal *r, const struct ladder *d, int64_t at_ms)
{
	fprintf(r->cli->out, "only those on ladder %s:", d->name);
	CONF_EACH (const struct level, l, &d->levels) {
		char patience[32];

		text_duration(l->patience_ms, patience, sizeof(patience));
		fprintf(r->cli->out, " %s for %s%s%s", l->call_text, patience,
		    l->answer == ANSWER_ALL ? " (each has to answer)" : "",
		    l + 1 == l_end ? "; then again\n" : ",");
	}
	CONF_EACH (const struct level, l, &d->levels) {
		print_reason(r, l, at_ms);
	}
}

/* Each that calls meanwhile, and how long. */
static void
print_ladders(struct rehearsal *r, const struct endpoint *e, int64_t for_ms)
{
	struct ladder_plan plan = ladder_plan_of(e);
	int64_t at_ms = r->began_ms, to_ms = r->began_ms + for_ms;
	struct ladder_chosen chosen;

	bool more = true;

	ladder_when(&plan, at_ms, &chosen);
	while (more) {
		char said[LADDER_WHEN_MAX];

		ladder_when_say(&plan, e->client->zone, at_ms, said);
		if (plan.count > 0)
			fprintf(r->cli->out, "by ladder %s\n", said);
		print_ladder(r, chosen.ladder, at_ms);
		more = ladder_changes(&plan, chosen.ladder, at_ms, to_ms,
		    &chosen, &at_ms);
	}
}

static void
print_why(struct rehearsal *r, const struct endpoint *e, int64_t for_ms)
{
	int urgency =
	    settings_calls_as(e->client, (int)e->probe.severity, r->began_ms);

	if (!r->overrides_known)
		fprintf(r->cli->out,
		    "by the tree alone: no pager says which overrides there "
		    "are\n");
	if (urgency != e->probe.severity)
		fprintf(r->cli->out,
		    "S%" PRId64 " calls as S%d does otherwise: by plan %s\n",
		    e->probe.severity, urgency,
		    settings_sla_at(e->client, r->began_ms)->name);
	if (r->calls == 0)
		fprintf(r->cli->out, "nobody would be called: S%" PRId64 "%s\n",
		    e->probe.severity,
		    e->ladder == NULL ? ", and there is no ladder" : "");
	if (e->ladder != NULL)
		print_ladders(r, e, for_ms);
}

static int
simulate(struct cli *c, const struct cli_arguments *a)
{
	const char *id = cli_value(a, "incident"), *at = cli_value(a, "at"),
		   *length = cli_value(a, "for");
	int64_t at_ms = clock_now_ms(), for_ms = 2 * 3600000;
	struct rehearsal r = { .cli = c };
	const struct endpoint *e;
	struct settings *s;
	int status = CLI_FAILED;

	if (id == NULL && (id = a->words[0]) == NULL)
		return cli_misuse(c, "--incident is missing");
	if (at != NULL && !cli_time(c, "at", at, at_ms, &at_ms))
		return CLI_USAGE;
	if (length != NULL && !cli_duration(c, length, &for_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	r.settings = s;
	r.began_ms = at_ms;
	if ((e = tree_endpoint(c, s, id)) != NULL) {
		r.list = c->json ? json_array() : NULL;
		status = rehearse(&r, e, for_ms);
		if (r.list != NULL)
			cli_print_json(c, r.list);
		else
			print_why(&r, e, for_ms);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_simulate = {
	.name = "simulate",
	.synopsis = "--incident CLIENT/ENDPOINT [--at TIME] [--for DURATION]",
	.summary = "Say who would be called when, if nobody answered",
	.options = options,
	.max = 1,
	.run = simulate,
};

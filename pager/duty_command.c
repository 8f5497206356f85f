/*
 * What people ask for: one handler for each command, in a table.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "pager/duty_foreign.h"
#include "pager/duty_heartbeats.h"

static bool
wants_channel(const char *channel, const struct reach *reach)
{
	return channel == NULL ||
	    strcmp(channel, channel_text(reach->channel)) == 0;
}

static void
command_page_test(struct request *r)
{
	const struct person *p = request_person(r, "for");
	const char *channel = record_string(r->json, "channel");
	size_t count = 0;

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->reach.count; i++)
		if (wants_channel(channel,
			(const struct reach *)p->reach.items + i)) {
			(void)duty_intent(r->duty, MESSAGE_TEST, NULL, p, i, "",
			    r->now_ms);
			count++;
		}
	if (count == 0) {
		request_refuse(r, "%s: %s is not reached that way",
		    channel == NULL ? "for" : "channel", p->name);
		return;
	}
	duty_journal(r->duty, NULL, r->by, "page-test", p->name, r->now_ms);
	request_agree(r, NULL, "%zu test message%s on the way to %s.", count,
	    count == 1 ? " is" : "s are", p->name);
}

static const struct {
	const char *name;
	void (*run)(struct request *);
} commands[] = {
	{ "take", command_take },
	{ "snooze", command_snooze },
	{ "hand-on", command_hand_on },
	{ "decline", command_decline },
	{ "escalate", command_escalate },
	{ "resolve", command_resolve },
	{ "reopen", command_reopen },
	{ "note", command_note },
	{ "update", command_update },
	{ "preview", command_preview },
	{ "severity", command_severity },
	{ "open", command_open },
	{ "override-add", command_override_add },
	{ "override-remove", command_override_remove },
	{ "calendar-renew", command_calendar_renew },
	{ "override-swap", command_override_swap },
	{ "override-away", command_override_away },
	{ "override-relieve", command_override_relieve },
	{ "override-import", command_override_import },
	{ "session-end", command_session_end },
	{ "page-test", command_page_test },
	{ "alerts", command_alerts },
	{ "heartbeat", command_heartbeat },
	{ "receipt", command_receipt },
	{ "reply", command_reply },
};

static void
run_command(struct request *r)
{
	const char *name = record_string(r->json, "command");

	for (size_t i = 0;
	     name != NULL && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(name, commands[i].name) == 0) {
			commands[i].run(r);
			return;
		}
	request_refuse(r,
	    name == NULL ? "command: is missing"
			 : "command: there is no such command");
}

void
duty_command(struct duty *d, uint64_t command, const char *json, size_t length,
    const char *by, int64_t now_ms)
{
	struct request r = { .duty = d,
		.id = command,
		.by = by,
		.now_ms = now_ms };
	json_error_t why;

	r.json = json_loadb(json, length, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(r.json))
		request_refuse(&r, "not a JSON object: %.100s",
		    r.json == NULL ? why.text : "something else");
	else
		run_command(&r);
	json_decref(r.json);
	duty_time(d, now_ms);
}

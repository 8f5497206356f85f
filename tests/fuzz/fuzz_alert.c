/*
 * fuzz_alert: what other systems send.  The first byte says by which
 * interface: P, G (a change), A, O, C for what is done to an alert by its alias, or H for a
 * heartbeat, whose path is the first line and whose body is the rest.
 *
 * Whatever it is, there are events or there are complaints; what is kept of it
 * is bounded and plain; the pager takes all of the events, twice, and answers.
 */
#include "lib/record.h"
#include "pager/alert.h"
#include "pager/heartbeat.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/foreign_story.h"

static void
must_be_short(const json_t *event, const char *field, size_t room)
{
	const char *text = record_string(event, field);

	if (text == NULL)
		return;
	must(strlen(text) < room);
	must_be_plain(text);
}

static void
look_at(const json_t *event)
{
	const char *details = record_string(event, "details");

	must(record_string(event, "do") != NULL);
	must(strlen(record_string(event, "key")) == ALERT_KEY - 1);
	must_be_short(event, "name", ALERT_NAME_MAX);
	must_be_short(event, "group", ALERT_KEY);
	must_be_short(event, "severity", ALERT_WORD_MAX);
	must_be_short(event, "text", ALERT_TEXT_MAX);
	must_be_short(event, "user", ALERT_WORD_MAX);
	must(details == NULL || strlen(details) < ALERT_DETAILS_MAX);
}

static bool
is_command_ok(struct world *w, const json_t *events)
{
	json_t *o = json_pack("{s:s, s:s, s:O}", "command", "alerts", "source",
	    "prom", "events", events);
	char *text = record_dump(o);

	w->answer[0] = '\0';
	duty_command(w->duty, 1, text, strlen(text), "alert:prom", w->now_ms);
	world_settle(w);
	must(w->answer[0] == '{');
	free(text);
	json_decref(o);
	return w->answer_ok;
}

static void
happen(const json_t *events)
{
	static struct settings *settings;
	struct world w = { .outcome = SENT_HANDED_OVER };
	struct text tree = { 0 };

	if (settings == NULL) {
		text_add(&tree, world_tree);
		text_add(&tree, foreign_sources);
		settings = world_settings(tree.data);
		text_clear(&tree);
	}
	w.settings = settings;
	w.now_ms = w.begin_ms = INT64_C(1795348800000);
	w.duty = duty_new(settings, world_sign, &w);
	duty_start(w.duty, w.now_ms);
	must(is_command_ok(&w, events) || json_array_size(events) > 1000);
	world_restart(&w);
	(void)is_command_ok(&w, events);
	w.settings = NULL; /* for the next one, too */
	world_end(&w);
}

static void
read_by(char interface, const json_t *root, struct alert_read *r)
{
	if (interface == 'P')
		alert_pagerduty(root, "made", r);
	else if (interface == 'A')
		alert_alertmanager(root, r);
	else if (interface == 'G')
		alert_pagerduty_change(root, r);
	else if (interface == 'O')
		alert_opsgenie(root, "made", r);
	else
		alert_opsgenie_act(root, "acknowledge",
		    alert_pagerduty_key(root), r);
}

static void
beat(const char *text, size_t length)
{
	char token[HEARTBEAT_TOKEN + 1];
	struct heartbeat_call call;
	size_t line = strcspn(text, "\n");
	char *path = fuzz_text((const uint8_t *)text, line), *said, *at, *end;
	bool is_known = false;

	if (heartbeat_path(path, token, &call, &is_known))
		must(token[0] != '\0' && strchr(token, '/') == NULL);
	must(call.code >= 0 && call.code <= HEARTBEAT_CODE_MAX);
	must(call.code == 0 || call.word == HEARTBEAT_FAIL);
	said = heartbeat_said(text + line, length - line);
	must(strlen(said) <= HEARTBEAT_SAID_MAX);
	for (at = said; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		*end = '\0';
		must_be_plain(at);
	}
	must_be_plain(at);
	free(said);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct alert_read r;
	char error[160] = "", *text;
	const json_t *event;
	json_t *root;
	size_t i;

	if (size == 0)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	if (data[0] == 'H') {
		beat(text, size - 1);
		free(text);
		return 0;
	}
	root = alert_json(text, size - 1, error);
	free(text);
	must((root == NULL) == (error[0] != '\0'));
	if (root == NULL)
		return 0;
	read_by((char)data[0], root, &r);
	must((r.events == NULL) == (json_array_size(r.errors) > 0));
	json_array_foreach(r.events, i, event) look_at(event);
	if (r.events != NULL)
		happen(r.events);
	alert_read_clear(&r);
	json_decref(root);
	return 0;
}

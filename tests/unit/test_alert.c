/* What other systems send, as events; each reader alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record.h"
#include "pager/alert.h"

/* What a body makes: events, or errors, with ' for ". */
static char *
shown(const json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);

	assert_non_null(text);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '"')
			*c = '\'';
	return text;
}

static json_t *
parsed(const char *body)
{
	char error[160];
	char *json = mem_text(body);
	json_t *o;

	for (char *c = json; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	o = alert_json(json, strlen(json), error);
	if (o == NULL)
		fail_msg("%s: %s", body, error);
	free(json);
	return o;
}

/* A hash is as long as it is; only that there is one is shown. */
static void
hide(json_t *events)
{
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event)
	{
		assert_int_equal(strlen(record_string(event, "key")),
		    ALERT_KEY - 1);
		json_object_del(event, "key");
		if (json_object_get(event, "group") != NULL)
			json_object_set_new(event, "group", json_string("G"));
	}
}

static void
check(struct alert_read *r, const char *body, const char *expected)
{
	char *text;

	hide(r->events);
	text = shown(r->events != NULL ? r->events : r->errors);
	if (strcmp(text, expected) != 0)
		fail_msg("%s\ngave     %s\nexpected %s", body, text, expected);
	assert_true((r->events == NULL) == (json_array_size(r->errors) > 0));
	free(text);
	alert_read_clear(r);
}

#define PAYLOAD(more)                                                          \
	"'payload':{'summary':'disk full','source':'web-1',"                   \
	"'severity':'critical'" more "}"
#define WITHOUT_TIME                                                           \
	"[{'details':'Source: web-1\\n','do':'trigger','name':'d1',"           \
	"'severity':'critical','text':'disk full'}]"
#define TRIGGER(more)                                                          \
	"{'routing_key':'K','event_action':'trigger','dedup_key':'d1'," more "}"

static const struct {
	const char *body, *expected;
} pagerduty[] = {
	{ TRIGGER(PAYLOAD("")),
	    "[{'details':'Source: web-1\\n','do':'trigger','name':'d1',"
	    "'severity':'critical','text':'disk full'}]" },
	/* Everything that there is, and what is not known. */
	{ TRIGGER(PAYLOAD(
	      ",'timestamp':'2026-11-22T10:00:00.123Z',"
	      "'component':'disk','group':'web','class':'full',"
	      "'custom_details':{'free':'1%','n':{'a':[1,2]}},"
	      "'unknown':1") ",'client':'Nagios',"
			     "'client_url':'https://n.example/',"
			     "'images':[{'src':'https://i.example/'}],"
			     "'links':[{'href':'https://w.example/"
			     "','text':'wiki'},"
			     "{'href':'https://x.example/'},{'text':'none'},7],"
			     "'other':null"),
	    "[{'details':'Source: web-1\\nComponent: disk\\nGroup: web\\n"
	    "Class: full\\nSent by: Nagios\\nSeen at: https://n.example/\\n"
	    "Link: wiki https://w.example/\\nLink: https://x.example/\\n"
	    "free: 1%\\nn: {\\'a\\':[1,2]}\\n','do':'trigger','name':'d1',"
	    "'severity':'critical','since_ms':1795341600000,"
	    "'text':'disk full'}]" },
	/* Details of any kind; a line that is none; no time at all. */
	{ TRIGGER(PAYLOAD(",'custom_details':'a\\nb\\u0007c',"
			  "'timestamp':'yesterday','class':'','group':[]")),
	    "[{'details':'Source: web-1\\nDetails: a b c\\n','do':'trigger',"
	    "'name':'d1','severity':'critical','text':'disk full'}]" },
	{ TRIGGER(PAYLOAD(",'timestamp':'2026-11-22T11:00:00+0100'")),
	    "[{'details':'Source: web-1\\n','do':'trigger','name':'d1',"
	    "'severity':'critical','since_ms':1795341600000,"
	    "'text':'disk full'}]" },
	{ "{'event_action':'acknowledge','dedup_key':'d1','payload':7,"
	  "'user':'isla'}",
	    "[{'do':'acknowledge','name':'d1','user':'isla'}]" },
	{ "{'event_action':'resolve','dedup_key':'d1'}",
	    "[{'do':'resolve','name':'d1'}]" },
	/* A trigger without a key gets one. */
	{ "{'event_action':'trigger'," PAYLOAD("") "}",
	    "[{'details':'Source: web-1\\n','do':'trigger','name':'made',"
	    "'severity':'critical','text':'disk full'}]" },
	/* Details that say nothing; a clock that was never set. */
	{ TRIGGER(PAYLOAD(",'custom_details':{'a':null,'b':'','c':{},'d':[],"
			  "'e':false,'f':'x\\u007fy','g':[1],'h':{'i':2}},"
			  "'timestamp':'1970-06-01T00:00:00Z'")),
	    "[{'details':'Source: web-1\\ne: false\\nf: x y\\ng: [1]\\n"
	    "h: {\\'i\\':2}\\n','do':'trigger','name':'d1','severity':"
	    "'critical','text':'disk full'}]" },
	/* Times that are nearly as Go writes them. */
	{ TRIGGER(PAYLOAD(",'timestamp':'2026-11-22T11:00:00x0100'")),
	    WITHOUT_TIME },
	{ TRIGGER(PAYLOAD(",'timestamp':'2026-11-22 11:00:00+0100'")),
	    WITHOUT_TIME },
	{ TRIGGER(PAYLOAD(",'timestamp':'+0100'")), WITHOUT_TIME },
	{ TRIGGER(PAYLOAD(",'timestamp':'2026-11-22T11:00:00+01x0'")),
	    WITHOUT_TIME },
	{ TRIGGER(PAYLOAD(
	      ",'timestamp':'2026-11-22T10:00:00.000000000000000000000000'")),
	    WITHOUT_TIME },
	/* Of many links the first ones. */
	{ TRIGGER(PAYLOAD("") ",'links':[{'href':'a','text':''},{'href':'b'},"
			      "{'href':'c'},{'href':'d'},{'href':'e'},"
			      "{'href':'f'}]"),
	    "[{'details':'Source: web-1\\nLink: a\\nLink: b\\nLink: c\\n"
	    "Link: d\\nLink: e\\n','do':'trigger','name':'d1','severity':"
	    "'critical','text':'disk full'}]" },
	{ "{'event_action':'trigger','dedup_key':null," PAYLOAD("") "}",
	    "[{'details':'Source: web-1\\n','do':'trigger','name':'made',"
	    "'severity':'critical','text':'disk full'}]" },
	{ "{'event_action':'trigger','dedup_key':''," PAYLOAD("") "}",
	    "[{'details':'Source: web-1\\n','do':'trigger','name':'made',"
	    "'severity':'critical','text':'disk full'}]" },
	/* What is refused, and why. */
	{ "{'event_action':'trigger','payload':7}",
	    "[''payload' is missing or no object']" },
	{ "{}", "[''event_action' is missing or blank']" },
	{ "{'event_action':'explode','dedup_key':'d'}",
	    "[''event_action' is invalid (must be one of the following: "
	    "'trigger', 'acknowledge' or 'resolve')']" },
	{ "{'event_action':'resolve'}",
	    "[''dedup_key' is missing or blank (it is required for this "
	    "event_action)']" },
	{ "{'event_action':'resolve','dedup_key':7}",
	    "[''dedup_key' must be a string']" },
	{ "{'event_action':'trigger'}",
	    "[''payload' is missing or no object']" },
	{ "{'event_action':'trigger','payload':{'summary':'','severity':1}}",
	    "[''payload.summary' is missing or blank',"
	    "''payload.source' is missing or blank',"
	    "''payload.severity' is missing or blank']" },
	{ "{'event_action':'trigger','payload':{'summary':'a','source':'b',"
	  "'severity':'Critical'}}",
	    "[''payload.severity' is invalid (must be one of the following: "
	    "'critical', 'warning', 'error' or 'info')']" },
};

static void
test_pagerduty(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pagerduty) / sizeof(pagerduty[0]); i++) {
		json_t *o = parsed(pagerduty[i].body);
		struct alert_read r;

		alert_pagerduty(o, "made", &r);
		check(&r, pagerduty[i].body, pagerduty[i].expected);
		json_decref(o);
	}
}

static void
test_pagerduty_key(void **state)
{
	json_t *o = parsed("{'routing_key':'K'}"), *none = parsed("{}");
	struct alert_read r;
	char key[258];

	(void)state;
	assert_string_equal(alert_pagerduty_key(o), "K");
	assert_string_equal(alert_pagerduty_key(none), "");
	/* As long as it may be, in characters; and longer. */
	memset(key, 'k', sizeof(key));
	key[256] = '\0';
	json_object_set_new(o, "event_action", json_string("resolve"));
	json_object_set_new(o, "dedup_key", json_string(key));
	alert_pagerduty(o, "made", &r);
	check(&r, "256",
	    "[''dedup_key' is too long (at most 255 characters)']");
	memcpy(key + 254, "\xc3\xa4", 3);
	json_object_set_new(o, "dedup_key", json_string(key));
	alert_pagerduty(o, "made", &r);
	assert_non_null(r.events);
	assert_string_equal(r.dedup_key, key);
	alert_read_clear(&r);
	json_decref(o);
	json_decref(none);
}

#define ALERT(status, print, more)                                             \
	"{'status':'" status "','labels':{'alertname':'High','severity':"      \
	"'warning','instance':'web-1'},'fingerprint':'" print "'" more "}"

static const struct {
	const char *body, *expected;
} alertmanager[] = {
	{ "{'version':'4','groupKey':'{}:{a=1}','truncatedAlerts':0,"
	  "'status':'firing','externalURL':'https://am.example','alerts':["
	  "{'status':'firing','labels':{'alertname':'High','severity':"
	  "'critical'},'annotations':{'summary':'p99 is 3 s'},'startsAt':"
	  "'2026-11-22T10:00:00.123456789Z','endsAt':'0001-01-01T00:00:00Z',"
	  "'generatorURL':'https://p.example/graph','fingerprint':'f1'}]}",
	    "[{'details':'summary: p99 is 3 s\\nalertname: High\\nseverity: "
	    "critical\\nSeen at: https://p.example/graph\\nSent by: "
	    "https://am.example\\n','do':'trigger','group':'G','name':'f1',"
	    "'severity':'critical','since_ms':1795341600000,'text':'High: "
	    "p99 is 3 s'},{'do':'resolve','name':'{}:{a=1}'}]" },
	/* A group that fires has alerts that are over; no group, no word of
	   what was left out. */
	{ "{'status':'firing','alerts':[" ALERT("firing", "f1",
	      "") "," ALERT("resolved", "f2",
	      ",'startsAt':'2026-11-22T10:00:00Z',"
	      "'endsAt':'2026-11-22T10:01:00Z'") "]}",
	    "[{'details':'alertname: High\\nseverity: warning\\ninstance: "
	    "web-1\\n','do':'trigger','name':'f1','severity':'warning','text':"
	    "'High: web-1'},{'do':'resolve','name':'f2','since_ms':"
	    "1795341600000,'until_ms':1795341660000}]" },
	/* What was left out is an alert; with the group it is over. */
	{ "{'groupKey':'g','truncatedAlerts':3,'status':'firing',"
	  "'commonLabels':{'severity':'page'},'alerts':[]}",
	    "[{'do':'trigger','group':'G','name':'g','severity':'page','text':"
	    "'3 more alerts of this group were left out by Alertmanager "
	    "(max_alerts)'}]" },
	{ "{'groupKey':'g','truncatedAlerts':1,'status':'firing','alerts':[]}",
	    "[{'do':'trigger','group':'G','name':'g','text':'1 more alert of "
	    "this group was left out by Alertmanager (max_alerts)'}]" },
	{ "{'groupKey':'g','truncatedAlerts':3,'status':'resolved',"
	  "'alerts':[" ALERT("resolved", "f1", "") "]}",
	    "[{'do':'resolve','name':'f1'},{'do':'resolve','name':'g'},"
	    "{'do':'resolve-group','group':'G','name':'g'}]" },
	/* Without a fingerprint its labels are it; nothing is said. */
	{ "{'alerts':[{'labels':{'b':'2','a':'1'}}]}",
	    "[{'details':'b: 2\\na: 1\\n','do':'trigger','name':"
	    "'{\\'a\\':\\'1\\',\\'b\\':\\'2\\'}','text':'an alert'}]" },
	{ "{'alerts':[{'status':'firing'}]}",
	    "['alerts: one has neither \\'fingerprint\\' nor \\'labels\\'']" },
	/* Empty words are none. */
	{ "{'groupKey':'','truncatedAlerts':-1,'status':'','alerts':["
	  "{'fingerprint':'','labels':{'alertname':'','instance':''},"
	  "'annotations':{'summary':'','description':'odd'}}]}",
	    "[{'details':'description: odd\\n','do':'trigger','name':"
	    "'{\\'alertname\\':\\'\\',\\'instance\\':\\'\\'}',"
	    "'text':'an alert: odd'}]" },
	/* Nobody has counted so many. */
	{ "{'groupKey':'g','truncatedAlerts':9999999999,'status':'firing',"
	  "'alerts':[]}",
	    "[{'do':'resolve','name':'g'}]" },
	{ "{'groupKey':'g','truncatedAlerts':-1,'status':'firing',"
	  "'alerts':[]}",
	    "[{'do':'resolve','name':'g'}]" },
	{ "{}", "['alerts: is missing or no list']" },
	{ "{'alerts':{}}", "['alerts: is missing or no list']" },
	{ "{'alerts':[7]}",
	    "['alerts: one has neither \\'fingerprint\\' nor \\'labels\\'']" },
};

static void
test_alertmanager(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(alertmanager) / sizeof(alertmanager[0]);
	     i++) {
		json_t *o = parsed(alertmanager[i].body);
		struct alert_read r;

		alert_alertmanager(o, &r);
		check(&r, alertmanager[i].body, alertmanager[i].expected);
		json_decref(o);
	}
}

/* Of more than may come at once a part is taken, and the others are one alert;
   without a group there is nothing that they could be. */
static void
test_too_many_alerts(void **state)
{
	json_t *o = json_object(), *list = json_array();
	struct alert_read r;
	const json_t *last;

	(void)state;
	for (int i = 0; i <= ALERT_EVENTS_MAX; i++)
		json_array_append_new(list,
		    json_pack("{s:s}", "fingerprint", "f"));
	json_object_set_new(o, "alerts", list);
	alert_alertmanager(o, &r);
	check(&r, "many", "['alerts: more than 4998, and no groupKey']");
	/* All of it was refused, and none of them called anybody. */
	json_object_set_new(o, "groupKey", json_string("g"));
	alert_alertmanager(o, &r);
	assert_int_equal(json_array_size(r.events), ALERT_EVENTS_MAX - 1);
	last = json_array_get(r.events, ALERT_EVENTS_MAX - 2);
	assert_string_equal(record_string(last, "do"), "trigger");
	assert_string_equal(record_string(last, "text"),
	    "3 more alerts of this group were left out of a message of very "
	    "many");
	alert_read_clear(&r);
	json_object_set_new(o, "status", json_string("resolved"));
	alert_alertmanager(o, &r);
	assert_int_equal(json_array_size(r.events), ALERT_EVENTS_MAX);
	last = json_array_get(r.events, ALERT_EVENTS_MAX - 1);
	assert_string_equal(record_string(last, "do"), "resolve-group");
	alert_read_clear(&r);
	json_array_clear(list);
	for (int i = 0; i < ALERT_EVENTS_MAX; i++)
		json_array_append_new(list, json_integer(i));
	alert_alertmanager(o, &r); /* nor are there 5,000 complaints */
	assert_int_equal(json_array_size(r.errors), ALERT_ERRORS_MAX);
	alert_read_clear(&r);
	json_decref(o);
}

static const struct {
	const char *body, *expected;
} opsgenie[] = {
	{ "{'message':'down','alias':'a1','priority':'P1','description':'it',"
	  "'tags':['x','y'],'details':{'k':'v'},'entity':'e','source':'s',"
	  "'note':'n','responders':[{'type':'team','name':'t'}]}",
	    "[{'details':'Description: it\\nSource: s\\nEntity: e\\nNote: n\\n"
	    "Tags: [\\'x\\',\\'y\\']\\nk: v\\n','do':'trigger','name':'a1',"
	    "'severity':'P1','text':'down'}]" },
	{ "{'message':'down','alias':''}",
	    "[{'do':'trigger','name':'made','severity':'P3','text':'down'}]" },
	{ "{'alias':'a1','priority':'P6'}",
	    "['message: is missing','priority: is none of P1, P2, P3, P4 and "
	    "P5']" },
	{ "{'message':'down','alias':'a1','priority':null}",
	    "[{'do':'trigger','name':'a1','severity':'P3','text':'down'}]" },
	{ "{'message':'down','priority':'X1'}",
	    "['priority: is none of P1, P2, P3, P4 and P5']" },
	{ "{'message':'down','priority':'P0'}",
	    "['priority: is none of P1, P2, P3, P4 and P5']" },
	{ "{'message':'down','priority':'P12'}",
	    "['priority: is none of P1, P2, P3, P4 and P5']" },
	{ "{'message':'','priority':1}",
	    "['message: is missing','priority: is none of P1, P2, P3, P4 and "
	    "P5']" },
};

static void
test_opsgenie(void **state)
{
	struct alert_read r;
	char alias[514];

	(void)state;
	for (size_t i = 0; i < sizeof(opsgenie) / sizeof(opsgenie[0]); i++) {
		json_t *o = parsed(opsgenie[i].body);

		alert_opsgenie(o, "made", &r);
		check(&r, opsgenie[i].body, opsgenie[i].expected);
		json_decref(o);
	}
	alert_opsgenie_act(NULL, "resolve", "a1", &r);
	check(&r, "close", "[{'do':'resolve','name':'a1'}]");
	alert_opsgenie_act(NULL, "resolve", "", &r);
	check(&r, "close", "['identifier: is missing']");
	memset(alias, 'a', sizeof(alias));
	alias[513] = '\0';
	alert_opsgenie_act(NULL, "resolve", alias, &r);
	check(&r, "close", "['identifier: longer than 512 bytes']");
}

static void
test_opsgenie_acknowledges(void **state)
{
	json_t *o = parsed("{'user':'isla@kahu.example','note':'mine'}");
	struct alert_read r;

	(void)state;
	alert_opsgenie_act(o, "acknowledge", "a1", &r);
	check(&r, "acknowledge",
	    "[{'do':'acknowledge','name':'a1','text':'mine','user':"
	    "'isla@kahu.example'}]");
	json_decref(o);
}

/* One sender's key is another alert in another interface. */
static void
test_keys_of_interfaces_are_apart(void **state)
{
	char a[ALERT_KEY], b[ALERT_KEY], c[ALERT_KEY];

	(void)state;
	alert_hash("pagerduty", "k", a);
	alert_hash("opsgenie", "k", b);
	alert_hash("pagerduty", "k", c);
	assert_string_not_equal(a, b);
	assert_string_equal(a, c);
}

/* Carelessness must not cost an alert. */
static void
test_lenient(void **state)
{
	static const struct {
		const char *body, *expected;
		size_t length; /* 0: to its end */
	} cases[] = {
		{ "{\"a\":\"f\xfcr\"}", "{'a':'f?r'}", 0 },
		{ "{\"a\":\"\\u0000b\"}", "{'a':'\\u0000b'}", 0 },
		{ "{\"a\":99999999999999999999}", "{'a':1e20}", 0 },
		{ "{\"a\":1,\"a\":2}", "{'a':2}", 0 },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *o =
		    alert_json(cases[i].body, strlen(cases[i].body), error);
		char *text;

		if (o == NULL)
			fail_msg("%s: %s", cases[i].body, error);
		text = shown(o);
		assert_string_equal(text, cases[i].expected);
		free(text);
		json_decref(o);
	}
	assert_null(alert_json("", 0, error));
	assert_string_equal(error,
	    "not a JSON object: '[' or '{' expected near end of file");
	assert_null(alert_json("[1]", 3, error));
	assert_string_equal(error, "not a JSON object: something else");
	assert_null(alert_json("{\"a\":1e999}", 11, error));
}

/* However much a sender says, what is kept of it has an end. */
static void
test_bounded(void **state)
{
	json_t *payload = json_object(), *details = json_object(), *o;
	char long_text[5001], key[32];
	struct alert_read r;
	const json_t *event;

	(void)state;
	memset(long_text, 'x', 5000);
	long_text[5000] = '\0';
	for (int i = 0; i < 100; i++) {
		text_format(key, sizeof(key), "field %d", i);
		json_object_set_new(details, key, json_string(long_text));
	}
	json_object_set_new(payload, "summary", json_string(long_text));
	json_object_set_new(payload, "source", json_string("s"));
	json_object_set_new(payload, "severity", json_string("info"));
	json_object_set_new(payload, "timestamp", json_string(long_text));
	json_object_set_new(payload, "custom_details", details);
	o = json_pack("{s:s, s:o}", "event_action", "trigger", "payload",
	    payload);
	alert_pagerduty(o, "made", &r);
	event = json_array_get(r.events, 0);
	assert_int_equal(strlen(record_string(event, "text")),
	    ALERT_TEXT_MAX - 1);
	assert_true(
	    strlen(record_string(event, "details")) < ALERT_DETAILS_MAX);
	assert_null(json_object_get(event, "since_ms"));
	alert_read_clear(&r);
	json_decref(o);
}

/* A label was cut in the middle of a character, and all details were gone. */
static void
test_a_cut_label_took_the_details_along(void **state)
{
	struct text label = { 0 };
	struct alert_read r;
	const char *details;
	json_t *o;

	(void)state;
	while (label.length < 99)
		text_add(&label, "x");
	text_add(&label, "\303\251\303\251");
	o = json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s}}}", "event_action",
	    "trigger", "payload", "summary", "s", "source", "web-1", "severity",
	    "info", "custom_details", label.data, "y");
	alert_pagerduty(o, "made", &r);
	details = record_string(json_array_get(r.events, 0), "details");
	assert_non_null(details);
	assert_non_null(strstr(details, "Source: web-1\nxxx"));
	assert_non_null(strstr(details, "x: y\n"));
	alert_read_clear(&r);
	json_decref(o);
	text_clear(&label);
}

/* PagerDuty's change events: the summary is all that is needed. */
static void
test_changes(void **state)
{
	static const struct {
		const char *body, *events, *errors;
	} rows[] = {
		{ "{'payload':{'summary':'release 4.2','source':'ci',"
		  "'custom_details':{'build':7}},"
		  "'links':[{'href':'https://ci.example/7'}]}",
		    "[{'details':'Source: ci\\nLink: https://ci.example/7\\n"
		    "build: 7\\n','do':'change','name':'release 4.2',"
		    "'text':'release 4.2'}]",
		    "[]" },
		{ "{'payload':{'summary':'x'}}",
		    "[{'do':'change','name':'x','text':'x'}]", "[]" },
		{ "{'payload':{}}", NULL,
		    "['\'payload.summary\' is missing or blank']" },
		{ "{'payload':7}", NULL,
		    "['\'payload.summary\' is missing or blank']" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *o = parsed(rows[i].body);
		struct alert_read r;
		char *text;

		alert_pagerduty_change(o, &r);
		text = shown(r.errors);
		assert_string_equal(text, rows[i].errors);
		free(text);
		assert_int_equal(r.events != NULL, rows[i].events != NULL);
		if (r.events != NULL) {
			hide(r.events);
			text = shown(r.events);
			assert_string_equal(text, rows[i].events);
			free(text);
		}
		alert_read_clear(&r);
		json_decref(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_pagerduty),
		cmocka_unit_test(test_pagerduty_key),
		cmocka_unit_test(test_alertmanager),
		cmocka_unit_test(test_too_many_alerts),
		cmocka_unit_test(test_opsgenie),
		cmocka_unit_test(test_opsgenie_acknowledges),
		cmocka_unit_test(test_keys_of_interfaces_are_apart),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_a_cut_label_took_the_details_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

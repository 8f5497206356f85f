/* alarm: there and back; and what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/alarm.h"
#include "lib/text.h"

static struct alarm
an_alarm(void)
{
	struct alarm a = { .event = ALARM_CHANGED,
		.kind = ALARM_PROBABLE,
		.subject = "acme/learn",
		.client = "acme",
		.platform = "cluster-1",
		.severity = 2,
		.at_ms = 1800000001000,
		.since_ms = 1800000000000,
		.last_good_ms = 1799999970000,
		.first_failed_ms = 1800000000000,
		.until_ms = 0,
		.fresh = 3,
		.quorum = 2,
		.flapping = true,
		.well = true,
		.text = "is down: \"quoted\", \xc3\xa9 and \\",
		.evidence_count = 2 };

	a.evidence[0] = (struct alarm_evidence){ .region = "auckland",
		.outcome = OUTCOME_FAILED,
		.reason = REASON_HTTP_STATUS,
		.fresh = true,
		.since_at_ms = 1800000000000,
		.detail = "HTTP 503" };
	a.evidence[1] = (struct alarm_evidence){ .region = "london",
		.outcome = OUTCOME_UNKNOWN };
	return a;
}

static void
test_there_and_back(void **state)
{
	struct alarm a = an_alarm(), b;
	char error[160], *json = alarm_encode(&a);

	(void)state;
	memset(&b, 1, sizeof(b));
	assert_int_equal(alarm_decode(json, strlen(json), &b, error), 0);
	assert_string_equal(error, "");
	assert_int_equal(b.event, a.event);
	assert_int_equal(b.kind, a.kind);
	assert_string_equal(b.subject, a.subject);
	assert_string_equal(b.client, a.client);
	assert_string_equal(b.platform, a.platform);
	assert_int_equal(b.severity, a.severity);
	assert_int_equal(b.at_ms, a.at_ms);
	assert_int_equal(b.since_ms, a.since_ms);
	assert_int_equal(b.last_good_ms, a.last_good_ms);
	assert_int_equal(b.first_failed_ms, a.first_failed_ms);
	assert_int_equal(b.until_ms, a.until_ms);
	assert_int_equal(b.fresh, a.fresh);
	assert_int_equal(b.quorum, a.quorum);
	assert_true(b.flapping);
	assert_true(b.well);
	assert_string_equal(b.text, a.text);
	assert_int_equal(b.evidence_count, 2);
	assert_string_equal(b.evidence[0].region, "auckland");
	assert_int_equal(b.evidence[0].reason, REASON_HTTP_STATUS);
	assert_true(b.evidence[0].fresh);
	assert_int_equal(b.evidence[0].since_at_ms, 1800000000000);
	assert_string_equal(b.evidence[0].detail, "HTTP 503");
	assert_false(b.evidence[1].fresh);
	free(json);
}

/* Every event and kind has its own word. */
static void
test_words(void **state)
{
	struct alarm a = an_alarm(), b;
	char error[160];

	(void)state;
	for (int e = ALARM_RAISED; e <= ALARM_CLEARED; e++)
		for (int k = ALARM_DOWN; k <= ALARM_OPERATIONS; k++) {
			char *json;

			a.event = (enum alarm_event)e;
			a.kind = (enum alarm_kind)k;
			json = alarm_encode(&a);
			assert_int_equal(alarm_decode(json, strlen(json), &b,
					     error),
			    0);
			assert_int_equal(b.event, e);
			assert_int_equal(b.kind, k);
			free(json);
		}
	assert_string_equal(alarm_event_text(ALARM_CLEARED), "cleared");
	assert_string_equal(alarm_kind_text(ALARM_DEGRADED), "degraded");
}

/* Replace one piece of a good text and see what is said of it. */
static void
refused(const char *piece, const char *with, const char *wanted)
{
	struct alarm a = an_alarm();
	char *json = alarm_encode(&a), *found, error[160];
	struct text changed = { 0 };

	found = strstr(json, piece);
	if (found == NULL)
		fail_msg("no %s in %s", piece, json);
	text_add_bytes(&changed, json, (size_t)(found - json));
	text_add(&changed, with);
	text_add(&changed, found + strlen(piece));
	assert_int_equal(alarm_decode(changed.data, changed.length, &a, error),
	    -1);
	assert_string_equal(error, wanted);
	text_clear(&changed);
	free(json);
}

static void
many_evidences(void)
{
	struct alarm a = an_alarm(), b;
	char error[160], *json, *end;
	struct text more = { 0 };

	a.evidence_count = ALARM_EVIDENCE_MAX;
	for (size_t i = 2; i < ALARM_EVIDENCE_MAX; i++)
		a.evidence[i] = a.evidence[0];
	json = alarm_encode(&a);
	assert_int_equal(alarm_decode(json, strlen(json), &b, error), 0);
	assert_int_equal(b.evidence_count, ALARM_EVIDENCE_MAX);
	end = strrchr(json, ']');
	text_add_bytes(&more, json, (size_t)(end - json));
	text_add(&more, ",{}]}");
	assert_int_equal(alarm_decode(more.data, more.length, &b, error), -1);
	assert_string_equal(error, "evidence: expected a list of at most 16");
	text_clear(&more);
	free(json);
}

static void
test_strict(void **state)
{
	char long_name[300] = "\"subject\":\"", *big = mem_alloc(70000);
	struct alarm a;
	char error[160];

	(void)state;
	refused("\"event\":\"changed\"", "\"event\":\"odd\"",
	    "event: not known");
	refused("\"kind\":\"probable\"", "\"kind\":5", "kind: not known");
	refused("\"severity\":2", "\"severity\":5", "severity: out of range");
	refused("\"severity\":2", "\"severity\":\"2\"",
	    "severity: expected a whole number");
	refused("\"flapping\":true", "\"flapping\":1",
	    "flapping: expected true or false");
	refused("\"well\":true", "\"well\":1", "well: expected true or false");
	refused("\"client\":\"acme\"", "\"client\":null",
	    "client: expected a text");
	refused("\"platform\":\"cluster-1\"", "\"other\":\"cluster-1\"",
	    "platform: expected a text");
	memset(long_name + 11, 'x', 200);
	strcat(long_name, "\"");
	refused("\"subject\":\"acme/learn\"", long_name, "subject: too long");
	refused("\"outcome\":\"failed\"", "\"outcome\":\"odd\"",
	    "evidence.outcome: not known");
	refused("\"reason\":\"http_status\"", "\"reason\":\"odd\"",
	    "evidence.reason: not known");
	refused("\"evidence\":[", "\"evidence\":0,\"x\":[",
	    "evidence: expected a list of at most 16");
	refused("\"severity\":2", "\"severity\":0", "severity: out of range");
	/* Of several mistakes the first is named. */
	assert_int_equal(alarm_decode("{}", 2, &a, error), -1);
	assert_string_equal(error, "event: not known");
	many_evidences();
	assert_int_equal(alarm_decode("{", 1, &a, error), -1);
	assert_int_equal(strncmp(error, "not JSON", 8), 0);
	assert_int_equal(alarm_decode(big, 70000, &a, error), -1);
	assert_string_equal(error, "longer than 65536 bytes");
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

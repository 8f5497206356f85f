/* One page on its ladder, as stories with the clock in the margin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page.h"

static const char tree[] =
    "site: { name: Test, url: 'https://status.test.example' }\n"
    "redis: unix:/nowhere\n"
    "agents:\n"
    "  - { name: a, region: r, token_sha256: "
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "channels:\n"
    "  - { kind: terminal }\n"
    "  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@test.example }\n"
    "people:\n"
    "  - { name: isla, zone: Europe/London, email: i@test.example,"
    " reach: [terminal 0s, mail 1m] }\n"
    "  - { name: tom, zone: Europe/London, email: t@test.example,"
    " reach: [mail 30s] }\n"
    "  - { name: maya, zone: America/New_York, email: m@test.example,"
    " reach: [mail 0s] }\n"
    "  - { name: moana, zone: Pacific/Auckland, email: o@test.example,"
    " reach: [mail 0s, terminal 7m] }\n"
    "rotas:\n"
    "  - name: support\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00', people: [isla] }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: rota support, patience: 5m }\n"
    "      - { call: person tom, patience: 2m }\n"
    "      - { call: person moana, patience: 10m }\n"
    "  - name: one\n"
    "    levels:\n"
    "      - { call: person isla, patience: 20m }\n";

struct story {
	struct settings *settings;
	struct page page;
	struct page_policy policy;
	struct override overrides[1];
	struct text text;
	int64_t begin_ms, now_ms;
};

static void
note(struct story *s, const char *what, const char *who)
{
	text_addf(&s->text, "[%5lld] %s%s%s\n",
	    (long long)(s->now_ms - s->begin_ms) / 1000, what,
	    who[0] != '\0' ? " " : "", who);
}

/* Everything that is due now. */
static void
pump(struct story *s)
{
	static const char *const whats[] = { "call", "expired", "watch over",
		"awake", "hand over to", "last resort" };
	struct page_action did;

	while (page_next(&s->page, &s->policy, s->now_ms, &did)) {
		char who[80] = "";

		text_copy(who, sizeof who, did.person);
		if (did.what == PAGE_CALL)
			text_format(who, sizeof who, "%s/%zu", did.person,
			    did.step);
		note(s, whats[did.what], who);
	}
	if (page_deadline(&s->page, &s->policy) <= s->now_ms)
		fail_msg("a deadline that nothing came of");
}

static void
pass(struct story *s, int64_t seconds)
{
	int64_t until_ms = s->now_ms + seconds * 1000;

	while (page_deadline(&s->page, &s->policy) <= until_ms) {
		s->now_ms = page_deadline(&s->page, &s->policy);
		pump(s);
	}
	s->now_ms = until_ms;
}

static void
told(struct story *s, const char *expected)
{
	assert_string_equal(s->text.data == NULL ? "" : s->text.data, expected);
	text_clear(&s->text);
}

/* 10:00 UTC on a Wednesday in July: isla is on watch until 13:00 UTC. */
static void
begin(struct story *s, const char *ladder, int severity)
{
	struct conf_errors errors = { 0 };

	*s = (struct story){ 0 };
	s->settings = settings_from_text(tree, &errors);
	if (s->settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	s->policy = (struct page_policy){ .settings = s->settings,
		.ladder = settings_ladder(s->settings, ladder),
		.severity = severity };
	assert_true(civil_parse("2026-07-01T10:00Z", &s->begin_ms));
	s->now_ms = s->begin_ms;
	page_open(&s->page, &s->policy, s->now_ms);
	pump(s);
}

static void
end(struct story *s)
{
	text_clear(&s->text);
	settings_free(s->settings);
}

static void
sent(struct story *s, size_t step, enum page_outcome outcome)
{
	page_sent(&s->page, s->page.call, step, outcome, s->now_ms);
	pump(s);
}

static void
test_nobody_answers(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 5 * 60 + 2 * 60 + 10 * 60 + 60);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call tom/0\n"
	    "[  420] call moana/0\n"
	    "[  720] call moana/0\n"
	    "[  840] call moana/1\n"
	    "[ 1020] call isla/0\n"
	    "[ 1080] call isla/1\n");
	assert_int_equal(s.page.round, 1);
	end(&s);
}

/* One level with much patience is called again every silence_max. */
static void
test_called_again_within_a_level(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 2);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 1260);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call isla/0\n"
	    "[  360] call isla/1\n"
	    "[  600] call isla/0\n"
	    "[  660] call isla/1\n"
	    "[  900] call isla/0\n"
	    "[  960] call isla/1\n"
	    "[ 1200] call isla/0\n"
	    "[ 1260] call isla/1\n");
	end(&s);
}

/* The next way follows at once, then the next level. */
static void
test_undeliverable(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 2);
	sent(&s, 0, PAGE_FAILED);
	pass(&s, 3);
	sent(&s, 1, PAGE_FAILED);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 100);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    2] call isla/1\n"
	    "[    5] call tom/0\n");
	end(&s);
}

/* Failed for now: the next way is not kept waiting, the level is. */
static void
test_stumbling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	sent(&s, 0, PAGE_STUMBLED);
	sent(&s, 1, PAGE_STUMBLED);
	pass(&s, 15);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n");
	sent(&s, 0, PAGE_FAILED); /* twice running */
	sent(&s, 1, PAGE_FAILED);
	told(&s, "[   15] call tom/0\n");
	end(&s);
}

/* A round in which everything failed: the last resort, and 60 s. */
static void
test_everything_fails(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	pass(&s, 59);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n"
	    "[    0] last resort\n");
	pass(&s, 1);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	told(&s,
	    "[   60] call isla/0\n"
	    "[   60] call isla/1\n"); /* told once in silence_max */
	for (int i = 0; i < 4; i++) {
		pass(&s, 60);
		sent(&s, 0, PAGE_FAILED);
		sent(&s, 1, PAGE_FAILED);
	}
	told(&s,
	    "[  120] call isla/0\n"
	    "[  120] call isla/1\n"
	    "[  180] call isla/0\n"
	    "[  180] call isla/1\n"
	    "[  240] call isla/0\n"
	    "[  240] call isla/1\n"
	    "[  300] call isla/0\n"
	    "[  300] call isla/1\n"
	    "[  300] last resort\n");
	end(&s);
}

/* A late outcome of an earlier call does not stop this one. */
static void
test_late_outcome(void **state)
{
	struct story s;
	unsigned first;

	(void)state;
	begin(&s, "standard", 1);
	first = s.page.call;
	pass(&s, 300);
	page_sent(&s.page, first, 0, PAGE_FAILED, s.now_ms);
	page_sent(&s.page, first, 1, PAGE_FAILED, s.now_ms);
	page_sent(&s.page, s.page.call, 5, PAGE_FAILED, s.now_ms);
	pump(&s);
	assert_string_equal(s.page.called, "tom");
	assert_int_equal(s.page.steps[0].state, STEP_TRYING);
	page_sent(&s.page, first, 0, PAGE_HANDED, s.now_ms);
	assert_true(s.page.alive);
	end(&s);
}

static void
test_taken_and_expired(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 10);
	assert_true(page_take(&s.page, &s.policy, "tom", s.now_ms));
	pump(&s);
	pass(&s, 1200);
	page_touch(&s.page, &s.policy, s.now_ms); /* a note renews it */
	pass(&s, 1799);
	told(&s, "[    0] call isla/0\n");
	assert_int_equal(s.page.state, PAGE_TAKEN);
	pass(&s, 1);
	told(&s,
	    "[ 3010] expired tom\n"
	    "[ 3010] call isla/0\n");
	assert_int_equal(s.page.state, PAGE_CALLING);
	end(&s);
}

static const struct {
	int severity;
	int64_t take_s, snooze_s;
} spans[] = { { 1, 1800, 1800 }, { 2, 3600, 14400 }, { 3, 28800, 14400 },
	{ 4, 28800, 14400 } };

static void
test_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		int severity = spans[i].severity;

		assert_int_equal(page_take_span(severity),
		    spans[i].take_s * 1000);
		assert_int_equal(page_snooze_max(severity),
		    spans[i].snooze_s * 1000);
	}
}

static void
test_snooze(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	assert_false(
	    page_snooze(&s.page, &s.policy, "isla", 1800001, s.now_ms));
	assert_false(page_snooze(&s.page, &s.policy, "isla", 0, s.now_ms));
	assert_int_equal(s.page.state, PAGE_CALLING);
	assert_true(page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms));
	pump(&s);
	page_touch(&s.page, &s.policy, s.now_ms); /* does not prolong it */
	pass(&s, 1800);
	told(&s,
	    "[    0] call isla/0\n"
	    "[ 1800] awake isla\n"
	    "[ 1800] call isla/0\n");
	end(&s);
}

/* Handed on: that person first, then the ladder from its beginning. */
static void
test_hand_on(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 60);
	assert_true(page_hand_on(&s.page, &s.policy, "moana", s.now_ms));
	pump(&s);
	assert_string_equal(s.page.owner, "");
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call moana/0\n"
	    "[  360] call isla/0\n");
	/* Somebody who is no more: the ladder at once. */
	page_hand_on(&s.page, &s.policy, "nobody", s.now_ms);
	pump(&s);
	told(&s, "[  360] call isla/0\n");
	end(&s);
}

static void
test_decline(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	assert_false(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	pass(&s, 5);
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    5] call tom/0\n");
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	assert_false(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pump(&s); /* not to isla again, who has just declined */
	told(&s, "[    5] call tom/0\n");
	page_take(&s.page, &s.policy, "tom", s.now_ms);
	assert_true(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	pump(&s);
	told(&s, "[    5] call isla/0\n");
	end(&s);
}

/* The only one there is stays on call, at the usual pace. */
static void
test_decline_alone(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call isla/0\n");
	end(&s);
}

/* Whoever has it hears first when it gets worse. */
static void
test_severity(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 2);
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	s.policy.severity = 1;
	page_severity(&s.page, &s.policy, true, s.now_ms);
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call moana/0\n");
	pass(&s, 60);
	page_severity(&s.page, &s.policy, true, s.now_ms);
	pump(&s);
	told(&s, "[   60] call moana/0\n");
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	assert_int_equal(s.page.until_ms, s.now_ms + 30 * 60000);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	assert_int_equal(s.page.state, PAGE_TAKEN);
	assert_int_equal(s.page.until_ms, s.now_ms + 8 * 3600000);
	page_snooze(&s.page, &s.policy, "moana", 4 * 3600000, s.now_ms);
	s.policy.severity = 1;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	assert_int_equal(s.page.until_ms, s.now_ms + 30 * 60000);
	end(&s);
}

/* Made less severe while it calls: no more calls, but one notice. */
static void
test_severity_lowered_while_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 310);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	pump(&s);
	pass(&s, 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call tom/0\n"
	    "[  310] call isla/0\n");
	s.policy.severity = 4;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	pump(&s);
	pass(&s, 100000);
	told(&s, "");
	assert_true(page_deadline(&s.page, &s.policy) == NEVER);
	end(&s);
}

/* Severity 3: a notice to the watch, again after four hours. */
static void
test_notice(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 8 * 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[14400] call maya/0\n"
	    "[28800] call maya/0\n");
	end(&s);
}

static void
test_notice_undeliverable(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED); /* tom's turn */
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[    0] call moana/1\n");
	pass(&s, 900);
	told(&s, "[  900] call isla/0\n");
	end(&s);
}

/* At the watch's end the owner stays until the newcomer takes it. */
static void
test_watch_change_taken(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	pass(&s, 3600);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 2 * 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[10800] hand over to maya\n");
	assert_string_equal(s.page.owner, "isla");
	page_take(&s.page, &s.policy, "maya", s.now_ms);
	pass(&s, 3600);
	told(&s, "");
	end(&s);
}

static void
test_watch_change_nobody_takes_over(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	pass(&s, 3600);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 2 * 3600 + 15 * 60);
	told(&s,
	    "[    0] call isla/0\n"
	    "[10800] hand over to maya\n"
	    "[11700] watch over isla\n"
	    "[11700] call maya/0\n");
	end(&s);
}

/* Who is not on watch has no watch that could end. */
static void
test_watch_change_owner_from_elsewhere(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	pass(&s, 4 * 3600);
	told(&s, "[    0] call isla/0\n");
	end(&s);
}

/* Called at the watch's end: the newcomer is called at that instant. */
static void
test_watch_change_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms);
	text_clear(&s.text);
	s.now_ms += (3 * 3600 - 60) * 1000;
	page_hand_on(&s.page, &s.policy, "nobody", s.now_ms);
	pump(&s);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 59);
	told(&s, "[10740] call isla/0\n");
	pass(&s, 1);
	told(&s, "[10800] call maya/0\n");
	end(&s);
}

/* An override made while the page calls: the new one is called now. */
static void
test_override_while_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	text_clear(&s.text);
	s.overrides[0] = (struct override){ .from_ms = s.now_ms,
		.to_ms = s.now_ms + 7200000,
		.who = settings_person(s.settings, "moana") };
	text_copy(s.overrides[0].rota, 64, "support");
	s.policy.overrides = s.overrides;
	s.policy.override_count = 1;
	pass(&s, 10);
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[   10] call moana/0\n");
	pass(&s, 300); /* on to tom: a person, no watch */
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[  310] call tom/0\n");
	page_hand_on(&s.page, &s.policy, "maya", s.now_ms);
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[  310] call maya/0\n");
	end(&s);
}

static void
test_closed_stays_closed(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	text_clear(&s.text);
	page_close(&s.page);
	assert_false(page_take(&s.page, &s.policy, "isla", s.now_ms));
	assert_false(page_snooze(&s.page, &s.policy, "isla", 1000, s.now_ms));
	assert_false(page_hand_on(&s.page, &s.policy, "tom", s.now_ms));
	assert_false(page_decline(&s.page, &s.policy, "", s.now_ms));
	page_severity(&s.page, &s.policy, true, s.now_ms);
	page_sent(&s.page, s.page.call, 0, PAGE_FAILED, s.now_ms);
	pass(&s, 100000);
	told(&s, "");
	assert_string_equal(page_state_text(s.page.state), "closed");
	end(&s);
}

/* The clock went back an hour: nobody waits an hour longer. */
static void
test_clock_goes_back(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 60);
	text_clear(&s.text);
	s.now_ms -= 3600000;
	s.begin_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	pass(&s, 300);
	told(&s,
	    "[  360] call isla/0\n"
	    "[  360] call isla/1\n");
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	s.now_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	assert_int_equal(page_deadline(&s.page, &s.policy), s.now_ms + 1800000);
	page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms);
	s.now_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	assert_int_equal(page_deadline(&s.page, &s.policy), s.now_ms + 1800000);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	page_clamp(&s.page, &s.policy, s.now_ms);
	end(&s);
}

/* An edited ladder is shorter than where the page stood. */
static void
test_ladder_edited(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 430);
	assert_int_equal(s.page.level, 2);
	text_clear(&s.text);
	s.policy.ladder = settings_ladder(s.settings, "one");
	pump(&s);
	assert_int_equal(s.page.level, 0);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	s.page.owner_level = 2;
	pump(&s);
	assert_int_equal(s.page.owner_level, -1);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_called_again_within_a_level),
		cmocka_unit_test(test_undeliverable),
		cmocka_unit_test(test_stumbling),
		cmocka_unit_test(test_everything_fails),
		cmocka_unit_test(test_late_outcome),
		cmocka_unit_test(test_taken_and_expired),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_snooze),
		cmocka_unit_test(test_hand_on),
		cmocka_unit_test(test_decline),
		cmocka_unit_test(test_decline_alone),
		cmocka_unit_test(test_severity),
		cmocka_unit_test(test_severity_lowered_while_calling),
		cmocka_unit_test(test_notice),
		cmocka_unit_test(test_notice_undeliverable),
		cmocka_unit_test(test_watch_change_taken),
		cmocka_unit_test(test_watch_change_nobody_takes_over),
		cmocka_unit_test(test_watch_change_owner_from_elsewhere),
		cmocka_unit_test(test_watch_change_calling),
		cmocka_unit_test(test_override_while_calling),
		cmocka_unit_test(test_closed_stays_closed),
		cmocka_unit_test(test_clock_goes_back),
		cmocka_unit_test(test_ladder_edited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

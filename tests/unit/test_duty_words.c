/* What messages say. */
#include "tests/unit/duty_story.h"

static void
test_what_a_call_says(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	assert_string_equal(w.message.sms,
	    "Acme University: learn is down: answered 503, seen by 2 of 2 "
	    "regions since 10:59 BST INC-000001");
	assert_string_equal(w.message.subject,
	    "[INC-000001] S1 Acme University: learn down since 10:59 BST");
	assert_string_equal(w.message.link,
	    "https://p.example/l/INC-000001~isla~i-000000001");
	assert_string_equal(w.message.incident, "INC-000001");
	check_has(w.last.data, "r1: answered 503, since 10:59 BST\n");
	check_has(w.last.data, "Nobody else was called so far.");
	check_has(w.last.data, "Next: tom at 11:05 BST");
	check_has(w.last.data, "Runbook: https://wiki.kahu.example/learn");
	check_has(w.last.data, "Platform: cluster");
	world_pass(&w, 300);
	check_has(w.last.data, "isla by terminal at 11:00 BST: handed over");
	check_has(w.last.data, "Next: isla at 11:10 BST");
	world_end(&w);
}

/* It was down when it was first looked at: since when, nobody can say. */
static void
test_no_look_before(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "acme/learn", 1);
	world_tell(&w, &a);
	check_has(w.last.data,
	    "  last good 2026-07-01 10:59:00 BST, first failed");
	a = world_alarm(&w, ALARM_RAISED, "acme/web", 1);
	a.last_good_ms = 0;
	world_tell(&w, &a);
	check_has(w.last.data,
	    "  last good unknown, as nobody looked before, first failed ");
	world_end(&w);
}

/* Whatever an alarm says, a message is plain, and 140 bytes stay 140. */
static void
test_foreign_text(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "acme/learn", 1);
	memset(a.text, 'x', 200);
	text_copy(a.text + 200, 40, "\033[2J\r\nSubject: hello");
	text_copy(a.evidence[0].detail, DETAIL_MAX, "\033[31mred\r\nBcc: x");
	world_tell(&w, &a);
	assert_true(strlen(w.message.sms) == 140);
	check_has(w.message.sms, "Acme University: learn xxxx");
	check_has(w.message.sms, " since 10:59 BST INC-000001");
	check_lacks(w.last.data, "\033");
	check_lacks(w.last.data, "\r");
	check_lacks(w.message.subject, "\n");
	world_end(&w);
}

static const struct {
	enum alarm_kind kind;
	const char *subject;
} matters[] = {
	{ ALARM_DOWN, "x down since" },
	{ ALARM_PROBABLE, "x probably down since" },
	{ ALARM_DEGRADED, "x degraded since" },
	{ ALARM_MAINTENANCE, "x in maintenance since" },
	{ ALARM_OPERATIONS, "x trouble since" },
};

/* Each kind says what it is; what is not known is left out. */
static void
test_words_of_kinds(void **state)
{
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(matters) / sizeof(matters[0]); i++) {
		struct alarm a;

		world_begin(&w, last_is_person, NIGHT);
		a = world_alarm(&w, ALARM_RAISED, "operations/x", 1);
		a.kind = matters[i].kind;
		a.text[0] = '\0';
		a.last_good_ms = 0;
		a.evidence[0].reason = REASON_NONE;
		a.evidence[0].outcome = OUTCOME_UNKNOWN;
		a.evidence[0].detail[0] = '\0';
		a.evidence[0].fresh = false;
		world_tell(&w, &a);
		check_has(w.message.subject, matters[i].subject);
		check_has(w.message.sms, "has failed since");
		check_has(w.last.data,
		    "r1: not known, since 10:59 BST (not fresh)");
		world_end(&w);
	}
}

/* A client that left the tree is still named, if only by its name. */
static void
test_unknown_client(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "gone", 1);
	text_copy(a.client, sizeof(a.client), "zebra");
	a.since_ms = 0;
	world_tell(&w, &a);
	check_has(w.message.subject, "zebra: gone");
	world_end(&w);
}

static void
empty_sign(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room)
{
	const char *length = arg;

	(void)incident, (void)person, (void)intent;
	token[0] = '\0';
	if (*length == 'l') { /* longer than a link has room for */
		memset(token, 'x', room - 1);
		token[room - 1] = '\0';
	}
}

/* Without a signer, a token, or the room for it there is no link. */
static void
test_no_link(void **state)
{
	static char empty[] = "empty";
	struct world w;

	(void)state;
	for (int i = 0; i < 2; i++) {
		world_begin(&w, world_tree, NIGHT);
		duty_free(w.duty);
		w.duty =
		    duty_new(w.settings, i == 0 ? NULL : empty_sign, empty);
		duty_start(w.duty, w.now_ms);
		world_raise(&w, ALARM_RAISED, "acme/learn", 1);
		assert_string_equal(w.message.link, "");
		assert_null(strstr(w.last.data, "See and take it"));
		world_end(&w);
	}
	duty_free(NULL);
}

static void
test_flapping_is_said(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "acme/web", 2);
	a.flapping = true;
	world_tell(&w, &a);
	check_has(w.last.data, "(flapping)");
	check_asked(&w, "{\"command\":\"incidents\"}", "\"flapping\":true");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_call_says),
		cmocka_unit_test(test_no_look_before),
		cmocka_unit_test(test_foreign_text),
		cmocka_unit_test(test_words_of_kinds),
		cmocka_unit_test(test_unknown_client),
		cmocka_unit_test(test_no_link),
		cmocka_unit_test(test_flapping_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

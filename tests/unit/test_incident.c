/* Incidents: severity, limits of what is kept, drafts, words. */
#include "tests/unit/incident_story.h"

/* Automatics only raise; what a person set stays until it is worse. */
static void
test_severity(void **state)
{
	struct incident *inc = incident_of("acme/learn", "acme", 3);
	struct alarm a = alarm_of("acme/learn", "acme", 3);

	(void)state;
	assert_int_equal(inc->severity, 3);
	a.severity = 4;
	(void)incident_alarm(inc, &a);
	assert_false(incident_raise(inc));
	assert_int_equal(inc->severity, 3);
	a.severity = 2;
	(void)incident_alarm(inc, &a);
	assert_true(incident_raise(inc));
	inc->severity = 4; /* by a person */
	assert_false(incident_alarm(inc, &a));
	assert_false(incident_raise(inc));
	assert_int_equal(inc->severity, 4);
	a.severity = 1;
	(void)incident_alarm(inc, &a);
	assert_true(incident_raise(inc));
	assert_int_equal(inc->severity, 1);
	a.severity = 9; /* from a newer program: rather paged than not */
	(void)incident_alarm(inc, &a);
	assert_int_equal(inc->members[0].severity, 2);
	a.severity = 0;
	(void)incident_alarm(inc, &a);
	assert_int_equal(inc->members[0].severity, 2);
	incident_free(inc);
}

/* A record may have lost its members: then its own words are used. */
static void
test_no_member_is_left(void **state)
{
	struct incident *inc = incident_new(7, 1000);

	(void)state;
	inc->kind = ALARM_DEGRADED;
	assert_null(incident_headline(inc));
	assert_string_equal(incident_matter(inc), "degraded");
	incident_free(inc);
}

/* A shard that repeats what has ended begins it anew: no echo of the others. */
static void
test_what_has_ended_has_no_echo(void **state)
{
	struct incident *inc = incident_new(7, 1000);
	struct alarm a = alarm_of("operations/x", "", 2);

	(void)state;
	a.kind = ALARM_OPERATIONS;
	a.shard = 1;
	assert_true(incident_alarm(inc, &a));
	a.shard = 2;
	assert_true(incident_echo(inc, &a));
	inc->members[0].until_ms = 2000;
	assert_false(incident_echo(inc, &a));
	incident_free(inc);
}

/* The oldest holds make room; the one that lasts stays the last. */
static void
test_holds_have_a_limit(void **state)
{
	struct incident *inc = incident_new(7, 1000);

	(void)state;
	for (int i = 0; i <= INCIDENT_HOLDS_MAX; i++)
		assert_true(
		    incident_holds(inc, i % 2 == 0 ? "isla" : "tom", i + 1));
	assert_int_equal(inc->hold_count, INCIDENT_HOLDS_MAX);
	assert_int_equal(inc->holds[0].from_ms, 2);
	assert_int_equal(inc->holds[INCIDENT_HOLDS_MAX - 1].from_ms,
	    INCIDENT_HOLDS_MAX + 1);
	assert_int_equal(inc->holds[INCIDENT_HOLDS_MAX - 1].to_ms, 0);
	incident_free(inc);
}

static void
test_members(void **state)
{
	struct incident *inc = incident_of("acme/learn", "acme", 2);
	struct alarm a = alarm_of("acme/web", "acme", 1);
	char subject[64];

	(void)state;
	assert_false(incident_is_over(inc));
	assert_true(incident_alarm(inc, &a));
	assert_int_equal(incident_worst(inc), 1);
	a.event = ALARM_CLEARED;
	a.until_ms = 0; /* then it is the event's own time */
	assert_true(incident_alarm(inc, &a));
	assert_int_equal(inc->members[1].until_ms, 1000);
	assert_int_equal(incident_worst(inc), 2);
	assert_int_equal(incident_count(inc), 1);
	assert_false(incident_is_over(inc));
	for (int i = 2; i < INCIDENT_MEMBERS_MAX; i++) {
		text_format(subject, sizeof(subject), "acme/x%d", i);
		assert_non_null(incident_add_member(inc, subject, "acme"));
	}
	a = alarm_of("acme/toomuch", "acme", 1);
	assert_false(incident_alarm(inc, &a));
	assert_null(incident_member(inc, "acme/toomuch"));
	incident_free(inc);
}

static void
add_audiences(struct incident *inc, size_t count)
{
	inc->audiences = mem_alloc(count * sizeof(*inc->audiences));
	for (size_t i = 0; i < count; i++)
		text_format(inc->audiences[i].client,
		    sizeof(inc->audiences[i].client), "c%zu", i);
	inc->audience_count = count;
}

/*
 * Found in review: notes, and what up to 200 clients were told, shared 200
 * lines, so that many clients or a long night pushed out what one had read.
 */
static void
test_what_clients_were_told_was_pushed_out(void **state)
{
	struct incident *inc = incident_of("c0/learn", "c0", 2), *again;
	char text[32], error[160], *record;
	const char *first;

	(void)state;
	add_audiences(inc, INCIDENT_AUDIENCES_MAX);
	incident_public(inc, 0, "tom", PUBLIC_IDENTIFIED, "c7", "early");
	for (int i = 0; i < 60; i++)
		for (size_t k = 0; k < INCIDENT_AUDIENCES_MAX; k++) {
			text_format(text, sizeof(text), "update %d", i);
			if (k != 7)
				incident_public(inc, i, "isla",
				    PUBLIC_IDENTIFIED, inc->audiences[k].client,
				    text);
		}
	for (int i = 0; i < 2 * INCIDENT_NOTES_MAX; i++) {
		text_format(text, sizeof(text), "note %d", i);
		incident_note(inc, i, "pager", text);
	}
	record = incident_encode(inc);
	again = incident_decode(record, strlen(record), error);
	free(record);
	incident_free(inc);
	assert_non_null(again);
	assert_int_equal(count_lines(again, true, "c7", &first), 1);
	assert_string_equal(first, "early");
	assert_int_equal(again->audiences[7].gone, 0);
	assert_int_equal(count_lines(again, true, "c199", &first),
	    INCIDENT_UPDATES_MAX);
	assert_string_equal(first, "update 10");
	assert_int_equal(again->audiences[199].gone, 10);
	assert_int_equal(count_lines(again, false, "", &first),
	    INCIDENT_NOTES_MAX);
	assert_string_equal(first, "note 200");
	assert_int_equal(again->notes_gone, 200);
	assert_int_equal(incident_lines_gone(again), 200 + 199 * 10);
	incident_free(again);
}

/* Long ones to all: the oldest go, and are counted, but nobody's last. */
static void
test_long_updates_have_a_limit_together(void **state)
{
	struct incident *inc = incident_of("c0/learn", "c0", 2);
	char text[INCIDENT_LINE_MAX + 100];
	const char *first;
	size_t kept = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	add_audiences(inc, INCIDENT_AUDIENCES_MAX);
	for (int i = 0; i < 3; i++)
		for (size_t k = 0; k < INCIDENT_AUDIENCES_MAX; k++)
			incident_public(inc, i, "isla", PUBLIC_IDENTIFIED,
			    inc->audiences[k].client, text);
	assert_true(inc->update_bytes <= INCIDENT_UPDATES_BYTES);
	assert_true(
	    inc->update_bytes > INCIDENT_UPDATES_BYTES - INCIDENT_LINE_MAX);
	for (size_t k = 0; k < INCIDENT_AUDIENCES_MAX; k++) {
		const struct audience *a = &inc->audiences[k];
		size_t count = count_lines(inc, true, a->client, &first);

		assert_true(count >= 1);
		assert_int_equal(count + a->gone, 3);
		kept += count;
	}
	assert_int_equal(kept, inc->update_count);
	incident_free(inc);
}

/* However many attempts, the last of each person is kept. */
static void
test_calls_have_a_limit(void **state)
{
	struct incident *inc = incident_of("acme/learn", "acme", 2);
	char intent[24];

	(void)state;
	(void)incident_called(inc, "tom", CHANNEL_MAIL, "i-0", 1);
	for (int i = 1; i < 3 * INCIDENT_CALLS_MAX; i++) {
		text_format(intent, sizeof(intent), "i-%d", i);
		(void)incident_called(inc, "isla", CHANNEL_TERMINAL, intent, i);
	}
	assert_int_equal(inc->called_count, INCIDENT_CALLS_MAX);
	assert_non_null(incident_last_called(inc, "tom"));
	assert_null(incident_find_called(inc, "i-1"));
	assert_int_equal(incident_last_called(inc, "isla")->at_ms, 299);
	/* The same intent again is the same attempt. */
	(void)incident_called(inc, "tom", CHANNEL_MAIL, "i-0", 500);
	assert_int_equal(inc->called_count, INCIDENT_CALLS_MAX);
	assert_int_equal(incident_last_called(inc, "tom")->at_ms, 500);
	for (int i = 0; i < 2 * INCIDENT_CALLS_MAX; i++) {
		text_format(intent, sizeof(intent), "p-%d", i);
		(void)incident_called(inc, intent, CHANNEL_MAIL, intent, i);
	}
	assert_int_equal(inc->called_count, INCIDENT_CALLS_MAX);
	incident_free(inc);
}

static const struct {
	enum alarm_kind kind;
	const char *one, *two;
} wordings[] = {
	{ ALARM_DOWN, "learn is not reachable since",
	    "learn and library are not reachable since" },
	{ ALARM_PROBABLE, "learn is probably not reachable since",
	    "learn and library are probably not reachable since" },
	{ ALARM_DEGRADED, "learn is not working reliably since",
	    "learn and library are not working reliably since" },
	{ ALARM_MAINTENANCE, "learn is in maintenance since",
	    "learn and library are in maintenance since" },
	{ ALARM_OPERATIONS, "learn is not reachable since",
	    "learn and library are not reachable since" },
};

static void
test_drafts(void **state)
{
	struct settings *s = world_settings(world_tree);

	(void)state;
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++) {
		struct incident *inc = incident_of("acme/learn", "acme", 1);
		char *draft;

		inc->kind = inc->members[0].kind = wordings[i].kind;
		draft = incident_draft(inc, s, "acme", 1000);
		assert_non_null(strstr(draft, wordings[i].one));
		free(draft);
		incident_add_member(inc, "acme/library", "acme")->kind =
		    wordings[i].kind;
		draft = incident_draft(inc, s, "acme", 1000);
		assert_non_null(strstr(draft, wordings[i].two));
		free(draft);
		inc->closed_ms = 61000;
		draft = incident_draft(inc, s, "acme", 61000);
		assert_non_null(strstr(draft, "are working again since"));
		assert_non_null(strstr(draft, "lasted 1 min 1 s"));
		free(draft);
		incident_free(inc);
	}
	settings_free(s);
}

/* A client reads of its own things, and how many they are. */
static void
test_draft_names_only_ones_own(void **state)
{
	struct settings *s = world_settings(world_tree);
	struct incident *inc = incident_of("acme/learn", "acme", 1);
	char subject[64], *draft;

	(void)state;
	for (int i = 0; i < 9; i++) {
		text_format(subject, sizeof(subject), "birch/secret%d", i);
		(void)incident_add_member(inc, subject, "birch");
	}
	draft = incident_draft(inc, s, "acme", 1000);
	assert_null(strstr(draft, "secret"));
	assert_null(strstr(draft, "birch"));
	free(draft);
	draft = incident_draft(inc, s, "birch", 1000);
	assert_null(strstr(draft, "learn"));
	assert_non_null(strstr(draft, "secret4 and 4 more are not"));
	free(draft);
	draft = incident_draft(inc, s, "gone", 1000); /* left the tree */
	assert_non_null(strstr(draft,
	    "A service is not reachable since "
	    "00:00 UTC"));
	free(draft);
	incident_free(inc);
	settings_free(s);
}

static void
test_words(void **state)
{
	(void)state;
	for (int i = 0; i < PUBLIC_STATES; i++)
		assert_int_equal(public_state_parse(
				     public_state_text((enum public_state)i)),
		    i);
	assert_int_equal(public_state_parse("well"), -1);
	assert_int_equal(channel_parse("mail"), CHANNEL_MAIL);
	assert_int_equal(channel_parse("owl"), -1);
	incident_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_severity),
		cmocka_unit_test(test_no_member_is_left),
		cmocka_unit_test(test_what_has_ended_has_no_echo),
		cmocka_unit_test(test_holds_have_a_limit),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_what_clients_were_told_was_pushed_out),
		cmocka_unit_test(test_long_updates_have_a_limit_together),
		cmocka_unit_test(test_calls_have_a_limit),
		cmocka_unit_test(test_drafts),
		cmocka_unit_test(test_draft_names_only_ones_own),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_audit_look: which incidents are too quiet, and how it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/audit.h"

#define BEGIN_MS INT64_C(1795330800000) /* 2026-11-22T07:00:00Z */
#define SILENCE_MS INT64_C(300000)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* One incident as it stands in the records. */
static struct incident *
incident(struct incident **all, uint64_t number, int severity)
{
	struct incident *inc = incident_new(number, BEGIN_MS);

	inc->severity = severity;
	text_copy(inc->subject, sizeof(inc->subject), "acme/learn");
	inc->page.state = PAGE_CALLING;
	HASH_ADD_STR(*all, id, inc);
	return inc;
}

static void
clear(struct incident **all)
{
	struct incident *inc, *next;

	HASH_ITER (hh, *all, inc, next) {
		HASH_DEL(*all, inc);
		incident_free(inc);
	}
}

static void
what_calls_and_is_not_held_counts(void **state)
{
	const int64_t now_ms = BEGIN_MS + 400000;
	struct incident *all = NULL, *inc;
	struct audit_view v;

	(void)state;
	incident(&all, 1, 3);                       /* calls nobody */
	incident(&all, 2, 1)->closed_ms = BEGIN_MS; /* over */
	incident(&all, 3, 2)->attempt_ms = now_ms;  /* called just now */
	inc = incident(&all, 4, 2);                 /* held */
	inc->page.state = PAGE_TAKEN;
	text_copy(inc->page.owner, sizeof(inc->page.owner), "tom");
	inc->page.until_ms = now_ms + 1000;
	incident(&all, 5, 2)->unheld_ms = now_ms - 1; /* lost a moment ago */
	audit_look(all, SILENCE_MS, now_ms, &v);
	assert_int_equal(v.quiet, 0);
	assert_int_equal(v.unheld, 2);
	assert_string_equal(v.list,
	    "INC-000003 (S2) acme/learn, INC-000005 (S2) acme/learn");
	incident(&all, 6, 1);
	incident(&all, 7, 1);
	audit_look(all, SILENCE_MS, now_ms, &v);
	assert_int_equal(v.quiet, 2);
	assert_string_equal(v.incident, "INC-000006");
	assert_string_equal(v.text,
	    "INC-000006 (S1) is open, nobody has it, and nobody was called "
	    "for 6 min 40 s");
	assert_true(v.quiet_since_ms == BEGIN_MS);
	for (uint64_t number = 8; number < 20; number++)
		incident(&all, number, 1);
	audit_look(all, SILENCE_MS, now_ms, &v);
	assert_int_equal(v.unheld, 16);
	assert_non_null(strstr(v.list, "INC-000008"));
	assert_null(strstr(v.list, "INC-000009")); /* five are named */
	clear(&all);
}

/* A take that lasts longer than takes may is none. */
static void
a_hold_must_be_a_humans_and_within_its_time(void **state)
{
	static const struct {
		const char *owner;
		enum page_state page;
		int severity;
		int64_t left_ms;
		bool held;
	} cases[] = {
		{ "tom", PAGE_TAKEN, 2, 1000, true },
		{ "tom", PAGE_SNOOZED, 1, 1800000, true },
		{ "tom", PAGE_SNOOZED, 1, 1800001, false },
		{ "tom", PAGE_SNOOZED, 2, 14400000, true },
		{ "tom", PAGE_SNOOZED, 2, 14400001, false },
		{ "", PAGE_TAKEN, 2, 1000, false },
		{ "tom", PAGE_CALLING, 2, 1000, false },
		{ "tom", PAGE_TAKEN, 2, -AUDIT_SLACK_MS + 1, true },
		{ "tom", PAGE_TAKEN, 2, -AUDIT_SLACK_MS, false },
		{ "tom", PAGE_TAKEN, 2, NEVER, false }, /* none was recorded */
	};
	const int64_t now_ms = BEGIN_MS + 400000;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct incident *all = NULL;
		struct incident *inc = incident(&all, 1, cases[i].severity);
		char text[160];

		inc->page.state = cases[i].page;
		inc->page.until_ms = cases[i].left_ms == NEVER
		    ? NEVER
		    : now_ms + cases[i].left_ms;
		text_copy(inc->page.owner, sizeof(inc->page.owner),
		    cases[i].owner);
		if ((audit_find(all, SILENCE_MS, now_ms, text) == NULL) !=
		    cases[i].held)
			fail_msg("case %zu", i);
		clear(&all);
	}
}

/* Set back by an hour, the clock kept the auditor from looking for an hour. */
static void
the_clock_went_back_and_silence_was_not_seen(void **state)
{
	struct incident *all = NULL, *inc;
	const int64_t now_ms = BEGIN_MS + 400000;
	char text[160];

	(void)state;
	inc = incident(&all, 1, 1);
	inc->opened_ms = now_ms + 3200000;
	inc->attempt_ms = now_ms + 3100000;
	assert_null(audit_find(all, SILENCE_MS, now_ms, text));
	inc->attempt_ms = BEGIN_MS; /* as the pager corrects it */
	assert_ptr_equal(audit_find(all, SILENCE_MS, now_ms, text), inc);
	clear(&all);
}

/* In a storm its page calls for all that joined it, until it is closed. */
static void
a_storm_calls_for_its_members(void **state)
{
	const int64_t now_ms = BEGIN_MS + 400000;
	struct incident *all = NULL, *storm, *inc;
	char text[160];

	(void)state;
	inc = incident(&all, 1, 1);
	storm = incident(&all, 2, 1);
	text_copy(inc->storm, sizeof(inc->storm), storm->id);
	storm->attempt_ms = now_ms;
	assert_null(audit_find(all, SILENCE_MS, now_ms, text));
	storm->closed_ms = now_ms;
	assert_ptr_equal(audit_find(all, SILENCE_MS, now_ms, text), inc);
	text_copy(inc->storm, sizeof(inc->storm), "INC-000099");
	assert_ptr_equal(audit_find(all, SILENCE_MS, now_ms, text), inc);
	clear(&all);
}

static void
tell_next(struct audit *a, int64_t now_ms, struct audit_action *out)
{
	assert_int_equal(audit_next(a, now_ms, out), AUDIT_TELL);
	audit_told(a, out->part, true, now_ms);
}

static void
people_are_told_what_and_since_when(void **state)
{
	const struct audit_view v = { .at_ms = BEGIN_MS,
		.unheld = 1,
		.list = "INC-000007 (S1) acme/learn" };
	struct audit_action x;
	struct audit a;

	(void)state;
	audit_init(&a, "Kahu", "alpha", SILENCE_MS, BEGIN_MS);
	audit_turned(&a, AUDIT_ACTIVE, BEGIN_MS);
	tell_next(&a, BEGIN_MS + 25000, &x);
	assert_string_equal(x.subject,
	    "Sunwatch's own auditor: the pager stands still");
	assert_string_equal(x.text,
	    "The pager of Kahu on alpha stands still since "
	    "2026-11-22T07:00:00Z (25 s). Pages may reach nobody. "
	    "Nothing is known to wait for somebody.");
	audit_turned(&a, AUDIT_ACTIVE, BEGIN_MS + 30000);
	tell_next(&a, BEGIN_MS + 30000, &x);
	assert_string_equal(x.text,
	    "The pager of Kahu on alpha works again. It stood still for 30 s, "
	    "since 2026-11-22T07:00:00Z.");
	audit_saw(&a, &v, BEGIN_MS);
	tell_next(&a, BEGIN_MS + 55000, &x);
	assert_non_null(strstr(x.text,
	    "Open, and nobody has it: INC-000007 (S1) acme/learn"));
}

static void
people_are_told_which_is_quiet(void **state)
{
	struct audit_view v = { .at_ms = BEGIN_MS,
		.quiet = 3,
		.unheld = 3,
		.quiet_since_ms = BEGIN_MS - 400000,
		.incident = "INC-000007",
		.text = "INC-000007 (S1) is open" };
	struct audit_action x;
	struct audit a;

	(void)state;
	audit_init(&a, "Kahu", "alpha", SILENCE_MS, BEGIN_MS);
	audit_saw(&a, &v, BEGIN_MS);
	v.at_ms += AUDIT_GRACE_MS;
	audit_turned(&a, AUDIT_ACTIVE, v.at_ms);
	audit_saw(&a, &v, v.at_ms);
	tell_next(&a, v.at_ms, &x);
	assert_string_equal(x.incident, "INC-000007");
	assert_string_equal(x.subject,
	    "Sunwatch's own auditor: INC-000007 is quieter than promised");
	assert_string_equal(x.text,
	    "INC-000007 (S1) is open, as far as is recorded. So are 2 more.\n"
	    "The pager of Kahu does not do what it promises. Please look "
	    "after the incident, and after the pager.");
	v.quiet = 0;
	audit_saw(&a, &v, v.at_ms);
	tell_next(&a, v.at_ms, &x);
	assert_string_equal(x.text,
	    "The pager of Kahu does again what it promises. INC-000007 had "
	    "been quiet for 7 min 10 s.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_calls_and_is_not_held_counts),
		cmocka_unit_test(a_hold_must_be_a_humans_and_within_its_time),
		cmocka_unit_test(the_clock_went_back_and_silence_was_not_seen),
		cmocka_unit_test(a_storm_calls_for_its_members),
		cmocka_unit_test(people_are_told_what_and_since_when),
		cmocka_unit_test(people_are_told_which_is_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

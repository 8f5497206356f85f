/*
 * erase_round: how much of a journal is read for names, day after day.  Entries
 * are one a day, by their ids; what is old enough is so after ten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/erase_round.h"
#include "lib/interval.h"
#include "lib/text.h"

#define DAY INT64_C(86400000)

struct house {
	struct erase_round round;
	struct shard_erasing ordered, by_age;
	int64_t late_day; /* an entry there says that it is of day late_at */
	int64_t late_at, last; /* of the journal */
	bool late_has_names;
	char read[80];
};

/* Everything that is to be read; "1 2 3 whole". */
static const char *
read_all(struct house *h)
{
	struct text t = { 0 };
	struct erase_round *r = &h->round;

	text_add(&t, "");
	if (erase_round_begin(r, &h->ordered, &h->by_age)) {
		int64_t day = strtoll(r->cursor, NULL, 10) / DAY + 1;
		char id[SEAL_ID];

		for (; day <= h->last; day++) {
			bool late = day == h->late_day && h->late_has_names;
			int64_t at_ms = late ? h->late_at * DAY : day * DAY;

			text_format(id, sizeof(id), "%lld-0",
			    (long long)(day * DAY));
			if (!erase_round_take(r, id))
				break;
			text_addf(&t, "%lld ", (long long)day);
			if (late && at_ms < r->what.before_ms)
				h->late_has_names = false;
			erase_round_left(r, id,
			    at_ms < r->what.before_ms ? NEVER : at_ms);
		}
		text_add(&t, r->is_whole ? "whole" : "");
		erase_round_end(r);
	} else
		text_add(&t, "nothing");
	text_copy(h->read, sizeof(h->read), t.data);
	text_clear(&t);
	return h->read;
}

static const char *
an_hour_later(struct house *h, int64_t today)
{
	h->last = today;
	h->by_age.round++;
	h->by_age.before_ms = (today - 10) * DAY + 1;
	return read_all(h);
}

/* Each day one more is old enough; the rest is not read. */
static void
what_is_old_goes_on_where_it_was(void **state)
{
	struct house h = { 0 };

	(void)state;
	assert_string_equal(read_all(&h), "nothing");
	assert_string_equal(an_hour_later(&h, 12),
	    "1 2 3 4 5 6 7 8 9 10 11 12 whole");
	assert_string_equal(read_all(&h), "nothing");
	assert_string_equal(an_hour_later(&h, 12), "");
	assert_string_equal(an_hour_later(&h, 13), "3 ");
	assert_string_equal(an_hour_later(&h, 15), "4 5 ");
	/* What is no entry ends it. */
	h.by_age.round++;
	assert_true(erase_round_begin(&h.round, &h.ordered, &h.by_age));
	assert_false(erase_round_take(&h.round, "x"));
	assert_false(erase_round_take(&h.round, "1-0"));
}

/* [day 12] imported, of day 4: due on day 14, not on day 22. */
static void
names_of_what_was_imported_do_not_wait(void **state)
{
	struct house h = { .late_day = 12,
		.late_at = 4,
		.late_has_names = true };

	(void)state;
	assert_string_equal(an_hour_later(&h, 12),
	    "1 2 3 4 5 6 7 8 9 10 11 12 whole");
	assert_string_equal(an_hour_later(&h, 13), "3 ");
	assert_true(h.late_has_names);
	assert_string_equal(an_hour_later(&h, 14),
	    "4 5 6 7 8 9 10 11 12 13 14 whole");
	assert_false(h.late_has_names);
	assert_string_equal(an_hour_later(&h, 15), "5 ");
}

/* Others that come after it are due at once: all is read once a day. */
static void
all_is_read_once_a_day_at_most(void **state)
{
	struct house h = { .late_day = 12,
		.late_at = 2,
		.late_has_names = true };

	(void)state;
	h.late_at = 3;
	an_hour_later(&h, 12);
	h.round.left_ms = 2 * DAY; /* and one of which it is said too late */
	assert_string_equal(an_hour_later(&h, 12), "");
	assert_string_equal(an_hour_later(&h, 13),
	    "3 4 5 6 7 8 9 10 11 12 13 whole");
}

/* What was asked for reads all, and what is left of it is looked at anew. */
static void
what_is_asked_for_reads_all(void **state)
{
	struct house h = { 0 };

	(void)state;
	an_hour_later(&h, 12);
	h.ordered = (struct shard_erasing){ .round = 1, .before_ms = DAY };
	h.by_age.round++;
	assert_string_equal(read_all(&h), "1 2 3 4 5 6 7 8 9 10 11 12 whole");
	assert_string_equal(read_all(&h), "3 4 5 6 7 8 9 10 11 12 whole");
	assert_string_equal(read_all(&h), "nothing");
	assert_string_equal(an_hour_later(&h, 13), "3 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_old_goes_on_where_it_was),
		cmocka_unit_test(names_of_what_was_imported_do_not_wait),
		cmocka_unit_test(all_is_read_once_a_day_at_most),
		cmocka_unit_test(what_is_asked_for_reads_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

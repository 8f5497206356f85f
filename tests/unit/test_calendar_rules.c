/*
 * calendar_rule: rules by chance against libical's own iterator, as far as
 * that can be trusted to come back.
 */
#include <libical/ical.h>

#include "lib/calendar_rule.h"
#include "tests/unit/calendar_minutes.h"

static void
draw_list(struct text *t, const char *name, int64_t most, bool negative)
{
	int64_t n = 1 + draw(3);

	text_addf(t, ";%s=", name);
	for (int64_t i = 0; i < n; i++)
		text_addf(t, "%s%s%lld", i > 0 ? "," : "",
		    negative && draw(3) == 0 ? "-" : "",
		    (long long)(1 + draw(most)));
}

static void
draw_weekdays(struct text *t, int64_t places)
{
	static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA",
		"SU" };
	int64_t n = 1 + draw(5), first = draw(7);

	text_add(t, ";BYDAY=");
	for (int64_t i = 0; i < n; i++) {
		text_add(t, i > 0 ? "," : "");
		if (places > 0 && draw(2) == 0)
			text_addf(t, "%s%lld", draw(2) ? "-" : "",
			    (long long)(1 + draw(places)));
		text_add(t, names[(first + i) % 7]);
	}
}

/* Rules that RFC 5545 allows and that people write. */
static void
draw_rule(struct text *t)
{
	static const char *const names[] = { "DAILY", "WEEKLY", "MONTHLY",
		"YEARLY" };
	int64_t freq = draw(4);

	text_addf(t, "FREQ=%s", names[freq]);
	if (draw(2))
		text_addf(t, ";INTERVAL=%lld", (long long)(1 + draw(4)));
	if (freq == 3 && draw(4) == 0) {
		draw_list(t, "BYYEARDAY", 366, true);
		return;
	}
	if (draw(2) || (freq == 3 && draw(4) > 0))
		draw_list(t, "BYMONTH", 12, false);
	if (freq >= 2 && draw(2) &&
	    (freq == 2 || strstr(t->data, ";BYMONTH=") != NULL))
		draw_list(t, "BYMONTHDAY", 31, true);
	else if (freq == 1 || draw(2))
		draw_weekdays(t, freq < 2 ? 0 : 5);
	if (freq >= 2 && draw(3) == 0 && strstr(t->data, ";BYDAY") != NULL)
		draw_list(t, "BYSETPOS", 3, true);
	if (draw(3) == 0)
		text_add(t, ";WKST=SU");
}

/*
 * The first days of a rule by libical, from the first that fits; it may not
 * be asked for more than there are, since it would not come back.
 */
static size_t
days_by_libical(const char *rule, int64_t first_day, int64_t *days, size_t max)
{
	struct icalrecurrencetype r = icalrecurrencetype_from_string(rule);
	struct civil_date d = civil_from_days(first_day);
	struct icaltimetype start, t;
	icalrecur_iterator *i;
	char date[16];
	size_t n = 0;

	text_format(date, sizeof(date), "%04d%02d%02d", d.year, d.month, d.day);
	start = icaltime_from_string(date);
	i = icalrecur_iterator_new(r, start);
	while (i != NULL && n < max &&
	    !icaltime_is_null_time(t = icalrecur_iterator_next(i))) {
		d = (struct civil_date){ t.year, t.month, t.day };
		days[n++] = civil_days(d);
	}
	if (i != NULL)
		icalrecur_iterator_free(i);
	free(r.rscale);
	return n;
}

#define DAYS_MAX 40

/* Of one rule the days up to 2040, ours first: it tells how many to ask. */
static void
check_rule(const char *rule, int64_t first_day)
{
	struct icalrecurrencetype r = icalrecurrencetype_from_string(rule);
	struct rule_budget budget = { 100000, 100000 };
	struct rule_days ours = { 0 };
	int64_t theirs[DAYS_MAX];
	size_t want, got, skip;

	assert_null(rule_refusal(&r));
	assert_true(rule_days(&r, first_day, 25567, &budget, &ours));
	want = ours.count < DAYS_MAX ? ours.count : DAYS_MAX;
	got = days_by_libical(rule, first_day, theirs, want > 1 ? want - 1 : 0);
	/* We count the first day always, libical only if it fits. */
	skip = got > 0 && theirs[0] == first_day ? 0 : 1;
	for (size_t i = 0; i < got && i + skip < ours.count; i++)
		if (theirs[i] != ours.items[i + skip])
			fail_msg("seed %llu: %s from day %lld: day %lld, "
				 "libical has %lld",
			    (unsigned long long)draw_seed, rule,
			    (long long)first_day,
			    (long long)ours.items[i + skip],
			    (long long)theirs[i]);
	if (want > 1)
		assert_true(got > 0);
	free(r.rscale);
	rule_days_clear(&ours);
}

static void
test_rules_by_chance(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 600; seed++) {
		struct text rule = { 0 };

		draw_begin(seed);
		draw_rule(&rule);
		check_rule(rule.data, 18262 + draw(3000));
		text_clear(&rule);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_by_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

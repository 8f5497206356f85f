/* calendar: what cannot be said, and how much of it. */
#include "tests/unit/calendar_story.h"

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "", "no window is given: write mon-fri 09:00-17:00 or 24x7" },
	{ " ;, ", "no window is given: write mon-fri 09:00-17:00 or 24x7" },
	{ "mon-fri", "expected a window such as 09:00-17:00 at its end" },
	{ "09:00-17:00",
	    "on which days? write daily or mon-fri at \"09:00-17:00\"" },
	{ "moon 09:00-17:00",
	    "expected a day such as mon at \"moon 09:00-17:00\"" },
	{ "t 09:00-17:00", "expected a day such as mon at \"t 09:00-17:00\"" },
	{ "mon-xyz 09:00-17:00",
	    "expected a day such as fri at \"xyz 09:00-17:00\"" },
	{ "mon-daily 09:00-17:00",
	    "expected a day such as fri at \"daily 09:00-17:00\"" },
	{ "closed", "expected a day such as mon at \"closed\"" },
	{ "sun closed",
	    "no window is given: write mon-fri 09:00-17:00 or 24x7" },
	{ "all day", "expected a day such as mon at \"all day\"" },
	{ "mon-f", "expected a window such as 09:00-17:00 at its end" },
	{ "s-t 09:00-17:00",
	    "expected a day such as mon at \"s-t 09:00-17:00\"" },
	{ "mon 9-10; tue closed 11-12",
	    "on which days? write daily or mon-fri at \"11-12\"" },
	{ "mon-fri 09:00",
	    "expected a window such as 09:00-17:00 at "
	    "\"09:00\"" },
	{ "mon-fri 25:00-26:00",
	    "expected a window such as 09:00-17:00 at "
	    "\"25:00-26:00\"" },
	{ "mon-fri 09:60-17:00",
	    "expected a window such as 09:00-17:00 at "
	    "\"09:60-17:00\"" },
	{ "mon-fri 09:00-24:30",
	    "expected a window such as 09:00-17:00 at "
	    "\"09:00-24:30\"" },
	{ "mon-fri 24:00-02:00",
	    "expected a window such as 09:00-17:00 at "
	    "\"24:00-02:00\"" },
	{ "mon-fri 09:00-17:00:30",
	    "expected a window such as 09:00-17:00 at "
	    "\"09:00-17:00:30\"" },
	{ "mon-fri 123-456",
	    "expected a window such as 09:00-17:00 at "
	    "\"123-456\"" },
	{ "mon-fri 09:00-17:00x",
	    "expected a window such as 09:00-17:00 at "
	    "\"09:00-17:00x\"" },
	{ "mon-fri 13pm-14pm",
	    "expected a window such as 09:00-17:00 at "
	    "\"13pm-14pm\"" },
	{ "mon-fri 9:5-17",
	    "expected a window such as 09:00-17:00 at \"9:5-17\"" },
	{ "mon-fri 09:000-17",
	    "expected a window such as 09:00-17:00 at \"09:000-17\"" },
	{ "mon-fri 09:0a-17",
	    "expected a window such as 09:00-17:00 at \"09:0a-17\"" },
	{ "mon-fri 0am-5pm",
	    "expected a window such as 09:00-17:00 at \"0am-5pm\"" },
	{ "mon-fri 09:00:001-17",
	    "expected a window such as 09:00-17:00 at \"09:00:001-17\"" },
	{ "mon-fri 123456-7",
	    "expected a window such as 09:00-17:00 at \"123456-7\"" },
	{ "mon-fri 0960-1000",
	    "expected a window such as 09:00-17:00 at \"0960-1000\"" },
	{ "mon-fri {", "expected a window such as 09:00-17:00 at \"{\"" },
	{ "mon-fri 09:00=17:00",
	    "expected a window such as 09:00-17:00 at \"09:00=17:00\"" },
	{ "mon-fri 24x7", "expected a window such as 09:00-17:00 at \"24x7\"" },
	{ "mon - 09:00-17:00",
	    "expected a day such as fri at \"09:00-17:00\"" },
	{ "24x7x", "on which days? write daily or mon-fri at \"24x7x\"" },
	{ "24x75", "on which days? write daily or mon-fri at \"24x75\"" },
	{ "[mon 9-10",
	    "on which days? write daily or mon-fri at \"[mon 9-10\"" },
	{ "mon 9-10 {", "expected a window such as 09:00-17:00 at \"{\"" },
	{ "mon-fri 9-5",
	    "\"9-5\" could be meant in two ways: write "
	    "09:00-17:00 or 09:00-05:00" },
	{ "mon-fri 8:30-4",
	    "\"8:30-4\" could be meant in two ways: write "
	    "08:30-16:00 or 08:30-04:00" },
	{ "mon-fri 08-18 UTC", "expected a day such as mon at \"UTC\"" },
	{ "mon-fri 09:00-17:00 %n",
	    "expected a window such as 09:00-17:00 at "
	    "\"%n\"" },
	{ "mondaymondaymondaymonday 09:00-17:00",
	    "expected a day such as mon at \"mondaymondaymondaymonday\"" },
};

static void
test_wrong(void **state)
{
	char why[CALENDAR_WHY];
	struct calendar c;

	(void)state;
	set_up(&c, "UTC", "mon 08:00-09:00");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why[0] = '\0';
		if (calendar_add_hours(&c, wrong[i].text, why))
			fail_msg("\"%s\" was read", wrong[i].text);
		assert_string_equal(why, wrong[i].why);
	}
	assert_int_equal(c.weekly.count, 1);
	calendar_clear(&c);
	assert_false(calendar_init(&c, "Europe/Londn"));
}

static const char *const wrong_holidays[] = { "", "2026-02-30", "2026-4-3",
	"26-04-03", "2026-04-03..2026-04-01", "2026-04-03..", "2026-04-03x",
	"2026-04-03T10:00", "2026-04-031", "02-30", "13-01", "Good Friday",
	"2026-04-03 2026-04-06", "12-2", "1-25", "12/25", "--1-2",
	"2026-04-03 2x", "2026-04-03 .", "2026-04-03 -x", "1969-12-31",
	"2070-01-01", "--12-25-" };
static const char *const wrong_exceptions[] = { "", "2026-04-03", "2026-04-03 ",
	"closed", "2026-04-03 nothing", "2026-04-03closed",
	"2026-04-05..2026-04-03 closed", "2026-04-03 10:00",
	"2026-13-03 closed" };

static void
test_wrong_dates(void **state)
{
	char why[CALENDAR_WHY];
	struct calendar c;

	(void)state;
	set_up(&c, "UTC", "24x7");
	for (size_t i = 0;
	     i < sizeof(wrong_holidays) / sizeof(wrong_holidays[0]); i++)
		if (calendar_add_holidays(&c, wrong_holidays[i], why))
			fail_msg("\"%s\" was read", wrong_holidays[i]);
	for (size_t i = 0;
	     i < sizeof(wrong_exceptions) / sizeof(wrong_exceptions[0]); i++)
		if (calendar_add_exception(&c, wrong_exceptions[i], why))
			fail_msg("\"%s\" was read", wrong_exceptions[i]);
	assert_string_equal(why,
	    "expected a date, or first..last, at \"2026-13-03 closed\"");
	assert_true(calendar_is_always(&c));
	calendar_clear(&c);
}

/* Everything has an end. */
static void
test_limits(void **state)
{
	struct text t = { 0 };
	char why[CALENDAR_WHY];
	struct calendar c;

	(void)state;
	assert_true(calendar_init(&c, "UTC"));
	for (int i = 0; i <= CALENDAR_WINDOWS_MAX; i++)
		text_add(&t, "mon 9-10;");
	assert_false(calendar_add_hours(&c, t.data, why));
	assert_string_equal(why, "more than 200 windows");
	while (t.length <= CALENDAR_TEXT_MAX)
		text_add(&t, ";;;;");
	assert_false(calendar_add_hours(&c, t.data, why));
	assert_string_equal(why, "longer than 8192 bytes");
	assert_false(calendar_add_holidays(&c, t.data, why));
	assert_false(calendar_add_exception(&c, t.data, why));
	for (int i = 0; i < CALENDAR_EXCEPTIONS_MAX; i++)
		add_exception(&c, "2026-04-03 closed");
	assert_false(calendar_add_exception(&c, "2026-04-03 closed", why));
	assert_string_equal(why, "more than 500 exceptions");
	for (int64_t d = 0; d < CALENDAR_HOLIDAYS_MAX; d++)
		interval_set_add(&c.holidays, -2 * (CALENDAR_HOLIDAYS_MAX - d),
		    -2 * (CALENDAR_HOLIDAYS_MAX - d) + 1);
	assert_false(calendar_add_holidays(&c, "2026-04-03", why));
	assert_string_equal(why, "more than 20000 holidays");
	text_clear(&t);
	calendar_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_wrong_dates),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

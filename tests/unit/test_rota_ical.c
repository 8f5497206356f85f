/* Lines of a calendar: escaped, folded, with the right times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rota_ical.h"

static void
test_a_calendar(void **state)
{
	struct ical_watch w = { .uid = "support.20260701.1@kahu.example",
		.summary = "support: isla, tom; or \\ a\nline",
		.description = "",
		.rota = "support",
		.person = "isla",
		.second = true,
		.from_ms = 1782892800000,
		.to_ms = 1782979200000,
		.modified_ms = 1782800000000,
		.sequence = 7 };
	struct text t = { 0 };

	(void)state;
	ical_begin(&t, "Kahu: support");
	ical_add(&t, &w);
	ical_end(&t);
	assert_string_equal(t.data,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//Sunwatch//rota//EN\r\nCALSCALE:GREGORIAN\r\n"
	    "METHOD:PUBLISH\r\nNAME:Kahu: support\r\n"
	    "X-WR-CALNAME:Kahu: support\r\n"
	    "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
	    "X-PUBLISHED-TTL:PT1H\r\n"
	    "BEGIN:VEVENT\r\nUID:support.20260701.1@kahu.example\r\n"
	    "DTSTAMP:20260630T061320Z\r\n"
	    "LAST-MODIFIED:20260630T061320Z\r\nSEQUENCE:7\r\n"
	    "DTSTART:20260701T080000Z\r\nDTEND:20260702T080000Z\r\n"
	    "SUMMARY:support: isla\\, tom\\; or \\\\ a\\nline\r\n"
	    "X-SUNWATCH-ROTA:support\r\nX-SUNWATCH-PERSON:isla\r\n"
	    "X-SUNWATCH-PLACE:second\r\n"
	    "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	text_clear(&t);
}

/* No line has more than 75 bytes, and no character is cut. */
static void
test_folds(void **state)
{
	struct ical_watch w = { .uid = "u",
		.summary = "s",
		.rota = "",
		.person = "" };
	struct text t = { 0 }, long_text = { 0 }, back = { 0 };
	size_t length = 0;

	(void)state;
	for (int i = 0; i < 60; i++)
		text_add(&long_text,
		    i % 3 == 0 ? "\xc4\x81" : "\xf0\x9f\x8c\x9e");
	w.description = long_text.data;
	ical_add(&t, &w);
	for (const char *p = strstr(t.data, "DESCRIPTION:"); *p != '\0'; p++) {
		if (strncmp(p, "\r\n ", 3) == 0) {
			assert_true(length <= 75);
			length = 1;
			p += 2;
			assert_true(((unsigned char)p[1] & 0xc0) != 0x80);
			continue;
		}
		if (*p == '\r')
			break;
		length++;
		text_add_bytes(&back, p, 1);
	}
	assert_string_equal(back.data + strlen("DESCRIPTION:"), long_text.data);
	text_clear(&t);
	text_clear(&long_text);
	text_clear(&back);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_calendar),
		cmocka_unit_test(test_folds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

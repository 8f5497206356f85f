/* base64: bytes that are no text, within JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base64.h"
#include "lib/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
bytes_come_back(void **state)
{
	unsigned char data[256];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 + 3);
	for (size_t n = 0; n <= sizeof(data); n++) {
		struct text t = { 0 };
		void *again;

		text_add(&t, "");
		base64_add(&t, data, n);
		again = base64_read(t.data, &length);
		assert_non_null(again);
		assert_int_equal(length, n);
		assert_memory_equal(again, data, n);
		free(again);
		text_clear(&t);
	}
}

static void
what_is_no_base64_is_refused(void **state)
{
	static const char *const cases[] = { "A", "AA", "AAA",
		"AAAA=", "A===", "AB==", "AAB=", "AA=A", "AA==AAAA", "AAA=AAAA",
		"AA!A", "AAAA\nAAA", "====" };
	size_t length;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (base64_read(cases[i], &length) != NULL)
			fail_msg("%s was taken", cases[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_back),
		cmocka_unit_test(what_is_no_base64_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

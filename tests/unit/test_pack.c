/* test_pack: MessagePack, of every kind, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/pack.h"

#define LITERAL(s) (s), sizeof(s) - 1

/* Every kind of value there is, skipped; and read only as what it is. */
static void
test_pack(void **state)
{
	static const char all[] =
	    "\x05\xff\xc0\xc2\xc3"
	    "\xcc\xff\xcd\1\0\xce\0\0\0\7\xcf\0\0\0\0\0\0\0\x08"
	    "\xd0\x80\xd1\xff\xfe\xd2\xff\xff\xff\xfd\xd3\xff\xff\xff\xff\xff"
	    "\xff\xff\xfc"
	    "\xca"
	    "1234"
	    "\xcb"
	    "12345678"
	    "\xa1z\xd9\1z\xda\0\1z\xdb\0\0\0\1z"
	    "\xc4\1z\xc5\0\1z\xc6\0\0\0\1z"
	    "\xc7\1tz\xc8\0\1tz\xc9\0\0\0\1tz"
	    "\xd4tz\xd5tzz\xd6tzzzz\xd7tzzzzzzzz\xd8tzzzzzzzzzzzzzzzz"
	    "\x91\1\xdc\0\1\1\xdd\0\0\0\1\1\x81\1\2\xde\0\1\1\2\xdf\0\0\0\1\1"
	    "\2";
	static const int64_t numbers[] = { 5, -1, 255, 256, 7, 8, -128, -2, -3,
		-4 };
	struct pack p, q;
	size_t n = 0, count = 0;

	(void)state;
	pack_begin(&p, LITERAL(all));
	while (!pack_is_over(&p) && !p.bad) {
		q = p;
		if (pack_is_int(&q))
			assert_int_equal(pack_int(&q), numbers[n++]);
		else {
			pack_int(&q);
			assert_true(q.bad);
			assert_int_equal(pack_int(&q), 0);
		}
		pack_skip(&p);
		count++;
	}
	assert_false(p.bad);
	assert_int_equal(n, 10);
	assert_int_equal(count, 36);
}

static void
test_pack_lies(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} lies[] = {
		{ LITERAL("\xc1") },
		{ LITERAL("\xcd\1") },
		{ LITERAL("\xdf\xff\xff\xff\xff\1") },
		{ LITERAL("\xdb\xff\xff\xff\xff\1") },
		{ LITERAL("\xc9\xff\xff\xff\xff\1") },
		{ LITERAL("\x92\x91") },
		{ LITERAL("\xd8tz") },
	};
	static char deep[100000];
	struct pack p;

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		pack_begin(&p, lies[i].bytes, lies[i].length);
		pack_skip(&p);
		assert_true(p.bad);
	}
	memset(deep, 0x91, sizeof(deep)); /* no stack is used up */
	pack_begin(&p, deep, sizeof(deep));
	pack_skip(&p);
	assert_true(p.bad);
	pack_begin(&p, LITERAL("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"));
	assert_int_equal(pack_int(&p), 0);
	assert_true(p.bad);
	pack_begin(&p, LITERAL("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"));
	pack_skip(&p);
	assert_true(pack_is_over(&p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_pack_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

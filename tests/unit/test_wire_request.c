/*
 * test_wire_request: what carries parts: an agent's request, and the envelope
 * in the inbox.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "lib/wire.h"

#define NOON INT64_C(1795348800000)
#define LITERAL(s) (s), sizeof(s) - 1

static void
test_request(void **state)
{
	static struct wire_request r;
	struct wire_bytes parts[2] = { { mem_text("one"), 3 },
		{ mem_text("two2"), 4 } },
			  b;
	char error[160];

	(void)state;
	wire_encode_request(NOON, parts, 2, &b);
	assert_int_equal(wire_decode_request(b.data, b.length, &r, error), 0);
	assert_int_equal(r.sent_at_ms, NOON);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.parts[1].length, 4);
	assert_memory_equal(r.parts[1].data, "two2", 4);
	for (size_t length = 0; length < b.length; length++) {
		char *exact = mem_copy(b.data, length);

		assert_int_equal(wire_decode_request(exact, length, &r, error),
		    -1);
		assert_string_not_equal(error, "");
		free(exact);
	}
	wire_bytes_clear(&b);
	wire_encode_request(NOON, NULL, 0, &b);
	assert_int_equal(wire_decode_request(b.data, b.length, &r, error), 0);
	assert_int_equal(r.count, 0);
	wire_bytes_clear(&b);
	wire_bytes_clear(&parts[0]);
	wire_bytes_clear(&parts[1]);
}

static void
test_request_limits(void **state)
{
	static char big[WIRE_BODY_MAX + 1];
	static struct wire_request r;
	char error[160], many[128];

	(void)state;
	assert_int_equal(wire_decode_request(big, sizeof(big), &r, error), -1);
	assert_string_equal(error, "body: more than 1048576 bytes");
	memset(many, 0xc0, sizeof(many));
	memcpy(many, "\x93\1\1\xdc\0\x41", 6);
	assert_int_equal(wire_decode_request(many, sizeof(many), &r, error),
	    -1);
	assert_string_equal(error, "parts: more than 64");
	memcpy(big, "\x93\1\1\x91\xc6\0\4\0\1", 9);
	assert_int_equal(wire_decode_request(big, 300000, &r, error), -1);
	assert_string_equal(error, "part: more than 262144 bytes");
	assert_int_equal(wire_decode_request("\x92\1\1", 3, &r, error), -1);
	assert_string_equal(error, "body: 2 elements are fewer than 3");
	assert_int_equal(wire_decode_request("\x93\1\1\x91\xa1x", 6, &r, error),
	    -1);
	assert_string_equal(error, "part: expected bytes");
}

static void
test_envelope(void **state)
{
	struct wire_envelope e = { "akl-1", "auckland", NOON, -1200, true,
		"part", 4 },
			     back;
	char buffer[160], error[160];
	struct wire_bytes b;

	(void)state;
	for (int unsure = 0; unsure < 2; unsure++) {
		e.clock_unsure = unsure;
		wire_encode_envelope(&e, &b);
		assert_int_equal(wire_decode_envelope(b.data, b.length, &back,
				     buffer, error),
		    0);
		assert_string_equal(back.agent, "akl-1");
		assert_string_equal(back.region, "auckland");
		assert_int_equal(back.received_at_ms, NOON);
		assert_int_equal(back.shift_ms, -1200);
		assert_int_equal(back.clock_unsure, unsure);
		assert_int_equal(back.part_length, 4);
		assert_memory_equal(back.part, "part", 4);
		for (size_t length = 0; length < b.length; length++)
			assert_int_equal(wire_decode_envelope(b.data, length,
					     &back, buffer, error),
			    -1);
		wire_bytes_clear(&b);
	}
	assert_int_equal(wire_decode_envelope(LITERAL("\x97\1\xa1"
						      "a"
						      "\xa1"
						      "b"
						      "\1\0\7\xc4\0"),
			     &back, buffer, error),
	    -1);
	assert_string_equal(error, "clock_unsure: expected true or false");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_limits),
		cmocka_unit_test(test_envelope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

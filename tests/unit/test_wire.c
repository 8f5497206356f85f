/* test_wire: parts and their observations, there, back and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "lib/wire.h"

#define NOON INT64_C(1795348800000)

static struct observation
observation(const char *endpoint)
{
	return (struct observation){ .endpoint = endpoint,
		.started_at_ms = NOON,
		.until_at_ms = NOON,
		.count = 1,
		.outcome = OUTCOME_OK,
		.interval_ms = 30000,
		.total_us = 81000,
		.dns_us = 1000,
		.connect_us = 11000,
		.tls_us = 31000,
		.first_byte_us = 80000,
		.lag_us = 120,
		.status = 200 };
}

static struct wire_part
part(const struct observation *o, size_t count)
{
	return (struct wire_part){ .spool = "00112233aabbccdd",
		.shard = 3,
		.from_seq = 17,
		.seq = 17,
		.closed_at_ms = NOON + 1000,
		.offset_ms = -250,
		.offset_error_ms = 40,
		.observations = o,
		.count = count };
}

static void
test_part_there_and_back(void **state)
{
	struct blind blinds[] = { { NOON - 60000, NOON }, { NOON, NOON } };
	struct observation o[2];
	struct wire_decoded *d;
	struct wire_bytes b;
	struct wire_part p;
	char error[160];

	(void)state;
	o[0] = observation("acme/learn");
	o[0].count = 4;
	o[0].until_at_ms += 90000;
	o[1] = observation("acme/login");
	o[1].outcome = OUTCOME_FAILED;
	o[1].reason = REASON_HTTP_STATUS;
	o[1].flags = OBSERVATION_LOOK_AGAIN | OBSERVATION_ORDERED;
	o[1].status = 503;
	text_copy(o[1].detail, DETAIL_MAX, "answers 503");
	p = part(o, 2);
	p.blinds = blinds;
	p.blind_count = 2;
	wire_encode_part(&p, &b);
	d = wire_decode_part(b.data, b.length, error);
	assert_string_equal(error, "");
	assert_non_null(d);
	assert_int_equal(d->refused, 0);
	assert_string_equal(d->part.spool, "00112233aabbccdd");
	assert_int_equal(d->part.shard, 3);
	assert_int_equal(d->part.from_seq, 17);
	assert_int_equal(d->part.seq, 17);
	assert_int_equal(d->part.closed_at_ms, NOON + 1000);
	assert_int_equal(d->part.offset_ms, -250);
	assert_int_equal(d->part.offset_error_ms, 40);
	assert_null(d->part.hole);
	assert_int_equal(d->part.count, 2);
	for (size_t i = 0; i < 2; i++) {
		struct observation back = d->part.observations[i];

		assert_string_equal(back.endpoint, o[i].endpoint);
		back.endpoint = o[i].endpoint;
		assert_memory_equal(&back, &o[i], sizeof(back));
	}
	assert_int_equal(d->part.blind_count, 2);
	assert_memory_equal(d->part.blinds, blinds, sizeof(blinds));
	wire_decoded_free(d);
	wire_bytes_clear(&b);
}

static void
test_hole_and_unknown_offset(void **state)
{
	struct wire_decoded *d;
	struct wire_bytes b;
	struct wire_part p = part(NULL, 0);
	char error[160];

	(void)state;
	p.from_seq = 5;
	p.hole = "kept no longer";
	p.hole_from_ms = NOON - 7200000;
	p.hole_to_ms = NOON;
	p.offset_error_ms = NEVER;
	wire_encode_part(&p, &b);
	d = wire_decode_part(b.data, b.length, error);
	assert_non_null(d);
	assert_int_equal(d->part.from_seq, 5);
	assert_string_equal(d->part.hole, "kept no longer");
	assert_int_equal(d->part.hole_from_ms, NOON - 7200000);
	assert_int_equal(d->part.hole_to_ms, NOON);
	assert_true(d->part.offset_error_ms == NEVER);
	wire_decoded_free(d);
	wire_bytes_clear(&b);
	wire_decoded_free(NULL);
}

/* Of a bad observation it is known at most that it was; its neighbours stand. */
static void
test_refused_observations(void **state)
{
	struct observation o[9];
	struct wire_decoded *d;
	struct wire_bytes b;
	struct wire_part p;
	char error[160], longest[WIRE_NAME_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < 9; i++)
		o[i] = observation("acme/learn");
	o[0].reason = REASON_TIMEOUT;
	o[1].endpoint = "";
	o[2].endpoint = "acme/le arn";
	o[3].endpoint = longest;
	o[4].until_at_ms = NOON - 1;
	o[5].count = 0;
	o[6].interval_ms = 0;
	o[7].total_us = -1;
	p = part(o, 9);
	wire_encode_part(&p, &b);
	d = wire_decode_part(b.data, b.length, error);
	assert_non_null(d);
	/* Three cannot be placed; of the others it is known that they were. */
	assert_int_equal(d->part.count, 6);
	assert_int_equal(d->refused, 8);
	assert_int_equal(d->lost, 3);
	for (size_t i = 0; i < 6; i++) {
		const struct observation *is = &d->part.observations[i];

		assert_string_equal(is->endpoint, "acme/learn");
		assert_int_equal(is->started_at_ms, NOON);
		assert_int_equal(is->until_at_ms, NOON);
		assert_int_equal(is->outcome,
		    i == 5 ? OUTCOME_OK : OUTCOME_UNKNOWN);
		assert_int_equal(is->reason,
		    i == 5 ? REASON_NONE : REASON_AGENT);
	}
	assert_string_equal(d->error,
	    "observation 0: reason: timeout does not go with ok");
	wire_decoded_free(d);
	wire_bytes_clear(&b);
}

static void
refused_as(struct observation o, const char *want)
{
	char endpoint[WIRE_NAME_MAX + 1], error[160];
	struct observation back;
	struct wire_bytes b;
	int rc;

	wire_encode_observation(&o, &b);
	rc = wire_decode_observation(b.data, b.length, &back, endpoint, error);
	assert_string_equal(error, want);
	assert_int_equal(rc, want[0] == '\0' ? 0 : -1);
	wire_bytes_clear(&b);
}

static void
test_observation_values(void **state)
{
	struct observation o = observation("acme/learn");

	(void)state;
	refused_as(o, "");
	o.outcome = OUTCOME_FAILED;
	refused_as(o, "reason: none does not go with failed");
	o.reason = REASON_AGENT;
	refused_as(o, "reason: agent does not go with failed");
	o.reason = REASON_SESSION;
	refused_as(o, "");
	o.count = 2;
	refused_as(o, "count: only equal ok's are folded");
	o.count = 1;
	o.outcome = OUTCOME_UNKNOWN;
	refused_as(o, "reason: session does not go with unknown");
	o.reason = REASON_AGENT;
	refused_as(o, "");
	o.outcome = OUTCOME_SLOW;
	o.reason = REASON_NONE;
	refused_as(o, "");
	o.status = 1000;
	refused_as(o, "status: 1000 is out of range");
	o.status = 200;
	o.outcome = (enum outcome)17;
	refused_as(o, "outcome: 17 is out of range");
}

/* What a server said ends up in logs and mails: it is tamed on the way in. */
static void
test_detail_is_tamed(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "a\nb\x1b[31m\x7f", "a b [31m " },
		{ "Universit\xc3\xa4t", "Universit\xc3\xa4t" },
		{ "\xe2\x82\xac \xf0\x9f\x98\x80",
		    "\xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xc3(", "?(" },
		{ "\xc0\x80", "??" },
		{ "\xe0\x80\x80", "???" },
		{ "\xed\xa0\x80", "???" },
		{ "\xf0\x80\x80\x80", "????" },
		{ "\xf4\x90\x80\x80", "????" },
		{ "\xff", "?" },
		{ "\xe2\x82", "??" },
	};
	char endpoint[WIRE_NAME_MAX + 1], error[160];
	struct observation o = observation("a/b"), back;
	struct wire_bytes b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(o.detail, 0, sizeof(o.detail));
		strcpy(o.detail, cases[i].in);
		wire_encode_observation(&o, &b);
		assert_int_equal(wire_decode_observation(b.data, b.length,
				     &back, endpoint, error),
		    0);
		assert_string_equal(back.detail, cases[i].out);
		wire_bytes_clear(&b);
	}
}

/* Bytes by hand: what our own writer would never write. */
static void
part_is_refused(const char *bytes, size_t length, const char *want)
{
	char error[160];

	assert_null(wire_decode_part(bytes, length, error));
	assert_string_equal(error, want);
}

#define SPOOL                                                                  \
	"\xb0"                                                                 \
	"00112233aabbccdd"
#define LITERAL(s) (s), sizeof(s) - 1

static void
test_hostile_parts(void **state)
{
	static char big[WIRE_PART_MAX + 1];

	(void)state;
	part_is_refused(LITERAL(""), "part: expected an array");
	part_is_refused(LITERAL("\x80"), "part: expected an array");
	part_is_refused(LITERAL("\x90"), "part: 0 elements are fewer than 1");
	part_is_refused(LITERAL("\xdd\xff\xff\xff\xff"),
	    "part: expected an array");
	part_is_refused(LITERAL("\x91\xa1x"),
	    "version: expected a whole number");
	part_is_refused(LITERAL("\x91\x02"), "version: 2 is not 1");
	part_is_refused(LITERAL("\x91\x00"), "version: 0 is out of range");
	part_is_refused(LITERAL("\x91\x01"),
	    "part: 1 elements are fewer than 11");
	part_is_refused(LITERAL("\x9b\x01\xa2xy\1\1\1\1\1\1\1\1\1"),
	    "spool: expected 16 characters");
	part_is_refused(LITERAL("\x9b\x01\xb0"
				"0011223\0aabbccdd"
				"\1\1\1\1\1\1\1\1\1"),
	    "spool: expected hex characters");
	part_is_refused(LITERAL("\x9b\x01" SPOOL "\x40\1\1\1\1\1\1\1\1"),
	    "shard: 64 is out of range");
	part_is_refused(LITERAL("\x9b\x01" SPOOL "\0\2\1\1\1\1\1\1\1"),
	    "seq: 1 is out of range");
	part_is_refused(LITERAL("\x9b\x01" SPOOL "\0\1\2\1\1\1\xc0\x90\x90"),
	    "from_seq: only a hole spans several");
	part_is_refused(LITERAL("\x9b\x01" SPOOL "\0\1\1\1\1\1\xc0\x90\x91"),
	    "blinds: expected an array");
	part_is_refused(LITERAL("\x9b\x01" SPOOL
				"\0\1\1\1\1\1\xc0\x90\x91\x92\5\4"),
	    "blind to: 4 is out of range");
	part_is_refused(LITERAL(
			    "\x9b\x01" SPOOL "\0\1\1\1\1\1\xc0\x91\x9f\x90"),
	    "observations: cut short");
	part_is_refused(LITERAL("\x9b\x01" SPOOL "\0\1\1\1\1\1\xc0\x90\x90x"),
	    "something follows");
	part_is_refused(big, sizeof(big), "part: more than 262144 bytes");
}

/* What stands at the beginning of a part of which the rest is rubbish. */
static void
test_head(void **state)
{
	struct wire_part p = part(NULL, 0), head;
	struct wire_bytes b;

	(void)state;
	wire_encode_part(&p, &b);
	memset(b.data + b.length - 3, 0xc1, 3);
	assert_int_equal(wire_decode_head(b.data, b.length, &head), 0);
	assert_string_equal(head.spool, p.spool);
	assert_int_equal(head.shard, p.shard);
	assert_int_equal(head.seq, p.seq);
	assert_int_equal(head.closed_at_ms, p.closed_at_ms);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(wire_decode_head(b.data, i, &head), -1);
	wire_bytes_clear(&b);
}

static void
test_too_many(void **state)
{
	char error[160], bytes[2048];
	struct wire_part p = part(NULL, 0);
	struct wire_bytes b;

	(void)state;
	wire_encode_part(&p, &b);
	/* ... [] [] at its end: claim 1001 observations, nil each. */
	memcpy(bytes, b.data, b.length - 2);
	memset(bytes + b.length - 2, 0xc0, 1100);
	memcpy(bytes + b.length - 2, "\xdc\x03\xe9", 3);
	part_is_refused(bytes, b.length + 1050,
	    "observations: 1001 are more than 1000");
	memcpy(bytes + b.length - 2, "\x90\xdc\x01\x01", 4);
	part_is_refused(bytes, b.length + 1050,
	    "blinds: 257 are more than 256");
	/* Nil is no observation: refused one by one, the part stands. */
	memcpy(bytes + b.length - 2, "\x93\xc0\xc0\xc0\x90", 5);
	struct wire_decoded *d = wire_decode_part(bytes, b.length + 3, error);
	assert_non_null(d);
	assert_int_equal(d->refused, 3);
	assert_int_equal(d->lost, 3);
	assert_string_equal(d->error,
	    "observation 0: observation: expected an "
	    "array");
	wire_decoded_free(d);
	wire_bytes_clear(&b);
}

/* Every way to cut a good part short is refused with a word. */
static void
test_every_prefix(void **state)
{
	struct blind blind = { NOON, NOON };
	struct observation o = observation("acme/learn");
	struct wire_part p = part(&o, 1);
	struct wire_bytes b;
	char error[160];

	(void)state;
	p.blinds = &blind;
	p.blind_count = 1;
	wire_encode_part(&p, &b);
	for (size_t length = 0; length < b.length; length++) {
		char *exact = mem_copy(b.data, length); /* for ASan */

		assert_null(wire_decode_part(exact, length, error));
		assert_string_not_equal(error, "");
		free(exact);
	}
	wire_bytes_clear(&b);
}

/* A newer program's longer arrays are read as far as we know them. */
static void
test_room_to_grow(void **state)
{
	static const char longer[] =
	    "\x9c\x01" SPOOL "\0\1\1\1\1\1\x94\xa1h\1\2\3"
	    "\x91\x9c\xa3"
	    "a/b"
	    "\1\0\1\0\0\0\1\x97\1\1\1\1\1\1\1\0\xa0\x81\1\2"
	    "\x91\x93\1\2\3"
	    "\x93\xc3\xca"
	    "1234"
	    "\xd4"
	    "12";
	char error[160];
	struct wire_decoded *d;

	(void)state;
	d = wire_decode_part(LITERAL(longer), error);
	assert_string_equal(error, "");
	assert_int_equal(d->refused, 0);
	assert_int_equal(d->part.count, 1);
	assert_string_equal(d->part.hole, "h");
	assert_int_equal(d->part.blind_count, 1);
	wire_decoded_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_part_there_and_back),
		cmocka_unit_test(test_hole_and_unknown_offset),
		cmocka_unit_test(test_refused_observations),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_observation_values),
		cmocka_unit_test(test_detail_is_tamed),
		cmocka_unit_test(test_hostile_parts),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_room_to_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is written down, and what an earlier life left. */
#include "tests/unit/spool_story.h"

static void
test_replay(void **state)
{
	struct story *s = begin();

	(void)state;
	write_down(s);
	see(s, 0, "a/b", 0, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false); /* closed, not accepted */
	see(s, 0, "a/b", 60, OUTCOME_FAILED, false);
	see(s, 1, "a/c", 61, OUTCOME_OK, false);
	spool_blind(s->spool, START + 5000, START + 5000);
	write_down(s);
	s->now_ms += 5000;
	assert_int_equal(live_again(s, 0), 0);
	assert_string_equal(spool_id(s->spool), "00112233aabbccdd");
	assert_int_equal(spool_blind_since(s->spool), START + 5000);
	collect(s, true);
	tell(s, "told what there is\n");
	spool_have(s->spool, 0, 2, false, s->now_ms);
	spool_have(s->spool, 1, 1, false, s->now_ms);
	collect(s, true);
	tell(s, "once more, from the whole\n");
	write_down(s);
	assert_int_equal(s->wholes, 2);
	assert_int_equal(live_again(s, 0), 0);
	collect(s, true);
	end(s,
	    "0/2 a/b@30\n1/1\n"
	    "told what there is\n"
	    "0/3 a/b@60 failed blind 5..5\n"
	    "1/2 a/c@61 blind 5..5\n"
	    "once more, from the whole\n"
	    "0/3 a/b@60 failed blind 5..5\n"
	    "1/2 a/c@61 blind 5..5\n");
}

/* What was accepted before the crash can still be asked for after it. */
static void
test_replay_keeps_what_was_accepted(void **state)
{
	struct story *s = begin();

	(void)state;
	for (int i = 1; i <= 3; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
		write_down(s);
	}
	s->now_ms += SPOOL_KEEP_MS - 1;
	assert_int_equal(live_again(s, 0), 0);
	assert_true(spool_due(s->spool, 0) == NEVER);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	collect(s, true);
	end(s, "0/2 a/b@60\n0/3 a/b@90\n");
}

/* A file that was begun anew without the old one gone: the last one counts. */
static void
test_replay_twice(void **state)
{
	struct story *s = begin();
	char *once;

	(void)state;
	s->follows = true;
	for (int i = 1; i <= 3; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_FAILED, true);
		see(s, 0, "a/c", 30 * i + 5, OUTCOME_OK, true);
		spool_blind(s->spool, START + 40000 * i, START + 40000 * i);
		spool_blind(s->spool, START + 40000 * i,
		    START + 40000 * i + 1000);
		collect(s, false);
	}
	spool_have(s->spool, 0, 0, true, s->now_ms);
	see(s, 1, "a/d", 100, OUTCOME_OK, true);
	see(s, 1, "a/e", 101, OUTCOME_OK, true);
	write_down(s);
	once = mem_copy(s->file.data, s->file.length);
	text_add_bytes(&s->file, once, s->file.length);
	free(once);
	assert_int_equal(live_again(s, 0), 0);
	collect(s, true);
	tell(s, "and again\n");
	spool_have(s->spool, 0, 3, false, s->now_ms);
	spool_have(s->spool, 1, 3, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/1 hole 30..35 unreadable for the collector\n"
	    "0/2 a/b@60 failed a/c@65 blind 80..81\n"
	    "0/3 a/b@90 failed a/c@95 blind 120..121\n"
	    "1/1 blind 40..41\n"
	    "1/2 blind 80..81\n"
	    "1/3 blind 120..121\n"
	    "and again\n"
	    "0/4 blind 40..41 blind 80..81 blind 120..121\n"
	    "1/4 a/d@100 a/e@101\n");
}

/* Parts told their blinds before the crash: they are not told again. */
static void
test_replay_of_told_blinds(void **state)
{
	struct story *s = begin();

	(void)state;
	spool_set_shards(s->spool, 1);
	write_down(s);
	spool_blind(s->spool, START + 5000, START + 5000);
	collect(s, false);
	spool_blind(s->spool, START + 5000, START + 9000);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 2, false, s->now_ms);
	write_down(s);
	spool_free(s->spool);
	s->spool = spool_new("ffffffffffffffff", s->now_ms);
	assert_int_equal(spool_replay(s->spool, s->file.data, s->file.length),
	    0);
	spool_set_shards(s->spool, 1);
	assert_true(spool_due(s->spool, 0) == NEVER);
	assert_int_equal(spool_record_length("\xff\xff\xff\xff....", 8), 0);
	spool_free(NULL);
	end(s, "");
}

/* What was told while it was open is told again with its end. */
static void
test_replay_of_a_blind_told_while_open(void **state)
{
	struct story *s = begin();

	(void)state;
	spool_set_shards(s->spool, 1);
	spool_blind(s->spool, START + 5000, START + 5000);
	collect(s, true);
	spool_blind(s->spool, START + 5000, START + 9000);
	write_down(s);
	assert_int_equal(s->wholes, 1);
	assert_int_equal(live_again(s, 0), 0);
	collect(s, true);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	spool_have(s->spool, 1, 1, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/1 blind 5..5\n"
	    "0/1 blind 5..5\n"
	    "1/1\n"
	    "0/2 blind 5..9\n"
	    "1/2 blind 5..9\n");
}

/* The end of the file is lost: its numbers are not used a second time. */
static void
test_replay_of_a_torn_file(void **state)
{
	struct story *s = begin();
	size_t length;

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	write_down(s);
	length = s->file.length;
	for (int i = 2; i <= 4; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		write_down(s);
	}
	assert_int_equal(live_again(s, s->file.length - length), 0);
	spool_have(s->spool, 0, 4, false, s->now_ms); /* says the collector */
	see(s, 0, "a/b", 150, OUTCOME_OK, true);
	collect(s, true);
	end(s, "0/5 a/b@150\n");
}

static void
test_records(void **state)
{
	struct story *s = begin();
	size_t one, at = 0, count = 0;

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	write_down(s);
	assert_int_equal(s->wholes, 1);
	while (at < s->file.length) {
		one =
		    spool_record_length(s->file.data + at, s->file.length - at);
		assert_true(one > 0);
		for (size_t torn = 0; torn < one; torn++)
			assert_int_equal(spool_record_length(s->file.data + at,
					     torn),
			    0);
		at += one;
		count++;
	}
	assert_int_equal(count, 3); /* head, clock and item */
	s->file.data[s->file.length - 1] ^= 1;
	assert_int_equal(live_again(s, 0), -1);
	end(s, "");
}

/* Written anew when it has grown, and no larger than it need be. */
static void
test_file_is_written_anew(void **state)
{
	struct story *s = begin();
	size_t most = 0;

	(void)state;
	write_down(s);
	for (int i = 1; s->wholes < 3; i++) {
		see(s, 0, "a/b", i, OUTCOME_FAILED, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
		s->now_ms += 1000;
		spool_trim(s->spool, s->now_ms);
		write_down(s);
		if (s->file.length > most)
			most = s->file.length;
		assert_true(i < 1000000);
	}
	assert_in_range(most, SPOOL_FILE_MIN - 10000, SPOOL_FILE_MIN + 10000);
	assert_true(s->file.length < 500000);
	assert_int_equal(live_again(s, 0), 0);
	end(s, "");
}

/* Records framed and summed as they should be, but of nonsense. */
static void
put_record(struct story *s, const char *inside, size_t length)
{
	uint32_t crc = 0xffffffff;
	char frame[8];

	for (size_t i = 0; i < length; i++) {
		crc ^= (unsigned char)inside[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = ~crc;
	for (int i = 0; i < 4; i++) {
		frame[i] = (char)(length >> 8 * i);
		frame[4 + i] = (char)(crc >> 8 * i);
	}
	text_add_bytes(&s->file, frame, 8);
	text_add_bytes(&s->file, inside, length);
}

#define HEAD                                                                   \
	"\x94\0\1\xb0"                                                         \
	"00112233aabbccdd"                                                     \
	"\1"
#define LITERAL(s) (s), sizeof(s) - 1

static void
test_damaged_records(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		int rc;
	} cases[] = {
		{ LITERAL(""), -1 },
		{ LITERAL("\x93\0\1\1"), -1 },
		{ LITERAL("\x94\0\xa1x\xb0"
			  "00112233aabbccdd"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\0\2\xb0"
			  "00112233aabbccdd"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\0\1\xb0"
			  "00112233aabbccdx"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\0\1\xaf"
			  "00112233aabbccd"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\x63\1\2\3"), 0 }, /* a newer program's */
		{ LITERAL("\x94\1\1\0\1"), -1 },
		{ LITERAL("\x94\1\1\0\xc4\1\x90"), -1 },
		{ LITERAL("\x94\2\1\5\4"), -1 },
		{ LITERAL("\x95\2\1\5\5\7"), 0 }, /* longer than we know it */
		{ LITERAL("\x94\3\1\0\xc4\1\x90"), -1 },
		{ LITERAL("\x94\3\1\0\1"), -1 },
		{ LITERAL("\x94\4\0\5\1"), 0 },
		{ LITERAL("\x94\4\x40\5\1"), -1 },
		{ LITERAL("\x94\5\0\1\1"), 0 },
		{ LITERAL("\x94\5\0\0\1"), -1 },
		{ LITERAL("\x94\5\0\1\1x"), -1 },
		{ LITERAL("\x96\6\1\1\2\xff\5"), 0 },
		{ LITERAL("\x96\6\1\1\2\0\xff"), 0 }, /* nothing known */
		{ LITERAL("\x96\6\1\1\2\0\xfe"), -1 },
		{ LITERAL("\x94\6\1\1\2"), -1 },
		{ LITERAL("\x97\6\1\1\2\0\0\7"), 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct story *s = begin();

		put_record(s, LITERAL(HEAD));
		put_record(s, cases[i].bytes, cases[i].length);
		assert_int_equal(live_again(s, 0), cases[i].rc);
		end(s, "");
	}
}

/* A file pieced together: clocks go on, and what is closed is not open. */
static void
test_records_out_of_order(void **state)
{
	struct story *s = begin();
	size_t item, part;
	char *once;

	(void)state;
	put_record(s, LITERAL(HEAD));
	put_record(s, LITERAL("\x96\6\5\1\2\0\5"));
	put_record(s, LITERAL("\x96\6\3\1\2\0\5"));
	assert_int_equal(live_again(s, 0), -1);
	end(s, "");
	s = begin();
	spool_set_shards(s->spool, 1);
	spool_blind(s->spool, START + 5000, START + 5000);
	spool_blind(s->spool, START + 5000, START + 9000);
	write_down(s);
	item = s->file.length;
	see(s, 0, "a/b", 30, OUTCOME_FAILED, true);
	write_down(s);
	part = s->file.length;
	collect(s, true);
	write_down(s);
	once = mem_copy(s->file.data, s->file.length);
	text_add_bytes(&s->file, once + item, part - item);
	text_add_bytes(&s->file, once + part, s->file.length - 2 * part + item);
	free(once);
	assert_int_equal(live_again(s, 0), 0);
	tell(s, "and again\n");
	collect(s, true);
	end(s,
	    "0/1 a/b@30 failed blind 5..9\n"
	    "and again\n"
	    "0/1 a/b@30 failed blind 5..9\n"
	    "1/1\n");
}

/*
 * A damaged file: the clock of the stretch is not known, and no look was made
 * with it.  It came back with each hole that was made for it, for ever.
 */
static void
test_a_blind_stretch_alone_of_an_unknown_clock(void **state)
{
#define LATE "\xcf\0\0\xe6\x77\xd2\x1f\xdb\xff" /* year 9999 */
	struct story *s = begin();

	(void)state;
	s->clocks = true;
	put_record(s, LITERAL(HEAD));
	put_record(s, LITERAL("\x96\6\x08" LATE LATE LATE "\x14"));
	put_record(s, LITERAL("\x94\2\1\xcf\0\0\0\x0d\x94\5\0\3" LATE));
	put_record(s, LITERAL("\x94\4\0\2\1"));
	spool_set_shards(s->spool, 2);
	assert_int_equal(spool_replay(s->spool, s->file.data, s->file.length),
	    0);
	collect(s, true);
	spool_have(s->spool, 0, 0, false, s->now_ms);
	spool_have(s->spool, 1, 0, false, s->now_ms);
	collect(s, true);
	end(s, "0/2 from 1 hole 251606952000..251606952000 kept no longer\n");
}

static void
test_no_head_and_anothers_part(void **state)
{
	struct story *s = begin(), *other = begin();

	(void)state;
	put_record(s, LITERAL("\x94\5\0\1\1"));
	assert_int_equal(live_again(s, 0), -1);
	text_clear(&s->file);
	see(other, 0, "a/b", 0, OUTCOME_OK, true);
	collect(other, false);
	write_down(other);
	/* The head is the first record: put another's in its place. */
	put_record(s,
	    LITERAL("\x94\0\1\xb0"
		    "99999999aabbccdd"
		    "\1"));
	text_add_bytes(&s->file, other->file.data + 37,
	    other->file.length - 37);
	assert_int_equal(live_again(s, 0), -1);
	end(s, "");
	end(other, "");
}

/*
 * Two looks of one endpoint stood apart in the queue, the later one folded; the
 * first part took only the first of them.  Death between that part and the next
 * must not lose the other.
 */
static void
test_replay_folds_what_was_folded_and_no_more(void **state)
{
	struct story *s = begin();
	size_t last = 0;
	char name[16];

	(void)state;
	see(s, 0, "a/b", 0, OUTCOME_OK, false);
	for (int i = 0; i < 99; i++) {
		text_format(name, sizeof(name), "a/c%d", i);
		see(s, 0, name, 0, OUTCOME_OK, false);
	}
	s->now_ms += 5000;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	s->now_ms += 6000;
	see(s, 0, "a/b", 60, OUTCOME_OK, false); /* folded: 10 s wait */
	see(s, 0, "a/b", 90, OUTCOME_OK, false);
	write_down(s);
	collect(s, true);
	write_down(s);
	tell(s, "killed\n");
	for (size_t at = 0; at < s->file.length; at += last)
		last =
		    spool_record_length(s->file.data + at, s->file.length - at);
	assert_int_equal(live_again(s, last), 0);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/1 100 observations\n"
	    "0/2 a/b@30..90 x3\n"
	    "killed\n"
	    "0/2 a/b@30..90 x3\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_replay_keeps_what_was_accepted),
		cmocka_unit_test(test_replay_twice),
		cmocka_unit_test(test_replay_of_told_blinds),
		cmocka_unit_test(test_replay_of_a_blind_told_while_open),
		cmocka_unit_test(test_replay_of_a_torn_file),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_file_is_written_anew),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_records_out_of_order),
		cmocka_unit_test(
		    test_a_blind_stretch_alone_of_an_unknown_clock),
		cmocka_unit_test(test_no_head_and_anothers_part),
		cmocka_unit_test(test_replay_folds_what_was_folded_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

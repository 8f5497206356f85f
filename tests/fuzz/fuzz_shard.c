/*
 * fuzz_shard: a shard's records and inbox as evaluate, and the commands that
 * look back, find them: rows "runs|voids|... FIELD VALUE", "in ID ENVELOPE"
 * and "time SECONDS".  Values "x:HEX" are bytes.  What is no id of a stream
 * does not come this far: the store refuses it.
 *
 * Whatever is in them, the shard starts, goes on and says what it knows; what
 * it writes it can read again.
 */
#include <inttypes.h>

#include "collector/shard.h"
#include "collector/shard_command.h"
#include "lib/commit.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW INT64_C(1800000300000)

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	return c != '\0' && at != NULL ? (int)(at - digits) : 0;
}

/* The row's value as bytes of their own. */
static char *
value_of(const struct row *row, size_t *length)
{
	char *bytes;

	*length = row->length;
	if (row->length < 2 || memcmp(row->value, "x:", 2) != 0)
		return fuzz_text((const uint8_t *)row->value, row->length);
	*length = (row->length - 2) / 2;
	bytes = mem_alloc(*length + 1);
	for (size_t i = 0; i < *length; i++)
		bytes[i] = (char)(hex(row->value[2 + 2 * i]) << 4 |
		    hex(row->value[3 + 2 * i]));
	return bytes;
}

/* What it writes is given to another one, which can read it. */
static void
commit_all(struct shard *s, struct shard *other, int64_t now_ms)
{
	struct commit c;
	char error[160];

	commit_init(&c);
	for (int turns = 0; shard_commit(s, now_ms, &c); turns++) {
		must(turns < 100);
		for (size_t i = 0; i < c.count; i++)
			if (c.ops[i].kind == COMMIT_SET)
				must(shard_load(other, c.ops[i].key,
					 c.ops[i].field, c.ops[i].value,
					 c.ops[i].length, error) == 0);
		shard_committed(s, now_ms);
		commit_clear(&c);
	}
	commit_clear(&c);
}

static void
on_line(void *arg, const char *json, size_t length)
{
	(void)arg;
	must(length > 0 && json[length - 1] == '\n');
}

/* What was checked is done, and doing it again does no harm. */
static void
command(struct shard *s, const char *json, size_t length, int64_t now_ms)
{
	struct shard_reply reply;

	for (int turn = 0; turn < 3; turn++) {
		bool done = shard_command(s, json, length, "isla", turn == 0,
		    now_ms, &reply);

		must(done || reply.error[0] != '\0');
		shard_reply_clear(&reply);
		if (!done)
			return;
	}
}

static void
feed(struct shard *s, const struct row *row, int64_t *now_ms)
{
	size_t length;
	char *value = value_of(row, &length);
	struct shard_order order;
	bool is_id = commit_is_id(row->field);

	if (is_id && strcmp(row->key, "in") == 0)
		shard_entry(s, row->field, value, length, *now_ms);
	else if (is_id && strcmp(row->key, "aside") == 0)
		shard_set_aside(s, row->field, value, length, "fuzz", *now_ms);
	else if (strcmp(row->key, "break") == 0)
		shard_break(s, *now_ms);
	else if (strcmp(row->key, "read") == 0)
		shard_read_all(s, *now_ms);
	else if (strcmp(row->key, "outbox") == 0)
		shard_outbox_read(s, row->field);
	else if (strcmp(row->key, "command") == 0)
		command(s, value, length, *now_ms);
	else if (strcmp(row->key, "time") == 0) {
		*now_ms += strtoul(row->field, NULL, 10) % 100000 * 1000;
		shard_time(s, *now_ms);
	}
	while (shard_next_order(s, &order))
		must(strlen(order.endpoint) < sizeof(order.endpoint));
	free(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shard *s = shard_new(fuzz_settings(), 0),
		     *other = shard_new(fuzz_settings(), 0);
	char *text = fuzz_text(data, size), error[160];
	const char *at = text;
	int64_t now_ms = NOW;
	struct row row;

	while (fuzz_row(&at, text + size, &row)) {
		size_t length;
		char *value = value_of(&row, &length);

		must(shard_load(s, row.key, row.field, value, length, error) ==
			0 ||
		    error[0] != '\0');
		free(value);
	}
	shard_export(s, NOW - INT64_C(86400000), NOW, on_line, NULL);
	shard_start(s, now_ms);
	commit_all(s, other, now_ms);
	for (at = text; fuzz_row(&at, text + size, &row);)
		feed(s, &row, &now_ms);
	commit_all(s, other, now_ms);
	for (int i = 0; i < 4; i++) {
		now_ms += 30000;
		shard_time(s, now_ms);
	}
	commit_all(s, other, now_ms);
	shard_export(s, NOW - INT64_C(86400000), now_ms, on_line, NULL);
	shard_free(s);
	shard_start(other, now_ms);
	shard_free(other);
	free(text);
	return 0;
}

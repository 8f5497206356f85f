/*
 * shard: other code, in another language, counts second by second what the
 * exported facts amount to; and agrees with the books to the second.
 */
#include <jansson.h>
#include <stdio.h>

#include "tests/unit/shard_night.h"

#include "lib/ledger_facts.h"

#define NIGHTS 6
#define END_MS (WORLD_BEGIN + (NIGHT_S + 600) * S)

static void
write_line(void *arg, const char *json, size_t length)
{
	assert_int_equal(fwrite(json, 1, length, arg), length);
}

static bool spoiled; /* the other sides of edges are far off */

static void
write_record(FILE *out, const char *json)
{
	static const char key[] = "\"from_before\":";
	const char *at = strstr(json, key);

	assert_non_null(at);
	at += strlen(key);
	fprintf(out, "%.*s%s%s", (int)(at - json), json, spoiled ? "1" : "",
	    at);
}

/* As "sunwatch export" does: {"booked":"acme/learn","record":{...}} */
static void
write_booked(FILE *out)
{
	for (size_t i = 0; i < live.field_count; i++) {
		const struct world_field *f = &live.fields[i];

		if (strcmp(f->key, "outages") != 0)
			continue;
		fprintf(out, "{\"booked\":\"%.*s\",\"record\":",
		    (int)strcspn(f->field, "|"), f->field);
		write_record(out, f->value);
		fputs("}\n", out);
	}
}

static json_t *
recount(int64_t from_ms, int64_t to_ms)
{
	char path[] = "/tmp/recount-XXXXXX", command[200];
	int fd = mkstemp(path);
	FILE *out = fdopen(fd, "w"), *in;
	json_t *root;

	assert_non_null(out);
	shard_export(live.shard, from_ms, to_ms, write_line, out);
	write_booked(out);
	assert_int_equal(fclose(out), 0);
	text_format(command, sizeof(command),
	    "/usr/bin/python3 tests/system/recount.py %lld %lld <%s",
	    (long long)from_ms, (long long)to_ms, path);
	in = popen(command, "r");
	assert_non_null(in);
	root = json_loadf(in, 0, NULL);
	assert_int_equal(pclose(in), 0);
	remove(path);
	assert_non_null(root);
	return root;
}

static int64_t
number(json_t *root, const char *kind, const char *name, const char *key)
{
	return json_integer_value(
	    json_object_get(json_object_get(json_object_get(root, kind), name),
		key));
}

/* What the books say of one endpoint, in milliseconds. */
struct booked {
	const char *id;
	int64_t from_ms, to_ms, down_ms, unknown_ms;
};

static void
add(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct booked *b = arg;
	int64_t from = s->from_ms > b->from_ms ? s->from_ms : b->from_ms;
	int64_t to = s->to_ms < b->to_ms ? s->to_ms : b->to_ms;

	if (strcmp(endpoint, b->id) != 0)
		return;
	if (s->kind == LEDGER_DOWN)
		b->down_ms += to - from;
	else
		b->unknown_ms += to - from;
}

static struct ledger *
ledger_of(const struct world *w)
{
	struct ledger *l = ledger_new("acme");
	char error[160];

	for (size_t i = 0; i < w->field_count; i++) {
		const struct world_field *f = &w->fields[i];

		if (strcmp(f->key, "terms") != 0 &&
		    strcmp(f->key, "outages") != 0)
			continue;
		if (ledger_load(l, f->key, f->field, f->value, f->length,
			error) != 0)
			fail_msg("%s", error);
	}
	return l;
}

/* Each lies where some region saw it turn, and as wide as that one's looks. */
static void
check_edges(json_t *root)
{
	json_t *wrong = json_object_get(root, "wrong_edges");
	char *text = json_dumps(wrong, JSON_INDENT(1));

	assert_true(json_is_array(wrong));
	if (json_array_size(wrong) > 0)
		fail_msg("%s", text);
	free(text);
}

static void
compare(json_t *root, const struct ledger *l, int64_t from_ms, int64_t to_ms)
{
	struct ledger_account a;
	struct sla_facts f;

	for (size_t i = 0; i < ENDPOINTS; i++) {
		struct booked b = { .id = endpoints[i],
			.from_ms = from_ms,
			.to_ms = to_ms };

		ledger_each(l, from_ms, to_ms, add, &b);
		assert_int_equal(number(root, "endpoints", b.id, "down"),
		    b.down_ms);
		assert_int_equal(number(root, "endpoints", b.id, "unknown"),
		    b.unknown_ms);
		assert_true(b.down_ms + b.unknown_ms > 0);
	}
	ledger_period_between(l, "UTC", from_ms, to_ms, &f);
	ledger_account(l, &f, to_ms, &a);
	assert_int_equal(number(root, "clients", "acme", "period_s"),
	    a.whole.period_s);
	assert_int_equal(number(root, "clients", "acme", "down_s"),
	    a.whole.down_s);
	assert_int_equal(number(root, "clients", "acme", "unknown_s"),
	    a.whole.unknown_s);
	ledger_account_clear(&a);
}

/* What is in Redis, and the end of the inbox, say the same without a start. */
static void
check_export_from_records(void)
{
	struct shard *running = live.shard;
	struct shard *loaded = shard_new(live.settings, 0);
	json_t *a, *b;
	char error[160];

	a = recount(WORLD_BEGIN, END_MS);
	for (size_t i = 0; i < live.field_count; i++)
		assert_int_equal(shard_load(loaded, live.fields[i].key,
				     live.fields[i].field, live.fields[i].value,
				     live.fields[i].length, error),
		    0);
	for (size_t i = 0; i < live.inbox_count; i++)
		if (live.now_ms - strtoll(live.inbox[i].id, NULL, 10) <
		    1500 * S)
			shard_entry(loaded, live.inbox[i].id,
			    live.inbox[i].data, live.inbox[i].length,
			    live.now_ms);
	live.shard = loaded;
	b = recount(WORLD_BEGIN, END_MS);
	live.shard = running;
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	shard_free(loaded);
}

/* It would be noticed if they were not. */
static void
check_edges_are_looked_at(int64_t from_ms, int64_t to_ms)
{
	json_t *root;

	spoiled = true;
	root = recount(from_ms, to_ms);
	spoiled = false;
	assert_true(json_array_size(json_object_get(root, "wrong_edges")) > 5);
	json_decref(root);
}

static void
test_recount(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= NIGHTS; i++) {
		/* Its end not on a second: the rounding is part of it. */
		int64_t from_ms = WORLD_BEGIN + (1000 + 11 * i) * S;
		int64_t to_ms = END_MS - 777 * i;
		struct ledger *l;
		json_t *root;

		seed = 1000 + i;
		world_begin(&live, tree);
		live_through();
		world_pass(&live, END_MS);
		l = ledger_of(&live);
		root = recount(from_ms, to_ms);
		compare(root, l, from_ms, to_ms);
		check_edges(root);
		check_edges_are_looked_at(from_ms, to_ms);
		json_decref(root);
		check_export_from_records();
		ledger_free(l);
		world_end(&live);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

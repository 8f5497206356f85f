/*
 * One of our own troubles is one incident, however many shards see it: real
 * shards, from whose outboxes a real pager reads.
 */
#include "tests/unit/duty_story.h"
#include "tests/unit/shard_tree.h"

#include "collector/shard.h"
#include "lib/wire.h"

#define MINUTE INT64_C(60000)
#define SHARDS_MAX 4

static const char tree[] = SHARD_TREE "clients:\n";

struct night {
	struct world w;
	unsigned count;
	struct shard *shards[SHARDS_MAX];
	unsigned long entry;
	int seq;
};

static struct night n;

/* A client in each shard. */
static char *
tree_for(unsigned count)
{
	struct text yaml = { 0 };

	text_addf(&yaml, "shards: %u\n%s", count, tree);
	for (int c = 'a'; c <= 'p'; c++)
		text_addf(&yaml,
		    "  - name: client-%c\n    title: A client\n    sla: gold\n"
		    "    zone: UTC\n    endpoints:\n"
		    "      - { name: learn, url: 'https://%c.example/',"
		    " interval: 30s }\n",
		    c, c);
	return text_take(&yaml);
}

/* What a shard has for the pager, with all else that it writes. */
static void
read_outbox(unsigned i)
{
	struct commit c;
	char id[32];

	commit_init(&c);
	while (shard_commit(n.shards[i], n.w.now_ms, &c)) {
		for (size_t k = 0; k < c.count; k++) {
			const struct commit_op *op = &c.ops[k];

			if (op->kind != COMMIT_APPEND ||
			    strcmp(op->key, "out") != 0)
				continue;
			text_format(id, sizeof(id), "%lu-0", ++n.entry);
			duty_alarm(n.w.duty, i, id, op->value, op->length,
			    n.w.now_ms);
			world_settle(&n.w);
		}
		shard_committed(n.shards[i], n.w.now_ms);
	}
	commit_clear(&c);
}

static void
send(unsigned shard, const char *agent, const char *region)
{
	struct wire_part part = { .from_seq = ++n.seq,
		.seq = n.seq,
		.closed_at_ms = n.w.now_ms,
		.shard = shard };
	struct wire_envelope e = { .agent = agent,
		.region = region,
		.received_at_ms = n.w.now_ms };
	struct wire_bytes bytes, envelope;
	char id[48];

	text_copy(part.spool, sizeof(part.spool), "00112233445566ff");
	wire_encode_part(&part, &bytes);
	e.part = bytes.data;
	e.part_length = bytes.length;
	wire_encode_envelope(&e, &envelope);
	text_format(id, sizeof(id), "%lld-%d", (long long)n.w.now_ms, n.seq);
	shard_entry(n.shards[shard], id, envelope.data, envelope.length,
	    n.w.now_ms);
	wire_bytes_clear(&bytes);
	wire_bytes_clear(&envelope);
}

/* So long, with all agents heard every ten seconds but these. */
static void
live(int64_t seconds, bool lon_is_dead)
{
	for (int64_t s = 0; s < seconds; s += 10) {
		n.w.now_ms += 10000;
		for (unsigned i = 0; i < n.count; i++) {
			send(i, "akl-1", "auckland");
			send(i, "nyc-1", "new-york");
			if (!lon_is_dead)
				send(i, "lon-1", "london");
			shard_time(n.shards[i], n.w.now_ms);
			shard_read_all(n.shards[i], n.w.now_ms);
			read_outbox(i);
		}
	}
}

static void
begin(unsigned count)
{
	char *yaml = tree_for(count);

	memset(&n, 0, sizeof(n));
	world_begin(&n.w, yaml, NIGHT);
	free(yaml);
	n.count = count;
	for (unsigned i = 0; i < count; i++) {
		n.shards[i] = shard_new(n.w.settings, i);
		shard_start(n.shards[i], n.w.now_ms);
	}
	live(120, false);
}

static void
end(void)
{
	for (unsigned i = 0; i < n.count; i++)
		shard_free(n.shards[i]);
	world_end(&n.w);
}

/* Open incidents whose subject begins with this. */
static size_t
count_open(const char *subject)
{
	char *text, *at, wanted[80];
	size_t count = 0;
	bool ok;

	text = duty_query(n.w.duty, "{\"command\":\"incidents\"}", 23,
	    n.w.now_ms, &ok);
	text_format(wanted, sizeof(wanted), "\"subject\":\"%s", subject);
	for (at = text; (at = strstr(at, wanted)) != NULL; at++)
		count++;
	free(text);
	return count;
}

static void
a_dead_agent(unsigned shards)
{
	begin(shards);
	assert_int_equal(count_open("operations/agent"), 0);
	live(200, true);
	assert_int_equal(count_open("operations/agent/lon-1"), 1);
	assert_int_equal(count_open("operations/agent"), 1);
	/* It is heard again by all shards but one, after a restart. */
	world_restart(&n.w);
	live(20, false);
	assert_int_equal(count_open("operations/agent"), 0);
	end();
}

static void
test_a_dead_agent_and_one_shard(void **state)
{
	(void)state;
	a_dead_agent(1);
}

static void
test_a_dead_agent_and_four_shards(void **state)
{
	(void)state;
	a_dead_agent(4);
}

static void
tell(unsigned shard, enum alarm_event event, int severity, const char *what)
{
	struct alarm a =
	    world_alarm(&n.w, event, "operations/agent/lon-1", severity);
	char *json, id[32];

	text_copy(a.text, sizeof(a.text), what);
	json = alarm_encode(&a);
	text_format(id, sizeof(id), "%lu-0", ++n.entry);
	duty_alarm(n.w.duty, shard, id, json, strlen(json), n.w.now_ms);
	free(json);
	world_settle(&n.w);
}

/* It is over when it is over for all of them, and as bad as the worst says. */
static void
test_each_shard_for_itself(void **state)
{
	(void)state;
	begin(4);
	text_clear(&n.w.text);
	tell(0, ALARM_RAISED, 3, "silent");
	tell(1, ALARM_RAISED, 3, "silent for a second more");
	told(&n.w, "[  120] call isla by mail\n");
	tell(2, ALARM_RAISED, 2, "silent, and needed");
	tell(3, ALARM_RAISED, 3, "silent");
	told(&n.w, "[  120] call isla by mail\n");
	assert_int_equal(count_open("operations/"), 1);
	tell(0, ALARM_CLEARED, 3, "is over");
	tell(2, ALARM_CLEARED, 2, "is over");
	tell(2, ALARM_CLEARED, 2, "is over");
	world_restart(&n.w);
	tell(1, ALARM_CLEARED, 3, "is over");
	assert_int_equal(count_open("operations/"), 1);
	tell(3, ALARM_CLEARED, 3, "is over");
	assert_int_equal(count_open("operations/"), 0);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_dead_agent_and_one_shard),
		cmocka_unit_test(test_a_dead_agent_and_four_shards),
		cmocka_unit_test(test_each_shard_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

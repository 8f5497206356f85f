/*
 * shard: very many at once: more to write than one commit takes, and two
 * agents in one region.
 */
#include "tests/unit/shard_long.h"

#define MANY 900
#define MANY_PARTS 3
#define IN_A_PART (MANY / MANY_PARTS)

/* All of them in one tree, and the shard started on it. */
static void
begin_many(void)
{
	struct text yaml = { 0 };

	text_add(&yaml, HEAD);
	for (int i = 0; i < MANY; i++)
		text_addf(&yaml,
		    "      - { name: e%d, url: 'https://e.example/%d' }\n", i,
		    i);
	world_begin(&w,
	    "" HEAD "      - { name: e0, url: "
	    "'https://e.example/0' }\n");
	shard_free(w.shard);
	settings_free(w.settings);
	w.settings = settings_from_text(yaml.data, &(struct conf_errors){ 0 });
	assert_non_null(w.settings);
	w.shard = shard_new(w.settings, 0);
	shard_start(w.shard, w.now_ms);
	shard_read_all(w.shard, w.now_ms);
	for (size_t i = 0; i < w.field_count; i++)
		free(w.fields[i].value);
	w.field_count = 0;
	text_clear(&yaml);
}

/* One agent has seen a part of them fail. */
static void
many_fail(unsigned a, int first)
{
	struct observation o[IN_A_PART];
	char ids[IN_A_PART][32];
	struct wire_part part = world_part(&w);

	for (int i = 0; i < IN_A_PART; i++) {
		o[i] = looked(OUTCOME_FAILED);
		text_format(ids[i], sizeof(ids[i]), "acme/e%d", first + i);
		o[i].endpoint = ids[i];
	}
	part.observations = o;
	part.count = IN_A_PART;
	world_store(&w, agents[a], regions[a], &part, 0, false);
}

/* Until it is known to be durable there is no other. */
static void
no_other_commit(void)
{
	struct commit none;

	commit_init(&none);
	assert_false(shard_commit(w.shard, w.now_ms, &none));
	commit_clear(&none);
}

/* Commit after commit until all is written; how many, and the position. */
static int
commit_many(char position[48])
{
	struct commit c;
	int commits = 0;

	commit_init(&c);
	position[0] = '\0';
	while (shard_commit(w.shard, w.now_ms, &c)) {
		no_other_commit();
		assert_true(c.count <= COMMIT_OPS_MAX);
		assert_string_equal(position, "");
		commits++;
		world_apply(&w, &c);
		for (size_t i = 0; i < c.count; i++)
			if (c.ops[i].kind == COMMIT_SET &&
			    strcmp(c.ops[i].field, "position") == 0)
				text_copy(position, 48, c.ops[i].value);
		shard_committed(w.shard, w.now_ms);
	}
	commit_clear(&c);
	return commits;
}

/* More to write than one commit takes: the position comes last. */
static void
test_many_at_once(void **state)
{
	char position[48];

	(void)state;
	begin_many();
	commit_many(position);
	w.now_ms += 30 * S;
	for (unsigned a = 0; a < 2; a++)
		for (int i = 0; i < MANY_PARTS; i++)
			many_fail(a, i * IN_A_PART);
	for (size_t i = 0; i < w.inbox_count; i++)
		shard_entry(w.shard, w.inbox[i].id, w.inbox[i].data,
		    w.inbox[i].length, w.now_ms);
	assert_true(shard_is_urgent(w.shard));
	assert_true(commit_many(position) > 1);
	assert_string_equal(position, w.inbox[w.inbox_count - 1].id);
	assert_int_equal(count_fields("alarms"), MANY);
	assert_int_equal(count_fields("outages"), 2 * MANY);
	w.given = w.inbox_count;
	world_end(&w);
}

static const char crowd[] = SITE("") "agents:\n" AGENT("akl-1", "auckland")
    AGENT("akl-2", "auckland") AGENT("lon-1", "london") PEOPLE
    "slas:\n"
    "  - { name: silver, guarantee: 99% }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: A client\n"
    "    sla: silver\n"
    "    zone: UTC\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.example/' }\n";

/* Two agents in one region are one region: they can not outvote another. */
static void
test_two_agents_in_one_region(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *old;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 10 * MINUTE);
	old = w.settings;
	w.settings = settings_from_text(crowd, &errors);
	if (w.settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	text_clear(&w.journal);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	world_commit(&w);
	assert_non_null(
	    strstr(w.journal.data, "\"what\":\"terms\",\"subject\":\"acme\""));
	assert_non_null(
	    strstr(w.journal.data, "\"regions\":\"auckland london\""));
	for (int i = 0; i < 5; i++) {
		struct observation bad = looked(OUTCOME_FAILED), good;

		world_pass(&w, w.now_ms + MINUTE / 2);
		bad.started_at_ms = bad.until_at_ms = w.now_ms;
		send(0, &bad);
		bad.started_at_ms = bad.until_at_ms = w.now_ms - S;
		world_store(&w, "akl-2", "auckland",
		    &(struct wire_part){ .from_seq = i + 1,
			.seq = i + 1,
			.spool = "aa112233445566ff",
			.closed_at_ms = w.now_ms,
			.observations = &bad,
			.count = 1 },
		    0, false);
		good = looked(OUTCOME_OK);
		send(1, &good);
		world_read(&w);
	}
	world_told(&w, "");
	assert_int_equal(count_fields("outages"), 1);
	/* Nothing has changed: nothing is journalled. */
	text_clear(&w.journal);
	shard_configure(w.shard, w.settings, w.now_ms);
	world_commit(&w);
	assert_null(w.journal.data);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_agents_in_one_region),
		cmocka_unit_test(test_many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

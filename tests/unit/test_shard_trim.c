/* shard: how long streams are kept. */
#include "tests/unit/shard_story.h"

#define DAY (86400 * (int64_t)S)

/* Only behind what the pager has read, and only on its word. */
static void
test_the_outbox(void **state)
{
	static const char *const rubbish[] = { "", "x", "5", "5-", "-5", "5-x",
		"5-5 ", "1800000090000-1-1",
		"1800000090000-000000000000000000000000000000000000001" };

	(void)state;
	begin_one();
	run(100);
	assert_string_equal(st.w.trims[1], "");
	shard_outbox_read(st.w.shard, "1800000050000-3");
	run(200);
	assert_string_equal(st.w.trims[1], "1800000050000-3");
	for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++)
		shard_outbox_read(st.w.shard, rubbish[i]);
	run(300);
	assert_string_equal(st.w.trims[1], "1800000050000-3");
	/* After a start nothing is known of the pager. */
	st.w.trims[1][0] = '\0';
	world_restart(&st.w);
	run(400);
	assert_string_equal(st.w.trims[1], "");
	end();
}

static void
configure(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = st.w.settings;

	st.w.settings = settings_from_text(yaml, &errors);
	assert_non_null(st.w.settings);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	settings_free(old);
	world_commit(&st.w);
}

/* So many days later, with one look. */
static void
days_later(int days)
{
	st.w.now_ms += days * DAY;
	shard_time(st.w.shard, st.w.now_ms);
	send_probe(0, 0, OUTCOME_OK);
	world_read(&st.w);
}

static const char both[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") CLIENT("zeta") ENDPOINT("x", "");
static const char zeta[] = HEAD CLIENT("zeta") ENDPOINT("x", "");

/* As long as the oldest contract lives, and 400 days more. */
static void
test_the_journal(void **state)
{
	(void)state;
	begin_one();
	days_later(100);
	configure(both);
	days_later(100);
	assert_string_equal(st.w.trims[2], "1800000000000-0");
	configure(zeta);
	days_later(399);
	assert_string_equal(st.w.trims[2], "1800000000000-0");
	days_later(2);
	assert_string_equal(st.w.trims[2], "1808640000000-0");
	/* Nobody's any more: what is there stays. */
	configure(HEAD " []\n");
	days_later(500);
	assert_string_equal(st.w.trims[2], "1808640000000-0");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_outbox),
		cmocka_unit_test(test_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

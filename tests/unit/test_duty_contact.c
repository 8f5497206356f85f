/* duty: which ways to reach people were seen to work. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static void
test_what_became_of_each_way(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	check_asked(&w, "{\"command\":\"contacts\"}", "{\"contacts\":[]}");
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"isla\"}");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "{\"person\":\"isla\",\"channel\":\"terminal\","
	    "\"handed_ms\":1782900000000}");
	/* The same word within a day is not written again. */
	world_pass(&w, 3600);
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"isla\"}");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"channel\":\"mail\",\"handed_ms\":1782900000000}");
	w.outcome = SENT_FAILED;
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"mail\"}");
	world_restart(&w);
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"channel\":\"mail\",\"handed_ms\":1782900000000,"
	    "\"failed_ms\":1782903600000}");
	/* A failure within the same day as another, and a day later. */
	world_pass(&w, 3600);
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"mail\"}");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"failed_ms\":1782903600000}");
	w.outcome = SENT_HANDED_OVER;
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"mail\"}");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"handed_ms\":1782907200000,\"failed_ms\":1782903600000}");
	world_pass(&w, 86400);
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"isla\"}");
	check_asked(&w, "{\"command\":\"contacts\"}",
	    "\"handed_ms\":1782993600000,\"failed_ms\":1782903600000}");
	world_end(&w);
}

/* Of whom has left the configuration nothing is kept. */
static void
test_whoever_left_is_forgotten(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"maya\"}");
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"tom\"}");
	assert_non_null(world_field(&w, "contacts", "maya mail"));
	reload(&w, last_is_person);
	assert_null(world_field(&w, "contacts", "maya mail"));
	assert_non_null(world_field(&w, "contacts", "tom mail"));
	world_end(&w);
}

static void
test_odd_records_of_contacts(void **state)
{
	static const char *const bad[][2] = { { "isla", "{}" },
		{ "isla owl", "{}" }, { "isla mail", "[]" },
		{ "isla mail", "{" } };
	char error[160], field[40];
	struct world w;

	(void)state;
	begin_unread(&w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(duty_load(w.duty, "contacts", bad[i][0],
				     bad[i][1], strlen(bad[i][1]), error),
		    -1);
	for (int i = 0; i < DUTY_CONTACTS_MAX; i++) {
		text_format(field, sizeof(field), "p%d mail", i);
		reads(&w, "contacts", field, "{\"handed_ms\":1}");
	}
	reads(&w, "contacts", "p0 mail", "{\"handed_ms\":2}");
	assert_int_equal(w.duty->contact_count, DUTY_CONTACTS_MAX);
	assert_int_equal(duty_load(w.duty, "contacts", "isla mail", "{}", 2,
			     error),
	    -1);
	{
		duty_note_contact(w.duty, "isla", CHANNEL_MAIL, true, w.now_ms);
		assert_int_equal(w.duty->contact_count, DUTY_CONTACTS_MAX);
	}
	duty_start(w.duty, w.now_ms); /* nobody knows them */
	assert_int_equal(w.duty->contact_count, 0);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_became_of_each_way),
		cmocka_unit_test(test_whoever_left_is_forgotten),
		cmocka_unit_test(test_odd_records_of_contacts),
	};

	return cmocka_run_group_tests_name("duty_contact", tests, NULL, NULL);
}

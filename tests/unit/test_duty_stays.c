/*
 * What was taken stays taken, and what nobody has is never quiet: whatever
 * crashes, leaves, or is told twice in between.
 */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

#define LINES_MAX 32

/* The world's tree without somebody who is not on watch. */
static char *
tree_without(const char *name)
{
	char *tree = mem_text(world_tree), line[48], *from, *to;

	text_format(line, sizeof(line), "  - { name: %s, zone", name);
	from = strstr(tree, line);
	to = strchr(from, '}') + 2;
	memmove(from, to, strlen(to) + 1);
	return tree;
}

/* Killed between the commit and the answer: it is theirs, and the others hear
   it; whoever asks again is told so. */
static void
test_killed_before_the_take_was_confirmed(void **state)
{
	static const char take[] = TAKE("moana");
	struct commit c;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 10);
	text_clear(&w.text);
	duty_command(w.duty, 1, take, strlen(take), "moana", w.now_ms);
	commit_init(&c);
	assert_true(duty_commit(w.duty, w.now_ms, &c));
	world_apply(&w, &c);
	commit_clear(&c);
	world_restart(&w);
	told(&w, "[   10] taken isla by terminal (repeat?)\n");
	world_pass(&w, 60);
	world_command(&w, take);
	check_has(w.answer, "You have it, since 22:00 NZST");
	told(&w, "[   70] answer 1 ok\n");
	world_pass(&w, 1700);
	told(&w, "");
	check_quiet(&w);
	world_end(&w);
}

/* Killed before the commit: nobody was told that it is theirs, and it calls. */
static void
test_killed_before_the_take_was_recorded(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 61);
	text_clear(&w.text);
	w.hold_commits = true;
	world_command(&w, TAKE("isla"));
	w.hold_commits = false;
	world_restart(&w);
	told(&w, "");
	world_pass(&w, 240);
	told(&w, "[  300] call tom by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* What is decided while the store is away goes here, line by line. */
static void
journal_all(struct world *w, struct commit *lines, size_t *count)
{
	struct duty_action a;
	bool busy = true;

	while (busy) {
		assert_true(*count < LINES_MAX);
		commit_init(&lines[*count]);
		busy = duty_commit(w->duty, w->now_ms, &lines[*count]);
		if (busy) {
			++*count;
			duty_committed(w->duty);
		}
		while (duty_next(w->duty, w->now_ms, &a) != DUTY_NOTHING) {
			world_act(w, &a);
			busy = true;
		}
	}
}

static void
journal_until(struct world *w, int64_t until_ms, struct commit *lines,
    size_t *count)
{
	int64_t due_ms;

	while ((due_ms = duty_deadline(w->duty)) <= until_ms) {
		w->now_ms = due_ms > w->now_ms ? due_ms : w->now_ms;
		duty_time(w->duty, w->now_ms);
		journal_all(w, lines, count);
	}
	w->now_ms = until_ms;
}

/*
 * The store is away: an incident is called for, taken, another one begins.
 * Then so many lines of the journal are recorded, and another pager goes on
 * with what the store has (all of them: this one does).
 */
static void
live_with(size_t recorded)
{
	static const char take[] = TAKE("isla");
	struct commit lines[LINES_MAX];
	const struct incident *inc;
	size_t count = 0;
	struct world w;
	bool all;

	begin_with(&w, NIGHT, "acme/learn", 1);
	duty_store(w.duty, false);
	journal_until(&w, w.now_ms + 70000, lines, &count);
	duty_command(w.duty, 1, take, strlen(take), "isla", w.now_ms);
	journal_all(&w, lines, &count);
	check_has(w.answer, "Heard, not yet recorded");
	journal_until(&w, w.now_ms + 130000, lines, &count);
	all = recorded >= count;
	for (size_t i = 0; i < count; i++) {
		if (i < recorded)
			world_apply(&w, &lines[i]);
		commit_clear(&lines[i]);
	}
	text_clear(&w.text);
	world_restart(&w);
	inc = duty_find(w.duty, "INC-000001");
	assert_true(!all || inc->page.state == PAGE_TAKEN);
	if (inc->page.state == PAGE_TAKEN)
		told(&w, "");
	for (int i = 0; i < 150; i++) {
		check_quiet(&w);
		world_pass(&w, 4);
	}
	if (inc->page.state != PAGE_TAKEN)
		check_has(w.text.data, "call ");
	world_end(&w);
}

static void
test_a_journal_is_recorded_as_far_as_it_goes(void **state)
{
	(void)state;
	for (size_t recorded = 0; recorded < 12; recorded++)
		live_with(recorded);
	live_with(LINES_MAX);
}

/*
 * Found in review: what somebody had who then left the configuration stayed
 * silent until their take ran out; they could neither act nor be told.
 */
static void
test_the_owner_left_the_configuration(void **state)
{
	char *tree = tree_without("moana");
	struct world w;

	(void)state;
	memcpy(strstr(tree, "[moana]"), "[tom]  ", 7);
	for (int dead = 0; dead < 2; dead++) {
		begin_with(&w, NIGHT, "acme/learn", 2);
		world_command(&w,
		    "{\"command\":\"snooze\",\"person\":\"moana\","
		    "\"incident\":1,\"for_ms\":14400000}");
		text_clear(&w.text);
		world_pass(&w, 600);
		told(&w, "");
		if (dead == 1) { /* it was edited while no pager ran */
			settings_free(w.settings);
			w.settings = world_settings(tree);
			world_restart(&w);
		} else
			reload(&w, tree);
		told(&w, "[  600] call isla by terminal\n");
		check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
		    "moana has it, and is not among the people any more");
		check_quiet(&w);
		/* Once: a further reload changes nothing. */
		reload(&w, tree);
		told(&w, "");
		world_end(&w);
	}
	free(tree);
}

/* It was handed to somebody who then left: the watch is called at once. */
static void
test_handed_to_somebody_who_left(void **state)
{
	char *tree = tree_without("moana");
	struct world w;

	(void)state;
	memcpy(strstr(tree, "[moana]"), "[tom]  ", 7);
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\",\"incident\":1,"
	    "\"to\":\"moana\"}");
	world_pass(&w, 20);
	check_has(w.text.data, "call moana by mail");
	text_clear(&w.text);
	reload(&w, tree);
	told(&w, "[   20] call isla by terminal\n");
	check_quiet(&w);
	world_pass(&w, 300);
	told(&w,
	    "[   80] call isla by mail\n"
	    "[  320] call tom by mail\n");
	free(tree);
	world_end(&w);
}

/* Who it was handed to is still there: a reload calls nobody anew. */
static void
test_handed_on_over_a_reload(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\",\"incident\":1,"
	    "\"to\":\"moana\"}");
	world_pass(&w, 20);
	text_clear(&w.text);
	reload(&w, world_tree);
	world_pass(&w, 279);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[  300] call isla by terminal\n");
	world_end(&w);
}

/* The end of a snooze falls into a reload, or into a restart. */
static void
test_a_snooze_ends_in_a_reload(void **state)
{
	struct world w;

	(void)state;
	for (int dead = 0; dead < 2; dead++) {
		begin_with(&w, NIGHT, "acme/learn", 1);
		world_command(&w,
		    "{\"command\":\"snooze\",\"person\":\"tom\","
		    "\"incident\":1,\"for_ms\":600000}");
		world_pass(&w, 590);
		text_clear(&w.text);
		w.now_ms += 10000 + 5000 * dead; /* held up */
		if (dead == 1)
			world_restart(&w);
		else
			reload(&w, world_tree);
		told(&w,
		    dead == 1 ? "[  605] expired tom by mail\n"
				"[  605] call isla by terminal\n"
			      : "[  600] expired tom by mail\n"
				"[  600] call isla by terminal\n");
		check_quiet(&w);
		world_end(&w);
	}
}

/*
 * Found in review: after the clock had gone back a snooze of ten minutes
 * lasted as long as any may: four hours.
 */
static void
test_a_short_snooze_when_the_clock_goes_back(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "operations/x", 2);
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"isla\","
	    "\"incident\":1,\"for_ms\":600000}");
	text_clear(&w.text);
	for (int i = 0; i < 2; i++) { /* twice, before it is over */
		w.now_ms -= 5000000;
		duty_break(w.duty, w.now_ms);
		world_settle(&w);
	}
	world_restart(&w);
	world_pass(&w, 599);
	told(&w, "");
	world_pass(&w, 1);
	check_has(w.text.data, "expired isla by terminal\n");
	check_has(w.text.data, "call isla by terminal\n");
	world_end(&w);
}

/* A record that lacks the end of a take: it has one all the same. */
static void
test_a_take_without_end(void **state)
{
	static const char *const bad[] = {
		"{\"state\":\"taken\",\"call\":3,\"owner\":\"tom\"}",
		"{\"state\":\"snoozed\",\"call\":3,\"owner\":\"tom\","
		"\"owned_at_ms\":-72057594037927936}",
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct commit c;

		begin_with(&w, NIGHT, "acme/learn", 1);
		commit_init(&c);
		commit_set_text(&c, "pages", "INC-000001", bad[i]);
		world_apply(&w, &c);
		commit_clear(&c);
		text_clear(&w.text);
		world_restart(&w);
		world_pass(&w, 1799);
		told(&w, "");
		world_pass(&w, 1);
		check_has(w.text.data, "call isla by terminal");
		world_end(&w);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_before_the_take_was_confirmed),
		cmocka_unit_test(test_killed_before_the_take_was_recorded),
		cmocka_unit_test(test_a_journal_is_recorded_as_far_as_it_goes),
		cmocka_unit_test(test_the_owner_left_the_configuration),
		cmocka_unit_test(test_handed_to_somebody_who_left),
		cmocka_unit_test(test_handed_on_over_a_reload),
		cmocka_unit_test(test_a_snooze_ends_in_a_reload),
		cmocka_unit_test(test_a_short_snooze_when_the_clock_goes_back),
		cmocka_unit_test(test_a_take_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * duty: a rota in which nobody is on watch.  No check lets one through; should
 * there be one all the same, whoever comes next on the ladder is called, and
 * the last resort.
 */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* One rota, and nobody else but the last resort. */
static const char only_a_rota[] =
    HEAD_OF(", last_resort: [tom]") "rotas:\n"
				    "  - name: support\n"
				    "    max_watch: 24h\n"
				    "    watches:\n"
				    "      - { zone: UTC, takes_over: '08:00', "
				    "people: [isla] }\n"
				    "ladders:\n"
				    "  - name: only\n"
				    "    levels: [{ call: rota support, "
				    "patience: 5m }]\n";

static size_t watches;

/* The first rota of these settings has no watches from now on. */
static void
make_hole(struct settings *s)
{
	struct rota *r = s->rotas.items;

	watches = r->watches.count;
	r->watches.count = 0;
}

/* They are freed with the settings. */
static void
fill_hole(struct settings *s)
{
	((struct rota *)s->rotas.items)->watches.count = watches;
}

static void
end(struct world *w)
{
	fill_hole(w->settings);
	world_end(w);
}

static void
the_next_level_is_called(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	make_hole(w.settings);
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_pass(&w, 601);
	told(&w,
	    "[    0] call tom by mail\n"
	    "[  300] call tom by mail\n"
	    "[  600] call tom by mail\n");
	check_has(w.last.data, "Next: tom at ");
	check_quiet(&w);
	end(&w);
}

/* Nobody on the whole ladder: the last resort, again and again. */
static void
nobody_but_the_last_resort(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, only_a_rota, NIGHT);
	make_hole(w.settings);
	world_raise(&w, ALARM_RAISED, "operations/x", 2);
	world_pass(&w, 601);
	told(&w,
	    "[    0] last resort tom by mail\n"
	    "[  300] last resort tom by mail\n"
	    "[  600] last resort tom by mail\n");
	check_has(w.last.data, "Nobody else is called after you.");
	end(&w);
}

/* Who is called, or has it, when the hole begins. */
static void
a_hole_while_it_calls_and_while_it_is_taken(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, only_a_rota, "2026-07-01T07:58Z");
	world_raise(&w, ALARM_RAISED, "operations/x", 2);
	make_hole(w.settings);
	world_pass(&w, 299);
	told(&w, "[    0] call isla by mail\n");
	world_pass(&w, 300);
	told(&w, "[  300] last resort tom by mail\n");
	end(&w);
	world_begin(&w, only_a_rota, "2026-07-01T07:58Z");
	world_raise(&w, ALARM_RAISED, "operations/x", 2);
	world_command(&w, TAKE("isla"));
	make_hole(w.settings);
	text_clear(&w.text);
	/* No watch is there to take it over: it stays hers until it expires. */
	world_pass(&w, 3599);
	told(&w, "");
	end(&w);
}

static void
the_digest_waits_for_somebody(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, only_a_rota, NIGHT);
	make_hole(w.settings);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_pass(&w, 86400);
	told(&w, "");
	fill_hole(w.settings);
	world_pass(&w, 2 * 86400);
	check_has(w.text.data, "digest isla by mail\n");
	world_end(&w);
}

/* What the command line is told of it. */
static void
nobody_is_on_call(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, only_a_rota, NIGHT);
	make_hole(w.settings);
	answer = asked(&w, "{\"command\":\"oncall\"}");
	check_has(answer, "\"rota\":\"support\"");
	check_lacks(answer, "\"primary\"");
	check_lacks(answer, "\"next\"");
	free(answer);
	end(&w);
}

/* A reload out of a hole, and into one, keeps nobody's watch. */
static void
a_reload_keeps_no_watch_of_nobody(void **state)
{
	struct settings *hollow;
	struct world w;

	(void)state;
	world_begin(&w, only_a_rota, NIGHT);
	hollow = world_settings(only_a_rota);
	make_hole(hollow);
	duty_configure(w.duty, hollow, w.now_ms);
	world_settle(&w);
	assert_int_equal(w.duty->override_count, 0);
	duty_configure(w.duty, w.settings, w.now_ms);
	world_settle(&w);
	assert_int_equal(w.duty->override_count, 0);
	fill_hole(hollow);
	settings_free(hollow);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_level_is_called),
		cmocka_unit_test(nobody_but_the_last_resort),
		cmocka_unit_test(a_hole_while_it_calls_and_while_it_is_taken),
		cmocka_unit_test(the_digest_waits_for_somebody),
		cmocka_unit_test(nobody_is_on_call),
		cmocka_unit_test(a_reload_keeps_no_watch_of_nobody),
	};

	return cmocka_run_group_tests_name("duty_hole", tests, NULL, NULL);
}

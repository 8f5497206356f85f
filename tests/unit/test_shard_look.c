/* shard_look: what was announced for an endpoint at an instant. */
#include "lib/window.h"
#include "tests/unit/maintenance_story.h"

static const char two[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("login", "");

static void
begin_two(void)
{
	static const char *const ids[] = { "acme/learn", "acme/login" };

	begin(two, 2, ids);
	run(100);
}

/* "m-1 600..4200", or "". */
static const char *
announced(const char *endpoint, int64_t at_s)
{
	static char out[80];
	struct shard_view v;

	assert_true(shard_look(st.w.shard, endpoint, ms(at_s), &v));
	if (v.window == NULL)
		return "";
	text_format(out, sizeof(out), "%s %lld..%lld", v.window->id,
	    (long long)(v.window_from_ms - WORLD_BEGIN) / S,
	    (long long)(v.window_to_ms - WORLD_BEGIN) / S);
	return out;
}

static void
from_its_begin_to_its_end_and_for_whom_it_is(void **state)
{
	(void)state;
	begin_two();
	assert_string_equal(announced("acme/learn", 100), "");
	announce("\"acme/learn\"", 600, 4200);
	assert_string_equal(announced("acme/learn", 599), "");
	assert_string_equal(announced("acme/learn", 600), "m-1 600..4200");
	assert_string_equal(announced("acme/learn", 4199), "m-1 600..4200");
	assert_string_equal(announced("acme/learn", 4200), "");
	assert_string_equal(announced("acme/login", 600), "");
	end();
}

/* "now", said half a minute late: before that nobody had said it. */
static void
what_nobody_had_said_yet_was_not_announced(void **state)
{
	(void)state;
	begin_two();
	announce("\"acme\"", 70, 4200);
	assert_string_equal(announced("acme/learn", 99), "");
	assert_string_equal(announced("acme/learn", 100), "m-1 70..4200");
	end();
}

/* Each of its times; one that is cancelled held until it was. */
static void
several_times_of_which_one_is_cancelled(void **state)
{
	(void)state;
	begin_two();
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld],[%lld,%lld],[%lld,%lld]]}",
	    ms(200), ms(900), ms(2000), ms(2100), ms(3000), ms(3600)));
	run(300);
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"nth\":1}"));
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"nth\":2}"));
	assert_string_equal(announced("acme/learn", 299), "m-1 200..300");
	assert_string_equal(announced("acme/learn", 300), "");
	assert_string_equal(announced("acme/learn", 2000), "");
	assert_string_equal(announced("acme/login", 3000), "m-1 3000..3600");
	end();
}

/* What has no client in memory was never announced anything. */
static void
an_endpoint_whose_client_has_agreed_to_nothing(void **state)
{
	static const char terms[] =
	    "[{\"from\":1,\"counts\":true,\"quorum\":1,\"regions\":\"\","
	    "\"interval\":60000,\"timeout\":1000}]";
	struct shard_view v;
	char error[160];

	(void)state;
	begin_two();
	assert_false(shard_look(st.w.shard, "elm/learn", ms(100), &v));
	if (shard_load(st.w.shard, "terms", "elm/learn", terms,
		sizeof(terms) - 1, error) != 0)
		fail_msg("%s", error);
	assert_true(shard_look(st.w.shard, "elm/learn", ms(100), &v));
	assert_null(v.window);
	assert_non_null(v.step);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_its_begin_to_its_end_and_for_whom_it_is),
		cmocka_unit_test(what_nobody_had_said_yet_was_not_announced),
		cmocka_unit_test(several_times_of_which_one_is_cancelled),
		cmocka_unit_test(
		    an_endpoint_whose_client_has_agreed_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* "why" in words: what was said so that it read like something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/why_seen.h"
#include "cli/why_woken.h"

/* As one of the two prints it, from JSON with ' for ". */
static char *
printed(const char *text, bool woken)
{
	struct cli c = { 0 };
	char *json = strdup(text), *out = NULL;
	size_t length;
	json_t *o;

	for (char *quote = json; (quote = strchr(quote, '\'')) != NULL;)
		*quote = '"';
	o = json_loads(json, 0, NULL);
	assert_non_null(o);
	c.out = open_memstream(&out, &length);
	if (woken)
		why_say_woken(&c, o);
	else
		why_quorum_print(&c, o, 1000);
	fclose(c.out);
	json_decref(o);
	free(json);
	return out;
}

static void
has(const char *json, bool woken, const char *part, bool wanted)
{
	char *text = printed(json, woken);

	if ((strstr(text, part) != NULL) != wanted)
		fail_msg("\"%s\" in: %s", part, text);
	free(text);
}

#define STRETCH(to_ms, state, met, failing, fresh)                             \
	"[{'from_ms':1000,'to_ms':" to_ms ",'state':'" state "','met':" met    \
	",'quorum':2,'failing':[" failing "],'fresh':[" fresh                  \
	"],'missing':[]}]"

static void
a_healthy_endpoint_read_like_trouble(void **state)
{
	(void)state;
	has(STRETCH("9000", "up", "false", "", "'a','b','c'"), false,
	    "up: not down: of 3 fresh regions 0 fail, a quorum of 2 would be "
	    "needed\n",
	    true);
	has(STRETCH("9000", "degraded", "false", "'a'", "'a','b'"), false,
	    "degraded: not down: of 2 fresh regions 1 fails, a quorum of 2 "
	    "would be needed: a\n",
	    true);
	has(STRETCH("9000", "down", "true", "'a','b'", "'a','b'"), false,
	    "down: the quorum of 2 is met, of 2 fresh regions 2 fail: a, b\n",
	    true);
	has(STRETCH("9000", "unknown", "false", "'a'", "'a'"), false,
	    "unknown: fresh regions: 1, too few to say, a quorum of 2 is "
	    "needed; 1 fails: a\n",
	    true);
}

static void
less_than_a_second_had_no_length(void **state)
{
	(void)state;
	has(STRETCH("1420", "up", "false", "", "'a','b'"), false,
	    "1970-01-01T00:00:01Z to 1970-01-01T00:00:01Z (420 ms) up", true);
	has(STRETCH("2000", "up", "false", "", "'a','b'"), false,
	    "1970-01-01T00:00:01Z to 1970-01-01T00:00:02Z up", true);
}

#define WOKEN(alarm, operations)                                               \
	"{'plan':{'severity':1},'alarm':'" alarm                               \
	"','incidents':[],'storms':[],'on_watch':{'ladder':'standard',"        \
	"'levels':[]},'operations':[" operations "]}"

static void
before_it_was_watched_todays_ladder_was_told(void **state)
{
	(void)state;
	has(WOKEN("not watched", ""), true, "nobody: it was not watched\n",
	    true);
	has(WOKEN("not watched", ""), true, "ladder standard, by", false);
	has(WOKEN("well", ""), true, "ladder standard, by", true);
}

static void
a_clients_budget_was_called_our_own_trouble(void **state)
{
	(void)state;
	has(WOKEN("well",
		"{'incident':'INC-000007','since_ms':1000,'text':'all of it',"
		"'subject':'operations/budget-gone/acme'}"),
	    true,
	    "  its client's budget of downtime then: INC-000007 "
	    "operations/budget-gone/acme since 1970-01-01T00:00:01Z: all of "
	    "it\n",
	    true);
	has(WOKEN("well",
		"{'incident':'INC-000008','since_ms':1000,'text':'silent',"
		"'subject':'operations/agent/a1'}"),
	    true, "  our own trouble then: INC-000008 operations/agent/a1",
	    true);
	assert_string_equal(why_budget_of("operations/budget-burning/acme"),
	    "acme");
	assert_null(why_budget_of("operations/budget-burning"));
	assert_null(why_budget_of("operations/agent/acme"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_endpoint_read_like_trouble),
		cmocka_unit_test(less_than_a_second_had_no_length),
		cmocka_unit_test(before_it_was_watched_todays_ladder_was_told),
		cmocka_unit_test(a_clients_budget_was_called_our_own_trouble),
	};

	return cmocka_run_group_tests_name("why_say", tests, NULL, NULL);
}

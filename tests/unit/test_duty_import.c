/* duty: overrides that come in by calendar. */
#include "pager/duty_cover.h"
#include "tests/unit/cover_story.h"

static void import(struct world *w, const char *rest, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Events of a calendar called ours. */
static void
import(struct world *w, const char *rest, const char *fmt, ...)
{
	char text[4000], events[3000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(events, sizeof(events), fmt, ap);
	va_end(ap);
	text_format(text, sizeof(text),
	    "{\"command\":\"override-import\",\"source\":\"ours\"%s,"
	    "\"events\":[%s]}",
	    rest, events);
	world_command(w, text);
}

/* Of an event that takes place once. */
#define EVENT(uid, who, line)                                                  \
	"{\"uid\":\"" uid "\",\"rota\":\"support\",\"for\":\"" who "\","       \
	"\"title\":\"support: " who "\",\"line\":" #line                       \
	",\"times\":[[\"\",%lld,%lld]]}"
#define GONE(uid) "{\"uid\":\"" uid "\"}"

/* It used to be as it was: its end is the same. */
static void
an_event_that_begins_later_is_another(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 12));
	agreed(&w, "1 made, 0 changed, 0 removed, 0 as before");
	import(&w, "", EVENT("a", "maya", 5), july(2, 10), july(2, 12));
	agreed(&w, "0 made, 1 changed, 0 removed, 0 as before");
	assert_string_equal(on_watch(&w, "support", 2, 9), "tom");
	assert_string_equal(on_watch(&w, "support", 2, 11), "maya");
	/* What has begun begins where it did. */
	world_pass(&w, 25LL * 3600);
	import(&w, "", EVENT("a", "maya", 5), july(2, 8), july(2, 12));
	agreed(&w, "0 made, 0 changed, 0 removed, 1 as before");
	world_end(&w);
}

/* The one that it was to replace used to be gone. */
static void
what_is_refused_undoes_nothing(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 12));
	cover(&w, "isla", july(2, 12), july(2, 14));
	agreed(&w, "o-2: isla has support");
	cover_by(&w, "a", "maya", july(2, 10), july(2, 13));
	refused(&w, "overlaps o-2 of isla, made by test");
	import(&w, "", EVENT("b", "maya", 9) "," EVENT("a", "maya", 5),
	    july(3, 9), july(3, 10), july(2, 10), july(2, 13));
	refused(&w,
	    "line 5, \\\"support: maya\\\": overlaps o-2 of isla, made by "
	    "test");
	assert_string_equal(on_watch(&w, "support", 2, 9), "maya");
	assert_string_equal(on_watch(&w, "support", 3, 9), "maya");
	assert_int_equal(w.duty->override_count, 2);
	world_end(&w);
}

static void
again_changes_nothing(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	for (int i = 0; i < 3; i++) {
		import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "isla", 9),
		    july(2, 9), july(2, 12), july(3, 0), july(3, 4));
		agreed(&w,
		    i == 0 ? "2 made, 0 changed, 0 removed, 0 as before"
			   : "0 made, 0 changed, 0 removed, 2 as before");
		world_restart(&w);
	}
	assert_int_equal(w.duty->override_count, 2);
	assert_string_equal(w.duty->overrides[0].source, "ours");
	world_end(&w);
}

/* Whoever has the hours by the ring needs no override. */
static void
who_is_on_watch_already_is_left(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "tom", 5), july(2, 9), july(2, 12));
	agreed(&w, "0 made, 0 changed, 0 removed, 0 as before, 1 on watch");
	/* Edited, and back again. */
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 12));
	agreed(&w, "1 made");
	import(&w, "", EVENT("a", "tom", 5), july(2, 9), july(2, 12));
	agreed(&w, "0 made, 0 changed, 1 removed, 0 as before, 1 on watch");
	assert_int_equal(w.duty->override_count, 0);
	world_end(&w);
}

static void
what_is_cancelled_or_gone_is_undone(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "isla", 9),
	    july(2, 9), july(2, 12), july(3, 0), july(3, 4));
	/* What the file does not speak of stays ... */
	import(&w, "", GONE("a"));
	agreed(&w, "0 made, 0 changed, 1 removed");
	assert_string_equal(on_watch(&w, "support", 2, 9), "tom");
	assert_string_equal(on_watch(&w, "support", 3, 1), "isla");
	/* ... unless it is to be replaced, by the calendar it came from. */
	order(&w, "import",
	    "\"source\":\"others\",\"replace\":true,\"events\":[%s]", "");
	agreed(&w, "0 removed");
	import(&w, ",\"replace\":true,\"try\":true", "%s", "");
	agreed(&w, "It would be 0 made, 0 changed, 1 removed");
	assert_string_equal(on_watch(&w, "support", 3, 1), "isla");
	import(&w, ",\"replace\":true", "%s", "");
	agreed(&w, "0 made, 0 changed, 1 removed");
	assert_string_equal(on_watch(&w, "support", 3, 1), "tom");
	assert_int_equal(w.duty->override_count, 0);
	world_end(&w);
}

/* Made by hand, it has no calendar to be gone from. */
static void
what_people_made_stays(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover(&w, "isla", july(2, 12), july(2, 14));
	import(&w, ",\"replace\":true", "%s", "");
	agreed(&w, "0 removed");
	assert_string_equal(on_watch(&w, "support", 2, 13), "isla");
	world_end(&w);
}

/* One that goes on ends now; what has been stays. */
static void
what_has_begun_ends_now(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 20));
	world_pass(&w, 25LL * 3600); /* the 2nd, 11:00 */
	import(&w, "", EVENT("a", "isla", 5), july(2, 9), july(2, 20));
	agreed(&w, "0 made, 1 changed");
	assert_string_equal(on_watch(&w, "support", 2, 10), "maya");
	assert_string_equal(on_watch(&w, "support", 2, 12), "isla");
	/* The one that is over has the same name, and is not meant. */
	import(&w, "", EVENT("a", "isla", 5), july(2, 9), july(2, 20));
	agreed(&w, "0 made, 0 changed, 0 removed, 1 as before");
	import(&w, "", GONE("a"));
	agreed(&w, "1 removed");
	assert_string_equal(on_watch(&w, "support", 2, 10), "maya");
	assert_string_equal(on_watch(&w, "support", 2, 12), "tom");
	world_end(&w);
}

/* Each time of an event is an override of its own. */
static void
times_of_one_event(void **state)
{
	static const char series[] =
	    "{\"uid\":\"a\",\"rota\":\"support\",\"for\":\"maya\",\"times\":"
	    "[[\"x\",%lld,%lld],[\"y\",%lld,%lld]]}";
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", series, july(2, 9), july(2, 12), july(5, 9),
	    july(5, 12));
	agreed(&w, "2 made");
	/* A word about one of them says nothing of the other. */
	import(&w, "", "{\"uid\":\"a\",\"only\":\"y\"}%s", "");
	agreed(&w, "1 removed");
	assert_string_equal(on_watch(&w, "support", 2, 9), "maya");
	assert_string_equal(on_watch(&w, "support", 5, 9), "tom");
	/* One of them moved, and the other gone from the rule. */
	import(&w, "",
	    "{\"uid\":\"a\",\"only\":\"x\",\"rota\":\"support\",\"for\":"
	    "\"maya\",\"times\":[[\"x\",%lld,%lld]]}",
	    july(2, 14), july(2, 15));
	agreed(&w, "0 made, 1 changed, 0 removed");
	import(&w, "",
	    "{\"uid\":\"a\",\"rota\":\"support\",\"for\":\"maya\",\"times\":"
	    "[[\"z\",%lld,%lld]]}",
	    july(5, 9), july(5, 12));
	agreed(&w, "1 made, 0 changed, 1 removed");
	world_end(&w);
}

/* Two events of one file want the same hours. */
static void
a_clash_within_the_file(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "isla", 9),
	    july(2, 9), july(2, 12), july(2, 11), july(2, 13));
	refused(&w,
	    "line 9, \\\"support: isla\\\": overlaps line 5 of maya, made by "
	    "test");
	assert_int_equal(w.duty->override_count, 0);
	/* Of the same person they are as good as one. */
	import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "maya", 9),
	    july(2, 9), july(2, 12), july(2, 10), july(2, 12));
	agreed(&w, "1 made, 0 changed, 0 removed, 0 as before, 1 on watch");
	world_end(&w);
}

static void
who_is_away_or_unknown(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	away(&w, "maya", july(2, 0), july(3, 0));
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 12));
	refused(&w, "line 5, \\\"support: maya\\\": for: maya is away then");
	import(&w, "", EVENT("a", "moana", 5), july(4, 9), july(4, 12));
	refused(&w, "for: there is no way to reach moana");
	import(&w, "", EVENT("a", "who", 5), july(4, 9), july(4, 12));
	refused(&w, "for: who is not one of the people configured");
	import(&w, "",
	    "{\"uid\":\"a\",\"rota\":\"x\",\"for\":\"tom\",\"times\":[[\"\","
	    "%lld,%lld]]}",
	    july(4, 9), july(4, 12));
	refused(&w, "rota: there is no rota x");
	world_end(&w);
}

#define ORDER "times: in order, within 400 days"
#define AGAIN "the same time of the same event again"

static void
what_means_nothing(void **state)
{
	static const struct {
		const char *rest, *why;
	} rows[] = {
		{ "\"source\":\"\",\"events\":[]", "source: is missing" },
		{ "\"events\":[]", "source: is missing" },
		{ "\"source\":\"s\"", "events: a list of at most 2000" },
		{ "\"source\":\"s\",\"events\":[1]", "events: each has a uid" },
		{ "\"source\":\"s\",\"events\":[{\"uid\":\"\"}]",
		    "events: each has a uid" },
		{ "\"source\":\"s\",\"events\":[{\"uid\":\"u\",\"line\":-1}]",
		    "events: each has a uid" },
		{ "\"source\":\"s\",\"events\":[{\"uid\":\"u\","
		  "\"line\":99999999999}]",
		    "events: each has a uid" },
	};
	static const struct {
		const char *time, *why; /* NULL: agreed */
	} times[] = {
		{ "[\"\",1782979200000,1782979200000]", ORDER },
		{ "[\"\",1782979200001,1782979200000]", ORDER },
		{ "[\"\",1782979200000,1882979200000]", ORDER },
		{ "[\"\",1882979200000,1882979200001]", ORDER },
		{ "[\"\",1882979200000,9982979200001]", ORDER },
		{ "[1,1782979200000,1782989200000]", ORDER },
		{ "[\"123456789012345678901\",1782979200000,1782989200000]",
		    ORDER },
		{ "[\"\",1782979200000,1782989200000],"
		  "[\"\",1782979200000,1782989200000]",
		    AGAIN },
		{ "7", ORDER },
		{ "[\"\",\"1782979200000\",1782989200000]", ORDER },
		{ "[\"\",1782979200000]", ORDER },
		{ "[\"\",1,2]", NULL }, /* over */
	};
	struct text many = { 0 };
	char uid[OVERRIDE_UID + 1];
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		order(&w, "import", "%s", rows[i].rest);
		refused(&w, rows[i].why);
	}
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		import(&w, "",
		    "{\"uid\":\"a\",\"rota\":\"support\",\"for\":\"maya\","
		    "\"times\":[%s]}",
		    times[i].time);
		if (times[i].why == NULL)
			agreed(&w, "0 made");
		else
			refused(&w, times[i].why);
	}
	text_add(&many,
	    "{\"command\":\"override-import\",\"source\":\"s\","
	    "\"events\":[{}");
	for (int i = 0; i < IMPORT_EVENTS_MAX; i++)
		text_add(&many, ",{}");
	text_add(&many, "]}");
	world_command(&w, many.data);
	refused(&w, "events: a list of at most 2000");
	text_clear(&many);
	text_add(&many,
	    "{\"command\":\"override-import\",\"source\":\"s\","
	    "\"events\":[{\"uid\":\"a\",\"rota\":\"support\",\"for\":"
	    "\"maya\",\"times\":[[\"\",1,2]");
	for (int i = 0; i <= IMPORT_TIMES_MAX; i++)
		text_addf(&many, ",[\"%d\",%lld,%lld]", i,
		    july(2, 0) + i * 1000LL, july(2, 0) + i * 1000LL + 500);
	text_add(&many, "]}]}");
	world_command(&w, many.data);
	refused(&w, "times: in order, within 400 days, at most 2000");
	text_clear(&many);
	memset(uid, 'u', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	import(&w, "", "{\"uid\":\"%s\"}", uid);
	refused(&w, "events: each has a uid");
	assert_int_equal(w.duty->override_count, 0);
	world_end(&w);
}

/* Everyone whose hours change is told, once for the whole file. */
static void
one_notice_for_a_file(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "maya", 9),
	    july(2, 9), july(2, 12), july(5, 9), july(5, 12));
	agreed(&w, "2 made");
	answer = asked(&w, "{\"command\":\"changes\"}");
	check_has(answer,
	    "\"what\":\"calendar \\\"ours\\\": 2 made, 0 changed, 0 removed");
	check_lacks(answer, "\"number\":2");
	free(answer);
	/* Of several rotas each has its own. */
	import(&w, ",\"replace\":true",
	    "{\"uid\":\"a\",\"rota\":\"second\",\"for\":\"maya\",\"times\":"
	    "[[\"\",%lld,%lld]]}",
	    july(2, 9), july(2, 12));
	agreed(&w, "0 made, 1 changed, 1 removed");
	answer = asked(&w, "{\"command\":\"changes\",\"rota\":\"second\"}");
	check_has(answer, "\"number\":3,\"rota\":\"second\"");
	free(answer);
	cover_by(&w, "b", "maya", july(5, 9), july(5, 12));
	answer = asked(&w, "{\"command\":\"changes\"}");
	check_has(answer, "\"what\":\"o-4: maya has support from");
	free(answer);
	world_end(&w);
}

static void
there_is_no_room(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	others(&w, DUTY_OVERRIDES_MAX - 1);
	import(&w, "", EVENT("a", "maya", 5) "," EVENT("b", "maya", 9),
	    july(2, 9), july(2, 12), july(5, 9), july(5, 12));
	refused(&w, "there are 1000 overrides already");
	import(&w, "", EVENT("a", "maya", 5), july(2, 9), july(2, 12));
	agreed(&w, "1 made");
	/* Another takes its place. */
	import(&w, "", EVENT("a", "isla", 5), july(2, 9), july(2, 12));
	agreed(&w, "1 changed");
	assert_int_equal(w.duty->override_count, DUTY_OVERRIDES_MAX);
	world_end(&w);
}

/* What was over long ago was kept where only calendars made overrides, and a
   start found more records than it reads. */
static void
what_is_long_over_was_kept(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	others(&w, DUTY_OVERRIDES_MAX);
	world_settle(&w);
	w.now_ms += 402 * INT64_C(86400000);
	import(&w, "", EVENT("a", "moana", 5), july(404, 9), july(404, 12));
	refused(&w, "there is no way to reach moana");
	assert_int_equal(w.duty->override_count, DUTY_OVERRIDES_MAX);
	import(&w, "", EVENT("a", "maya", 5), july(404, 9), july(404, 12));
	assert_int_equal(w.duty->override_count, 1);
	world_restart(&w);
	assert_string_equal(on_watch(&w, "support", 404, 9), "maya");
	world_end(&w);
}

/* By a single word, too. */
static void
on_watch_already_by_one_event(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, "a", "tom", july(2, 9), july(2, 12));
	refused(&w, "for: tom is on watch then already");
	assert_int_equal(w.duty->override_count, 0);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_that_begins_later_is_another),
		cmocka_unit_test(what_is_refused_undoes_nothing),
		cmocka_unit_test(again_changes_nothing),
		cmocka_unit_test(who_is_on_watch_already_is_left),
		cmocka_unit_test(what_is_cancelled_or_gone_is_undone),
		cmocka_unit_test(what_people_made_stays),
		cmocka_unit_test(what_has_begun_ends_now),
		cmocka_unit_test(times_of_one_event),
		cmocka_unit_test(a_clash_within_the_file),
		cmocka_unit_test(who_is_away_or_unknown),
		cmocka_unit_test(what_means_nothing),
		cmocka_unit_test(one_notice_for_a_file),
		cmocka_unit_test(there_is_no_room),
		cmocka_unit_test(what_is_long_over_was_kept),
		cmocka_unit_test(on_watch_already_by_one_event),
	};

	return cmocka_run_group_tests_name("duty_import", tests, NULL, NULL);
}

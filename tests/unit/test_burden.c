/*
 * What being on call asked of people: reckoned from lines of the journal, and
 * from those that the pager itself writes.
 */
#include "pager/burden.h"
#include "tests/unit/duty_story.h"

#define HOUR_S 3600
#define DAY_S 86400

/* Seconds from the beginning, which is 11:00 in London. */
struct story {
	struct settings *settings;
	struct burden *b;
	int64_t begin_ms;
};

static void
begin_period(struct story *s, int from_s, int to_s, int names_s)
{
	struct burden_period period;

	*s = (struct story){ .settings = world_settings(world_tree) };
	assert_true(civil_parse(NIGHT, &s->begin_ms));
	period.from_ms = s->begin_ms + from_s * INT64_C(1000);
	period.to_ms = s->begin_ms + to_s * INT64_C(1000);
	period.names_ms = s->begin_ms + names_s * INT64_C(1000);
	s->b = burden_new(s->settings, &period);
}

static void
begin(struct story *s)
{
	begin_period(s, 0, 10 * DAY_S, -400 * DAY_S);
}

static void
end(struct story *s)
{
	burden_free(s->b);
	settings_free(s->settings);
}

/* "opened", and what it has besides, as JSON. */
static void
happens(struct story *s, int at_s, int incident, const char *what,
    const char *more)
{
	struct text t = { 0 };

	text_addf(&t, "{\"at_ms\":%lld,\"incident\":\"INC-%06d\",",
	    (long long)(s->begin_ms + at_s * INT64_C(1000)), incident);
	text_addf(&t, "\"what\":\"%s\",%s}", what, more);
	assert_true(burden_line(s->b, t.data, t.length));
	text_clear(&t);
}

static void
opens(struct story *s, int at_s, int incident, const char *subject,
    int severity, int seen_s)
{
	struct text t = { 0 };

	text_addf(&t, "\"by\":\"evaluate\",\"text\":\"%s\",\"severity\":%d",
	    subject, severity);
	if (seen_s >= 0)
		text_addf(&t, ",\"since_ms\":%lld",
		    (long long)(s->begin_ms + (at_s - seen_s) * INT64_C(1000)));
	happens(s, at_s, incident, "opened", t.data);
	text_clear(&t);
}

static void
calls(struct story *s, int at_s, int incident, const char *person)
{
	char more[160];

	text_format(more, sizeof(more),
	    "\"by\":\"pager\",\"person\":\"%s\",\"from\":\"rota support\"",
	    person);
	happens(s, at_s, incident, "calls", more);
}

static void
does(struct story *s, int at_s, int incident, const char *what,
    const char *person)
{
	char more[160];

	text_format(more, sizeof(more), "\"by\":\"%s\",\"person\":\"%s\"",
	    person, person);
	happens(s, at_s, incident, what, more);
}

static void
ends(struct story *s, int at_s, int incident)
{
	happens(s, at_s, incident, "resolved",
	    "\"by\":\"evaluate\",\"text\":\"ended by itself\"");
}

static bool
had_watch(struct story *s, const char *rota, int from_s, int to_s,
    const char *more)
{
	char field[96];
	struct text t = { 0 };
	bool is_past;

	text_format(field, sizeof(field), "%s:%lld", rota,
	    (long long)(s->begin_ms + from_s * INT64_C(1000)));
	text_addf(&t, "{\"to_ms\":%lld,%s}",
	    (long long)(s->begin_ms + to_s * INT64_C(1000)), more);
	is_past = burden_past(s->b, field, t.data, t.length);
	text_clear(&t);
	return is_past;
}

/* ---- the report as lines ---- */

static int
number(const json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

static void
tell_spans(struct text *t, const json_t *o)
{
	text_addf(t, "%d", number(o, "known"));
	if (number(o, "known") > 0)
		text_addf(t, " (%d %d %d)", number(o, "median_ms") / 1000,
		    number(o, "p90_ms") / 1000, number(o, "max_ms") / 1000);
}

static void
tell_people(struct text *t, const json_t *report)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(report, "people"), i, o)
	{
		const char *name =
		    json_string_value(json_object_get(o, "person"));

		text_addf(t,
		    "%s pages %d night %d notices %d calls %d "
		    "asked %d taken ",
		    name == NULL ? "?" : name, number(o, "pages"),
		    number(o, "night_pages"), number(o, "notices"),
		    number(o, "calls"), number(o, "asked_for_updates"));
		tell_spans(t, json_object_get(o, "take"));
		text_addf(t, " watches %d over %d\n", number(o, "watches"),
		    number(o, "watches_over"));
	}
}

static void
tell_watches(struct text *t, const json_t *report, int64_t begin_ms)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(report, "watches"), i, o)
	{
		const char *who =
		    json_string_value(json_object_get(o, "person"));
		int64_t from_ms =
		    json_integer_value(json_object_get(o, "from_ms"));
		int64_t to_ms = json_integer_value(json_object_get(o, "to_ms"));

		text_addf(t, "%s%s %s %d h %d h: %d of %d%s\n",
		    json_string_value(json_object_get(o, "rota")),
		    json_is_true(json_object_get(o, "second")) ? " second" : "",
		    who == NULL ? "?" : who,
		    (int)((from_ms - begin_ms) / 3600000),
		    (int)((to_ms - begin_ms) / 3600000), number(o, "incidents"),
		    number(o, "fair"),
		    json_is_true(json_object_get(o, "over")) ? " over" : "");
	}
}

static void
tell_severities(struct text *t, const json_t *report)
{
	const json_t *o;
	size_t i;

	json_array_foreach(json_object_get(report, "severities"), i, o)
	{
		const json_t *detect = json_object_get(o, "detect"),
			     *take = json_object_get(o, "take"),
			     *resolve = json_object_get(o, "resolve");

		if (number(o, "incidents") == 0)
			continue;
		text_addf(t, "S%d %d: detect ", number(o, "severity"),
		    number(o, "incidents"));
		tell_spans(t, detect);
		text_addf(t, " unknown %d, take ", number(detect, "unknown"));
		tell_spans(t, take);
		text_addf(t, " never %d waiting %d, resolve ",
		    number(take, "never"), number(take, "waiting"));
		tell_spans(t, resolve);
		text_addf(t, " open %d\n", number(resolve, "open"));
	}
}

static void
tell_noise(struct text *t, const json_t *report, const char *which)
{
	const json_t *noise = json_object_get(report, "noise"), *o;
	size_t i;

	json_array_foreach(json_object_get(noise, which), i, o)
	{
		text_addf(t,
		    "%s: %d for %d, %d at night, %d untaken, %d idle\n",
		    json_string_value(json_object_get(o, "name")),
		    number(o, "pages"), number(o, "incidents"),
		    number(o, "night_pages"), number(o, "untaken"),
		    number(o, "without_action"));
	}
}

static void
is_told(struct text *t, json_t *report, const char *expected)
{
	const char *said = t->data == NULL ? "" : t->data;

	if (strcmp(said, expected) != 0)
		fail_msg("it is:\n%snot:\n%s", said, expected);
	text_clear(t);
	json_decref(report);
}

static void
people_are(struct story *s, const char *person, const char *expected)
{
	json_t *report = burden_report(s->b, person);
	struct text t = { 0 };

	assert_non_null(report);
	tell_people(&t, report);
	is_told(&t, report, expected);
}

static void
watches_are(struct story *s, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_watches(&t, report, s->begin_ms);
	is_told(&t, report, expected);
}

static void
times_are(struct story *s, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_severities(&t, report);
	is_told(&t, report, expected);
}

static void
noise_is(struct story *s, const char *which, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_noise(&t, report, which);
	is_told(&t, report, expected);
}

/* ---- people ---- */

static void
called_again_is_the_same_page(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 300, 1, "isla"); /* by her next way */
	calls(&s, 300, 1, "tom");
	opens(&s, 400, 2, "acme/learn", 1, 20);
	calls(&s, 400, 2, "maya");
	opens(&s, 500, 3, "acme/learn", 1, 20);
	calls(&s, 500, 3, "maya"); /* two of hers: she comes first */
	does(&s, 360, 1, "taken", "isla");
	people_are(&s, NULL,
	    "maya pages 2 night 2 notices 0 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n"
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(360 360 360) watches 0 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

static void
after_a_take_it_is_another_page(void **state)
{
	static const char *const whats[] = { "take expired", "snooze over",
		"watch over", "owner left", "handed on", "declined",
		"escalated" };
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		begin(&s);
		opens(&s, 0, 1, "acme/learn", 1, 20);
		calls(&s, 0, 1, "isla");
		does(&s, 60, 1, "snoozed", "isla");
		does(&s, 1860, 1, whats[i], "pager");
		calls(&s, 1860, 1, "isla");
		does(&s, 2000, 1, "taken", "isla");
		people_are(&s, NULL,
		    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 2 "
		    "(60 140 140) watches 0 over 0\n");
		end(&s);
	}
}

static void
a_word_while_it_calls_is_no_new_page(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 2, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 0, 1, "tom");
	does(&s, 60, 1, "declined", "tom");
	does(&s, 70, 1, "escalated", "moana");
	calls(&s, 300, 1, "isla");
	does(&s, 310, 1, "answered", "isla"); /* where each has to */
	people_are(&s, "isla",
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(310 310 310) watches 0 over 0\n");
	end(&s);
}

/* 22:00 to 07:00 where the person lives: London has summer time. */
static void
nights_are_the_persons(void **state)
{
	static const struct {
		int at_s;
		const char *person;
		int night;
	} cases[] = {
		{ 11 * HOUR_S - 1, "isla", 0 },
		{ 11 * HOUR_S, "isla", 1 },
		{ 20 * HOUR_S - 1, "isla", 1 },
		{ 20 * HOUR_S, "isla", 0 },
		{ 0, "moana", 1 }, /* 22:00 in Auckland */
		{ 11 * HOUR_S, "moana", 0 },
		{ 11 * HOUR_S, "gone", 0 }, /* 21:00 UTC */
		{ 12 * HOUR_S, "gone", 1 },
	};
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *report, *one;

		begin(&s);
		opens(&s, cases[i].at_s, 1, "acme/learn", 1, 20);
		calls(&s, cases[i].at_s, 1, cases[i].person);
		report = burden_report(s.b, NULL);
		one = json_array_get(json_object_get(report, "people"), 0);
		if (number(one, "night_pages") != cases[i].night)
			fail_msg("%s at %d s", cases[i].person, cases[i].at_s);
		assert_int_equal(number(one, "pages"), 1);
		assert_int_equal(json_object_get(one, "zone") == NULL,
		    strcmp(cases[i].person, "gone") == 0);
		json_decref(report);
		end(&s);
	}
}

static void
a_notice_is_no_page_until_it_gets_worse(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 3, 20);
	calls(&s, 0, 1, "isla");
	happens(&s, 100, 1, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	calls(&s, 100, 1, "isla");
	/* Worse still while she is called: the same page. */
	happens(&s, 200, 1, "severity",
	    "\"by\":\"pager\",\"severity\":1,\"again\":true");
	calls(&s, 200, 1, "isla");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 3 asked 0 taken 0 "
	    "watches 0 over 0\n");
	times_are(&s,
	    "S1 1: detect 1 (20 20 20) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
lowered_and_released_it_is_a_notice(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 20, 1, "severity", "\"by\":\"isla\",\"severity\":3");
	happens(&s, 25, 1, "severity", "\"by\":\"isla\",\"text\":\"old\"");
	does(&s, 30, 1, "take expired", "pager");
	calls(&s, 30, 1, "isla");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 2 asked 0 taken 1 "
	    "(10 10 10) watches 0 over 0\n");
	end(&s);
}

/* Who has it is asked anew; of what is known only from then on, too. */
static void
worse_while_somebody_has_it(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	happens(&s, 0, 1, "severity",
	    "\"by\":\"isla\",\"severity\":3,\"again\":true");
	calls(&s, 1, 1, "isla");
	calls(&s, 1, 1, "tom");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 20, 1, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	calls(&s, 20, 1, "isla");
	does(&s, 30, 1, "answered", "isla");
	does(&s, 40, 1, "taken", "isla"); /* she did before */
	happens(&s, 50, 1, "severity",
	    "\"by\":\"isla\",\"severity\":4,\"again\":true");
	calls(&s, 50, 1, "tom");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 2 asked 0 taken 1 "
	    "(10 10 10) watches 0 over 0\n"
	    "tom pages 0 night 0 notices 2 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

static void
asked_for_an_update(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 900, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"late\":true");
	happens(&s, 11 * DAY_S, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"late\":true");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 1 asked 1 taken 1 "
	    "(10 10 10) watches 0 over 0\n");
	end(&s);
}

static void
what_began_in_the_period_counts(void **state)
{
	struct story s;

	(void)state;
	begin_period(&s, 0, 1000, -400 * DAY_S);
	opens(&s, -100, 1, "acme/learn", 1, 20);
	calls(&s, -100, 1, "isla");
	calls(&s, 200, 1, "isla"); /* the same page */
	calls(&s, 200, 1, "tom");
	does(&s, 1200, 1, "taken", "tom"); /* after it, and counted */
	opens(&s, 1000, 2, "acme/web", 1, 20);
	calls(&s, 1000, 2, "isla");
	people_are(&s, NULL,
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 1 "
	    "(1000 1000 1000) watches 0 over 0\n");
	times_are(&s, "");
	noise_is(&s, "subjects",
	    "acme/learn: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

static void
old_names_are_not_said(void **state)
{
	struct story s;

	(void)state;
	begin_period(&s, 0, DAY_S, 1000);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	opens(&s, 2000, 2, "acme/web", 1, 20);
	calls(&s, 2000, 2, "isla");
	assert_true(had_watch(&s, "support", 0, HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u\""));
	people_are(&s, NULL,
	    "? pages 1 night 0 notices 0 calls 1 asked 0 taken 0 watches 1 "
	    "over 0\n"
	    "isla pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

static void
one_person_alone(void **state)
{
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 0, 1, "gone");
	people_are(&s, "gone",
	    "gone pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	people_are(&s, "tom", ""); /* known, and never called */
	assert_null(burden_report(s.b, "nobody"));
	report = burden_report(s.b, "isla");
	assert_null(json_object_get(report, "noise"));
	assert_null(json_object_get(report, "severities"));
	json_decref(report);
	end(&s);
}

/* ---- watches ---- */

/* So many incidents for isla, a minute apart. */
static void
fails_often(struct story *s, int at_s, int first, int count)
{
	for (int i = 0; i < count; i++) {
		opens(s, at_s + 60 * i, first + i, "acme/learn", 1, 20);
		calls(s, at_s + 60 * i, first + i, "isla");
		ends(s, at_s + 60 * i + 30, first + i);
	}
}

static void
two_incidents_are_fair_in_twelve_hours(void **state)
{
	static const struct {
		int length_s, incidents;
		const char *expected;
	} cases[] = {
		{ 12 * HOUR_S, 2, "support isla 0 h 12 h: 2 of 2\n" },
		{ 12 * HOUR_S, 3, "support isla 0 h 12 h: 3 of 2 over\n" },
		{ 8 * HOUR_S, 2, "support isla 0 h 8 h: 2 of 2\n" },
		{ 8 * HOUR_S, 3, "support isla 0 h 8 h: 3 of 2 over\n" },
		{ 6 * HOUR_S, 2, "support isla 0 h 6 h: 2 of 1 over\n" },
		{ 1800, 1, "support isla 0 h 0 h: 1 of 1\n" },
		{ 24 * HOUR_S, 4, "support isla 0 h 24 h: 4 of 4\n" },
	};
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&s);
		assert_true(had_watch(&s, "support", 0, cases[i].length_s,
		    "\"person\":\"isla\",\"uid\":\"u\""));
		fails_often(&s, 0, 1, cases[i].incidents);
		watches_are(&s, cases[i].expected);
		end(&s);
	}
}

/* An incident that calls twice is one; one that goes on into the next watch
   is that one's, too. */
static void
an_incident_is_counted_once_in_a_watch(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "support", 0, HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", HOUR_S, 2 * HOUR_S,
	    "\"person\":\"tom\",\"uid\":\"u2\""));
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 60, 1, "taken", "isla");
	does(&s, 1860, 1, "take expired", "pager");
	calls(&s, 1860, 1, "isla");
	does(&s, 1900, 1, "taken", "isla");
	does(&s, HOUR_S, 1, "watch over", "pager");
	calls(&s, HOUR_S, 1, "tom");
	watches_are(&s,
	    "support isla 0 h 1 h: 1 of 1\n"
	    "support tom 1 h 2 h: 1 of 1\n");
	people_are(&s, NULL,
	    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 2 "
	    "(40 60 60) watches 1 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 1 over 0\n");
	end(&s);
}

/* Records of one watch, in the order of a hash; a second has one, too. */
static void
what_goes_on_is_one_watch(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "support", 2 * HOUR_S, 12 * HOUR_S,
	    "\"person\":\"isla\",\"secondary\":\"tom\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", 0, 2 * HOUR_S,
	    "\"person\":\"isla\",\"secondary\":\"maya\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", 12 * HOUR_S, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u2\""));
	assert_true(had_watch(&s, "leads", 0, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	fails_often(&s, 3 * HOUR_S, 1, 3);
	watches_are(&s,
	    "leads isla 0 h 24 h: 0 of 4\n"
	    "support isla 0 h 12 h: 3 of 2 over\n"
	    "support second maya 0 h 2 h: 0 of 1\n"
	    "support second tom 2 h 12 h: 0 of 2\n"
	    "support isla 12 h 24 h: 0 of 2\n");
	people_are(&s, "isla",
	    "isla pages 3 night 0 notices 0 calls 3 asked 0 taken 0 "
	    "watches 3 over 1\n");
	end(&s);
}

/* Whoever is called for another reason is on a watch all the same. */
static void
a_page_belongs_to_the_watch_of_then(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "leads", 0, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	opens(&s, HOUR_S, 1, "acme/learn", 1, 20);
	happens(&s, HOUR_S, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"handed on\"");
	opens(&s, 2 * HOUR_S, 2, "acme/web", 1, 20);
	happens(&s, 2 * HOUR_S, 2, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"rota lead\"");
	opens(&s, 25 * HOUR_S, 3, "acme/web", 1, 20);
	calls(&s, 25 * HOUR_S, 3, "isla"); /* her watch is over */
	opens(&s, 11 * HOUR_S, 4, "acme/web", 3, 20);
	calls(&s, 11 * HOUR_S, 4, "isla"); /* a notice is no incident of it */
	watches_are(&s, "leads isla 0 h 24 h: 2 of 4\n");
	happens(&s, 12 * HOUR_S, 4, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	happens(&s, 12 * HOUR_S, 4, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"rota leads all\"");
	watches_are(&s, "leads isla 0 h 24 h: 3 of 4\n");
	end(&s);
}

static void
no_record_of_a_watch(void **state)
{
	static const struct {
		const char *field, *value;
	} cases[] = {
		{ "support", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:5", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:-5", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:1", "{\"to_ms\":3155760000000}" },
		{ "support:1", "[]" },
		{ "support:1", "" },
	};
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(burden_past(s.b, cases[i].field, cases[i].value,
		    strlen(cases[i].value)));
	watches_are(&s, "");
	end(&s);
}

/* The ring of the tree: isla from 07:00 UTC, maya from 13:00 UTC. */
static void
since_the_last_record_the_tree_says(void **state)
{
	const struct rota *support;
	struct story s;

	(void)state;
	begin(&s);
	support = settings_rota(s.settings, "support");
	burden_since(s.b, support, NULL, 0, s.begin_ms);
	watches_are(&s, ""); /* it began at 07:00, before the period */
	end(&s);

	begin_period(&s, -4 * HOUR_S, DAY_S, -400 * DAY_S);
	support = settings_rota(s.settings, "support");
	assert_true(had_watch(&s, "support", -3 * HOUR_S, 3 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "other", 0, DAY_S, "\"person\":\"tom\""));
	burden_since(s.b, support, NULL, 0, s.begin_ms + 22 * 3600000);
	watches_are(&s,
	    "support isla -3 h 3 h: 0 of 1\n"
	    "other tom 0 h 24 h: 0 of 4\n"
	    "support maya 3 h 21 h: 0 of 3\n"
	    "support isla 21 h 27 h: 0 of 1\n");
	end(&s);

	/* What was long ago is not made up from the tree of today. */
	begin_period(&s, 0, DAY_S, -400 * DAY_S);
	support = settings_rota(s.settings, "support");
	assert_true(had_watch(&s, "support", -300 * HOUR_S, -200 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", -400 * HOUR_S, -300 * HOUR_S,
	    "\"person\":\"tom\",\"uid\":\"u0\""));
	burden_since(s.b, support, NULL, 0, s.begin_ms + 4 * 3600000);
	watches_are(&s, "support maya 3 h 21 h: 0 of 3\n");
	end(&s);
}

/* As the pager has them: what was, and what is by the tree. */
static void
watches_of_the_pager(void **state)
{
	struct story s;
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_pass(&w, 4 * HOUR_S);
	begin_period(&s, -4 * HOUR_S, DAY_S, -400 * DAY_S);
	duty_burden(w.duty, s.b, w.now_ms);
	watches_are(&s,
	    "support isla -3 h 3 h: 0 of 1\n"
	    "support maya 3 h 21 h: 0 of 3\n");
	end(&s);
	world_end(&w);
	world_begin(&w, no_ladders, NIGHT); /* without any rota */
	begin(&s);
	duty_burden(w.duty, s.b, w.now_ms);
	watches_are(&s, "");
	end(&s);
	world_end(&w);
}

/* A rota that lost its watches has nobody, and one may have a second. */
static void
hours_of_nobody_and_of_a_second(void **state)
{
	struct settings *settings = world_settings(last_is_rota);
	struct rota *rota = settings->rotas.items;
	size_t kept = rota->watches.count;
	struct story s;

	(void)state;
	begin(&s);
	burden_since(s.b, rota, NULL, 0, s.begin_ms + 30 * 3600000);
	watches_are(&s,
	    "all isla 22 h 46 h: 0 of 4\n"
	    "all second tom 22 h 46 h: 0 of 4\n");
	end(&s);
	begin(&s);
	rota->watches.count = 0;
	burden_since(s.b, rota, NULL, 0, s.begin_ms);
	watches_are(&s, "");
	rota->watches.count = kept;
	settings_free(settings);
	end(&s);
}

/* ---- how fast it went ---- */

static void
median_and_nine_in_ten(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	for (int i = 1; i <= 10; i++) {
		opens(&s, 1000 * i, i, "acme/learn", 1, 10 * i);
		calls(&s, 1000 * i, i, "isla");
		does(&s, 1000 * i + i, i, "taken", "isla");
		ends(&s, 1000 * i + 100 * i, i);
	}
	opens(&s, 20000, 11, "acme/web", 2, 7);
	times_are(&s,
	    "S1 10: detect 10 (50 90 100) unknown 0, take 10 (5 9 10) "
	    "never 0 waiting 0, resolve 10 (500 900 1000) open 0\n"
	    "S2 1: detect 1 (7 7 7) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
what_is_not_known_is_said(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, -1); /* as releases before wrote it */
	ends(&s, 100, 1);
	happens(&s, 200, 2, "opened", "\"by\":\"evaluate\",\"text\":\"a/b\"");
	calls(&s, 300, 3, "isla"); /* opened before the first line */
	times_are(&s,
	    "S1 1: detect 0 unknown 1, take 0 never 1 waiting 0, "
	    "resolve 1 (100 100 100) open 0\n");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

/* Clocks of two machines differ: nothing is seen before it begins. */
static void
seen_before_it_began(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	happens(&s, 0, 1, "opened",
	    "\"by\":\"evaluate\",\"text\":\"a/b\",\"severity\":1,"
	    "\"since_ms\":1882900801000");
	times_are(&s,
	    "S1 1: detect 1 (0 0 0) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
who_takes_the_storm_takes_what_is_in_it(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	happens(&s, 0, 2, "storm",
	    "\"by\":\"pager\",\"text\":\"operations/storm/x\",\"severity\":1");
	happens(&s, 0, 1, "joined storm",
	    "\"by\":\"pager\",\"text\":\"INC-000002\"");
	opens(&s, 10, 3, "acme/web", 1, 20);
	happens(&s, 10, 3, "joined storm",
	    "\"by\":\"pager\",\"text\":\"INC-000009\""); /* not known */
	calls(&s, 10, 2, "isla");
	does(&s, 60, 2, "taken", "isla");
	times_are(&s,
	    "S1 2: detect 2 (20 20 20) unknown 0, take 1 (60 60 60) "
	    "never 0 waiting 1, resolve 0 open 2\n");
	/* It leaves the storm, and calls for itself. */
	happens(&s, 100, 1, "left storm",
	    "\"by\":\"pager\",\"text\":\"INC-000002\"");
	calls(&s, 100, 1, "isla");
	does(&s, 130, 1, "taken", "tom"); /* who was not called */
	people_are(&s, NULL,
	    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(50 50 50) watches 0 over 0\n");
	end(&s);
}

/* ---- noise ---- */

static void
what_calls_for_nothing(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fails_often(&s, 12 * HOUR_S, 1, 3); /* over before anybody took it */
	opens(&s, 0, 11, "acme/web", 1, 20);
	calls(&s, 0, 11, "isla");
	does(&s, 10, 11, "taken", "isla");
	happens(&s, 11, 11, "published",
	    "\"by\":\"pager\",\"text\":\"to acme, investigating: x\"");
	ends(&s, 20, 11); /* taken, and nothing done */
	does(&s, 21, 11, "note", "isla");
	opens(&s, 100, 12, "acme/web", 1, 20);
	calls(&s, 100, 12, "isla");
	does(&s, 110, 12, "taken", "isla");
	does(&s, 111, 12, "note", "isla");
	happens(&s, 120, 12, "resolved",
	    "\"by\":\"alert:x\",\"text\":\"resolved where it came from\"");
	opens(&s, 200, 13, "birch/learn", 1, 20);
	calls(&s, 200, 13, "isla");
	does(&s, 210, 13, "taken", "isla");
	happens(&s, 220, 13, "resolved",
	    "\"by\":\"isla\",\"text\":\"resolved by isla\"");
	opens(&s, 300, 14, "birch/library", 3, 20);
	calls(&s, 300, 14, "isla"); /* a notice wakes nobody */
	opens(&s, 400, 15, "birch/zoo", 1, 20);
	calls(&s, 400, 15, "isla");
	calls(&s, 400, 15, "tom"); /* louder than birch/learn, and later */
	noise_is(&s, "subjects",
	    "acme/learn: 3 for 3, 3 at night, 3 untaken, 0 idle\n"
	    "acme/web: 2 for 2, 0 at night, 0 untaken, 1 idle\n"
	    "birch/zoo: 2 for 1, 0 at night, 0 untaken, 0 idle\n"
	    "birch/learn: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	noise_is(&s, "clients",
	    "acme: 5 for 5, 3 at night, 3 untaken, 1 idle\n"
	    "birch: 3 for 2, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

static void
the_loudest_are_listed(void **state)
{
	char subject[40];
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (int i = 0; i < BURDEN_NOISY_MAX + 3; i++) {
		text_format(subject, sizeof(subject), "acme/e%02d", i);
		opens(&s, i, i + 1, subject, 1, 20);
		calls(&s, i, i + 1, "isla");
	}
	report = burden_report(s.b, NULL);
	assert_int_equal(json_array_size(
			     json_object_get(json_object_get(report, "noise"),
				 "subjects")),
	    BURDEN_NOISY_MAX);
	json_decref(report);
	end(&s);
}

/* ---- lines ---- */

static void
no_line(void **state)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"at_ms\":5}",
		"{\"at_ms\":-1,\"what\":\"opened\"}",
		"{\"at_ms\":3155760000000,\"what\":\"opened\"}",
		"{\"what\":\"opened\",\"incident\":\"INC-000001\"}" };
	static const char *const other[] = {
		"{\"at_ms\":5,\"what\":\"digest\",\"text\":\"isla\"}",
		"{\"at_ms\":6,\"what\":\"opened\",\"incident\":\"\"}",
		"{\"at_ms\":7,\"what\":\"dance\",\"incident\":\"INC-000001\"}",
	};
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(burden_line(s.b, bad[i], strlen(bad[i])));
	report = burden_report(s.b, NULL);
	assert_int_equal(number(report, "journal_ms"), 0);
	json_decref(report);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(burden_line(s.b, other[i], strlen(other[i])));
	report = burden_report(s.b, NULL);
	assert_int_equal(number(report, "journal_ms"), 5);
	assert_int_equal(json_array_size(json_object_get(report, "people")), 0);
	json_decref(report);
	end(&s);
	burden_free(NULL);
}

static void
what_there_is_no_room_for_is_counted(void **state)
{
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (int i = 1; i <= BURDEN_INCIDENTS_MAX + 2; i++)
		happens(&s, 0, i, "note", "\"by\":\"isla\"");
	for (int i = 0; i < BURDEN_PAGES_MAX + 1; i++) {
		char person[24];

		text_format(person, sizeof(person), "p%d", i);
		does(&s, i / 100, i % 50000 + 1, "take expired", "pager");
		calls(&s, i / 100, i % 50000 + 1, person);
		happens(&s, 0, 1, "calls", "\"late\":true");
	}
	for (int i = 0; i < BURDEN_WATCHES_MAX + 1; i++)
		assert_true(had_watch(&s, "support", i, i + 1,
		    "\"person\":\"isla\",\"uid\":\"u\""));
	report = burden_report(s.b, "isla");
	assert_int_equal(number(report, "left_out"), 2 + 2 + 1);
	json_decref(report);
	end(&s);
}

/* ---- as the pager writes it ---- */

static void
a_night_as_the_pager_tells_it(void **state)
{
	struct text lines = { 0 };
	struct story s;
	struct world w;
	char *next;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.journal = &lines;
	world_pass(&w, 60);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 400); /* isla by two ways, then tom */
	world_command(&w, TAKE("tom"));
	world_pass(&w, 100);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	begin(&s);
	for (char *line = lines.data; *line != '\0'; line = next) {
		next = strchr(line, '\n') + 1;
		assert_true(burden_line(s.b, line, (size_t)(next - line)));
	}
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 1 "
	    "(100 100 100) watches 0 over 0\n");
	times_are(&s,
	    "S1 1: detect 1 (30 30 30) unknown 0, take 1 (400 400 400) never 0 "
	    "waiting 0, resolve 1 (500 500 500) open 0\n");
	noise_is(&s, "subjects",
	    "acme/learn: 2 for 1, 0 at night, 0 untaken, 1 idle\n");
	end(&s);
	world_end(&w);
	text_clear(&lines);
}

/* A notice is no page, until another plan has it call at once. */
static void
test_by_another_plan(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 11, "acme/web", 3, 20);
	calls(&s, 0, 11, "isla");
	noise_is(&s, "subjects", "");
	happens(&s, 60, 11, "urgency", "\"by\":\"pager\",\"calls_as\":2");
	calls(&s, 60, 11, "isla");
	happens(&s, 70, 11, "urgency", "\"by\":\"pager\",\"calls_as\":1");
	noise_is(&s, "subjects",
	    "acme/web: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_another_plan),
		cmocka_unit_test(called_again_is_the_same_page),
		cmocka_unit_test(after_a_take_it_is_another_page),
		cmocka_unit_test(a_word_while_it_calls_is_no_new_page),
		cmocka_unit_test(nights_are_the_persons),
		cmocka_unit_test(a_notice_is_no_page_until_it_gets_worse),
		cmocka_unit_test(lowered_and_released_it_is_a_notice),
		cmocka_unit_test(worse_while_somebody_has_it),
		cmocka_unit_test(asked_for_an_update),
		cmocka_unit_test(what_began_in_the_period_counts),
		cmocka_unit_test(old_names_are_not_said),
		cmocka_unit_test(one_person_alone),
		cmocka_unit_test(two_incidents_are_fair_in_twelve_hours),
		cmocka_unit_test(an_incident_is_counted_once_in_a_watch),
		cmocka_unit_test(what_goes_on_is_one_watch),
		cmocka_unit_test(a_page_belongs_to_the_watch_of_then),
		cmocka_unit_test(no_record_of_a_watch),
		cmocka_unit_test(since_the_last_record_the_tree_says),
		cmocka_unit_test(watches_of_the_pager),
		cmocka_unit_test(hours_of_nobody_and_of_a_second),
		cmocka_unit_test(median_and_nine_in_ten),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(seen_before_it_began),
		cmocka_unit_test(who_takes_the_storm_takes_what_is_in_it),
		cmocka_unit_test(what_calls_for_nothing),
		cmocka_unit_test(the_loudest_are_listed),
		cmocka_unit_test(no_line),
		cmocka_unit_test(what_there_is_no_room_for_is_counted),
		cmocka_unit_test(a_night_as_the_pager_tells_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

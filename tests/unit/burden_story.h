#ifndef TESTS_UNIT_BURDEN_STORY_H
#define TESTS_UNIT_BURDEN_STORY_H

/* What being on call asked of people: lines of the journal, told, and the
   report as lines. */
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

static inline void
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

static inline void
begin(struct story *s)
{
	begin_period(s, 0, 10 * DAY_S, -400 * DAY_S);
}

static inline void
end(struct story *s)
{
	burden_free(s->b);
	settings_free(s->settings);
}

/* "opened", and what it has besides, as JSON. */
static inline void
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

static inline void
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

static inline void
calls(struct story *s, int at_s, int incident, const char *person)
{
	char more[160];

	text_format(more, sizeof(more),
	    "\"by\":\"pager\",\"person\":\"%s\",\"from\":\"rota support\"",
	    person);
	happens(s, at_s, incident, "calls", more);
}

static inline void
does(struct story *s, int at_s, int incident, const char *what,
    const char *person)
{
	char more[160];

	text_format(more, sizeof(more), "\"by\":\"%s\",\"person\":\"%s\"",
	    person, person);
	happens(s, at_s, incident, what, more);
}

static inline void
ends(struct story *s, int at_s, int incident)
{
	happens(s, at_s, incident, "resolved",
	    "\"by\":\"evaluate\",\"text\":\"ended by itself\"");
}

static inline bool
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

/* So many incidents for isla, a minute apart. */
static inline void
fails_often(struct story *s, int at_s, int first, int count)
{
	for (int i = 0; i < count; i++) {
		opens(s, at_s + 60 * i, first + i, "acme/learn", 1, 20);
		calls(s, at_s + 60 * i, first + i, "isla");
		ends(s, at_s + 60 * i + 30, first + i);
	}
}

/* ---- the report as lines ---- */

static inline int
number(const json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

static inline void
tell_spans(struct text *t, const json_t *o)
{
	text_addf(t, "%d", number(o, "known"));
	if (number(o, "known") > 0)
		text_addf(t, " (%d %d %d)", number(o, "median_ms") / 1000,
		    number(o, "p90_ms") / 1000, number(o, "max_ms") / 1000);
}

static inline void
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

static inline void
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

static inline void
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

static inline void
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

static inline void
is_told(struct text *t, json_t *report, const char *expected)
{
	const char *said = t->data == NULL ? "" : t->data;

	if (strcmp(said, expected) != 0)
		fail_msg("it is:\n%snot:\n%s", said, expected);
	text_clear(t);
	json_decref(report);
}

static inline void
people_are(struct story *s, const char *person, const char *expected)
{
	json_t *report = burden_report(s->b, person);
	struct text t = { 0 };

	assert_non_null(report);
	tell_people(&t, report);
	is_told(&t, report, expected);
}

static inline void
watches_are(struct story *s, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_watches(&t, report, s->begin_ms);
	is_told(&t, report, expected);
}

static inline void
times_are(struct story *s, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_severities(&t, report);
	is_told(&t, report, expected);
}

static inline void
noise_is(struct story *s, const char *which, const char *expected)
{
	json_t *report = burden_report(s->b, NULL);
	struct text t = { 0 };

	tell_noise(&t, report, which);
	is_told(&t, report, expected);
}

#endif

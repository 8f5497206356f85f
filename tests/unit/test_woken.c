/*
 * Who was woken, and why, or why nobody was: what the pager's own lines tell
 * of a night, asked of each instant of it.
 */
#include "lib/record.h"
#include "pager/duty_parts.h"
#include "pager/woken.h"
#include "tests/unit/duty_story.h"

static const struct woken_of learn = { "acme/learn", "acme/learn" };

static struct text lines; /* of the journal, as they were written */
static int64_t told_ms;   /* up to then it was told by was() */

static void
begin(struct world *w)
{
	told_ms = 0;
	text_clear(&lines);
	world_begin(w, world_tree, NIGHT);
	w->journal = &lines;
}

static void
end(struct world *w)
{
	world_end(w);
	text_clear(&lines);
}

/* Each line of a text that is a journal. */
static void
read_lines(struct woken_journal *j, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");

		assert_true(woken_add(j, text, n));
		text += n + (text[n] != '\0');
	}
}

static struct incident *
record(struct world *w, const char *id)
{
	struct field *f = world_field(w, "incidents", id);
	struct incident *inc;
	char error[160];

	if (f == NULL)
		return NULL;
	inc = incident_decode(f->value, f->length, error);
	assert_non_null(inc);
	return inc;
}

static int
seconds(const struct world *w, int64_t at_ms)
{
	return at_ms == 0 ? 0 : (int)((at_ms - w->begin_ms) / 1000);
}

static void
tell_call(const struct world *w, const struct woken_call *c, struct text *t)
{
	text_addf(t, "[%5d] calls %s by %s: %s", seconds(w, c->at_ms),
	    c->person, c->channel, c->from);
	if (c->level != 0)
		text_addf(t, " %d/%d round %d", c->level, c->levels, c->round);
	if (c->override[0] != '\0')
		text_addf(t, " (%s of %s)", c->override, c->override_by);
	if (c->layer[0] != '\0')
		text_addf(t, " (layer %s)", c->layer);
	if (c->instead[0] != '\0')
		text_addf(t, " (instead of %s)", c->instead);
	text_addf(t, "%s%s: %s", c->late ? " (late)" : "",
	    c->filled ? " (filled)" : "", called_outcome_text(c->outcome));
	text_addf(t, "%s%s\n", c->answer[0] != '\0' ? ": " : "", c->answer);
}

static void
tell(const struct world *w, const struct woken *k, struct text *t)
{
	text_addf(t, "S%d %s, %s", k->severity, page_state_text(k->state),
	    woken_why_text(woken_why(k)));
	if (k->owner[0] != '\0')
		text_addf(t, ": %s since %d until %d", k->owner,
		    seconds(w, k->owned_ms), seconds(w, k->until_ms));
	if (k->storm[0] != '\0')
		text_addf(t, " of %s", k->storm);
	text_add(t, "\n");
	for (size_t i = 0; i < k->call_count; i++)
		if (k->calls[i].at_ms > told_ms)
			tell_call(w, &k->calls[i], t);
	for (size_t i = 0; i < k->act_count; i++)
		if (k->acts[i].at_ms > told_ms)
			text_addf(t, "[%5d] %s by %s: %s\n",
			    seconds(w, k->acts[i].at_ms), k->acts[i].what,
			    k->acts[i].by, k->acts[i].person);
}

/* What was so of that incident so many seconds after the beginning; of calls
   and acts those since it was asked last. */
static void
was(struct world *w, int at_s, const char *id, const char *expected)
{
	struct incident *inc = record(w, id);
	struct woken_journal j = { 0 };
	struct text t = { 0 };
	struct woken k;

	read_lines(&j, lines.data);
	woken_at(&j, inc, id, &learn, w->begin_ms + at_s * INT64_C(1000), &k);
	tell(w, &k, &t);
	if (strcmp(t.data, expected) != 0)
		fail_msg("at %d s it was:\n%snot:\n%s", at_s, t.data, expected);
	told_ms = w->begin_ms + at_s * INT64_C(1000);
	text_clear(&t);
	woken_end(&k);
	woken_clear(&j);
	incident_free(inc);
}

/*
 * What follows of the journal is what the pager has: of each open incident its
 * state, whose it is and until when, how bad, and who is next.
 */
static void
same_as_live(struct world *w)
{
	struct woken_journal j = { 0 };

	read_lines(&j, lines.data);
	for (struct incident *inc = w->duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		const struct person *next, *next_then;
		struct page_policy policy;
		int64_t at_ms, at_then_ms;
		struct woken k;
		struct page page;

		woken_at(&j, NULL, inc->id, &learn, w->now_ms, &k);
		assert_int_equal(k.opened_ms, inc->opened_ms);
		assert_int_equal(k.severity, inc->severity);
		assert_string_equal(k.storm,
		    inc->closed_ms != 0 ? k.storm : inc->storm);
		assert_int_equal(k.state, inc->page.state);
		assert_string_equal(k.owner, inc->page.owner);
		if (inc->page.owner[0] != '\0')
			assert_int_equal(k.until_ms, inc->page.until_ms);
		woken_page(&k, &page);
		duty_policy(w->duty, inc, &policy);
		if (inc->storm[0] == '\0' &&
		    page_upcoming(&inc->page, &policy, w->now_ms, &next,
			&at_ms) &&
		    inc->page.pause_until_ms == 0) {
			assert_true(page_upcoming(&page, &policy, w->now_ms,
			    &next_then, &at_then_ms));
			assert_ptr_equal(next, next_then);
			assert_int_equal(at_ms, at_then_ms);
		}
		woken_end(&k);
	}
	woken_clear(&j);
}

static void
pass(struct world *w, int to_s)
{
	world_pass(w, to_s - (w->now_ms - w->begin_ms) / 1000);
	same_as_live(w);
}

static void
say(struct world *w, const char *command)
{
	world_command(w, command);
	check_has(w->answer, "\"text\"");
	same_as_live(w);
}

/* Level after level, until tom takes it; then it is over. */
static void
test_from_the_first_call_to_the_end(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	pass(&w, 400);
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	pass(&w, 600);
	say(&w,
	    "{\"command\":\"note\",\"person\":\"tom\",\"incident\":1,"
	    "\"text\":\"disk\"}");
	pass(&w, 700);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	was(&w, -1, "INC-000001", "S1 calling, not open\n");
	was(&w, 30, "INC-000001",
	    "S1 calling, calls\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 399, "INC-000001",
	    "S1 calling, calls\n"
	    "[   60] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  300] calls tom by mail: person tom 2/2 round 1: handed over\n");
	was(&w, 400, "INC-000001",
	    "S1 taken, taken: tom since 400 until 2200\n"
	    "[  400] taken by test: tom\n");
	was(&w, 601, "INC-000001",
	    "S1 taken, taken: tom since 400 until 2400\n");
	was(&w, 700, "INC-000001",
	    "S1 closed, closed\n"
	    "[  700] resolved by evaluate: \n");
	end(&w);
}

/* It changes hands in every way there is. */
static void
test_from_hand_to_hand(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 10);
	say(&w,
	    "{\"command\":\"snooze\",\"person\":\"isla\",\"incident\":1,"
	    "\"for_ms\":600000}");
	was(&w, 11, "INC-000001",
	    "S2 snoozed, snoozed: isla since 10 until 610\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[   10] snoozed by test: isla\n");
	pass(&w, 620); /* the snooze is over, isla is called */
	say(&w, "{\"command\":\"decline\",\"person\":\"isla\",\"incident\":1}");
	was(&w, 621, "INC-000001",
	    "S2 calling, calls\n"
	    "[  610] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  620] calls tom by mail: person tom 2/2 round 1: handed over\n"
	    "[  610] snooze over by pager: \n"
	    "[  620] declined by test: isla\n");
	pass(&w, 640);
	say(&w,
	    "{\"command\":\"hand-on\",\"person\":\"tom\",\"to\":\"moana\","
	    "\"incident\":1,\"note\":\"yours\"}");
	pass(&w, 650);
	was(&w, 650, "INC-000001",
	    "S2 calling, calls\n"
	    "[  640] calls moana by mail: handed on: handed over\n"
	    "[  640] handed on by test: moana\n");
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	pass(&w, 700);
	/* It becomes worse: who has it is called, and has to take it anew. */
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	pass(&w, 710);
	was(&w, 710, "INC-000001",
	    "S1 calling, calls\n"
	    "[  700] calls moana by mail: worse: handed over\n"
	    "[  700] severity by pager: \n");
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	/* Half an hour without a word. */
	pass(&w, 2600);
	was(&w, 2599, "INC-000001",
	    "S1 calling, calls\n"
	    "[ 2510] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2570] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2510] take expired by pager: \n");
	say(&w,
	    "{\"command\":\"severity\",\"person\":\"tom\",\"incident\":1,"
	    "\"severity\":3}");
	pass(&w, 2700);
	was(&w, 2699, "INC-000001",
	    "S3 calling, notice\n"
	    "[ 2600] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2600] severity by tom: \n");
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	say(&w,
	    "{\"command\":\"severity\",\"person\":\"tom\",\"incident\":1,"
	    "\"severity\":4}");
	pass(&w, 2800);
	was(&w, 2799, "INC-000001",
	    "S4 taken, taken: tom since 2700 until 31500\n"
	    "[ 2700] taken by test: tom\n"
	    "[ 2700] severity by tom: \n");
	say(&w, "{\"command\":\"decline\",\"person\":\"tom\",\"incident\":1}");
	was(&w, 2800, "INC-000001",
	    "S4 calling, digest\n"
	    "[ 2800] declined by test: tom\n");
	end(&w);
}

/* The seventh within a minute is called for by the storm's page. */
static void
test_a_storm_calls_for_it(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	raise_many(&w, 6, 2);
	pass(&w, 5);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 90);
	was(&w, 4, "INC-000007",
	    "S2 calling, calls\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 89, "INC-000007",
	    "S2 calling, calls\n"
	    "[   60] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[   65] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 89, "INC-000008", "S2 calling, storm of INC-000007\n");
	say(&w, "{\"command\":\"take\",\"person\":\"isla\",\"incident\":7}");
	was(&w, 91, "INC-000007",
	    "S2 taken, taken: isla since 90 until 3690\n"
	    "[   90] taken by test: isla\n");
	/* Alone, it is somebody's own. */
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":8}");
	pass(&w, 100);
	was(&w, 100, "INC-000008",
	    "S2 taken, taken: tom since 90 until 3690\n");
	end(&w);
}

/* What is mild wakes nobody: one notice, or nothing. */
static void
test_mild_trouble(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/web", 3);
	world_raise(&w, ALARM_RAISED, "acme/learn", 4);
	pass(&w, 3600);
	was(&w, 3600, "INC-000001",
	    "S3 calling, notice\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 1800] calls tom by mail: person tom 2/2 round 1: handed over\n");
	was(&w, 3600, "INC-000002", "S4 calling, digest\n");
	end(&w);
}

/* Nothing gets through, to anybody: the last resort is told. */
static void
test_nobody_is_reached(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 30);
	was(&w, 30, "INC-000001",
	    "S2 calling, unreached\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: failed\n"
	    "[    0] calls isla by mail: rota support 1/2 round 1: failed\n"
	    "[    0] calls tom by mail: person tom 2/2 round 1: failed\n"
	    "[    0] calls moana by mail: last resort: failed\n"
	    "[    0] last resort by pager: \n");
	end(&w);
}

/* Tom stands in for isla; later he leaves what he promised undone. */
static void
test_an_override_and_a_late_update(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	text_clear(&w.text);
	{
		char command[200];

		text_format(command, sizeof(command),
		    "{\"command\":\"override-add\",\"person\":\"isla\","
		    "\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":%lld,"
		    "\"to_ms\":%lld}",
		    (long long)w.now_ms, (long long)w.now_ms + 3600000);
		say(&w, command);
		world_raise(&w, ALARM_RAISED, "acme/learn", 2);
		pass(&w, 60);
		say(&w,
		    "{\"command\":\"take\",\"person\":\"tom\","
		    "\"incident\":1}");
		text_format(command, sizeof(command),
		    "{\"command\":\"update\",\"person\":\"tom\","
		    "\"incident\":1,\"state\":\"identified\",\"text\":\"x\","
		    "\"publish\":true,\"next_ms\":%lld}",
		    (long long)w.now_ms + 120000);
		say(&w, command);
	}
	pass(&w, 200);
	was(&w, 200, "INC-000001",
	    "S2 taken, taken: tom since 60 until 3660\n"
	    "[    0] calls tom by mail: rota support 1/2 round 1 (o-1 of test) "
	    "(instead of isla): handed over\n"
	    "[  180] calls tom by mail: rota support 1/2 round 1 (o-1 of test) "
	    "(instead of isla) (late): handed over\n"
	    "[   60] taken by test: tom\n"
	    "[  180] update late by pager: \n");
	end(&w);
}

/* Who is on nobody's watch owes an update, and is asked first. */
static void
test_its_owner_owes_an_update(void **state)
{
	char command[200];
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"person\":\"moana\",\"incident\":1,"
	    "\"state\":\"identified\",\"text\":\"x\",\"publish\":true,"
	    "\"next_ms\":%lld}",
	    (long long)w.now_ms + 120000);
	say(&w, command);
	pass(&w, 130);
	was(&w, 130, "INC-000001",
	    "S2 taken, taken: moana since 0 until 3600\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  120] calls moana by mail: owner (late): handed over\n"
	    "[    0] taken by test: moana\n"
	    "[  120] update late by pager: \n");
	end(&w);
}

/* From ten to twelve it is tom's, by a layer of the rota. */
static void
test_a_layer_of_the_rota(void **state)
{
	static const char layered[] =
	    HEAD "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla] }\n"
		 "    layers:\n"
		 "      - { name: noon, watches: [{ zone: UTC, from: '10:00',"
		 " to: '12:00', people: [tom] }] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota all, patience: 5m }]\n";
	struct world w;

	(void)state;
	told_ms = 0;
	text_clear(&lines);
	world_begin(&w, layered, NIGHT);
	w.journal = &lines;
	world_raise(&w, ALARM_RAISED, "operations/x", 2);
	pass(&w, 10);
	was(&w, 10, "INC-000001",
	    "S2 calling, calls\n"
	    "[    0] calls tom by mail: rota all 1/1 round 1 (layer noon): "
	    "handed over\n");
	end(&w);
}

/* ---- what there is of old ---- */

/* Lines as an earlier release wrote them, from a text. */
#define OPENED                                                                 \
	"{\"at_ms\":1000,\"incident\":\"INC-000001\",\"by\":\"evaluate\","     \
	"\"what\":\"opened\",\"text\":\"acme/learn\"}\n"
#define LINE(at, by, what, text)                                               \
	"{\"at_ms\":" #at ",\"incident\":\"INC-000001\",\"by\":\"" by          \
	"\",\"what\":\"" what "\",\"text\":\"" text "\"}\n"

static const char record_json[] =
    "{\"number\":1,\"subject\":\"acme/learn\",\"severity\":1,"
    "\"opened_ms\":1000,\"closed_ms\":90000,\"ended\":\"ended by itself\","
    "\"called\":[{\"person\":\"isla\",\"channel\":\"mail\",\"at_ms\":2000,"
    "\"outcome\":\"handed over\",\"intent\":\"i-000000001\"},"
    "{\"person\":\"tom\",\"channel\":\"mail\",\"at_ms\":80000,"
    "\"outcome\":\"failed\",\"intent\":\"i-000000002\"}],"
    "\"holds\":[{\"person\":\"isla\",\"from_ms\":5000,\"to_ms\":70000}]}";

static void
check_at(const char *journal, bool with_record, int64_t at_ms, bool hide,
    const char *expected)
{
	struct world w = { .begin_ms = 0 };
	struct woken_journal j = { 0 };
	struct incident *inc = NULL;
	struct text t = { 0 };
	struct woken k;
	char error[160];

	told_ms = 0;
	if (with_record)
		inc = incident_decode(record_json, strlen(record_json), error);
	read_lines(&j, journal);
	woken_at(&j, inc, "INC-000001", &learn, at_ms, &k);
	if (hide)
		woken_hide_all_names(&k);
	tell(&w, &k, &t);
	if (strcmp(t.data, expected) != 0)
		fail_msg("at %d it was:\n%snot:\n%s", (int)at_ms, t.data,
		    expected);
	text_clear(&t);
	woken_end(&k);
	woken_clear(&j);
	incident_free(inc);
}

static int
severity_at(const char *journal, int64_t at_ms)
{
	struct woken_journal j = { 0 };
	struct woken k;
	int severity;

	read_lines(&j, journal);
	woken_at(&j, NULL, "INC-000001", &learn, at_ms, &k);
	severity = k.severity;
	woken_end(&k);
	woken_clear(&j);
	return severity;
}

/* The record alone, when its lines are gone. */
static void
test_the_record_says_what_no_line_does(void **state)
{
	(void)state;
	check_at("", true, 999, false, "S1 calling, not open\n");
	check_at("", true, 1000, false, "S1 calling, nobody\n");
	check_at("", true, 4000, false,
	    "S1 calling, calls\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 5000, false,
	    "S1 taken, taken: isla since 5 until 0\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 70000, false,
	    "S1 calling, calls\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at("", true, 90000, true,
	    "S1 closed, closed\n"
	    "[    2] calls erased by mail: : handed over\n"
	    "[   80] calls erased by mail: : failed\n");
}

/* Who took it stood in "by" alone; a call had no line when it began. */
static void
test_lines_of_an_earlier_release(void **state)
{
	static const char old[] = OPENED LINE(2500, "pager", "handed over",
	    "i-000000001 to isla by mail: 250 ok")
	    LINE(3000, "root as tom", "taken", "takes it")
		LINE(4000, "aroha by link", "snoozed", "snoozes it until then")
		    LINE(6000, "pager", "severity", "severity S3 -> S1")
			LINE(7000, "pager", "severity", "severity Sx -> S1");

	(void)state;
	check_at(old, true, 2600, false,
	    "S3 calling, notice\n"
	    "[    2] calls isla by mail: : handed over\n");
	check_at(old, true, 3000, false,
	    "S3 taken, taken: tom since 3 until 0\n"
	    "[    2] calls isla by mail: : handed over\n"
	    "[    3] taken by root as tom: \n");
	check_at(old, false, 5000, false,
	    "S0 snoozed, snoozed: aroha since 4 until 0\n"
	    "[    3] taken by root as tom: \n"
	    "[    4] snoozed by aroha by link: \n");
	check_at(old, false, 8000, true,
	    "S1 snoozed, snoozed: erased since 4 until 0\n"
	    "[    3] taken by erased: \n"
	    "[    4] snoozed by erased: \n"
	    "[    6] severity by pager: \n");
}

/* Only what says both severities is a change of it; else it is as it is. */
static void
test_changes_of_severity(void **state)
{
	static const struct {
		const char *text;
		int was, is;
	} rows[] = {
		{ "severity S2 -> S1", 2, 1 },
		{ "severity S4 -> S3", 4, 3 },
		{ "severity S0 -> S1", 1, 0 },
		{ "severity S5 -> S1", 1, 0 },
		{ "severity S1 -> S0", 1, 0 },
		{ "severity S1 -> S5", 1, 0 },
		{ "severity S2 => S1", 1, 0 },
		{ "Severity S2 -> S1", 1, 0 },
		{ "severity S2 -> S10", 1, 0 },
		{ "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[300], expected[80];

		text_format(line, sizeof(line),
		    OPENED "{\"at_ms\":6000,\"incident\":\"INC-000002\","
			   "\"what\":\"severity\","
			   "\"text\":\"severity S4 -> S3\"}\n"
			   "{\"at_ms\":7000,\"incident\":\"INC-000001\","
			   "\"what\":\"severity\",\"text\":\"%s\"}\n",
		    rows[i].text);
		text_format(expected, sizeof(expected), "S%d calling, %s\n",
		    rows[i].was,
		    rows[i].was == 3       ? "notice"
			: rows[i].was == 4 ? "digest"
					   : "nobody");
		check_at(line, true, 1500, false, expected);
		assert_int_equal(severity_at(line, 7000), rows[i].is);
	}
	/* Whoever took it before lines said until when, and notes it. */
	check_at(OPENED LINE(3000, "tom", "taken", "")
		     LINE(4000, "tom", "note", "x"),
	    false, 5000, false,
	    "S0 taken, taken: tom since 3 until 0\n"
	    "[    3] taken by tom: \n");
}

#define CALLS(at, n, more)                                                     \
	"{\"at_ms\":" #at ",\"incident\":\"INC-000001\",\"by\":\"pager\","     \
	"\"what\":\"calls\",\"intent\":\"i-00000000" #n                        \
	"\",\"person\":\"isla\",\"channel\":\"mail\"" more "}\n"

/* What came of each attempt; and what was never tried was not sent. */
static void
test_what_came_of_a_call(void **state)
{
	static const char calls[] = OPENED CALLS(2000, 1,
	    ",\"from\":\"person isla\",\"level\":1,\"levels\":1,\"round\":1")
	    LINE(2100, "pager", "failed for now",
		"i-000000001 to isla by mail: 421 busy") CALLS(3000, 2,
		",\"filled\":true,\"from\":\"rota all\"") LINE(3100, "pager",
		"not sent",
		"i-000000001 to isla by mail: called again") LINE(3200, "pager",
		"not sent", "i-000000002 to isla by mail") LINE(3300, "pager",
		"failed", "i-000000009 to tom by mail: news")
		LINE(3400, "pager", "joined", "acme/web joined: is down")
		    LINE(3500, "pager", "cleared", "acme/web cleared: is up");

	(void)state;
	check_at(calls, false, 2050, false,
	    "S0 calling, calls\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: waiting\n");
	check_at(calls, false, 2500, false,
	    "S0 calling, unreached\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: waiting: 421 "
	    "busy\n");
	check_at(calls, false, 9000, false,
	    "S0 calling, unreached\n"
	    "[    2] calls isla by mail: person isla 1/1 round 1: failed: "
	    "called again\n"
	    "[    3] calls isla by mail: rota all (filled): not sent\n");
	check_at(calls, false, 2500, true,
	    "S0 calling, unreached\n"
	    "[    2] calls erased by mail: person 1/1 round 1: waiting\n");
}

/* One of several that fail together: its own part of it. */
static void
test_its_own_part(void **state)
{
	static const char part[] =
	    "{\"at_ms\":1000,\"incident\":\"INC-000001\",\"by\":\"evaluate\","
	    "\"what\":\"opened\",\"text\":\"acme/web\",\"severity\":2}\n" LINE(
		2000, "evaluate", "joined", "acme/learner joined: is down")
		LINE(3000, "evaluate", "joined", "acme/learn joined: is down")
		    LINE(3500, "evaluate", "joined", "acme/learn joined: twice")
			LINE(4000, "evaluate", "cleared",
			    "acme/learn cleared: is up") LINE(5000, "evaluate",
			    "changed", "acme/learn changed: is down");
	static const struct {
		int64_t at_ms, joined_ms, cleared_ms;
	} rows[] = {
		{ 2000, 0, 0 },
		{ 3000, 3000, 0 },
		{ 3500, 3000, 0 },
		{ 4000, 3000, 4000 },
		{ 4500, 3000, 4000 },
		{ 5000, 3000, 0 },
	};
	struct woken_journal j = { 0 };

	(void)state;
	read_lines(&j, part);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct woken k;

		woken_at(&j, NULL, "INC-000001", &learn, rows[i].at_ms, &k);
		assert_int_equal(k.joined_ms, rows[i].joined_ms);
		assert_int_equal(k.cleared_ms, rows[i].cleared_ms);
		assert_string_equal(k.subject, "acme/web");
		woken_end(&k);
	}
	woken_clear(&j);
}

/* ---- lines as they come ---- */

static void
test_about(void **state)
{
	static const struct {
		const char *json;
		bool is_line, is_of, is_end;
		const char *storm;
	} rows[] = {
		{ OPENED, true, true, false, "" },
		{ LINE(1, "e", "joined", "acme/learn joined: x"), true, true,
		    false, "" },
		{ LINE(1, "e", "joined", "acme/learner joined: x"), true, false,
		    false, "" },
		{ LINE(1, "e", "note", "acme/learn"), true, false, false, "" },
		{ LINE(1, "e", "resolved", "by itself"), true, false, true,
		    "" },
		{ LINE(1, "e", "joined storm", "INC-000009"), true, false,
		    false, "INC-000009" },
		{ "{\"at_ms\":1,\"what\":\"opened\"}", true, false, false, "" },
		{ "{\"what\":\"opened\"}", false, false, false, "" },
		{ "{\"at_ms\":1}", false, false, false, "" },
		{ "[]", false, false, false, "" },
		{ "{", false, false, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *json = rows[i].json;
		struct woken_journal j = { 0 };
		struct woken_about about;

		assert_int_equal(woken_about(json, strlen(json), &learn,
				     &about),
		    rows[i].is_line);
		assert_int_equal(woken_add(&j, json, strlen(json)),
		    rows[i].is_line);
		assert_int_equal(about.is_of, rows[i].is_of);
		assert_int_equal(about.is_end, rows[i].is_end);
		assert_string_equal(about.storm, rows[i].storm);
		woken_clear(&j);
	}
}

/* Recorded late (Redis was away): each stands where it belongs. */
static void
test_lines_that_come_late(void **state)
{
	(void)state;
	check_at(LINE(3000, "tom", "taken", "")
		     LINE(4000, "pager", "take expired", "tom")
			 OPENED LINE(4000, "isla", "taken", ""),
	    false, 9000, false,
	    "S0 taken, taken: isla since 4 until 0\n"
	    "[    3] taken by tom: \n"
	    "[    4] take expired by pager: \n"
	    "[    4] taken by isla: \n");
}

static void
test_more_than_there_is_room_for(void **state)
{
	static const char act[] = LINE(2000, "tom", "declined", "");
	struct woken_journal j = { 0 };
	struct woken k;
	char call[160];
	int length;

	(void)state;
	assert_true(woken_add(&j, OPENED, strlen(OPENED)));
	for (int i = 0; i < WOKEN_CALLS_MAX + 3; i++) {
		length = snprintf(call, sizeof(call),
		    "{\"at_ms\":%d,\"incident\":\"INC-000001\","
		    "\"what\":\"calls\",\"intent\":\"i-%d\"}",
		    3000 + i, i);
		assert_true(woken_add(&j, call, (size_t)length));
	}
	for (int i = 0; i < WOKEN_ACTS_MAX + 2; i++)
		assert_true(woken_add(&j, act, strlen(act)));
	woken_at(&j, NULL, "INC-000001", &learn, 100000, &k);
	assert_int_equal(k.call_count, WOKEN_CALLS_MAX);
	assert_int_equal(k.calls_left_out, 3);
	assert_int_equal(k.act_count, WOKEN_ACTS_MAX);
	assert_int_equal(k.acts_left_out, 2);
	woken_end(&k);
	while (j.count < WOKEN_LINES_MAX)
		assert_true(woken_add(&j, act, strlen(act)));
	assert_false(woken_add(&j, act, strlen(act)));
	woken_clear(&j);
}

/* Each act by its own instant. */
static void
test_names_of_what_was_done_long_ago(void **state)
{
	static const char acts[] = OPENED LINE(2000, "tom", "declined", "")
	    LINE(3000, "isla", "declined", "");
	struct woken_journal j = { 0 };
	struct woken k;

	(void)state;
	read_lines(&j, acts);
	woken_at(&j, NULL, "INC-000001", &learn, 9000, &k);
	woken_hide_names(&k, 3000);
	assert_string_equal(k.acts[0].by, "erased");
	assert_string_equal(k.acts[1].by, "isla");
	woken_end(&k);
	woken_clear(&j);
}

static void
test_a_record_without_names(void **state)
{
	struct incident *inc;
	char error[160];

	(void)state;
	inc = incident_decode(record_json, strlen(record_json), error);
	assert_false(woken_is_nameless(inc));
	assert_true(incident_erase_names(inc, NEVER, true));
	assert_true(woken_is_nameless(inc));
	inc->hold_count = 0;
	assert_true(woken_is_nameless(inc));
	incident_free(inc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_the_first_call_to_the_end),
		cmocka_unit_test(test_from_hand_to_hand),
		cmocka_unit_test(test_a_storm_calls_for_it),
		cmocka_unit_test(test_mild_trouble),
		cmocka_unit_test(test_nobody_is_reached),
		cmocka_unit_test(test_an_override_and_a_late_update),
		cmocka_unit_test(test_its_owner_owes_an_update),
		cmocka_unit_test(test_a_layer_of_the_rota),
		cmocka_unit_test(test_the_record_says_what_no_line_does),
		cmocka_unit_test(test_lines_of_an_earlier_release),
		cmocka_unit_test(test_changes_of_severity),
		cmocka_unit_test(test_what_came_of_a_call),
		cmocka_unit_test(test_its_own_part),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_lines_that_come_late),
		cmocka_unit_test(test_more_than_there_is_room_for),
		cmocka_unit_test(test_names_of_what_was_done_long_ago),
		cmocka_unit_test(test_a_record_without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

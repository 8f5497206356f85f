/* What has changed: found, kept for a while, told to whom it is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/changes.h"
#include "collector/changes_find.h"
#include "tests/unit/listening.h"

/* ---- the ring ---- */

static void
add(struct changes *c, enum change_kind kind, const char *client,
    const char *endpoint, const char *json)
{
	changes_add(c,
	    &(struct change){ .kind = kind,
		.whom = CHANGE_FOR_CLIENTS | CHANGE_FOR_OPERATORS,
		.clients = client,
		.endpoints = endpoint,
		.name = "acme/learn",
		.json = mem_text(json) });
}

/* What a reader hears after a number; the id goes to *id. */
static void
hears(const struct changes *c, uint64_t after, const struct change_filter *f,
    uint64_t wanted, const char *text)
{
	struct text t = { 0 };
	uint64_t n = changes_next(c, after, f, &t);

	assert_int_equal(n, wanted);
	if (wanted != 0)
		assert_non_null(strstr(t.data, text));
	else
		assert_null(t.data);
	text_clear(&t);
}

static const struct change_filter everything = { NULL, "", "" };

static void
each_hears_what_is_for_it(void **state)
{
	const struct change_filter acme = { "acme", "", "" },
				   only_web = { "acme", "acme", "acme/web" },
				   beta = { NULL, "beta", "" },
				   cme = { "cme", "", "" };
	struct changes *c = changes_new("secret");

	(void)state;
	hears(c, 0, &everything, 0, NULL);
	add(c, CHANGE_STATE, " acme ", " acme/learn ", "{\"one\":1}");
	add(c, CHANGE_OUTAGE, " beta ", " beta/learn ", "{\"two\":2}");
	add(c, CHANGE_INCIDENT, " acme beta ", " acme/web beta/x ", "{3}");
	hears(c, 0, &everything, 1, "\nevent: state\ndata: {\"one\":1}\n\n");
	hears(c, 1, &everything, 2, "\nevent: outage\ndata: {\"two\":2}\n\n");
	hears(c, 2, &everything, 3, "\nevent: incident\ndata: {3}\n\n");
	hears(c, 3, &everything, 0, NULL);
	hears(c, 0, &acme, 1, "one");
	hears(c, 1, &acme, 3, "{3}");
	hears(c, 0, &only_web, 3, "{3}");
	hears(c, 0, &beta, 2, "two");
	hears(c, 2, &beta, 3, "{3}");
	hears(c, 0, &cme, 0, NULL); /* a part of a name is another name */
	changes_free(c);
}

static void
who_comes_again_goes_on_where_it_was(void **state)
{
	struct changes *c = changes_new("secret"), *other = changes_new("x");
	char begin[CHANGE_ID], one[CHANGE_ID], two[CHANGE_ID];
	uint64_t n = 99;

	(void)state;
	changes_id(c, begin);
	add(c, CHANGE_STATE, " acme ", " acme/learn ", "{}");
	changes_id(c, one);
	add(c, CHANGE_STATE, " acme ", " acme/learn ", "{}");
	changes_id(c, two);
	assert_true(changes_find(c, begin, &n) && n == 0);
	assert_true(changes_find(c, one, &n) && n == 1);
	assert_true(changes_find(c, two, &n) && n == 2);
	assert_false(changes_find(c, "", &n));
	assert_false(changes_find(c, "1", &n));
	assert_false(changes_find(other, begin, &n)); /* begun anew */
	assert_string_not_equal(begin, one);
	assert_string_not_equal(one, two);
	changes_free(c);
	changes_free(other);
}

/* A tree with other endpoints: who was up to the last thing is not any more. */
static void
after_another_tree_nobody_goes_on_from_before(void **state)
{
	struct changes *c = changes_new("secret");
	char before[CHANGE_ID], begin[CHANGE_ID], now[CHANGE_ID];
	uint64_t number;

	(void)state;
	changes_id(c, begin);
	add(c, CHANGE_STATE, " acme ", " acme/learn ", "{\"one\":1}");
	changes_id(c, before);
	assert_true(changes_find(c, before, &number));
	changes_forget(c);
	assert_false(changes_find(c, before, &number));
	assert_false(changes_find(c, begin, &number));
	assert_false(changes_reach(c, 1));
	changes_id(c, now);
	assert_true(changes_find(c, now, &number));
	hears(c, number, &everything, 0, NULL);
	add(c, CHANGE_STATE, " acme ", " acme/learn ", "{\"two\":2}");
	hears(c, number, &everything, number + 1, "\"two\"");
	changes_free(c);
}

static void
what_is_too_old_is_gone(void **state)
{
	struct changes *c = changes_new("secret");
	char begin[CHANGE_ID], ids[2][CHANGE_ID];
	uint64_t n;

	(void)state;
	changes_id(c, begin);
	for (int i = 0; i < CHANGES_MAX + 2; i++) {
		add(c, CHANGE_STATE, " acme ", " acme/learn ", "{}");
		if (i < 2)
			changes_id(c, ids[i]);
	}
	assert_int_equal(changes_last(c), CHANGES_MAX + 2);
	assert_false(changes_find(c, begin, &n));
	assert_false(changes_find(c, ids[0], &n));
	assert_true(changes_find(c, ids[1], &n)); /* all after it is there */
	assert_true(changes_reach(c, 2));
	assert_false(changes_reach(c, 1));
	hears(c, 0, &everything, 3, "{}");
	changes_free(c);
}

/* A lot of large ones are fewer; one that is too large is only named. */
static void
all_of_it_is_bounded(void **state)
{
	enum { SIZE = CHANGE_BYTES_MAX - 10 };
	struct changes *c = changes_new("secret");
	char *large = mem_alloc(CHANGE_BYTES_MAX + 2);

	(void)state;
	memset(large, 'x', SIZE);
	for (int i = 0; i < CHANGES_MAX; i++)
		add(c, CHANGE_STATE, " acme ", " acme/learn ", large);
	assert_false(changes_reach(c, CHANGES_MAX - CHANGES_BYTES / SIZE - 1));
	assert_true(changes_reach(c, CHANGES_MAX - CHANGES_BYTES / SIZE + 1));
	memset(large, 'x', CHANGE_BYTES_MAX + 1);
	add(c, CHANGE_OUTAGE, " acme ", " acme/learn ", large);
	hears(c, CHANGES_MAX, &everything, CHANGES_MAX + 1,
	    "data: {\"version\":1,\"outage\":{\"endpoint\":\"acme/learn\"},"
	    "\"cut\":true}\n");
	changes_free(c);
	free(large);
}

/* A name within another one is another name. */
static void
a_name_is_heard_as_a_whole(void **state)
{
	static const struct change_filter acme = { NULL, "acme", "" };
	struct changes *c = changes_new("s");
	struct text t = { 0 };

	(void)state;
	changes_free(NULL);
	add(c, CHANGE_STATE, " xacme acmex ", " acmex/learn ", "{}");
	assert_int_equal(changes_next(c, 0, &acme, &t), 0);
	add(c, CHANGE_INCIDENT, " xacme acmex acme ", " acme/learn ", "{}");
	assert_int_equal(changes_next(c, 0, &acme, &t), 2);
	text_clear(&t);
	changes_add(c, &(struct change){ .json = NULL });
	assert_int_equal(changes_last(c), 2);
	add(c, CHANGE_STATE, "acme ", " acme/learn ", "{}"); /* no list */
	assert_int_equal(changes_next(c, 2, &acme, &t), 0);
	changes_free(c);
}

/* ---- what differs ---- */

/* The next for whom the filter says, without its id. */
static void
next_is(struct listening *l, const char *reader, const char *wanted)
{
	const struct change_filter f = { reader, "", "" };
	struct text t = { 0 };
	uint64_t n = changes_next(l->changes, l->heard, &f, &t);
	const char *said = n != 0 ? strchr(t.data, '\n') + 1 : "nothing";

	if (strncmp(said, wanted, strlen(wanted)) != 0)
		fail_msg("%s\ninstead of %s", said, wanted);
	if (n != 0)
		l->heard = n;
	text_clear(&t);
}

static void
everything_once(struct listening *l, const char *reader, const char *wanted)
{
	next_is(l, reader, wanted);
	next_is(l, reader, "nothing");
	l->heard = changes_last(l->changes);
}

static void
begin_part(struct house *h, enum pages_part part)
{
	pages_model_begin(h->model, part);
}

static void
states_are(struct house *h, const char *learn, const char *web)
{
	begin_part(h, PAGES_STATES);
	feed(h, PAGES_STATES, "states", "acme/learn", learn);
	if (web != NULL)
		feed(h, PAGES_STATES, "states", "acme/web", web);
	feed(h, PAGES_STATES, "states", "beta/learn",
	    "{\"state\":\"up\",\"since\":6}");
	pages_model_end(h->model, PAGES_STATES, true);
}

#define DOWN                                                                   \
	"{\"state\":\"down\",\"since\":1800000240000,\"reason\":\"timeout\","  \
	"\"regions\":[{\"region\":\"auckland\",\"detail\":\"secret\"}]}"
#define UP_SINCE(ms) "{\"state\":\"up\",\"since\":" ms "}"

static void
a_state_that_is_another_one(void **state)
{
	struct house *h = *state;
	struct listening l;

	listen_to(&l, h);
	states_are(h, DOWN, UP_SINCE("5"));
	next_is(&l, NULL, "nothing"); /* as it was */
	states_are(h, DOWN, UP_SINCE("6"));
	everything_once(&l, NULL,
	    "event: state\ndata: {\"version\":1,\"state\":{\"endpoint\":"
	    "\"acme/web\",\"client\":\"acme\",\"state\":\"up\",\"since_ms\":6");
	states_are(h, DOWN, UP_SINCE("5"));
	everything_once(&l, NULL, "event: state\n");
	states_are(h, UP_SINCE("1800000250000"), UP_SINCE("5"));
	everything_once(&l, NULL,
	    "event: state\ndata: {\"version\":1,\"state\":{\"endpoint\":"
	    "\"acme/learn\",\"client\":\"acme\",\"state\":\"up\",\"since_ms\":"
	    "1800000250000");
	states_are(h, DOWN, UP_SINCE("5"));
	everything_once(&l, "acme",
	    "event: state\ndata: {\"version\":1,\"state\":{\"endpoint\":"
	    "\"acme/learn\",\"client\":\"acme\",\"state\":\"down\","
	    "\"since_ms\":1800000240000,\"reason\":\"timeout\",\"regions\":"
	    "[{\"region\":\"auckland\"}]}}\n\n");
	states_are(h, DOWN, NULL);
	everything_once(&l, "acme",
	    "event: state\ndata: {\"version\":1,\"state\":{\"endpoint\":"
	    "\"acme/web\",\"client\":\"acme\",\"state\":\"not_watched\"}}");
	states_are(h, DOWN, UP_SINCE("5"));
	next_is(&l, "beta", "nothing");
	next_is(&l, NULL,
	    "event: state\ndata: {\"version\":1,\"state\":"
	    "{\"endpoint\":\"acme/web\"");
	changes_free(l.changes);
}

static void
an_outage_that_is_booked_moved_or_gone(void **state)
{
	struct house *h = *state;
	struct listening l;

	listen_to(&l, h);
	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/learn", NOW - 60000, NOW - 1000);
	feed_outage(h, "acme/learn", NOW - 900000, NOW - 800000);
	feed_outage(h, "acme/web", NOW - 900000, NOW - 850000);
	feed_outage(h, "beta/learn", NOW - 500000, NOW - 400000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	next_is(&l, "acme",
	    "event: outage\ndata: {\"version\":1,\"outage\":"
	    "{\"endpoint\":\"acme/learn\",\"client\":\"acme\","
	    "\"kind\":\"down\",\"from_ms\":1800000240000,"
	    "\"to_ms\":1800000299000,");
	next_is(&l, "acme", "nothing");
	next_is(&l, NULL,
	    "event: outage\ndata: {\"version\":1,\"outage\":"
	    "{\"endpoint\":\"beta/learn\",\"client\":\"beta\","
	    "\"kind\":\"down\",\"from_ms\":1799999600000,");
	next_is(&l, NULL,
	    "event: outage\ndata: {\"version\":1,\"outage\":"
	    "{\"endpoint\":\"beta/learn\",\"client\":\"beta\","
	    "\"kind\":\"down\",\"from_ms\":1799999800000,");
	next_is(&l, NULL, "nothing");
	begin_part(h, PAGES_LEDGER);
	pages_model_end(h->model, PAGES_LEDGER, false); /* broke off */
	next_is(&l, NULL, "nothing");
	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/learn", NOW - 60000, NOW - 1000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	next_is(&l, "beta",
	    "event: outage\ndata: {\"version\":1,\"outage\":"
	    "{\"endpoint\":\"beta/learn\"");
	next_is(&l, "beta", "nothing");
	changes_free(l.changes);
}

static void
books(struct house *h, const struct ledger_stretch *s)
{
	char *text = ledger_encode_stretch(s), field[80];

	text_format(field, sizeof(field), "acme/learn|%lld",
	    (long long)s->from_ms);
	begin_part(h, PAGES_LEDGER);
	feed(h, PAGES_LEDGER, "outages", field, text);
	pages_model_end(h->model, PAGES_LEDGER, true);
	free(text);
}

static void
every_correction_of_an_outage_is_told(void **state)
{
	struct ledger_stretch s = { .kind = LEDGER_DOWN,
		.from_ms = NOW - 60000,
		.to_ms = NOW - 50000,
		.from_before_ms = NOW - 61000,
		.to_before_ms = NOW - 51000,
		.reason = REASON_TIMEOUT };
	struct house *h = *state;
	struct listening l;

	listen_to(&l, h);
	books(h, &s);
	l.heard = changes_last(l.changes);
	books(h, &s);
	next_is(&l, NULL, "nothing");
	s.from_before_ms -= 1000;
	books(h, &s);
	everything_once(&l, "acme", "event: outage\n");
	s.to_before_ms += 500;
	books(h, &s);
	everything_once(&l, "acme", "event: outage\n");
	s.reason = REASON_DNS;
	books(h, &s);
	everything_once(&l, "acme", "event: outage\n");
	s.removed = true;
	books(h, &s);
	everything_once(&l, "acme", "event: outage\n");
	/* Of the same instant, but unknown: the one is gone, the other is new. */
	s.kind = LEDGER_UNKNOWN;
	s.removed = false;
	books(h, &s);
	next_is(&l, "acme", "event: outage\n");
	next_is(&l, "acme", "event: outage\n");
	next_is(&l, "acme", "nothing");
	changes_free(l.changes);
}

/* Booked late, it stands before one that was there: that one is the same. */
static void
an_outage_that_was_earlier_is_new_alone(void **state)
{
	struct house *h = *state;
	struct listening l;

	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/learn", NOW - 60000, NOW - 50000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	listen_to(&l, h);
	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/learn", NOW - 60000, NOW - 50000);
	feed_outage(h, "acme/learn", NOW - 90000, NOW - 80000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	next_is(&l, "acme",
	    "event: outage\ndata: {\"version\":1,\"outage\":"
	    "{\"endpoint\":\"acme/learn\",\"client\":\"acme\","
	    "\"kind\":\"down\",\"from_ms\":1800000210000,");
	next_is(&l, NULL, "nothing");
	changes_free(l.changes);
}

/* What is too old to be looked at has not gone. */
static void
an_outage_of_long_ago_is_not_told(void **state)
{
	struct house *h = *state;
	struct listening l;

	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/learn", NOW - 60000, NOW - 50000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	listen_to(&l, h);
	h->view.now_ms = NOW + INT64_C(40) * 86400000;
	begin_part(h, PAGES_LEDGER);
	pages_model_end(h->model, PAGES_LEDGER, true);
	next_is(&l, NULL, "nothing");
	changes_free(l.changes);
}

/* Bytes that no JSON can hold ended whoever told of them. */
static void
what_cannot_be_said_is_not_told(void **state)
{
	struct house *h = *state;
	struct listening l;

	listen_to(&l, h);
	begin_part(h, PAGES_LEDGER);
	feed_outage(h, "acme/le\xc1rn", NOW - 60000, NEVER);
	feed_outage(h, "\xff/learn", NOW - 60000, NEVER);
	feed(h, PAGES_LEDGER, "windows", "acme|m-\xc1",
	    "{\"at\":1,\"by\":\"a\",\"text\":\"t\",\"times\":[{\"from\":2,"
	    "\"to\":3}]}");
	feed(h, PAGES_LEDGER, "outages", "acme/learn|1", "{}");
	feed(h, PAGES_LEDGER, "outages", "|", "[]");
	pages_model_end(h->model, PAGES_LEDGER, true);
	begin_part(h, PAGES_STATES);
	feed(h, PAGES_STATES, "states", "acme/\xc1", UP_SINCE("5"));
	feed(h, PAGES_STATES, "states", "\xc1",
	    "{\"state\":\"up\",\"since\":9223372036854775807}");
	pages_model_end(h->model, PAGES_STATES, true);
	l.heard = 0;
	next_is(&l, "acme", "event: outage\ndata: {\"version\":1,\"outage\":");
	changes_free(l.changes);
}

/* acme's page shows it, beta's does not (yet). */
static void
an_incident_as_each_may_see_it(void **state)
{
	struct house *h = *state;
	struct listening l;

	listen_to(&l, h);
	begin_part(h, PAGES_INCIDENTS);
	feed_incident(h, 7, NOW - 5000);
	feed_incident(h, 6, NOW - 3600000);
	pages_model_end(h->model, PAGES_INCIDENTS, true);
	next_is(&l, "beta", "nothing");
	next_is(&l, "acme",
	    "event: incident\ndata: {\"version\":1,"
	    "\"incident\":{\"id\":\"INC-000007\",\"client\":"
	    "\"acme\",\"state\":\"resolved\"");
	next_is(&l, "acme", "nothing");
	l.heard = 0;
	next_is(&l, NULL,
	    "event: incident\ndata: {\"version\":1,\"incident\":"
	    "{\"id\":\"INC-000007\",\"subject\":\"acme/learn\"");
	next_is(&l, NULL, "nothing");
	l.heard = changes_last(l.changes);
	begin_part(h, PAGES_INCIDENTS);
	feed_incident(h, 8, 0);
	feed_incident(h, 7, NOW - 5000);
	pages_model_end(h->model, PAGES_INCIDENTS, true);
	everything_once(&l, "acme",
	    "event: incident\ndata: {\"version\":1,\"incident\":{\"id\":"
	    "\"INC-000008\"");
	/* One that is gone is not told; one before all others is. */
	begin_part(h, PAGES_INCIDENTS);
	feed_incident(h, 7, NOW - 5000);
	feed_incident(h, 3, 0);
	pages_model_end(h->model, PAGES_INCIDENTS, true);
	everything_once(&l, "acme",
	    "event: incident\ndata: {\"version\":1,\"incident\":{\"id\":"
	    "\"INC-000003\"");
	begin_part(h, PAGES_INCIDENTS);
	feed_incident(h, 5, 0);
	pages_model_end(h->model, PAGES_INCIDENTS, true);
	everything_once(&l, "acme",
	    "event: incident\ndata: {\"version\":1,\"incident\":{\"id\":"
	    "\"INC-000005\"");
	changes_free(l.changes);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, build, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hears_what_is_for_it),
		cmocka_unit_test(who_comes_again_goes_on_where_it_was),
		cmocka_unit_test(after_another_tree_nobody_goes_on_from_before),
		cmocka_unit_test(what_is_too_old_is_gone),
		cmocka_unit_test(a_name_is_heard_as_a_whole),
		cmocka_unit_test(all_of_it_is_bounded),
		STORY(a_state_that_is_another_one),
		STORY(an_outage_that_is_booked_moved_or_gone),
		STORY(an_outage_that_was_earlier_is_new_alone),
		STORY(an_outage_of_long_ago_is_not_told),
		STORY(every_correction_of_an_outage_is_told),
		STORY(what_cannot_be_said_is_not_told),
		STORY(an_incident_as_each_may_see_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

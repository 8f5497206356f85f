/* Announced maintenance by the read API: as a list, and as it happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/changes.h"
#include "collector/changes_find.h"
#include "tests/unit/api_ask.h"
#include "tests/unit/listening.h"

#define HOUR INT64_C(3600000)

/* "acme|m-1": from so many hours after now to so many; more of it, and of
   that time. */
static void
announce(struct house *h, const char *field, int from_h, int to_h,
    const char *more, const char *changes)
{
	char json[1000];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"isla\",\"text\":\"a new disk\",%s"
	    "\"times\":[{\"from\":%lld,\"to\":%lld,\"changes\":[%s]}]}",
	    (long long)(NOW - 50 * HOUR), more,
	    (long long)(NOW + from_h * HOUR), (long long)(NOW + to_h * HOUR),
	    changes);
	feed(h, PAGES_LEDGER, "windows", field, json);
}

static void
change(char out[300], int from_h, int to_h, bool cancelled)
{
	text_format(out, 300,
	    "{\"at\":%lld,\"by\":\"isla\",\"why\":\"secret\",\"cancelled\":%s,"
	    "\"from\":%lld,\"to\":%lld}",
	    (long long)(NOW - HOUR), cancelled ? "true" : "false",
	    (long long)(NOW + from_h * HOUR), (long long)(NOW + to_h * HOUR));
}

static void
announce_all(struct house *h)
{
	char moved[300], cancelled[300];

	change(moved, 30, 32, false);
	change(cancelled, 5, 6, true);
	announce(h, "acme|m-1", 2, 3, "\"endpoints\":[\"acme/learn\"],", moved);
	announce(h, "acme|m-2", 5, 6, "", cancelled);
	announce(h, "acme|m-3", -9, -8, "", "");
	announce(h, "beta|m-1", 2, 3, "", "");
}

static int
begin(void **state)
{
	struct house *h = house_of(tree);

	pages_model_begin(h->model, PAGES_LEDGER);
	announce_all(h);
	pages_model_end(h->model, PAGES_LEDGER, true);
	assert_int_equal(pages_model_unreadable(h->model), 0);
	*state = h;
	return 0;
}

#define ITEM(id, client, endpoints, times)                                     \
	"{\"id\":\"" id "\",\"client\":\"" client "\",\"announced_ms\":"       \
	"1799820300000,\"text\":\"a new disk\",\"endpoints\":" endpoints       \
	",\"times\":[" times "]}"
#define MOVED                                                                  \
	"{\"from_ms\":1800108300000,\"to_ms\":1800115500000,\"cancelled\":"    \
	"false,\"changed_ms\":1799996700000}"
#define CANCELLED                                                              \
	"{\"from_ms\":1800018300000,\"to_ms\":1800021900000,\"cancelled\":"    \
	"true,\"changed_ms\":1799996700000}"
#define AS_SAID                                                                \
	"{\"from_ms\":1800007500000,\"to_ms\":1800011100000,\"cancelled\":"    \
	"false,\"changed_ms\":null}"
#define OF_ACME                                                                \
	ITEM("m-1", "acme", "[\"acme/learn\"]", MOVED)                         \
	"," ITEM("m-2", "acme", "null", CANCELLED)
#define LIST(items) "{\"version\":1,\"maintenance\":[" items "],\"next\":null}"

/* As it stands, and as long as it is not over. */
static void
what_is_not_over_is_listed(void **state)
{
	struct house *h = *state;

	says(h, "maintenance", "",
	    LIST(OF_ACME "," ITEM("m-1", "beta", "null", AS_SAID)));
	contains(h, "maintenance", "", "isla", false);
	contains(h, "maintenance", "", "secret", false);
	assert_int_equal(walk(h, "maintenance", 1, NULL), 3);
	assert_int_equal(walk(h, "maintenance", 2, NULL), 3);
}

static void
it_is_filtered(void **state)
{
	struct house *h = *state;

	contains(h, "maintenance", "client=beta", "acme", false);
	says(h, "maintenance", "client=gone", "404 client");
	/* Of all that a client has, an endpoint is one. */
	says(h, "maintenance", "endpoint=acme/learn", LIST(OF_ACME));
	says(h, "maintenance", "endpoint=acme/web",
	    LIST(ITEM("m-2", "acme", "null", CANCELLED)));
	/* Of long ago; between; and what is later than that. */
	contains(h, "maintenance", "from_ms=1799000000000&to_ms=1800000000000",
	    "m-3", true);
	contains(h, "maintenance", "from_ms=1799000000000&to_ms=1800000000000",
	    "m-1", false);
	says(h, "maintenance", "client=acme&to_ms=1800100000000",
	    LIST(ITEM("m-2", "acme", "null", CANCELLED)));
	says(h, "maintenance", "to_ms=1800000300000", "400 to_ms");
	for (const char *const *c = (const char *const[]){ "a", "1", "1~",
		 "1~acme", "-1~acme~m", "999999999999999~acme~m", "1acme~m",
		 ("1~a234567890123456789012345678901234567890123456789012345"
		  "678901234~m"),
		 NULL };
	     *c != NULL; c++) {
		char query[120];

		text_format(query, sizeof(query), "cursor=%s", *c);
		says(h, "maintenance", query, "400 cursor");
	}
}

static void
a_client_sees_its_own(void **state)
{
	struct house *h = *state;

	h->view.only = settings_client(h->settings, "acme");
	says(h, "maintenance", "", LIST(OF_ACME));
	says(h, "maintenance", "client=beta", "404 client");
	says(h, "maintenance", "endpoint=beta/learn", "404 endpoint");
}

/* 500 announcements, each to 1,000 endpoints at 400 times, were one answer. */
static void
an_answer_has_so_many_names_and_times(void **state)
{
	struct house *h = *state;
	struct text names = { 0 };
	char field[24];
	size_t most = 0;

	text_add(&names, "\"endpoints\":[");
	for (int i = 0; i < 900; i++)
		text_addf(&names, "%s\"acme/e%d\"", i > 0 ? "," : "", i);
	text_add(&names, "],");
	pages_model_begin(h->model, PAGES_LEDGER);
	for (int i = 0; i < 60; i++) {
		struct text json = { 0 };

		text_format(field, sizeof(field), "acme|m-%02d", i);
		text_addf(&json,
		    "{\"at\":1,\"by\":\"a\",\"text\":\"t\",%s\"times\":[{"
		    "\"from\":%lld,\"to\":%lld}]}",
		    names.data, (long long)NOW, (long long)(NOW + HOUR));
		feed(h, PAGES_LEDGER, "windows", field, json.data);
		text_clear(&json);
	}
	pages_model_end(h->model, PAGES_LEDGER, true);
	text_clear(&names);
	assert_int_equal(walk(h, "maintenance", 500, &most), 60);
	assert_in_range(most, 20, API_WORK_MAX / 900 + 1);
}

/* Of those 54,000 names and times that are of another endpoint, or of long ago,
   all were gone through for one answer. */
static void
announcements_that_a_filter_leaves_out_were_not_counted(void **state)
{
	struct house *h = *state;
	size_t items;

	an_answer_has_so_many_names_and_times(state);
	assert_int_equal(answers_to(h, "maintenance", "endpoint=acme/learn",
			     &items),
	    3);
	assert_int_equal(items, 0);
	assert_int_equal(answers_to(h, "maintenance", "endpoint=acme/e7",
			     &items),
	    3);
	assert_int_equal(items, 60);
	assert_int_equal(answers_to(h, "maintenance", "from_ms=1000&to_ms=2000",
			     &items),
	    3);
	assert_int_equal(items, 0);
}

/* ---- as it happens ---- */

static void
hears(struct listening *l, const struct change_filter *f, const char *wanted)
{
	struct text t = { 0 };
	uint64_t n = changes_next(l->changes, l->heard, f, &t);
	const char *said = n != 0 ? strchr(t.data, '\n') + 1 : "nothing";

	if (strcmp(said, wanted) != 0)
		fail_msg("%s\ninstead of %s", said, wanted);
	text_clear(&t);
}

static void
read_again(struct house *h, const char *field, int to_h, const char *more,
    const char *changes)
{
	pages_model_begin(h->model, PAGES_LEDGER);
	announce_all(h);
	announce(h, field, 2, to_h, more, changes);
	pages_model_end(h->model, PAGES_LEDGER, true);
}

static void
it_is_told_when_it_is_announced_and_changed(void **state)
{
	static const struct change_filter operators = { NULL, "", "" },
					  acme = { "acme", "acme", "" },
					  beta = { "beta", "beta", "" },
					  web = { "acme", "acme", "acme/web" },
					  other = { NULL, "beta",
						  "beta/learn" };
	struct house *h = *state;
	struct listening l;
	char cancelled[300];

	listen_to(&l, h);
	read_again(h, "beta|m-1", 3, "", ""); /* as it was */
	hears(&l, &operators, "nothing");
	read_again(h, "beta|m-9", 3, "", "");
#define NEWS                                                                   \
	"event: maintenance\ndata: {\"version\":1,\"maintenance\":" ITEM(      \
	    "m-9", "beta", "null", AS_SAID) "}\n\n"
	hears(&l, &operators, NEWS);
	hears(&l, &beta, NEWS);
	hears(&l, &other, NEWS); /* it is about all that beta has */
	hears(&l, &acme, "nothing");
	l.heard = changes_last(l.changes);
	change(cancelled, 2, 3, true);
	read_again(h, "acme|m-8", 3, "\"endpoints\":[\"acme/learn\"],", "");
	l.heard = changes_last(l.changes);
	read_again(h, "acme|m-8", 3, "\"endpoints\":[\"acme/learn\"],",
	    cancelled);
	hears(&l, &web, "nothing");
	hears(&l, &beta, "nothing");
	hears(&l, &acme,
	    "event: maintenance\ndata: {\"version\":1,\"maintenance\":" ITEM(
		"m-8", "acme", "[\"acme/learn\"]",
		"{\"from_ms\":1800007500000,\"to_ms\":1800011100000,"
		"\"cancelled\":true,\"changed_ms\":1799996700000}") "}\n\n");
	changes_free(l.changes);
}

/* Whoever listens for an endpoint says what it is called now, and what was
   announced under an older name is about it as well. */
static void
what_was_announced_before_a_rename_is_told_under_the_new_name(void **state)
{
	static const struct change_filter campus = { "acme", "acme",
		"acme/campus" },
					  learn = { "acme", "acme",
						  "acme/learn" };
	struct house *h = *state;
	struct listening l;
	char names[200];

	listen_to(&l, h);
	text_format(names, sizeof(names),
	    "[{\"from\":%lld,\"name\":\"acme/campus\"}]",
	    (long long)(NOW - HOUR));
	pages_model_begin(h->model, PAGES_STATES);
	feed(h, PAGES_STATES, "names", "acme/learn", names);
	pages_model_end(h->model, PAGES_STATES, true);
	pages_model_begin(h->model, PAGES_LEDGER);
	announce_all(h);
	announce(h, "acme|m-8", 2, 3, "\"endpoints\":[\"acme/learn\"],", "");
	pages_model_end(h->model, PAGES_LEDGER, true);
	hears(&l, &learn, "nothing");
	hears(&l, &campus,
	    "event: maintenance\ndata: {\"version\":1,\"maintenance\":" ITEM(
		"m-8", "acme", "[\"acme/campus\"]", AS_SAID) "}\n\n");
	changes_free(l.changes);
}

/* Of one that is too long for an event the id is told. */
static void
a_long_one_is_named(void **state)
{
	static const struct change_filter acme = { "acme", "acme", "" };
	struct house *h = *state;
	struct listening l;
	struct text t = { 0 };

	listen_to(&l, h);
	text_add(&t, "{\"at\":1,\"by\":\"a\",\"text\":\"t\",\"times\":[");
	for (int i = 0; i < 400; i++)
		text_addf(&t, "%s{\"from\":%lld,\"to\":%lld}", i > 0 ? "," : "",
		    (long long)(NOW + i * HOUR),
		    (long long)(NOW + (i + 1) * HOUR));
	text_add(&t, "]}");
	pages_model_begin(h->model, PAGES_LEDGER);
	announce_all(h);
	feed(h, PAGES_LEDGER, "windows", "acme|m-long", t.data);
	pages_model_end(h->model, PAGES_LEDGER, true);
	text_clear(&t);
	hears(&l, &acme,
	    "event: maintenance\ndata: {\"version\":1,\"maintenance\":{\"id\":"
	    "\"m-long\"},\"cut\":true}\n\n");
	changes_free(l.changes);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_over_is_listed),
		TEST(it_is_filtered),
		TEST(a_client_sees_its_own),
		TEST(an_answer_has_so_many_names_and_times),
		TEST(announcements_that_a_filter_leaves_out_were_not_counted),
		TEST(it_is_told_when_it_is_announced_and_changed),
		TEST(
		    what_was_announced_before_a_rename_is_told_under_the_new_name),
		TEST(a_long_one_is_named),
	};

	return cmocka_run_group_tests_name("api_maintenance", tests, NULL,
	    NULL);
}

/* Status pages from records: what is shown to whom, and as of when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_model.h"
#include "collector/pages_view.h"
#include "lib/ledger.h"
#include "pager/incident.h"
#include "tests/unit/pages_text.h"
#include "tests/unit/terms_records.h"
#include "tests/unit/two_clients.h"

struct small_site {
	struct settings settings;
	struct client clients[2];
	struct endpoint endpoints[3];
};

static void
make_site(struct small_site *s)
{
	static char names[3][2][16] = { { "learn", "acme/learn" },
		{ "login", "acme/login" }, { "learn", "beta/learn" } };
	static char site[] = "Site", acme[] = "acme", beta[] = "beta",
		    title[] = "Acme University", zone[] = "UTC",
		    why[] = "moving";

	memset(s, 0, sizeof(*s));
	for (int i = 0; i < 3; i++) {
		s->endpoints[i].name = names[i][0];
		s->endpoints[i].id = names[i][1];
	}
	s->endpoints[1].disabled = why;
	s->settings.site.name = site;
	s->clients[0] = (struct client){ .name = acme,
		.title = title,
		.zone = zone,
		.endpoints = { s->endpoints, 2 } };
	s->clients[1] = (struct client){ .name = beta,
		.zone = zone,
		.endpoints = { s->endpoints + 2, 1 } };
	s->settings.clients = (struct conf_list){ s->clients, 2 };
}

static void
feed(struct pages_model *m, enum pages_part part, const char *key,
    const char *field, const char *value)
{
	pages_model_field(m, part, key, field, value, strlen(value));
}

static void
states_come_whole_or_not_at_all(void **state)
{
	struct small_site s;
	struct pages_model *m;
	struct view v;

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_UNKNOWN);
	assert_int_equal(v.endpoints[1].state, VIEW_NOT_PROBED);
	assert_false(v.agreed);
	view_clear(&v);

	pages_model_begin(m, PAGES_STATES);
	feed(m, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"down\",\"since\":4000}");
	feed(m, PAGES_STATES, "states", "beta/learn", "rubbish");
	pages_model_end(m, PAGES_STATES, true);
	assert_int_equal(pages_model_unreadable(m), 1);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_DOWN);
	assert_int_equal(v.endpoints[0].since_ms, 4000);
	assert_string_equal(v.title, "Acme University");
	view_clear(&v);

	/* A read that breaks off changes nothing. */
	pages_model_begin(m, PAGES_STATES);
	feed(m, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"up\",\"since\":4500}");
	pages_model_end(m, PAGES_STATES, false);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_DOWN);
	view_clear(&v);

	/* What is not there any more is not known any more. */
	pages_model_begin(m, PAGES_STATES);
	pages_model_end(m, PAGES_STATES, true);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_UNKNOWN);
	view_clear(&v);
	pages_model_free(m);
}

static void
feed_terms(struct pages_model *m, int64_t from_ms)
{
	char *agreed = agreement_record(from_ms),
	     *terms = terms_record(from_ms);

	feed(m, PAGES_LEDGER, "terms", "acme", agreed);
	feed(m, PAGES_LEDGER, "terms", "acme/learn", terms);
	free(agreed);
	free(terms);
}

static void
the_figure_is_the_ledgers(void **state)
{
	int64_t begin_ms = at("2026-11-01T00:00:00Z"),
		now_ms = at("2026-11-02T00:00:00Z");
	const struct ledger_stretch outage = { .kind = LEDGER_DOWN,
		.from_ms = begin_ms + 3600000,
		.to_ms = begin_ms + 3600000 + 864000,
		.from_before_ms = begin_ms + 3590000,
		.to_before_ms = begin_ms + 3600000 + 860000,
		.reason = REASON_TIMEOUT };
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *text = ledger_encode_stretch(&outage), field[64];

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_LEDGER);
	feed_terms(m, begin_ms - 86400000);
	snprintf(field, sizeof(field), "acme/learn|%lld",
	    (long long)outage.from_ms);
	feed(m, PAGES_LEDGER, "outages", field, text);
	pages_model_end(m, PAGES_LEDGER, true);
	assert_int_equal(pages_model_unreadable(m), 0);
	pages_model_view(m, &s.clients[0], now_ms, now_ms, &v);
	assert_true(v.agreed);
	assert_int_equal(v.guarantee_milli, 99950);
	assert_int_equal(v.account.down_s, 864);
	assert_int_equal(v.account.uptime, 990000);
	assert_int_equal(v.period_from_ms, begin_ms);
	assert_int_equal(v.outage_count, 1);
	assert_string_equal(v.outages[0].endpoint, "learn");
	assert_string_equal(v.outages[0].reason, "timeout");
	assert_int_equal(v.best.allowed_s, 1296); /* of all November */
	assert_int_equal(v.best.left_s, 1296 - 864);
	view_clear(&v);
	/* What is not known yet is not up: known until midway. */
	pages_model_view(m, &s.clients[0], now_ms, begin_ms + 3600000 + 432000,
	    &v);
	assert_int_equal(v.account.down_s, 432);
	assert_int_equal(v.account.period_s, 3600 + 432);
	assert_true(v.stale);
	view_clear(&v);
	pages_model_view(m, &s.clients[0], now_ms, now_ms - 15000, &v);
	assert_false(v.stale);
	view_clear(&v);
	pages_model_view(m, &s.clients[0], now_ms, 0, &v);
	assert_false(v.agreed);
	assert_true(v.stale);
	view_clear(&v);
	/* The other client has no part in it. */
	pages_model_view(m, &s.clients[1], now_ms, now_ms, &v);
	assert_false(v.agreed);
	assert_int_equal(v.outage_count, 0);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

static char *
two_clients_incident(uint64_t number, int64_t closed_ms)
{
	struct incident *i = two_clients(number, 1000, 100);
	char *text;

	i->closed_ms = closed_ms;
	incident_public(i, 1400, "aroha", PUBLIC_MONITORING, "", "for all");
	text = incident_encode(i);
	incident_free(i);
	return text;
}

static void
no_client_reads_of_another_nor_a_note(void **state)
{
	struct pages_model *m;
	struct small_site s;
	struct view v;
	struct text t = { 0 };
	char *text = two_clients_incident(7, 0);

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000007", text);
	pages_model_end(m, PAGES_INCIDENTS, true);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.incident_count, 1);
	assert_string_equal(v.incidents[0].subject, "learn");
	assert_int_equal(v.incidents[0].update_count, 2);
	assert_string_equal(v.incidents[0].updates[0].text, "for all");
	assert_string_equal(v.incidents[0].updates[1].text, "words for acme");
	view_html(&v, &t);
	lacks(&t, "beta");
	lacks(&t, "secret cause");
	lacks(&t, "aroha");
	text_clear(&t);
	view_clear(&v);
	pages_model_view(m, &s.clients[1], 5000, 5000, &v);
	assert_int_equal(v.incident_count, 0);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

/* Older updates left the page without a word. */
static void
a_page_says_how_many_updates_it_lacks(void **state)
{
	char *text = two_clients_incident(7, 0), error[160];
	struct incident *i = incident_decode(text, strlen(text), error);
	struct pages_model *m;
	struct small_site s;
	struct view v;
	struct text t = { 0 };

	(void)state;
	free(text);
	for (int n = 0; n < INCIDENT_UPDATES_MAX; n++)
		incident_public(i, 2000 + n, "aroha", PUBLIC_MONITORING, "acme",
		    "more for acme");
	text = incident_encode(i);
	incident_free(i);
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000007", text);
	pages_model_end(m, PAGES_INCIDENTS, true);
	pages_model_view(m, &s.clients[0], 5000, 5000, &v);
	assert_int_equal(v.incidents[0].update_count, VIEW_UPDATES_MAX);
	assert_int_equal(v.incidents[0].updates_gone, 2); /* one was for all */
	view_html(&v, &t);
	has(&t, "2 earlier updates are not shown here any more; ask us");
	text_clear(&t);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

static void
open_incidents_come_first_and_old_ones_go(void **state)
{
	const int64_t day_ms = 86400000;
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *texts[3] = { two_clients_incident(1, 0),
		two_clients_incident(2, 2 * day_ms),
		two_clients_incident(3, 40 * day_ms) };

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	for (int i = 0; i < 3; i++)
		feed(m, PAGES_INCIDENTS, "incidents", "x", texts[i]);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000009", "{");
	pages_model_end(m, PAGES_INCIDENTS, true);
	assert_int_equal(pages_model_unreadable(m), 1);
	pages_model_view(m, &s.clients[0], 41 * day_ms, 41 * day_ms, &v);
	assert_int_equal(v.incident_count, 2);
	assert_int_equal(v.incidents[0].closed_ms, 0);
	assert_int_equal(v.incidents[1].closed_ms, 40 * day_ms);
	view_clear(&v);
	pages_model_free(m);
	for (int i = 0; i < 3; i++)
		free(texts[i]);
}

/* What beta's page says began when beta's part of it did. */
static void
an_incident_began_for_a_client_with_its_own_members(void **state)
{
	struct incident *i = incident_new(7, 1000);
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *text;

	(void)state;
	strcpy(i->subject, "acme/learn");
	i->since_ms = 1000;
	incident_add_member(i, "acme/learn", "acme")->since_ms = 1000;
	incident_add_member(i, "beta/learn", "beta")->since_ms = 61000;
	i->audiences = calloc(1, sizeof(*i->audiences));
	i->audience_count = 1;
	strcpy(i->audiences[0].client, "beta");
	i->audiences[0].state = AUDIENCE_SHOWN;
	text = incident_encode(i);
	incident_free(i);
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000007", text);
	pages_model_end(m, PAGES_INCIDENTS, true);
	assert_int_equal(pages_model_unreadable(m), 0);
	pages_model_view(m, &s.clients[1], 90000, 90000, &v);
	assert_int_equal(v.incident_count, 1);
	assert_int_equal(v.incidents[0].since_ms, 61000);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

/* One whose part is over reads so while others still wait. */
static void
an_incident_was_open_for_a_client_that_was_well(void **state)
{
	struct incident *i = incident_new(7, 1000);
	struct pages_model *m;
	struct small_site s;
	struct view v;
	struct text t = { 0 };
	char *text;

	(void)state;
	strcpy(i->subject, "acme/learn");
	i->since_ms = 1000;
	i->state = PUBLIC_IDENTIFIED;
	i->next_ms = 95000;
	incident_add_member(i, "acme/learn", "acme")->since_ms = 1000;
	incident_add_member(i, "beta/learn", "beta")->until_ms = 61000;
	i->audiences = calloc(2, sizeof(*i->audiences));
	i->audience_count = 2;
	strcpy(i->audiences[0].client, "acme");
	strcpy(i->audiences[1].client, "beta");
	i->audiences[0].state = i->audiences[1].state = AUDIENCE_SHOWN;
	text = incident_encode(i);
	incident_free(i);
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000007", text);
	pages_model_end(m, PAGES_INCIDENTS, true);
	pages_model_view(m, &s.clients[1], 90000, 90000, &v);
	assert_int_equal(v.incident_count, 1);
	assert_int_equal(v.incidents[0].closed_ms, 61000);
	assert_int_equal(v.incidents[0].next_ms, 0);
	view_html(&v, &t);
	lacks(&t, "Next update by");
	lacks(&t, "an incident is open");
	text_clear(&t);
	view_clear(&v);
	pages_model_view(m, &s.clients[0], 90000, 90000, &v);
	assert_int_equal(v.incidents[0].closed_ms, 0);
	assert_int_equal(v.incidents[0].next_ms, 95000);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

/* More outages than a page has room for: the newest, and how many more. */
static void
what_the_account_is_made_of_is_not_cut_in_silence(void **state)
{
	int64_t begin_ms = at("2026-11-01T00:00:00Z"),
		now_ms = at("2026-11-20T00:00:00Z");
	struct ledger_stretch o = { .kind = LEDGER_DOWN,
		.reason = REASON_TIMEOUT };
	struct text t = { 0 };
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *text, field[64];

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_LEDGER);
	feed_terms(m, begin_ms);
	for (int i = 0; i < VIEW_OUTAGES_MAX + 3; i++) {
		o.from_ms = begin_ms + (i + 1) * 3600000;
		o.to_ms = o.from_ms + 60000;
		o.from_before_ms = o.from_ms - 1000;
		o.to_before_ms = o.to_ms - 1000;
		text = ledger_encode_stretch(&o);
		snprintf(field, sizeof(field), "acme/learn|%lld",
		    (long long)o.from_ms);
		feed(m, PAGES_LEDGER, "outages", field, text);
		free(text);
	}
	pages_model_end(m, PAGES_LEDGER, true);
	pages_model_view(m, &s.clients[0], now_ms, now_ms, &v);
	assert_int_equal(v.outage_count, VIEW_OUTAGES_MAX);
	assert_int_equal(v.outages[0].from_ms, o.from_ms);
	view_html(&v, &t);
	has(&t, "And 3 earlier ones, counted above.");
	text_clear(&t);
	view_clear(&v);
	pages_model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_come_whole_or_not_at_all),
		cmocka_unit_test(the_figure_is_the_ledgers),
		cmocka_unit_test(no_client_reads_of_another_nor_a_note),
		cmocka_unit_test(a_page_says_how_many_updates_it_lacks),
		cmocka_unit_test(open_incidents_come_first_and_old_ones_go),
		cmocka_unit_test(
		    an_incident_began_for_a_client_with_its_own_members),
		cmocka_unit_test(
		    an_incident_was_open_for_a_client_that_was_well),
		cmocka_unit_test(
		    what_the_account_is_made_of_is_not_cut_in_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#ifndef TESTS_API_HOUSE_H
#define TESTS_API_HOUSE_H

/*
 * What role pages has in memory, with two clients and something to say of
 * each, for tests of the read API; cmocka.h is included before it.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/pages_model.h"
#include "collector/reports.h"
#include "lib/ledger.h"
#include "tests/unit/pages_text.h"
#include "tests/unit/terms_records.h"
#include "tests/unit/two_clients.h"

#define NOW INT64_C(1800000300000)
#define HASH(digit)                                                            \
	"00000000000000000000000000000000000000000000000000000000000000"       \
	"0" digit

static const char tree[] =
    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
    "agents:\n"
    "  - { name: lon-1, region: london, token_sha256: " HASH(
	"1") " }\n"
	     "  - { name: akl-1, region: auckland, token_sha256: " HASH(
		 "2") " }\n"
		      "readers:\n"
		      "  - { name: board, token_sha256: " HASH(
			  "3") " }\n"
			       "  - { name: portal, client: acme, "
			       "token_sha256: [" HASH("4") ", " HASH(
				   "5") "] }\n"
					"people: [{ name: isla, zone: "
					"Europe/London, reach: [terminal 0s] "
					"}]\n"
					"channels: [{ kind: terminal }]\n"
					"ladders: [{ name: l, levels: [{ call: "
					"person isla }] }]\n"
					"platforms: [{ name: cluster-1 }]\n"
					"clients:\n"
					"  - { name: beta, title: Beta "
					"College, zone: UTC, sla: gold, "
					"endpoints: "
					"[{ name: learn, platform: cluster-1, "
					"url: 'https://learn.beta.example/' }] "
					"}\n"
					"  - { name: acme, title: Acme, zone: "
					"UTC, sla: gold, endpoints: "
					"[{ name: web, url: "
					"'https://web.acme.example/' }, "
					"{ name: learn, platform: cluster-1, "
					"url: 'https://l.acme.example/' }, "
					"{ name: old, url: "
					"'https://o.acme.example/', disabled: "
					"moved }] }\n";

struct house {
	struct settings *settings;
	struct pages_model *model;
	struct api_index index;
	struct api_view view;
	int64_t known_ms;
};

static inline int64_t
known(void *arg, const struct client *c)
{
	(void)c;
	return ((struct house *)arg)->known_ms;
}

static inline void
feed(struct house *h, enum pages_part part, const char *key, const char *field,
    const char *value)
{
	pages_model_field(h->model, part, key, field, value, strlen(value));
}

static inline void
feed_outage(struct house *h, const char *endpoint, int64_t from_ms,
    int64_t to_ms)
{
	const struct ledger_stretch s = { .kind = LEDGER_DOWN,
		.from_ms = from_ms,
		.to_ms = to_ms,
		.from_before_ms = from_ms - 1000,
		.to_before_ms = to_ms == NEVER ? 0 : to_ms - 1000,
		.reason = REASON_TIMEOUT };
	char *text = ledger_encode_stretch(&s), field[200];

	text_format(field, sizeof(field), "%s|%lld", endpoint,
	    (long long)from_ms);
	feed(h, PAGES_LEDGER, "outages", field, text);
	free(text);
}

/* As the tree has them, since long before. */
static inline void
feed_terms(struct house *h)
{
	char *agreed = agreement_record(1), *terms = terms_record(1);

	feed(h, PAGES_LEDGER, "terms", "acme", agreed);
	feed(h, PAGES_LEDGER, "terms", "acme/learn", terms);
	free(agreed);
	free(terms);
}

static inline void
feed_incident(struct house *h, uint64_t number, int64_t closed_ms)
{
	struct incident *i = two_clients(number, NOW - 60000, 10000);
	char *text;

	strcpy(i->client, "acme");
	i->severity = 1;
	i->closed_ms = closed_ms;
	text = incident_encode(i);
	feed(h, PAGES_INCIDENTS, "incidents", i->id, text);
	incident_free(i);
	free(text);
}

static inline void
feed_all(struct house *h)
{
	static const char down[] =
	    "{\"state\":\"down\",\"since\":1800000240000,\"since_before\":"
	    "1800000230000,\"reason\":\"timeout\",\"fresh\":2,\"failing\":2,"
	    "\"quorum\":2,\"regions\":[{\"region\":\"auckland\",\"outcome\":"
	    "\"failed\",\"reason\":\"timeout\",\"since\":1,\"detail\":"
	    "\"proxy of beta\"}]}";

	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_begin(h->model, (enum pages_part)p);
	feed(h, PAGES_STATES, "states", "acme/learn", down);
	feed(h, PAGES_STATES, "states", "acme/web",
	    "{\"state\":\"up\",\"since\":5}");
	feed(h, PAGES_STATES, "states", "beta/learn",
	    "{\"state\":\"up\",\"since\":6}");
	feed(h, PAGES_STATES, "agents", "akl-1", "{\"heard\":1800000290000}");
	feed_outage(h, "acme/learn", NOW - 60000, NEVER);
	feed_outage(h, "acme/learn", NOW - 900000, NOW - 800000);
	feed_outage(h, "acme/web", NOW - 900000, NOW - 850000);
	feed_outage(h, "beta/learn", NOW - 700000, NOW - 600000);
	feed_terms(h);
	feed_incident(h, 7, 0);
	feed_incident(h, 6, NOW - 3600000);
	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_end(h->model, (enum pages_part)p, true);
	assert_int_equal(pages_model_unreadable(h->model), 0);
}

/* Four final reports, of which one was corrected. */
static inline const struct reports_list *
some_reports(void)
{
	static struct published_version versions[] = {
		{ .version = 1, .made_ms = 5, .bytes = 100, .hash = "a" },
		{ .version = 2, .made_ms = 6, .bytes = 200, .hash = "b" }
	};
	static struct reports_period periods[] = { { "acme", "2026-10",
						       { versions, 2 } },
		{ "acme", "2026-11", { versions, 1 } },
		{ "beta", "2026-11", { versions, 1 } } };
	static const struct reports_list list = { periods, 3, 3 };

	return &list;
}

/* With nothing in memory yet. */
static inline struct house *
house_of(const char *text)
{
	struct house *h = calloc(1, sizeof(*h));
	struct conf_errors errors = { 0 };

	h->settings = settings_from_text(text, &errors);
	assert_non_null(h->settings);
	assert_int_equal(errors.list.count, 0);
	h->model = pages_model_new(h->settings);
	h->known_ms = NOW - 1000;
	api_index_make(h->settings, &h->index);
	h->view = (struct api_view){ .settings = h->settings,
		.model = h->model,
		.index = &h->index,
		.reports = some_reports(),
		.now_ms = NOW,
		.known_until = known,
		.arg = h };
	return h;
}

static inline int
build(void **state)
{
	struct house *h = house_of(tree);

	feed_all(h);
	*state = h;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct house *h = *state;

	api_index_clear(&h->index);
	pages_model_free(h->model);
	settings_free(h->settings);
	free(h);
	return 0;
}

#endif

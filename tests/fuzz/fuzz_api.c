/*
 * fuzz_api: what is asked of the read API, "PATH?QUERY".
 *
 * It is refused, and the error names a printable field; or it is answered
 * within its limit, and a client's reader reads no other's name.  What an
 * answer says is next may be asked, and is not what was just told.
 */
#include "collector/api_lists.h"
#include "collector/changes.h"
#include "collector/facts.h"
#include "collector/facts_reader.h"
#include "collector/pages_model.h"
#include "collector/reports.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW INT64_C(1800000300000)

static int64_t
known(void *arg, const struct client *c)
{
	(void)arg, (void)c;
	return NOW - 1000;
}

static void
feed(struct pages_model *m, enum pages_part part, const char *key,
    const char *field, const char *value)
{
	pages_model_field(m, part, key, field, value, strlen(value));
}

static void
feed_outage(struct pages_model *m, const char *field, int64_t from_ms)
{
	const struct ledger_stretch s = { .from_ms = from_ms,
		.to_ms = NEVER,
		.from_before_ms = from_ms - 1000,
		.reason = REASON_TIMEOUT };
	char *text = ledger_encode_stretch(&s);

	feed(m, PAGES_LEDGER, "outages", field, text);
	free(text);
}

static struct pages_model *
model(void)
{
	static struct pages_model *m;

	if (m != NULL)
		return m;
	m = pages_model_new(fuzz_settings());
	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_begin(m, (enum pages_part)p);
	feed(m, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"down\",\"since\":1800000240000}");
	feed(m, PAGES_STATES, "agents", "akl-1", "{\"heard\":1800000240000}");
	feed_outage(m, "acme/learn|1800000240000", INT64_C(1800000240000));
	feed_outage(m, "acme/web|1800000100000", INT64_C(1800000100000));
	feed(m, PAGES_LEDGER, "windows", "acme|m-1",
	    "{\"at\":1800000000000,\"by\":\"a\",\"text\":\"t\",\"times\":"
	    "[{\"from\":1800003600000,\"to\":1800007200000}]}");
	feed(m, PAGES_LEDGER, "windows", "acme|m-2",
	    "{\"at\":1800000000000,\"by\":\"a\",\"text\":\"t\",\"times\":"
	    "[{\"from\":1800003600000,\"to\":1800007200000}]}");
	for (int p = 0; p < PAGES_PARTS; p++)
		pages_model_end(m, (enum pages_part)p, true);
	must(pages_model_unreadable(m) == 0);
	return m;
}

/* Half a day of one region, failing now and then. */
static struct facts *
facts(void)
{
	static struct facts *f;

	if (f != NULL)
		return f;
	f = facts_new("acme/learn", 10000, "auckland london", NOW - 3600000,
	    NOW);
	for (int64_t k = 0; k < 120; k++)
		runs_insert(&f->regions[0].runs,
		    &(struct run_point){ .at_ms = NOW - 3600000 + k * 30000,
			.interval_ms = 30000,
			.outcome = k % 7 ? OUTCOME_OK : OUTCOME_SLOW },
		    0);
	return f;
}

static json_t *
list(const struct api_view *v, struct api_query *q, struct api_error *error)
{
	struct facts_question question;
	struct text regions = { 0 };
	json_t *root = NULL;

	if (q->resource != API_FACTS)
		return api_list(v, q, error);
	if (api_facts_question(v, q, &question, &regions, error) == 0) {
		must(question.from_ms < question.to_ms);
		root = api_facts(v, q, facts(), error);
	}
	text_clear(&regions);
	return root;
}

static void
look_at(const struct api_view *v, struct api_query *q, json_t *root)
{
	const char *name = api_resource_text(q->resource);
	const char *next = json_string_value(json_object_get(root, "next"));
	size_t count = json_array_size(json_object_get(root, name));
	struct api_error error;
	json_t *more;

	must(count <= (size_t)q->limit);
	if (next == NULL)
		return;
	must(count > 0);
	text_copy(q->cursor, sizeof(q->cursor), next);
	more = list(v, q, &error);
	must(more != NULL);
	must(!json_equal(json_array_get(json_object_get(root, name), 0),
	    json_array_get(json_object_get(more, name), 0)));
	json_decref(more);
}

static void
note(struct changes *c, unsigned whom, const char *client, const char *endpoint,
    const char *json)
{
	changes_add(c,
	    &(struct change){ .whom = whom,
		.clients = client,
		.endpoints = endpoint,
		.name = "x",
		.json = mem_text(json) });
}

/* Whatever is listened to, in whichever place: nothing of another client. */
static void
listen_to(const struct client *only, const struct api_query *q)
{
	static struct changes *c;
	const struct change_filter f = { only != NULL ? only->name : NULL,
		q->client, q->endpoint };
	struct text t = { 0 };
	uint64_t at = 0;

	if (c == NULL) {
		c = changes_new("secret");
		note(c, 3, " acme ", " acme/learn ", "{\"acme\":1}");
		note(c, 3, " other ", " other/learn ", "{\"other\":1}");
		note(c, 2, " acme other ", " acme/learn ", "{\"ops\":1}");
	}
	(void)changes_find(c, q->cursor, &at);
	must(at <= changes_last(c));
	while ((at = changes_next(c, at, &f, &t)) != 0)
		must(at <= changes_last(c));
	if (only != NULL && t.data != NULL)
		must(strstr(t.data, "other") == NULL &&
		    strstr(t.data, "ops") == NULL);
	text_clear(&t);
}

static const struct reports_list *
some_reports(void)
{
	static struct published_version versions[] = {
		{ .version = 1, .hash = "a" }, { .version = 2, .hash = "b" }
	};
	static struct reports_period periods[] = { { "acme", "2026-10",
						       { versions, 2 } },
		{ "other", "2026-Q4", { versions, 1 } } };
	static const struct reports_list list = { periods, 2, 2 };

	return &list;
}

static void
answer(const struct client *only, struct api_query q)
{
	static struct api_index index;
	struct api_view v = { .settings = fuzz_settings(),
		.model = model(),
		.index = &index,
		.reports = some_reports(),
		.only = only,
		.now_ms = NOW,
		.known_until = known };
	struct api_error error;
	json_t *root;

	if (index.clients == NULL)
		api_index_make(v.settings, &index);
	if (q.resource == API_EVENTS) {
		listen_to(only, &q);
		return;
	}
	root = list(&v, &q, &error);
	if (root == NULL) {
		must(error.status >= 400 && error.status < 500);
		must_be_plain(error.text);
		return;
	}
	look_at(&v, &q, root);
	json_decref(root);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *mark = strchr(text, '?');
	struct api_error error;
	struct api_query q;

	if (mark != NULL)
		*mark = '\0';
	if (api_query_read(text, mark != NULL ? mark + 1 : "", &q, &error) ==
	    0) {
		must(q.limit >= 1 && q.limit <= API_LIMIT_MAX);
		must_be_plain(q.cursor);
		answer(NULL, q);
		answer(fuzz_settings()->clients.items, q);
	} else {
		must(error.status == 400 || error.status == 404);
		must_be_plain(error.field);
		must_be_plain(error.text);
	}
	free(text);
	return 0;
}

/*
 * Records of a shard's group from hostile bytes: whatever is read, the shard
 * goes on, and what it then writes can be read again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/facts.h"
#include "collector/runs.h"
#include "collector/watcher.h"
#include "lib/alarm.h"
#include "lib/claim.h"
#include "lib/erase.h"
#include "lib/ledger.h"
#include "lib/text.h"
#include "lib/renames.h"
#include "lib/window.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* All buckets of what was read, read again, are the same runs. */
static void
runs_again(const struct runs *runs)
{
	struct runs_bytes bytes = { 0 };
	struct runs again;
	int64_t last = INT64_MIN;

	runs_init(&again);
	for (size_t i = 0; i < runs->count; i++) {
		int64_t bucket = runs_bucket(runs->items[i].first_at_ms);

		if (bucket == last)
			continue;
		last = bucket;
		runs_encode(runs, bucket, &bytes);
		must(runs_decode(&again, bytes.data, bytes.length) == 0);
	}
	must(again.count == runs->count);
	for (size_t i = 0; i < runs->count; i++)
		must(again.items[i].first_at_ms == runs->items[i].first_at_ms &&
		    again.items[i].last_at_ms == runs->items[i].last_at_ms);
	free(bytes.data);
	runs_clear(&again);
}

static void
read_runs(const char *data, size_t size)
{
	struct runs runs;
	struct fact f;

	runs_init(&runs);
	if (runs_decode(&runs, data, size) == 0)
		runs_again(&runs);
	for (size_t i = 0; i < runs.count; i++) {
		runs_fact(&runs, runs.items[i].first_at_ms,
		    runs.items[i].last_at_ms, &f);
		must(!f.is_none && f.until_ms > runs.items[i].first_at_ms);
	}
	runs_clear(&runs);
}

/* What stays of an entry is the same before and after. */
static void
erase_one(const char *data, size_t size, const char *person)
{
	char *bare = erase_bare(data, size, false), *after = NULL, id[42];
	int64_t left_ms;
	char *text =
	    erase_entry(data, size, INT64_MAX, person, "7-1", &left_ms);

	if (text != NULL) {
		must(erase_stood(text, strlen(text), id, sizeof(id)));
		after = erase_bare(text, strlen(text), strcmp(id, "7-1") == 0);
		must(after != NULL);
	}
	if (text != NULL && !erase_stood(data, size, id, sizeof(id)))
		must(strcmp(after, bare) == 0);
	free(after);
	free(text);
	free(bare);
}

/* What was erased has nothing more to be erased, whatever it was. */
static void
erase(const char *data, size_t size)
{
	char *text = erase_names(data, size, INT64_MAX, NULL);

	must(text == NULL ||
	    erase_names(text, strlen(text), INT64_MAX, NULL) == NULL);
	free(text);
	free(erase_names(data, size, 1800000000000, "isla"));
	erase_one(data, size, "isla");
	erase_one(data, size, NULL);
}

static void
read_names(const char *data, size_t size)
{
	struct renames r = { NULL };
	char error[160], *text, spare[RENAMES_NAME_ROOM];

	if (renames_load(&r, "acme/learn", data, size, error) != 0)
		return;
	renames_add(&r, "acme/learn", 5, "acme/academy");
	renames_spare(&r, "acme/learn", spare);
	must(strcmp(renames_present(&r, "acme/academy"), "acme/academy") == 0);
	text = renames_encode(&r, "acme/learn");
	must(renames_load(&r, "acme/learn", text, strlen(text), error) == 0);
	free(text);
	renames_clear(&r);
}

static void
read_json(const char *data, size_t size)
{
	struct ledger_agreements agreements;
	struct ledger_stretch stretch;
	struct ledger_terms terms;
	struct watcher watcher;
	struct alarm alarm;
	struct window *window, *again;
	struct claim *claim;
	char error[160], *text;

	erase(data, size);
	read_names(data, size);
	if ((window = window_decode("acme|m-1", data, size, error)) != NULL) {
		text = window_encode(window);
		again = window_decode("acme|m-1", text, strlen(text), error);
		must(again != NULL || strlen(text) > LEDGER_RECORD_MAX);
		window_free(again);
		window_free(window);
		free(text);
	}
	if ((claim = claim_decode("acme|x-1", data, size, error)) != NULL) {
		text = claim_encode(claim);
		claim_free(claim);
		claim = claim_decode("acme|x-1", text, strlen(text), error);
		must(claim != NULL || strlen(text) > LEDGER_RECORD_MAX);
		claim_free(claim);
		free(text);
	}
	if (ledger_decode_stretch(data, size, &stretch, error) == 0)
		free(ledger_encode_stretch(&stretch));
	if (ledger_decode_terms(data, size, &terms, error) == 0)
		ledger_terms_clear(&terms);
	if (ledger_decode_agreements(data, size, &agreements, error) == 0)
		ledger_agreements_clear(&agreements);
	if (watcher_decode(data, size, &watcher, error) == 0)
		free(watcher_encode(&watcher));
	if (alarm_decode(data, size, &alarm, error) == 0) {
		text = alarm_encode(&alarm);
		must(alarm_decode(text, strlen(text), &alarm, error) == 0);
		free(text);
	}
}

/* What they say of a span has no gap and comes to its end. */
static void
read_facts(const char *data, size_t size)
{
	struct facts *f = facts_new("a/b", 10000, "x y", 0, 1000000000);
	char field[64];
	struct facts_item item = { .to_ms = 0 };

	facts_put_runs(f, 0, data, size);
	text_format(field, sizeof(field), "x|hole|%.*s",
	    (int)(size < 40 ? size : 40), data);
	facts_put_void(f, field, data, size);
	facts_put_void(f, "x|hole|-|5000", data, size);
	facts_put_edge(f, "x", size % 2 ? "ok" : "none", (int64_t)size * 1000,
	    1000000000);
	for (int i = 0; i < 1000 && item.to_ms < 1000000000; i++) {
		int64_t at_ms = item.to_ms;

		facts_at(f, 0, at_ms, 1000000000, 1000000000, &item);
		must(item.from_ms == at_ms && item.to_ms > at_ms);
	}
	facts_free(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == '{' || data[0] == '[')
		read_json((const char *)data, size);
	else {
		read_runs((const char *)data, size);
		read_facts((const char *)data, size);
	}
	return 0;
}

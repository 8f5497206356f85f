/* history: see history.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/history.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "lib/clock.h"
#include "lib/journal_copy.h"
#include "lib/linefile.h"
#include "lib/store.h"
#include "lib/text.h"
#include "pager/incident.h"

void
history_add(struct history *h, enum moved_key key, const char *field,
    const char *value, size_t length)
{
	if (h->count == h->room) {
		h->room = h->room * 2 + 64;
		h->records =
		    mem_grow(h->records, h->room * sizeof(*h->records));
	}
	h->records[h->count++] = (struct moved){ .key = key,
		.field = field != NULL ? mem_text(field) : NULL,
		.value = mem_copy(value, length),
		.length = length };
}

void
history_clear(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		moved_clear(&h->records[i]);
	free(h->records);
	*h = (struct history){ 0 };
}

/* ---- what can no longer change ---- */

struct scan {
	struct history *history;
	enum moved_key key;
};

static void
on_old(void *arg, const char *field, const char *value, size_t length)
{
	struct scan *s = arg;

	if (moved_is_of(s->key, field, s->history->head.client))
		history_add(s->history, s->key, field, value, length);
}

static bool
read_old(struct history *h, struct records *redis, const char *group)
{
	struct scan runs = { h, MOVED_HISTORY }, voids = { h, MOVED_OLDVOIDS };
	char match[80];

	/* Nothing of a name is a pattern. */
	text_format(match, sizeof(match), "%s/*", h->head.client);
	return records_scan(redis, group, "history", match, on_old, &runs) &&
	    records_scan(redis, group, "oldvoids", "*", on_old, &voids);
}

struct journal {
	struct history *history;
	struct journal_copy copy;
};

static bool
on_entry(void *arg, const redisReply *entry)
{
	struct journal *j = arg;
	const redisReply *value = entry->element[1]->element[1];
	struct journal_entry e = { .value = value->str,
		.value_length = value->len };

	text_copy(e.id, sizeof(e.id), entry->element[0]->str);
	if (moved_is_about(value->str, value->len, j->history->head.client))
		journal_copy_add(&j->copy, &e);
	else
		journal_copy_pass(&j->copy, value->str, value->len);
	return true;
}

/* Of what is said to have gone; *is_there: it was not true. */
static bool
look_for(struct records *redis, const char *key, const char *id, bool *is_there)
{
	redisReply *reply = records_ask(redis, "XRANGE %s %s %s", key, id, id);
	bool read = reply != NULL && reply->type == REDIS_REPLY_ARRAY;

	*is_there = read && reply->elements > 0;
	freeReplyObject(reply);
	return read;
}

/* What was replaced while it was read only as it is by now. */
static bool
add_entries(struct history *h, const struct journal_copy *c,
    struct records *redis, const char *key)
{
	bool read = true;

	for (size_t i = 0; read && i < c->count; i++) {
		const struct journal_entry *e = &c->items[i];
		bool is_there = true;

		if (journal_copy_went(c, i))
			read = look_for(redis, key, e->id, &is_there);
		if (is_there)
			history_add(h, MOVED_JOURNAL, NULL, e->value,
			    e->value_length);
	}
	return read;
}

static bool
read_journal(struct history *h, struct records *redis, const char *group)
{
	struct journal j = { .history = h };
	char key[64];
	bool read;

	text_format(key, sizeof(key), "%sjournal", group);
	read = records_stream(redis, key, "0-0", NULL, RECORDS_ALL, on_entry,
		   &j) &&
	    add_entries(h, &j.copy, redis, key);
	journal_copy_clear(&j.copy);
	return read;
}

/* What it could read on its page, and nothing of ours or of another one. */
static void
on_incident(void *arg, const char *id, const char *value, size_t length)
{
	struct history *h = arg;
	char error[160], field[MOVED_FIELD_MAX];
	struct incident *inc = incident_decode(value, length, error);
	char *record;

	if (inc == NULL)
		return; /* the pager says so, and keeps it aside */
	record = incident_public_record(inc, h->head.client);
	text_format(field, sizeof(field), "%s|%s|%lld", h->head.client, id,
	    (long long)inc->opened_ms);
	if (record != NULL)
		history_add(h, MOVED_INCIDENTS, field, record, strlen(record));
	free(record);
	incident_free(inc);
}

/* ---- in order ---- */

struct numbered {
	struct moved record;
	size_t number;
};

static int
compare(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	int order;

	if (x->record.key != y->record.key)
		return x->record.key < y->record.key ? -1 : 1;
	order = x->record.field == NULL
	    ? 0
	    : strcmp(x->record.field, y->record.field);
	if (order != 0)
		return order;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void
sort(struct history *h)
{
	struct numbered *list = mem_alloc(h->count * sizeof(*list));

	for (size_t i = 0; i < h->count; i++)
		list[i] = (struct numbered){ h->records[i], i };
	qsort(list, h->count, sizeof(*list), compare);
	for (size_t i = 0; i < h->count; i++)
		h->records[i] = list[i].record;
	free(list);
}

/* The record of that field, of all that stand before "count". */
static bool
has(const struct history *h, enum moved_key key, const char *field,
    size_t count)
{
	size_t from = 0;

	while (from < count) {
		size_t middle = from + (count - from) / 2;
		const struct moved *m = &h->records[middle];
		int order = m->key != key ? (m->key < key ? -1 : 1)
					  : strcmp(m->field, field);

		if (order == 0)
			return true;
		if (order < 0)
			from = middle + 1;
		else
			count = middle;
	}
	return false;
}

struct seen {
	char region[64];
	int64_t begin_ms;
};

/* Over before anything of the client was seen from there, or from nowhere. */
static bool
is_nothing_to_it(const struct moved *m, const struct seen *seen, size_t count)
{
	size_t n = strcspn(m->field, "|");
	char to[24] = "";

	text_format(to, sizeof(to), "%.*s", (int)m->length, m->value);
	for (size_t i = 0; i < count; i++)
		if (strlen(seen[i].region) == n &&
		    strncmp(seen[i].region, m->field, n) == 0)
			return strcmp(to, "0") != 0 &&
			    strtoll(to, NULL, 10) <= seen[i].begin_ms;
	return true;
}

static void
note_begin(struct seen **seen, size_t *count, const char *field)
{
	char region[64], error[160];
	int64_t begin_ms;
	size_t i = 0;

	if (moved_runs_field(field, region, &begin_ms, error) != 0)
		return;
	while (i < *count && strcmp((*seen)[i].region, region) != 0)
		i++;
	if (i == *count) {
		*seen = mem_grow(*seen, (*count + 1) * sizeof(**seen));
		text_copy((*seen)[i].region, sizeof((*seen)[i].region), region);
		(*seen)[i].begin_ms = begin_ms;
		(*count)++;
	}
	if (begin_ms < (*seen)[i].begin_ms)
		(*seen)[i].begin_ms = begin_ms;
}

/*
 * What was told twice is left out (a scan may, and what was moved while it was
 * read is in two keys), and voids that are nothing to this client.
 */
static bool
is_left_out(const struct history *h, const struct moved *m, size_t before,
    const struct seen *seen, size_t seen_count)
{
	switch (m->key) {
	case MOVED_JOURNAL:
		return false;
	case MOVED_HISTORY:
		return has(h, MOVED_RUNS, m->field, before) ||
		    has(h, m->key, m->field, before);
	case MOVED_OLDVOIDS:
		return has(h, MOVED_VOIDS, m->field, before) ||
		    has(h, m->key, m->field, before) ||
		    is_nothing_to_it(m, seen, seen_count);
	case MOVED_VOIDS:
		return is_nothing_to_it(m, seen, seen_count);
	default:
		return has(h, m->key, m->field, before);
	}
}

static void
tidy(struct history *h)
{
	struct seen *seen = NULL;
	size_t kept = 0, seen_count = 0;

	for (size_t i = 0; i < h->count; i++) {
		struct moved *m = &h->records[i];

		if (m->key == MOVED_RUNS || m->key == MOVED_HISTORY)
			note_begin(&seen, &seen_count, m->field);
		if (is_left_out(h, m, kept, seen, seen_count))
			moved_clear(m);
		else
			h->records[kept++] = *m;
	}
	h->count = kept;
	free(seen);
}

bool
history_gather(struct cli *c, const struct settings *s, struct records *redis,
    const char *client, struct history *h)
{
	char group[16];

	*h = (struct history){ .head = { .shards = (unsigned)s->shards } };
	text_copy(h->head.client, sizeof(h->head.client), client);
	store_shard_group(settings_shard(s, client), group);
	if (!history_live(c, s, redis, h))
		return false;
	h->head.at_ms = clock_now_ms();
	if (!read_old(h, redis, group) || !read_journal(h, redis, group) ||
	    !records_scan(redis, STORE_PAGER_GROUP, "incidents", "*",
		on_incident, h)) {
		cli_fail(c, "Redis cannot be read");
		return false;
	}
	if (!history_reports(c, redis, h))
		return false;
	sort(h);
	tidy(h);
	return true;
}

int
history_write(const struct history *h, FILE *out)
{
	struct linefile *sealed = linefile_new(out);
	struct text line = { 0 };
	int result;

	moved_write_head(&h->head, &line);
	linefile_put(sealed, line.data, line.length);
	for (size_t i = 0; i < h->count; i++) {
		line.length = 0;
		moved_write(&h->records[i], &line);
		linefile_put(sealed, line.data, line.length);
	}
	result = linefile_end(sealed);
	linefile_free(sealed);
	text_clear(&line);
	return result;
}

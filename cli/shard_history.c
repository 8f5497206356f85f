/* shard_history: see shard_history.h. */
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "cli/records.h"
#include "cli/shard_history.h"
#include "cli/shard_read.h"
#include "collector/runs.h"
#include "lib/text.h"

#define AROUND_MS INT64_C(86400000) /* blips, bridges, the look before */

/* A record that is there, or the newest of a series before the span. */
struct kept {
	char *name;  /* "acme/learn|auckland", with "|81234" if it is there */
	char *field; /* the whole of it */
	char *value; /* NULL: it is in "runs", and loaded */
	size_t length;
	int64_t bucket;
	UT_hash_handle hh;
};

struct shard_history {
	struct shard_span span;
	struct kept *there, *before;
};

struct shard_history *
shard_history_new(const struct shard_span *span)
{
	struct shard_history *h = mem_alloc(sizeof(*h));

	h->span = *span;
	return h;
}

static void
free_all(struct kept **all)
{
	struct kept *k, *next;

	HASH_ITER (hh, *all, k, next) {
		HASH_DEL(*all, k);
		free(k->name);
		free(k->field);
		free(k->value);
		free(k);
	}
}

void
shard_history_free(struct shard_history *h)
{
	if (h == NULL)
		return;
	free_all(&h->there);
	free_all(&h->before);
	free(h);
}

/* The one of this name, which is made if need be. */
static struct kept *
keep(struct kept **all, const char *name, size_t length)
{
	struct kept *k;

	HASH_FIND(hh, *all, name, length, k);
	if (k != NULL)
		return k;
	k = mem_alloc(sizeof(*k));
	k->name = mem_alloc(length + 1);
	memcpy(k->name, name, length);
	k->bucket = INT64_MIN;
	HASH_ADD_KEYPTR(hh, *all, k->name, length, k);
	return k;
}

void
shard_history_live(struct shard_history *h, const char *field)
{
	keep(&h->there, field, strlen(field))->bucket = INT64_MAX;
}

static bool
is_asked(const struct shard_history *h, const char *field)
{
	size_t length;

	if (h->span.endpoint == NULL)
		return true;
	length = strlen(h->span.endpoint);
	return strncmp(field, h->span.endpoint, length) == 0 &&
	    field[length] == '|';
}

static void
fill(struct kept *k, const char *field, const char *value, size_t length,
    int64_t bucket)
{
	free(k->field);
	free(k->value);
	k->field = mem_text(field);
	k->value = mem_copy(value, length);
	k->length = length;
	k->bucket = bucket;
}

/* HSCAN may tell a field twice. */
static void
on_runs(void *arg, const char *field, const char *value, size_t length)
{
	struct shard_history *h = arg;
	const char *bar = strrchr(field, '|');
	int64_t from = runs_bucket(h->span.from_ms - AROUND_MS);
	int64_t to = runs_bucket(h->span.to_ms + AROUND_MS), bucket;
	struct kept *k;

	if (bar == NULL || !is_asked(h, field))
		return;
	bucket = strtoll(bar + 1, NULL, 10);
	if (bucket > to)
		return;
	if (bucket >= from)
		k = keep(&h->there, field, strlen(field));
	else
		k = keep(&h->before, field, (size_t)(bar - field));
	if (bucket > k->bucket)
		fill(k, field, value, length, bucket);
}

struct telling {
	const struct shard_history *history;
	shard_record *each;
	void *arg;
	struct kept *voids; /* told */
};

/* "auckland|blind|akl-1|FROM": its end. */
static void
on_void(void *arg, const char *field, const char *value, size_t length)
{
	struct telling *t = arg;
	const char *bar = strrchr(field, '|');
	const struct shard_span *span = &t->history->span;
	char to[24];
	struct kept *k;

	if (bar == NULL ||
	    !text_format(to, sizeof(to), "%.*s", (int)length, value) ||
	    strtoll(bar + 1, NULL, 10) > span->to_ms + AROUND_MS ||
	    strtoll(to, NULL, 10) < span->from_ms - AROUND_MS)
		return;
	k = keep(&t->voids, field, strlen(field));
	if (k->bucket != 0)
		t->each(t->arg, "oldvoids", field, value, length);
	k->bucket = 0;
}

static void
tell(const struct telling *t, struct kept *all)
{
	for (struct kept *k = all; k != NULL; k = k->hh.next)
		if (k->value != NULL)
			t->each(t->arg, "history", k->field, k->value,
			    k->length);
}

/* A pattern that only this endpoint's fields fit: its name is no pattern. */
static void
match_of(const struct shard_span *span, struct text *out)
{
	for (const char *p = span->endpoint; p != NULL && *p != '\0'; p++) {
		if (strchr("*?[]\\", *p) != NULL)
			text_add(out, "\\");
		text_add_bytes(out, p, 1);
	}
	text_add(out, span->endpoint != NULL ? "|*" : "*");
}

bool
shard_history_read(struct shard_history *h, struct records *redis,
    const char *group, shard_record *each, void *arg)
{
	struct telling t = { .history = h, .each = each, .arg = arg };
	struct text match = { 0 };
	bool read;

	match_of(&h->span, &match);
	read = records_scan(redis, group, "history", match.data, on_runs, h) &&
	    records_scan(redis, group, "oldvoids", "*", on_void, &t);
	text_clear(&match);
	tell(&t, h->there);
	tell(&t, h->before);
	free_all(&t.voids);
	return read;
}

/* publish_read: a shard's records, as one ledger for each client. */
#include <stdlib.h>
#include <string.h>

#include "cli/publish.h"
#include "cli/records.h"
#include "lib/clock.h"
#include "lib/record.h"
#include "lib/text.h"

/* How far the import of a client had come before its records were read. */
struct mark {
	char *client, *text;
};
struct reading {
	struct publish_shard *shard;
	const char *key, *only;
	struct names marks; /* struct mark */
};

static struct publish_client *
client_of(struct publish_shard *s, const char *name)
{
	struct publish_client *c = names_find(&s->by_name, name);

	if (c != NULL)
		return c;
	c = mem_alloc(sizeof(*c));
	c->name = mem_text(name);
	c->ledger = ledger_new(name);
	names_add(&s->by_name, c->name, c);
	s->items = mem_grow(s->items, (s->count + 1) * sizeof(*s->items));
	s->items[s->count++] = c;
	return c;
}

/* A field is a client's name, or begins with it: "acme/learn", "acme|m-5". */
static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	char name[SEAL_NAME], error[160];
	struct publish_client *c;
	size_t n = strcspn(field, "/|");

	if (n == 0 || !text_format(name, sizeof(name), "%.*s", (int)n, field) ||
	    (r->only != NULL && strcmp(name, r->only) != 0))
		return;
	c = client_of(r->shard, name);
	c->unreadable +=
	    ledger_load(c->ledger, r->key, field, value, length, error) != 0;
}

static void
on_mark(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	struct mark *m = mem_alloc(sizeof(*m));

	(void)length;
	*m = (struct mark){ mem_text(field), mem_text(value) };
	names_add(&r->marks, m->client, m);
}

/*
 * Behind the records: whoever was read half was begun before that.  It may even
 * have ended by now, which its mark shows, being another one than before.
 */
static void
on_import(void *arg, const char *field, const char *value, size_t length)
{
	struct reading *r = arg;
	struct publish_client *c = names_find(&r->shard->by_name, field);
	const struct mark *before = names_find(&r->marks, field);
	json_t *mark = json_loadb(value, length, 0, NULL);

	if (c != NULL)
		c->is_half = !record_bool(mark, "whole") || before == NULL ||
		    strcmp(before->text, value) != 0;
	json_decref(mark);
}

static void
clear_marks(struct reading *r)
{
	struct mark *m;
	size_t at = 0;

	while ((m = names_next(&r->marks, &at)) != NULL) {
		names_remove_at(&r->marks, &at);
		free(m->client);
		free(m->text);
		free(m);
	}
	names_clear(&r->marks);
}

static int
by_name(const void *a, const void *b)
{
	const struct publish_client *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int64_t
judged_ms(struct records *redis, const char *group)
{
	char *text = records_field(redis, group, "meta", "judged");
	int64_t at_ms = text != NULL ? strtoll(text, NULL, 10) : 0;

	free(text);
	return at_ms;
}

bool
publish_shard_read(struct records *redis, unsigned number, const char *only,
    bool terms_only, struct publish_shard *s)
{
	static const char *const keys[] = { "terms", "names", "outages",
		"windows", "exclusions", "annotations" };
	struct reading r = { .shard = s, .only = only };
	size_t count = terms_only ? 1 : sizeof(keys) / sizeof(keys[0]);
	bool read;
	char group[16];

	*s = (struct publish_shard){ 0 };
	store_shard_group(number, group);
	read = records_each(redis, group, "imports", on_mark, &r);
	/* Before the records: they are not older than this says. */
	s->judged_ms = judged_ms(redis, group);
	for (size_t i = 0; read && i < count; i++) {
		r.key = keys[i];
		read = records_each(redis, group, r.key, on_field, &r);
	}
	read = read && records_each(redis, group, "imports", on_import, &r);
	clear_marks(&r);
	if (s->count > 0)
		qsort(s->items, s->count, sizeof(struct publish_client *),
		    by_name);
	return read;
}

void
publish_shard_clear(struct publish_shard *s)
{
	for (size_t i = 0; i < s->count; i++) {
		ledger_free(s->items[i]->ledger);
		free(s->items[i]->name);
		free(s->items[i]);
	}
	free(s->items);
	names_clear(&s->by_name);
	*s = (struct publish_shard){ 0 };
}

/* A shard's is kept for the oldest contract; without any nothing goes. */
bool
publish_kept(struct records *redis, const char *journal, int64_t *kept_ms)
{
	int64_t before_ms = clock_now_ms() - JOURNAL_KEPT_MS, begin_ms = NEVER;
	struct publish_shard shard;
	bool read;

	*kept_ms = before_ms;
	if (journal[0] == 'p')
		return true;
	read = publish_shard_read(redis,
	    (unsigned)strtoul(journal + 1, NULL, 10), NULL, true, &shard);
	for (size_t i = 0; i < shard.count; i++) {
		int64_t from_ms =
		    ledger_kept_from(ledger_agreed(shard.items[i]->ledger),
			before_ms);

		if (from_ms < begin_ms)
			begin_ms = from_ms;
	}
	*kept_ms = begin_ms == NEVER || begin_ms < 0 ? 0 : begin_ms;
	publish_shard_clear(&shard);
	return read;
}

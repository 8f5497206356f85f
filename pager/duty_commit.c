/*
 * What goes into commits, and when what rests on them may be seen.
 *
 * A commit is whole when it leaves nothing unwritten.  An intent or answer
 * rests on all that was known when it was made: it carries the number of the
 * next whole commit, and comes out when that one is durable, or at once when
 * there is nothing left to write.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/seal.h"
#include "lib/text.h"
#include "pager/duty_heartbeats.h"

#define HOUR_MS INT64_C(3600000)

void
duty_dirty(struct duty *d, struct incident *inc)
{
	duty_touch(d, inc);
	if (inc->dirty)
		return;
	inc->dirty = true;
	TAILQ_INSERT_TAIL(&d->unwritten, inc, unwritten);
}

void
duty_public_dirty(struct duty *d, struct incident *inc)
{
	duty_dirty(d, inc);
	inc->public_dirty = true;
}

void
duty_clean(struct duty *d, struct incident *inc)
{
	if (inc->dirty)
		TAILQ_REMOVE(&d->unwritten, inc, unwritten);
	inc->dirty = inc->public_dirty = false;
}

void
duty_write_record(struct duty *d, const char *key, const char *field,
    json_t *record)
{
	char *text = record_dump(record);

	commit_set_text(&d->pending, key, field, text);
	free(text);
	json_decref(record);
}

static void
write_incident(const struct incident *inc, struct commit *out)
{
	char *record = incident_encode(inc);

	commit_set_text(out, "incidents", inc->id, record);
	free(record);
	if (inc->closed_ms != 0) {
		commit_unset(out, "pages", inc->id);
		return;
	}
	record = page_encode(&inc->page);
	commit_set_text(out, "pages", inc->id, record);
	free(record);
}

/* A word to whoever follows public changes; the whole is in incidents. */
static void
write_public(const struct incident *inc, struct commit *out)
{
	for (size_t i = 0; i < inc->audience_count; i++) {
		char *record;

		record = incident_public_record(inc, inc->audiences[i].client);
		if (record == NULL)
			continue;
		commit_append(out, "out", record, strlen(record));
		free(record);
	}
}

static void
write_number(struct commit *out, const char *field, uint64_t number)
{
	char text[24];

	text_format(text, sizeof(text), "%llu", (unsigned long long)number);
	commit_set_text(out, "meta", field, text);
}

static void
write_meta(struct duty *d, struct commit *out)
{
	for (unsigned s = 0; s < DUTY_SHARDS_MAX; s++) {
		char field[32];

		text_format(field, sizeof(field), "position:%u", s);
		if (d->positions[s][0] != '\0')
			commit_set_text(out, "meta", field, d->positions[s]);
	}
	write_number(out, "incident", d->last_incident);
	write_number(out, "intent", d->last_intent);
	write_number(out, "override", d->last_override);
	write_number(out, "digest", (uint64_t)d->digest_ms);
	d->meta_dirty = false;
}

static void
write_intent(struct intent *i, struct commit *out)
{
	char *record = duty_intent_encode(i);

	commit_set_text(out, "intents", i->id, record);
	free(record);
	i->written = true;
}

/* False: not all of it fitted, and the rest waits for the next commit. */
static bool
gather(struct duty *d, struct commit *out)
{
	struct incident *inc;
	struct intent *i;

	while ((inc = TAILQ_FIRST(&d->unwritten)) != NULL) {
		if (commit_is_full(out))
			return false;
		write_incident(inc, out);
		if (inc->public_dirty)
			write_public(inc, out);
		duty_clean(d, inc);
	}
	while ((i = TAILQ_FIRST(&d->unwritten_intents)) != NULL) {
		if (commit_is_full(out))
			return false;
		write_intent(i, out);
		TAILQ_REMOVE(&d->unwritten_intents, i, unwritten);
		i->dirty = false;
	}
	if (!heartbeats_gather(d, out))
		return false;
	if (d->meta_dirty)
		write_meta(d, out);
	return true;
}

/* With what is written anyway, about once an hour. */
static void
trim(struct duty *d, struct commit *out, int64_t now_ms)
{
	char id[32];

	if (commit_is_empty(out) || now_ms - d->trimmed_ms < HOUR_MS)
		return;
	d->trimmed_ms = now_ms;
	text_format(id, sizeof(id), "%lld-0",
	    (long long)(now_ms - DUTY_OUT_KEPT_MS));
	commit_trim(out, "out", id);
	text_format(id, sizeof(id), "%lld-0",
	    (long long)(now_ms - JOURNAL_KEPT_MS));
	commit_trim(out, "journal", id);
}

bool
duty_commit(struct duty *d, int64_t now_ms, struct commit *out)
{
	if (d->in_flight)
		return false;
	commit_clear(out);
	*out = d->pending;
	commit_init(&d->pending);
	if (gather(d, out))
		d->flying = d->next_whole++;
	trim(d, out, now_ms);
	d->in_flight = !commit_is_empty(out);
	if (!d->in_flight)
		d->durable = d->flying; /* nothing is left to be written */
	return d->in_flight;
}

void
duty_committed(struct duty *d)
{
	assert(d->in_flight);
	d->in_flight = false;
	d->durable = d->flying;
}

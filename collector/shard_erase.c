/* shard_erase: see shard_erase.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_erase.h"
#include "collector/shard_order.h"
#include "lib/erase.h"
#include "lib/record.h"

#define ENTRIES_OF_UNIT 3 /* each is removed and said again */

static const char *
person_of(const struct shard_erasing *e)
{
	return e->person[0] != '\0' ? e->person : NULL;
}

/* The record without names; NULL: there is nothing in it to be erased. */
static char *
without(const struct shard_erasing *e, char *text_taken)
{
	char *text = erase_names(text_taken, strlen(text_taken), e->before_ms,
	    person_of(e));

	free(text_taken);
	return text;
}

static void
put(struct shard *s, const char *key, const char *client, const char *id,
    char *text_taken)
{
	char field[TARGET_ROOM];

	text_format(field, sizeof(field), "%s|%s", client, id);
	shard_put_text(s, COMMIT_SET, key, field, text_taken);
	shard_put_end(s);
}

static size_t
erase_windows(struct shard *s, struct agreed *a, const struct shard_erasing *e)
{
	size_t erased = 0;

	for (size_t i = 0; i < a->window_count; i++) {
		struct window *w = a->windows[i];
		char field[TARGET_ROOM], error[160], *text;

		if (w->at_ms >= e->before_ms ||
		    (text = without(e, window_encode(w))) == NULL)
			continue;
		text_format(field, sizeof(field), "%s|%s", w->client, w->id);
		w = window_decode(field, text, strlen(text), error);
		assert(w != NULL);
		put(s, "windows", w->client, w->id, text);
		shard_keep_window(a, w);
		erased++;
	}
	return erased;
}

static size_t
erase_claims(struct shard *s, struct agreed *a, const struct shard_erasing *e)
{
	size_t erased = 0;

	for (size_t i = 0; i < a->claim_count; i++) {
		struct claim *c = a->claims[i];
		char field[TARGET_ROOM], error[160], *text;

		if (c->at_ms >= e->before_ms ||
		    (text = without(e, claim_encode(c))) == NULL)
			continue;
		text_format(field, sizeof(field), "%s|%s", c->client, c->id);
		c = claim_decode(field, text, strlen(text), error);
		assert(c != NULL);
		put(s, "exclusions", c->client, c->id, text);
		shard_keep_claim(a, c);
		erased++;
	}
	return erased;
}

static size_t
erase_remarks(struct shard *s, const struct shard_erasing *e)
{
	size_t erased = 0;

	for (struct remark *r = s->remarks; r != NULL; r = r->hh.next) {
		char *text = without(e, record_dump(r->list));

		if (text == NULL)
			continue;
		json_decref(r->list);
		r->list = json_loads(text, 0, NULL);
		assert(r->list != NULL);
		shard_put_text(s, COMMIT_SET, "annotations", r->field, text);
		shard_put_end(s);
		erased++;
	}
	return erased;
}

static size_t
erase_records(struct shard *s, const struct shard_erasing *e)
{
	size_t erased = erase_remarks(s, e);

	for (struct agreed *a = s->agreed; a != NULL; a = a->hh.next)
		erased += erase_windows(s, a, e) + erase_claims(s, a, e);
	return erased;
}

void
shard_erase_by_age(struct shard *s)
{
	s->erase_by_age.round++;
	s->erase_by_age.before_ms =
	    s->now_ms - s->settings->site.names_after_ms;
	erase_records(s, &s->erase_by_age);
}

void
shard_erasing(const struct shard *s, struct shard_erasing *ordered,
    struct shard_erasing *by_age)
{
	*ordered = s->erase_ordered;
	*by_age = s->erase_by_age;
}

/* What stood there is said to be gone in the same unit. */
static void
put_reseal(struct shard *s, const struct shard_erased *list, size_t count)
{
	struct seal_replaced replaced[ENTRIES_OF_UNIT];
	struct commit line;

	for (size_t i = 0; i < count; i++) {
		text_copy(replaced[i].id, SEAL_ID, list[i].id);
		text_copy(replaced[i].bare, SEAL_HEX, list[i].bare);
		text_copy(replaced[i].now, SEAL_HEX, list[i].now);
	}
	commit_init(&line);
	seal_reseal(&line, "journal", s->now_ms, "evaluate",
	    "names of people were erased", replaced, count);
	shard_put_text(s, COMMIT_APPEND, "journal", "",
	    mem_text(line.ops[0].value));
	shard_put_end(s);
	commit_clear(&line);
}

void
shard_erase_entries(struct shard *s, const struct shard_erased *list,
    size_t count)
{
	for (size_t i = 0; i < count; i += ENTRIES_OF_UNIT) {
		size_t n =
		    count - i < ENTRIES_OF_UNIT ? count - i : ENTRIES_OF_UNIT;

		for (size_t k = i; k < i + n; k++) {
			shard_put_text(s, COMMIT_REMOVE, "journal", "",
			    mem_text(list[k].id));
			shard_put_text(s, COMMIT_APPEND, "journal", "",
			    mem_text(list[k].text));
		}
		put_reseal(s, list + i, n);
	}
}

/* That it was done is journalled, and not of whom. */
static void
journal(struct order *o, const struct shard_erasing *e, size_t records)
{
	char subject[24];
	json_t *line;

	text_format(subject, sizeof(subject), "shard %u", o->s->number);
	line = json_pack("{s:I, s:s, s:s, s:o, s:I, s:I}", "at",
	    (json_int_t)o->s->now_ms, "what", "names erased", "subject",
	    subject, "by", record_foreign(o->by), "before",
	    (json_int_t)e->before_ms, "records", (json_int_t)records);
	shard_put_text(o->s, COMMIT_APPEND, "journal", "", record_dump(line));
	shard_put_end(o->s);
	o->s->is_urgent = true;
	json_decref(line);
}

bool
order_erase(struct order *o)
{
	struct shard_erasing *e = &o->s->erase_ordered;
	const char *person;
	int64_t before_ms;
	size_t records;

	if (!order_instant(o, "before_ms", &before_ms) ||
	    !order_text(o, "name", sizeof(e->person) - 1, false, &person))
		return false;
	if (before_ms > o->s->now_ms + ORDER_LATE_MS)
		return order_refuse(o, "before_ms: it has not come yet");
	o->reply->found++;
	if (o->check)
		return true;
	e->round++;
	e->before_ms = before_ms;
	text_copy(e->person, sizeof(e->person), person != NULL ? person : "");
	records = erase_records(o->s, e);
	journal(o, e, records);
	order_say(o,
	    "shard %u: names are erased from %zu records; the journal is gone "
	    "through now",
	    o->s->number, records);
	return true;
}

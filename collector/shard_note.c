/*
 * shard_note: losses that may come with every entry an agent sends, in the
 * journal.
 *
 * The journal is kept for the life of a contract, so that it takes one line for
 * each agent, kind and hour: the first at once, the others together when the
 * hour is over, with their number and what they cover.  What accounts follow
 * from is a void or a refusal of its own, entry by entry, and never only here.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

#define HOUR_MS 3600000
#define PREFIX "note|"

static struct note *
find(struct shard *s, const char *name)
{
	struct note *n;

	HASH_FIND_STR(s->notes, name, n);
	if (n != NULL)
		return n;
	n = mem_alloc(sizeof(*n));
	text_copy(n->name, sizeof(n->name), name);
	HASH_ADD_STR(s->notes, name, n);
	return n;
}

static void
forget(struct shard *s, struct note *n)
{
	HASH_DEL(s->notes, n);
	free(n);
}

static bool
is_over(const struct shard *s, const struct note *n)
{
	return s->now_ms - n->told_ms >= HOUR_MS || s->now_ms < n->told_ms;
}

static void
keep(struct shard *s, const struct note *n)
{
	char field[sizeof(PREFIX) + sizeof(n->name)];
	struct text value = { 0 };

	text_format(field, sizeof(field), PREFIX "%s", n->name);
	text_addf(&value, "%lld %lld %lld %lld", (long long)n->told_ms,
	    (long long)n->from_ms, (long long)n->to_ms, (long long)n->untold);
	shard_put_text(s, COMMIT_SET, "meta", field, text_take(&value));
	shard_put_end(s);
}

/* Those of the hour that nobody was told of, in one line. */
static void
tell(struct shard *s, struct note *n)
{
	char what[sizeof(n->name)], text[64];
	char *bar;

	if (n->untold == 0)
		return;
	text_copy(what, sizeof(what), n->name);
	bar = strchr(what, '|');
	assert(bar != NULL); /* who makes one, or loads it, sees to it */
	*bar = '\0';
	text_format(text, sizeof(text), "%lld more of that",
	    (long long)n->untold);
	shard_journal_note(s, what, bar + 1, n->from_ms, n->to_ms, text);
	n->untold = 0;
	n->told_ms = s->now_ms;
}

/* What an agent with a wrong clock calls a time: as one that is read again. */
static int64_t
as_time(int64_t at_ms)
{
	return at_ms < 0 ? 0 : at_ms > TIME_MAX ? TIME_MAX : at_ms;
}

static void
gather(struct note *n, int64_t from_ms, int64_t to_ms)
{
	if (n->untold == 0 || from_ms < n->from_ms)
		n->from_ms = from_ms;
	if (n->untold == 0 || to_ms > n->to_ms)
		n->to_ms = to_ms;
	n->untold++;
}

void
shard_note(struct shard *s, const char *what, const char *subject,
    int64_t from_ms, int64_t to_ms, const char *text)
{
	char name[sizeof(((struct note *)NULL)->name)];
	struct note *n;

	from_ms = as_time(from_ms);
	to_ms = as_time(to_ms);
	text_format(name, sizeof(name), "%s|%s", what,
	    subject[0] != '\0' ? subject : "unknown");
	n = find(s, name);
	if (n->told_ms != 0 && !is_over(s, n)) {
		gather(n, from_ms, to_ms);
	} else {
		tell(s, n);
		shard_journal_note(s, what, subject, from_ms, to_ms, text);
		n->told_ms = s->now_ms;
	}
	keep(s, n);
}

bool
shard_load_note(struct shard *s, const char *name, const char *value)
{
	int64_t numbers[4];
	struct note *n;
	char *end;

	if (strlen(name) >= sizeof(n->name) || strchr(name, '|') == NULL)
		return false;
	for (size_t i = 0; i < 4; i++, value = end) {
		numbers[i] = strtoll(value, &end, 10);
		if (end == value || numbers[i] < 0 || numbers[i] > TIME_MAX)
			return false;
	}
	if (*value != '\0')
		return false;
	n = find(s, name);
	n->told_ms = numbers[0];
	n->from_ms = numbers[1];
	n->to_ms = numbers[2];
	n->untold = numbers[3];
	return true;
}

void
shard_tell_notes(struct shard *s)
{
	char field[sizeof(PREFIX) + sizeof(((struct note *)NULL)->name)];
	struct note *n, *next;

	for (n = s->notes; n != NULL; n = next) {
		next = n->hh.next;
		if (!is_over(s, n))
			continue;
		tell(s, n);
		text_format(field, sizeof(field), PREFIX "%s", n->name);
		shard_put(s, COMMIT_UNSET, "meta", field, NULL, 0);
		shard_put_end(s);
		forget(s, n);
	}
}

void
shard_free_notes(struct shard *s)
{
	struct note *n, *next;

	for (n = s->notes; n != NULL; n = next) {
		next = n->hh.next;
		forget(s, n);
	}
}

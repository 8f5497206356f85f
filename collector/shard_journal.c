/*
 * shard_journal: every change that bears on accounts, with its instant.  That
 * an outage began or ended just now is in its own record; the journal has
 * what was otherwise when it was first booked.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/record.h"
#include "lib/text.h"

/* Younger than that a change is how things happen, not a correction. */
static int64_t
settled_ms(const struct shard *s, const struct target *t)
{
	return s->now_ms - 5 * shard_interval(t) - shard_timeout(t) - 60000;
}

static void
append(struct shard *s, json_t *root)
{
	shard_put_text(s, COMMIT_APPEND, "journal", "", record_dump(root));
	json_decref(root);
}

/* The earliest instant at which two versions of a stretch differ. */
static int64_t
first_difference(const struct ledger_stretch *was,
    const struct ledger_stretch *is)
{
	if (was == NULL)
		return is->from_ms;
	if (is == NULL)
		return was->from_ms;
	if (was->kind != is->kind)
		return is->from_ms;
	if (was->to_ms != is->to_ms)
		return was->to_ms < is->to_ms ? was->to_ms : is->to_ms;
	return NEVER; /* only edges became better known */
}

static json_t *
pack(const struct ledger_stretch *st)
{
	if (st == NULL)
		return json_null();
	return json_pack("{s:s, s:I, s:I}", "kind", ledger_kind_text(st->kind),
	    "from", (json_int_t)st->from_ms, "to",
	    (json_int_t)(st->to_ms == NEVER ? 0 : st->to_ms));
}

/* Belongs to the unit that is being written. */
void
shard_journal_outage(struct shard *s, const struct target *t,
    const struct ledger_stretch *was, const struct ledger_stretch *is)
{
	if (first_difference(was, is) >= settled_ms(s, t))
		return;
	append(s,
	    json_pack("{s:I, s:s, s:s, s:o, s:o}", "at", (json_int_t)s->now_ms,
		"what", "corrected", "subject", t->id, "was", pack(was), "is",
		pack(is)));
}

/*
 * The record is a list of the one step that is new.  It is not read again: a
 * reload may bring as many of them as there are endpoints.
 */
void
shard_journal_terms(struct shard *s, const char *subject, const char *what,
    const char *record)
{
	json_t *name = json_string(subject);
	char *quoted = json_dumps(name, JSON_ENCODE_ANY);
	struct text line = { 0 };

	json_decref(name);
	assert(quoted != NULL && strlen(record) > 2);
	text_addf(&line,
	    "{\"at\":%lld,\"what\":\"%s\",\"subject\":", (long long)s->now_ms,
	    what);
	text_add(&line, quoted);
	text_add(&line, ",\"terms\":");
	text_add_bytes(&line, record + 1, strlen(record) - 2);
	text_add(&line, "}");
	free(quoted);
	shard_put_text(s, COMMIT_APPEND, "journal", "", text_take(&line));
}

/* Something of ours that bears on what can be known; a unit of its own. */
void
shard_journal_note(struct shard *s, const char *what, const char *subject,
    int64_t from_ms, int64_t to_ms, const char *text)
{
	append(s,
	    json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "at",
		(json_int_t)s->now_ms, "what", what, "subject", subject, "from",
		(json_int_t)from_ms, "to",
		(json_int_t)(to_ms == NEVER ? 0 : to_ms), "text", text));
	shard_put_end(s);
}

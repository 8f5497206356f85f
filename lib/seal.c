/* seal: its bytes, and how one follows another. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/record_whole.h"
#include "lib/seal.h"

void
seal_clear(struct seal *s)
{
	free(s->reports);
	free(s->stretches);
	*s = (struct seal){ 0 };
}

char *
seal_text(const struct seal *s)
{
	json_t *reports = json_array(), *journals = json_array(), *o;
	char *text;

	for (size_t i = 0; i < s->report_count; i++) {
		const struct seal_report *r = &s->reports[i];

		json_array_append_new(reports,
		    json_pack("{s:s, s:s, s:I, s:s, s:s*}", "client", r->client,
			"month", r->period, "version", (json_int_t)r->version,
			"hash", r->hash, "key", r->has_key ? r->key : NULL));
	}
	for (size_t i = 0; i < s->stretch_count; i++) {
		const struct seal_stretch *j = &s->stretches[i];

		json_array_append_new(journals,
		    json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "journal",
			j->journal, "after", j->after, "to", j->to, "entries",
			(json_int_t)j->entries, "kept", (json_int_t)j->kept_ms,
			"hash", j->hash));
	}
	o = json_pack("{s:i, s:I, s:I, s:s, s:s, s:o, s:o}", "sunwatch_seal",
	    SEAL_FORM, "number", (json_int_t)s->number, "at",
	    (json_int_t)s->at_ms, "previous", s->previous, "key", s->key,
	    "reports", reports, "journals", journals);
	text = record_dump(o);
	json_decref(o);
	return text;
}

static bool
is_hash(const char *text)
{
	return strlen(text) == SEAL_HEX - 1 &&
	    strspn(text, "0123456789abcdef") == SEAL_HEX - 1;
}

void
seal_read_hash(const json_t *o, const char *key, bool may_lack,
    char out[SEAL_HEX], char error[160])
{
	const char *text = record_string(o, key);

	if (text == NULL || (!is_hash(text) && !(may_lack && *text == '\0')))
		whole_fault(error, key, "expected a hash");
	else
		text_copy(out, SEAL_HEX, text);
}

static void
read_word(const json_t *o, const char *key, char *out, size_t room,
    char error[160])
{
	const char *text = record_string(o, key);

	if (text == NULL || *text == '\0' || strlen(text) >= room)
		whole_fault(error, key, "expected a name");
	else
		text_copy(out, room, text);
}

static void
read_id(const json_t *o, const char *key, char out[SEAL_ID], char error[160])
{
	const char *text = record_string(o, key);

	if (text == NULL || !seal_is_id(text))
		whole_fault(error, key, "expected the id of an entry");
	else
		text_copy(out, SEAL_ID, text);
}

static int64_t
read_number(const json_t *o, const char *key, char error[160])
{
	int64_t n = record_int(o, key, -1);

	if (n < 0)
		whole_fault(error, key, "expected a number");
	return n;
}

static void
read_report(const json_t *o, struct seal_report *r, char error[160])
{
	read_word(o, "client", r->client, sizeof(r->client), error);
	read_word(o, "month", r->period, sizeof(r->period), error);
	r->version = read_number(o, "version", error);
	seal_read_hash(o, "hash", false, r->hash, error);
	r->has_key = json_object_get(o, "key") != NULL;
	if (r->has_key)
		seal_read_hash(o, "key", true, r->key, error);
}

static void
read_stretch(const json_t *o, struct seal_stretch *j, char error[160])
{
	read_word(o, "journal", j->journal, sizeof(j->journal), error);
	read_id(o, "after", j->after, error);
	read_id(o, "to", j->to, error);
	j->entries = read_number(o, "entries", error);
	j->kept_ms = read_number(o, "kept", error);
	seal_read_hash(o, "hash", false, j->hash, error);
}

/* A list that is not too long; NULL: it is none. */
static const json_t *
list_of(const json_t *o, const char *key, size_t most, char error[160])
{
	const json_t *list = json_object_get(o, key);

	if (json_is_array(list) && json_array_size(list) <= most)
		return list;
	whole_fault(error, key, "expected a list that is not too long");
	return NULL;
}

static void
read_lists(const json_t *o, struct seal *s, char error[160])
{
	const json_t *reports = list_of(o, "reports", SEAL_REPORTS_MAX, error);
	const json_t *stretches =
	    list_of(o, "journals", SEAL_JOURNALS_MAX, error);
	size_t n = json_array_size(reports), m = json_array_size(stretches);

	s->reports = mem_alloc((n + 1) * sizeof(*s->reports));
	s->stretches = mem_alloc((m + 1) * sizeof(*s->stretches));
	for (; s->report_count < n; s->report_count++)
		read_report(json_array_get(reports, s->report_count),
		    &s->reports[s->report_count], error);
	for (; s->stretch_count < m; s->stretch_count++)
		read_stretch(json_array_get(stretches, s->stretch_count),
		    &s->stretches[s->stretch_count], error);
}

int
seal_read(const char *bytes, size_t length, struct seal *s, char error[160])
{
	json_t *o;

	*s = (struct seal){ 0 };
	error[0] = '\0';
	if ((o = whole_load(bytes, length, error)) == NULL)
		return -1;
	if (record_int(o, "sunwatch_seal", 0) != SEAL_FORM)
		whole_fault(error, "sunwatch_seal", "is not 2");
	s->number = read_number(o, "number", error);
	s->at_ms = read_number(o, "at", error);
	seal_read_hash(o, "previous", true, s->previous, error);
	seal_read_hash(o, "key", true, s->key, error);
	read_lists(o, s, error);
	json_decref(o);
	if (error[0] == '\0')
		return 0;
	seal_clear(s);
	return -1;
}

struct seal_stretch *
seal_end(struct seal_chain *c, const char *journal)
{
	struct seal_stretch *end;

	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->ends[i].journal, journal) == 0)
			return &c->ends[i];
	if (c->count == SEAL_JOURNALS_MAX)
		return NULL;
	end = &c->ends[c->count++];
	*end = (struct seal_stretch){ .to = "0-0" };
	text_copy(end->journal, sizeof(end->journal), journal);
	return end;
}

/* What is wrong with one stretch is not held against the next. */
static bool
follow_stretch(struct seal_chain *c, const struct seal_stretch *j,
    char why[160])
{
	struct seal_stretch *end = seal_end(c, j->journal);
	bool follows;

	if (end == NULL) {
		text_copy(why, 160, "there are too many journals");
		return false;
	}
	follows = strcmp(end->to, j->after) == 0 &&
	    seal_compare_ids(j->after, j->to) <= 0;
	if (!follows)
		text_format(why, 160,
		    "its stretch of journal %s begins after %s, and not "
		    "after %s",
		    j->journal, j->after, end->to);
	*end = *j;
	return follows;
}

bool
seal_follow(struct seal_chain *c, const struct seal *s,
    const char hash[SEAL_HEX], char why[160])
{
	bool follows = true;
	char other[160];

	if (s->number != c->number + 1) {
		text_format(why, 160, "its number is %lld, and not %lld",
		    (long long)s->number, (long long)c->number + 1);
		follows = false;
	} else if (strcmp(s->previous, c->hash) != 0) {
		text_copy(why, 160,
		    "it does not name the hash of the one before");
		follows = false;
	}
	for (size_t i = 0; i < s->stretch_count; i++)
		if (!follow_stretch(c, &s->stretches[i], other) && follows) {
			text_copy(why, 160, other);
			follows = false;
		}
	c->number++;
	c->at_ms = s->at_ms;
	text_copy(c->hash, sizeof(c->hash), hash);
	return follows;
}

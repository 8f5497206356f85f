/*
 * shard_load: from records to memory, field by field, in any order.  A field
 * that cannot be read is refused with its reason and changes nothing.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

#define VALUE_MAX 64

/* The next part of a field's name, up to a bar or its end; NULL: too long. */
const char *
shard_field_part(const char **rest, char *out, size_t room)
{
	size_t n = strcspn(*rest, "|");

	if (n == 0 || n >= room)
		return NULL;
	memcpy(out, *rest, n);
	out[n] = '\0';
	*rest += n + ((*rest)[n] == '|');
	return out;
}

static bool
is_time(int64_t at_ms)
{
	return at_ms >= -TIME_MAX && at_ms <= TIME_MAX;
}

bool
shard_field_time(const char *text, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return text[0] != '\0' && *end == '\0' && is_time(*out);
}

/* Names become texts for people and other records: no foreign bytes in them. */
static bool
is_name(const char *field)
{
	for (; *field != '\0'; field++)
		if (*field <= ' ' || *field > '~')
			return false;
	return true;
}

/*
 * Without its position a shard reads its inbox from the beginning: what is
 * given twice is harmless, but counted twice.
 */
static int
load_position(struct shard *s, const char *text, char error[160])
{
	int64_t from_ms;

	if (!commit_is_id(text)) {
		s->is_uncounted = true;
		return text_refuse(error,
		    "meta position: not an id of a stream");
	}
	text_copy(s->position, sizeof(s->position), text);
	text_copy(s->committed, sizeof(s->committed), text);
	s->position_ms = shard_id_ms(text);
	from_ms = s->position_ms - REREAD_MS;
	text_format(s->read_from, sizeof(s->read_from), "%lld-0",
	    (long long)(from_ms > 0 ? from_ms : 0));
	return 0;
}

static int
load_judged(struct shard *s, const char *text, char error[160])
{
	int64_t n;

	if (!shard_field_time(text, &n) || n < 0)
		return text_refuse(error, "meta judged: not a time");
	s->judge_ms = n;
	return 0;
}

static int
load_settled(struct shard *s, const char *text, char error[160])
{
	int64_t n;

	if (!shard_field_time(text, &n))
		return text_refuse(error, "meta settled: not a time");
	s->settled_ms = n;
	return 0;
}

static int
load_commit(struct shard *s, const char *text, char error[160])
{
	if (!commit_is_id(text)) /* it has the same form */
		return text_refuse(error,
		    "meta commit: not the name of a commit");
	text_copy(s->commit, sizeof(s->commit), text);
	return 0;
}

static int
load_evaluated(struct shard *s, const char *text, char error[160])
{
	int64_t n;

	if (!shard_field_time(text, &n) || n < 0) {
		s->is_uncounted = true;
		return text_refuse(error, "meta evaluated: not a number");
	}
	s->evaluated = n;
	return 0;
}

static int
load_schema(struct shard *s, const char *text, char error[160])
{
	(void)s;
	if (strcmp(text, SHARD_SCHEMA) == 0)
		return 0;
	return text_refuse(error,
	    "meta shard_schema: made by a newer version of this program");
}

static int
load_meta(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	static const struct {
		const char *field;
		int (*load)(struct shard *, const char *, char[160]);
	} loaders[] = {
		{ "position", load_position },
		{ "judged", load_judged },
		{ "settled", load_settled },
		{ "commit", load_commit },
		{ "evaluated", load_evaluated },
		{ "shard_schema", load_schema },
	};
	/* What is too long for any of them is none of them. */
	char text[VALUE_MAX] = "?";

	if (length < sizeof(text) && memchr(value, '\0', length) == NULL) {
		memcpy(text, value, length);
		text[length] = '\0';
	}
	for (size_t i = 0; i < sizeof(loaders) / sizeof(loaders[0]); i++)
		if (strcmp(field, loaders[i].field) == 0)
			return loaders[i].load(s, text, error);
	if (strncmp(field, "note|", 5) == 0 &&
	    (!is_name(field) || !shard_load_note(s, field + 5, text)))
		return text_refuse(error, "meta note: unreadable");
	return 0;
}

/* "acme/learn|auckland|81234": endpoint, region, bucket. */
static int
load_runs(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	char id[TARGET_ROOM], name[NAME_ROOM];
	struct target *t;
	int region;

	if (shard_field_part(&field, id, sizeof(id)) == NULL ||
	    shard_field_part(&field, name, sizeof(name)) == NULL)
		return text_refuse(error, "runs: field is not a|b|c");
	t = shard_target(s, id);
	region = shard_region(s, name);
	if (t == NULL || region < 0)
		return text_refuse(error, "runs: no such place");
	if (runs_decode(&shard_series(t, (unsigned)region)->runs, value,
		length) != 0)
		return text_refuse(error, "runs: unreadable record");
	return 0;
}

int
shard_read_void(const char *field, const void *value, size_t length,
    char region[NAME_ROOM], struct void_stretch *out, char error[160])
{
	char cause[16], to[VALUE_MAX] = "";
	int64_t to_ms;
	int kind;

	*out = (struct void_stretch){ 0 };
	if (shard_field_part(&field, region, NAME_ROOM) == NULL ||
	    shard_field_part(&field, cause, sizeof(cause)) == NULL ||
	    shard_field_part(&field, out->agent, NAME_ROOM) == NULL ||
	    !shard_field_time(field, &out->from_ms) || length >= sizeof(to))
		return text_refuse(error, "voids: field is not a|b|c|from");
	memcpy(to, value, length);
	kind = void_cause_parse(cause);
	if (kind < 0 || !shard_field_time(to, &to_ms))
		return text_refuse(error, "voids: unreadable");
	out->cause = (enum void_cause)kind;
	out->to_ms = to_ms == 0 ? NEVER : to_ms;
	return 0;
}

static int
load_void(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	char name[NAME_ROOM];
	struct void_stretch v;
	int region;

	if (shard_read_void(field, value, length, name, &v, error) != 0)
		return -1;
	if ((region = shard_region(s, name)) < 0)
		return text_refuse(error, "voids: unreadable");
	shard_void(s, (unsigned)region, v.cause,
	    strcmp(v.agent, "-") == 0 ? "" : v.agent, v.from_ms, v.to_ms);
	return 0;
}

static void
put_booked(struct target *t, const struct ledger_stretch *stretch)
{
	size_t at = t->booked_count;

	if (at == t->booked_room) {
		t->booked_room = t->booked_room * 2 + 4;
		t->booked =
		    mem_grow(t->booked, t->booked_room * sizeof(*t->booked));
	}
	while (at > 0 && t->booked[at - 1].from_ms > stretch->from_ms)
		at--;
	memmove(t->booked + at + 1, t->booked + at,
	    (t->booked_count - at) * sizeof(*t->booked));
	t->booked[at] = *stretch;
	t->booked_count++;
}

static int
load_outage(struct shard *s, const char *field, const void *value,
    size_t length, char error[160])
{
	struct ledger_stretch stretch;
	char id[TARGET_ROOM];
	struct target *t;

	if (shard_field_part(&field, id, sizeof(id)) == NULL)
		return text_refuse(error, "outages: field is not a|from");
	t = shard_target(s, id);
	if (t == NULL)
		return text_refuse(error, "outages: no such place");
	if (ledger_decode_stretch(value, length, &stretch, error) != 0)
		return -1;
	put_booked(t, &stretch);
	return 0;
}

static int
load_terms(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	struct agreed *a;
	struct target *t;

	if (strchr(field, '/') == NULL) {
		a = shard_agreed(s, field);
		if (a == NULL)
			return text_refuse(error, "terms: name too long");
		ledger_agreements_clear(&a->list);
		return ledger_decode_agreements(value, length, &a->list, error);
	}
	t = shard_target(s, field);
	if (t == NULL)
		return text_refuse(error, "terms: name too long");
	ledger_terms_clear(&t->steps);
	if (ledger_decode_terms(value, length, &t->steps, error) != 0)
		return -1;
	shard_compile_terms(s, t);
	return 0;
}

/* "acme|x-5f0c9a1b22" */
static int
load_claim(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	struct claim *c = claim_decode(field, value, length, error);

	if (c == NULL)
		return -1;
	shard_keep_claim(shard_agreed(s, c->client), c);
	return 0;
}

/* "acme/learn|1700000000000" */
static int
load_remark(struct shard *s, const char *field, const void *value,
    size_t length, char error[160])
{
	return shard_load_remark(s, field, value, length)
	    ? 0
	    : text_refuse(error, "annotations: unreadable");
}

/* "acme|m-5f0c9a1b22" */
static int
load_window(struct shard *s, const char *field, const void *value,
    size_t length, char error[160])
{
	struct window *w = window_decode(field, value, length, error);

	if (w == NULL)
		return -1;
	shard_keep_window(shard_agreed(s, w->client), w);
	return 0;
}

static int
load_agent(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	json_error_t why;
	json_t *root = json_loadb(value, length, 0, &why);
	struct agent *a = shard_agent(s, field);
	const char *spool, *before;
	json_int_t heard, closed;
	int doubt = DOUBT_NONE;

	if (root == NULL || a == NULL ||
	    json_unpack_ex(root, &why, 0, "{s:I, s:I, s:s, s:s, s?i}", "heard",
		&heard, "closed", &closed, "spool", &spool, "before", &before,
		"doubt", &doubt) != 0 ||
	    !is_time(heard) || !is_time(closed) || doubt < DOUBT_NONE ||
	    doubt > DOUBT_SPOOL) {
		json_decref(root);
		return text_refuse(error, "agents: unreadable");
	}
	a->heard_ms = a->saved_ms = heard;
	a->closed_ms = closed;
	a->doubt = (enum doubt)doubt;
	text_copy(a->spool, sizeof(a->spool), spool);
	text_copy(a->before, sizeof(a->before), before);
	json_decref(root);
	return 0;
}

/* Only which entries of the inbox it holds. */
static int
load_poison(struct shard *s, const char *field, const void *value,
    size_t length, char error[160])
{
	(void)value, (void)length, (void)error;
	if (strncmp(field, "in.", 3) == 0 && strlen(field) < 48)
		shard_keep_aside(s, field + 3);
	return 0;
}

static int
load_cause(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	json_error_t why;
	json_t *root = json_loadb(value, length, 0, &why);
	json_int_t since, raised;
	struct cause *cause;
	int severity;

	if (root == NULL || strlen(field) >= SUBJECT_ROOM ||
	    json_unpack_ex(root, &why, 0, "{s:I, s:I, s:i}", "since", &since,
		"raised_at", &raised, "severity", &severity) != 0 ||
	    !is_time(since) || !is_time(raised)) {
		json_decref(root);
		return text_refuse(error, "alarms: unreadable");
	}
	json_decref(root);
	cause = shard_cause(s, field);
	cause->is_open = true;
	cause->since_ms = since;
	cause->raised_at_ms = raised;
	cause->severity = severity;
	return 0;
}

static int
load_alarm(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	struct target *t;

	if (strncmp(field, "operations/", 11) == 0)
		return load_cause(s, field, value, length, error);
	t = shard_target(s, field);
	if (t == NULL)
		return text_refuse(error, "alarms: no such place");
	return watcher_decode(value, length, &t->watcher, error);
}

static int
load_names(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	return renames_load(&s->renames, field, value, length, error);
}

static int
load_early(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	return shard_load_early(s, field, value, length)
	    ? 0
	    : text_refuse(error, "early: unreadable");
}

/* Only that there is one: what it says is made anew. */
static int
load_state(struct shard *s, const char *field, const void *value, size_t length,
    char error[160])
{
	struct target *t = shard_target(s, field);

	(void)value;
	(void)length;
	if (t == NULL)
		return text_refuse(error, "states: no such place");
	t->written = 1;
	return 0;
}

int
shard_load(struct shard *s, const char *key, const char *field,
    const void *value, size_t length, char error[160])
{
	static const struct {
		const char *key;
		int (*load)(struct shard *, const char *, const void *, size_t,
		    char[160]);
		bool any_field;
	} loaders[] = {
		{ "meta", load_meta, true },
		{ "runs", load_runs },
		{ "history", load_runs },
		{ "voids", load_void },
		{ "oldvoids", load_void },
		{ "outages", load_outage },
		{ "terms", load_terms },
		{ "names", load_names },
		{ "early", load_early },
		{ "windows", load_window },
		{ "exclusions", load_claim },
		{ "annotations", load_remark },
		{ "states", load_state },
		{ "agents", load_agent },
		{ "alarms", load_alarm },
		{ "poison", load_poison, true },
	};

	error[0] = '\0';
	for (size_t i = 0; i < sizeof(loaders) / sizeof(loaders[0]); i++) {
		if (strcmp(key, loaders[i].key) != 0)
			continue;
		if (loaders[i].any_field || is_name(field))
			return loaders[i].load(s, field, value, length, error);
		text_format(error, 160, "%s: field is no name", key);
		return -1;
	}
	return 0; /* streams are not loaded */
}

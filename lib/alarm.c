/* alarm: an alarm as JSON, strictly read: a wrong field is named. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alarm.h"
#include "lib/interval.h"
#include "lib/text.h"

#define ALARM_BYTES_MAX 65536

static const char *const event_texts[] = {
	[ALARM_RAISED] = "raised",
	[ALARM_CHANGED] = "changed",
	[ALARM_CLEARED] = "cleared",
	[ALARM_RENAMED] = "renamed",
};
static const char *const kind_texts[] = {
	[ALARM_DOWN] = "down",
	[ALARM_PROBABLE] = "probable",
	[ALARM_DEGRADED] = "degraded",
	[ALARM_MAINTENANCE] = "maintenance",
	[ALARM_OPERATIONS] = "operations",
	[ALARM_FOREIGN] = "foreign",
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *
alarm_event_text(enum alarm_event event)
{
	return event_texts[event];
}

const char *
alarm_kind_text(enum alarm_kind kind)
{
	return kind_texts[kind];
}

static json_t *
pack_evidence(const struct alarm_evidence *e)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:I, s:s}", "region", e->region,
	    "outcome", outcome_text(e->outcome), "reason",
	    reason_text(e->reason), "fresh", (int)e->fresh, "since",
	    (json_int_t)e->since_at_ms, "detail", e->detail);
}

char *
alarm_encode(const struct alarm *a)
{
	json_t *evidence = json_array(), *root;
	char *text;

	for (size_t i = 0; i < a->evidence_count; i++)
		json_array_append_new(evidence, pack_evidence(&a->evidence[i]));
	root =
	    json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:I,"
		      "s:I, s:i, s:i, s:b, s:b, s:s, s:o}",
		"event", event_texts[a->event], "kind", kind_texts[a->kind],
		"subject", a->subject, "client", a->client, "platform",
		a->platform, "severity", a->severity, "at",
		(json_int_t)a->at_ms, "since", (json_int_t)a->since_ms,
		"last_good", (json_int_t)a->last_good_ms, "first_failed",
		(json_int_t)a->first_failed_ms, "until",
		(json_int_t)a->until_ms, "until_before",
		(json_int_t)a->until_before_ms, "fresh", a->fresh, "quorum",
		a->quorum, "flapping", (int)a->flapping, "well", (int)a->well,
		"text", a->text, "evidence", evidence);
	if (a->event == ALARM_RENAMED)
		json_object_set_new(root, "was", json_string(a->was));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (text == NULL)
		abort(); /* texts are made valid UTF-8 before they come here */
	return text;
}

struct fields {
	json_t *object;
	char *error; /* 160 bytes; "" while all is well */
};

static void
fail(struct fields *f, const char *key, const char *why)
{
	if (f->error[0] == '\0')
		text_format(f->error, 160, "%s: %s", key, why);
}

static int64_t
integer(struct fields *f, const char *key, int64_t min, int64_t max)
{
	json_t *v = json_object_get(f->object, key);
	int64_t n = json_integer_value(v);

	if (!json_is_integer(v))
		fail(f, key, "expected a whole number");
	else if (n < min || n > max)
		fail(f, key, "out of range");
	return n;
}

static bool
boolean(struct fields *f, const char *key)
{
	json_t *v = json_object_get(f->object, key);

	if (!json_is_boolean(v))
		fail(f, key, "expected true or false");
	return json_is_true(v);
}

static void
string(struct fields *f, const char *key, char *out, size_t room)
{
	json_t *v = json_object_get(f->object, key);

	if (!json_is_string(v))
		fail(f, key, "expected a text");
	else if (strlen(json_string_value(v)) >= room)
		fail(f, key, "too long");
	else
		text_copy(out, room, json_string_value(v));
}

static int
choice(struct fields *f, const char *key, const char *const *texts,
    size_t count)
{
	const char *text = json_string_value(json_object_get(f->object, key));

	for (size_t i = 0; text != NULL && i < count; i++)
		if (strcmp(text, texts[i]) == 0)
			return (int)i;
	fail(f, key, "not known");
	return 0;
}

static void
read_evidence(json_t *v, struct alarm_evidence *e, char *error)
{
	struct fields f = { v, error };
	char text[32] = "";
	int n;

	string(&f, "region", e->region, sizeof(e->region));
	string(&f, "outcome", text, sizeof(text));
	n = outcome_parse(text);
	if (n < 0)
		fail(&f, "evidence.outcome", "not known");
	e->outcome = n < 0 ? OUTCOME_UNKNOWN : (enum outcome)n;
	string(&f, "reason", text, sizeof(text));
	n = reason_parse(text);
	if (n < 0)
		fail(&f, "evidence.reason", "not known");
	e->reason = n < 0 ? REASON_NONE : (enum reason)n;
	e->fresh = boolean(&f, "fresh");
	e->since_at_ms = integer(&f, "since", -TIME_MAX, TIME_MAX);
	string(&f, "detail", e->detail, sizeof(e->detail));
}

static void
read_all_evidence(struct fields *f, struct alarm *a)
{
	json_t *list = json_object_get(f->object, "evidence"), *v;
	size_t i;

	if (!json_is_array(list) ||
	    json_array_size(list) > ALARM_EVIDENCE_MAX) {
		fail(f, "evidence", "expected a list of at most 16");
		return;
	}
	json_array_foreach(list, i, v)
	    read_evidence(v, &a->evidence[i], f->error);
	a->evidence_count = json_array_size(list);
}

static void
read_alarm(struct fields *f, struct alarm *a)
{
	a->event = (enum alarm_event)choice(f, "event", event_texts,
	    COUNT(event_texts));
	a->kind =
	    (enum alarm_kind)choice(f, "kind", kind_texts, COUNT(kind_texts));
	string(f, "subject", a->subject, sizeof(a->subject));
	if (a->event == ALARM_RENAMED)
		string(f, "was", a->was, sizeof(a->was));
	string(f, "client", a->client, sizeof(a->client));
	string(f, "platform", a->platform, sizeof(a->platform));
	a->severity = (int)integer(f, "severity", 1, 4);
	a->at_ms = integer(f, "at", 0, TIME_MAX);
	a->since_ms = integer(f, "since", -TIME_MAX, TIME_MAX);
	a->last_good_ms = integer(f, "last_good", -TIME_MAX, TIME_MAX);
	a->first_failed_ms = integer(f, "first_failed", -TIME_MAX, TIME_MAX);
	a->until_ms = integer(f, "until", 0, TIME_MAX);
	if (json_object_get(f->object, "until_before") != NULL)
		a->until_before_ms = integer(f, "until_before", 0, TIME_MAX);
	a->fresh = (int)integer(f, "fresh", 0, 1000);
	a->quorum = (int)integer(f, "quorum", 0, 1000);
	a->flapping = boolean(f, "flapping");
	if (json_object_get(f->object, "well") != NULL)
		a->well = boolean(f, "well");
	string(f, "text", a->text, sizeof(a->text));
	read_all_evidence(f, a);
}

int
alarm_decode(const char *json, size_t length, struct alarm *a, char error[160])
{
	struct fields f = { NULL, error };
	json_error_t why;

	*a = (struct alarm){ 0 };
	error[0] = '\0';
	if (length > ALARM_BYTES_MAX) {
		text_copy(error, 160, "longer than 65536 bytes");
		return -1;
	}
	f.object = json_loadb(json, length, JSON_REJECT_DUPLICATES, &why);
	if (f.object == NULL) {
		text_format(error, 160, "not JSON: %s", why.text);
		return -1;
	}
	read_alarm(&f, a);
	json_decref(f.object);
	return error[0] == '\0' ? 0 : -1;
}

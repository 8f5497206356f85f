/*
 * ledger_record: the records of a ledger as JSON.  Written by a shard, read
 * strictly: a record that is not whole is refused, naming the field.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ledger.h"
#include "lib/ledger_plain.h"
#include "lib/record.h"
#include "lib/record_whole.h"
#include "lib/report_agreed.h"
#include "lib/sla_text.h"
#include "lib/text.h"

struct fields {
	json_t *object;
	char *error; /* 160 bytes; "" while all is well */
};

static int64_t
integer(struct fields *f, const char *key)
{
	json_t *v = json_object_get(f->object, key);

	int64_t n = json_integer_value(v);

	if (!json_is_integer(v))
		whole_fault(f->error, key, "expected a whole number");
	else if (n < -TIME_MAX || n > TIME_MAX)
		whole_fault(f->error, key, "out of range");
	return f->error[0] == '\0' ? n : 0;
}

static const char *
string(struct fields *f, const char *key)
{
	json_t *v = json_object_get(f->object, key);

	if (!json_is_string(v)) {
		whole_fault(f->error, key, "expected a text");
		return "";
	}
	return json_string_value(v);
}

static bool
boolean(struct fields *f, const char *key)
{
	json_t *v = json_object_get(f->object, key);

	if (!json_is_boolean(v))
		whole_fault(f->error, key, "expected true or false");
	return json_is_true(v);
}

static char *
dump(json_t *root)
{
	char *text = record_dump(root);

	json_decref(root);
	return text;
}

const char *
ledger_kind_text(enum ledger_kind kind)
{
	return kind == LEDGER_DOWN ? "down" : "unknown";
}

/* Open ends are written as 0. */
static json_int_t
end_number(int64_t to_ms)
{
	return to_ms == NEVER ? 0 : to_ms;
}

char *
ledger_encode_stretch(const struct ledger_stretch *s)
{
	return dump(json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:b}", "kind",
	    ledger_kind_text(s->kind), "from", (json_int_t)s->from_ms, "to",
	    end_number(s->to_ms), "from_before", (json_int_t)s->from_before_ms,
	    "to_before", end_number(s->to_before_ms), "reason",
	    reason_text(s->reason), "removed", (int)s->removed));
}

static void
read_stretch(struct fields *f, struct ledger_stretch *s)
{
	const char *kind = string(f, "kind");
	int reason = reason_parse(string(f, "reason"));

	if (strcmp(kind, "down") != 0 && strcmp(kind, "unknown") != 0)
		whole_fault(f->error, "kind", "expected down or unknown");
	if (reason < 0)
		whole_fault(f->error, "reason", "not known");
	*s = (struct ledger_stretch){ .from_ms = integer(f, "from"),
		.to_ms = integer(f, "to"),
		.from_before_ms = integer(f, "from_before"),
		.to_before_ms = integer(f, "to_before"),
		.removed = boolean(f, "removed") };
	s->kind = strcmp(kind, "down") == 0 ? LEDGER_DOWN : LEDGER_UNKNOWN;
	s->reason = reason < 0 ? REASON_NONE : (enum reason)reason;
	if (s->to_ms == 0)
		s->to_ms = s->to_before_ms = NEVER;
	if (s->to_ms <= s->from_ms)
		whole_fault(f->error, "to", "not after from");
}

int
ledger_decode_stretch(const char *data, size_t length,
    struct ledger_stretch *out, char error[160])
{
	struct fields f = { .error = error };

	error[0] = '\0';
	if (ledger_plain_stretch(data, length, out))
		return 0;
	f.object = whole_load(data, length, error);
	if (f.object == NULL)
		return -1;
	read_stretch(&f, out);
	json_decref(f.object);
	return error[0] == '\0' ? 0 : -1;
}

static void
set_ended(json_t *step, const char *ended)
{
	if (ended != NULL)
		json_object_set_new(step, "ended", json_string(ended));
}

char *
ledger_encode_terms(const struct ledger_terms *terms)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < terms->count; i++) {
		const struct ledger_step *s = &terms->items[i];
		json_t *step =
		    json_pack("{s:I, s:I, s:I, s:I, s:s, s:b}", "from",
			(json_int_t)s->from_ms, "quorum", (json_int_t)s->quorum,
			"interval", (json_int_t)s->interval_ms, "timeout",
			(json_int_t)s->timeout_ms, "regions", s->regions,
			"counts", (int)s->counts);

		set_ended(step, s->ended);
		json_array_append_new(steps, step);
	}
	return dump(steps);
}

static void
set_consent(json_t *step, const struct sla_accord *c)
{
	json_t *o;

	if (c->ours == NULL)
		return;
	o = json_object();
	record_set_text(o, "ours", c->ours);
	record_set_text(o, "theirs", c->theirs);
	record_set_text(o, "by", c->by);
	if (c->reason != NULL)
		record_set_text(o, "reason", c->reason);
	json_object_set_new(o, "at", json_integer(c->at_ms));
	json_object_set_new(step, "consent", o);
}

char *
ledger_encode_agreements(const struct ledger_agreements *list)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct ledger_agreement *a = &list->items[i];
		json_t *step = json_pack("{s:I, s:s, s:s, s:I, s:I}", "from",
		    (json_int_t)a->from_ms, "sla", a->sla, "zone", a->zone,
		    "guarantee", (json_int_t)a->guarantee_milli, "floor",
		    (json_int_t)a->coverage_floor_milli);

		if (a->said_ms != 0)
			json_object_set_new(step, "said",
			    json_integer(a->said_ms));
		if (a->more != NULL)
			json_object_set_new(step, "terms",
			    json_loads(a->more, 0, NULL));
		set_consent(step, &a->accord);
		set_ended(step, a->ended);
		json_array_append_new(steps, step);
	}
	return dump(steps);
}

/* Terms that cannot be read in full would give a figure, and a wrong one. */
static char *
read_more(struct fields *f)
{
	json_t *v = json_object_get(f->object, "terms");
	struct sla_facts facts = { .zone = (char[]){ "UTC" },
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	struct sla_version version;
	char why[REPORT_ERROR], *text, *own;

	if (v == NULL)
		return NULL;
	text = json_dumps(v, JSON_COMPACT);
	own = mem_text(text != NULL ? text : "");
	free(text);
	if (report_agreed_contract(own, &facts) &&
	    report_agreed_version(own, &facts, &version, why))
		sla_version_clear(&version);
	else
		whole_fault(f->error, "terms", "not terms of an SLA");
	return own;
}

static struct sla_accord
read_consent(struct fields *step)
{
	struct fields f = { json_object_get(step->object, "consent"),
		step->error };
	struct sla_accord c = SLA_ACCORD_NONE;

	if (f.object == NULL)
		return c;
	c.ours = mem_text(string(&f, "ours"));
	c.theirs = mem_text(string(&f, "theirs"));
	c.by = mem_text(string(&f, "by"));
	if (json_object_get(f.object, "reason") != NULL)
		c.reason = mem_text(string(&f, "reason"));
	c.at_ms = integer(&f, "at");
	return c;
}

static char *
read_ended(struct fields *f)
{
	json_t *v = json_object_get(f->object, "ended");

	if (v == NULL)
		return NULL;
	if (json_typeof(v) == JSON_STRING)
		return mem_text(json_string_value(v));
	whole_fault(f->error, "ended", "expected a text");
	return mem_text("");
}

/* The steps of a terms record, or NULL. */
static json_t *
parse_steps(const char *data, size_t length, char error[160])
{
	json_t *steps = whole_load(data, length, error);

	if (steps == NULL)
		return NULL;
	if (json_typeof(steps) == JSON_ARRAY &&
	    json_array_size(steps) <= LEDGER_STEPS_MAX)
		return steps;
	text_copy(error, 160, "expected a list of steps");
	json_decref(steps);
	return NULL;
}

int
ledger_decode_terms(const char *data, size_t length, struct ledger_terms *out,
    char error[160])
{
	json_t *steps = parse_steps(data, length, error), *step;
	int64_t before_ms = INT64_MIN;
	size_t i;

	*out = (struct ledger_terms){ 0 };
	json_array_foreach(steps, i, step)
	{
		struct fields f = { step, error };
		struct ledger_step s = { .from_ms = integer(&f, "from"),
			.quorum = integer(&f, "quorum"),
			.interval_ms = integer(&f, "interval"),
			.timeout_ms = integer(&f, "timeout"),
			.counts = boolean(&f, "counts"),
			.ended = read_ended(&f) };

		s.regions = mem_text(string(&f, "regions"));
		if (s.from_ms <= before_ms)
			whole_fault(f.error, "from",
			    "not after the step before");
		if (error[0] == '\0')
			ledger_add_step(out, &s);
		before_ms = s.from_ms;
		free(s.regions);
		free(s.ended);
	}
	json_decref(steps);
	if (error[0] == '\0')
		return 0;
	ledger_terms_clear(out);
	return -1;
}

int
ledger_decode_agreements(const char *data, size_t length,
    struct ledger_agreements *out, char error[160])
{
	json_t *steps = parse_steps(data, length, error), *step;
	int64_t before_ms = INT64_MIN;
	size_t i;

	*out = (struct ledger_agreements){ 0 };
	json_array_foreach(steps, i, step)
	{
		struct fields f = { step, error };
		struct ledger_agreement a = { .from_ms = integer(&f, "from"),
			.guarantee_milli = integer(&f, "guarantee"),
			.coverage_floor_milli = integer(&f, "floor"),
			.ended = read_ended(&f),
			.accord = read_consent(&f) };

		if (json_object_get(step, "said") != NULL)
			a.said_ms = integer(&f, "said");
		a.sla = mem_text(string(&f, "sla"));
		a.zone = mem_text(string(&f, "zone"));
		a.more = read_more(&f);
		if (a.from_ms <= before_ms)
			whole_fault(f.error, "from",
			    "not after the step before");
		if (error[0] == '\0')
			ledger_add_agreement(out, &a);
		before_ms = a.from_ms;
		free(a.sla);
		free(a.zone);
		free(a.more);
		free(a.ended);
		sla_accord_clear(&a.accord);
	}
	json_decref(steps);
	if (error[0] == '\0')
		return 0;
	ledger_agreements_clear(out);
	return -1;
}

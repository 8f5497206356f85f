/* message_json: see message_json.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/template.h"
#include "lib/text.h"
#include "pager/message_json.h"

const char *
message_kind_text(enum message_kind kind)
{
	static const char *const texts[MESSAGE_KINDS] = {
		[MESSAGE_CALL] = "call",
		[MESSAGE_TAKEN] = "taken",
		[MESSAGE_RESOLVED] = "resolved",
		[MESSAGE_MEMBER] = "member",
		[MESSAGE_EXPIRED] = "expired",
		[MESSAGE_HANDOVER] = "handover",
		[MESSAGE_TEST] = "test",
		[MESSAGE_UPDATE_DUE] = "update-due",
		[MESSAGE_LAST_RESORT] = "last-resort",
		[MESSAGE_DIGEST] = "digest",
		[MESSAGE_ROTA] = "rota",
		[MESSAGE_REOPENED] = "reopened",
		[MESSAGE_CONTACT] = "contact",
	};

	return texts[kind];
}

static void
set(json_t *o, const char *key, const char *value)
{
	if (value != NULL)
		record_set_text(o, key, value);
}

static void
set_body(json_t *o, const char *body)
{
	char *cut;

	if (body == NULL || strlen(body) <= MESSAGE_JSON_BODY_MAX) {
		set(o, "body", body);
		return;
	}
	cut = mem_alloc(MESSAGE_JSON_BODY_MAX + 1);
	text_copy(cut, MESSAGE_JSON_BODY_MAX + 1, body);
	set(o, "body", cut);
	record_set_bool(o, "cut", true);
	free(cut);
}

static void
set_person(json_t *o, const char *name, const struct person *p)
{
	json_t *person = json_object();

	set(person, "name", name);
	set(person, "zone", p->zone);
	set(person, "email", p->email);
	set(person, "phone", p->phone);
	json_object_set_new(o, "person", person);
}

static json_t *
make(const struct message *m, const struct person *p, int64_t now_ms)
{
	json_t *o = json_object();

	record_set_int(o, "version", MESSAGE_JSON_VERSION);
	set(o, "intent", m->intent);
	set(o, "kind", message_kind_text(m->kind));
	set_person(o, m->person, p);
	set(o, "incident", m->incident);
	record_set_int(o, "severity", m->severity);
	set(o, "subject", m->subject);
	set(o, "sms", m->sms);
	set_body(o, m->body);
	set(o, "link", m->link);
	set(o, "thread", m->thread);
	set(o, "merge_key", m->merge_key);
	record_set_int(o, "sent_ms", now_ms);
	record_set_int(o, "attempt", m->attempt);
	record_set_bool(o, "possible_repeat", m->possible_repeat);
	record_set_bool(o, "store_down", m->store_down);
	return o;
}

char *
message_json(const struct message *m, const struct person *p, int64_t now_ms)
{
	json_t *o = make(m, p, now_ms);
	char *text = record_dump(o);

	json_decref(o);
	return text;
}

/* The object, and room for a number of it. */
struct values {
	const json_t *o;
	char number[32];
};

/* What a person has stands one level deeper; "person" is the name alone. */
static const char *
value_of(void *arg, const char *field)
{
	struct values *v = arg;
	const json_t *o = v->o, *person = json_object_get(o, "person"), *value;

	if (strcmp(field, "person") == 0)
		return record_string(person, "name");
	value = json_object_get(o, field);
	if (value == NULL)
		value = json_object_get(person, field);
	if (json_is_true(value))
		return "true";
	if (!json_is_integer(value))
		return json_string_value(value);
	text_format(v->number, sizeof(v->number), "%lld",
	    (long long)json_integer_value(value));
	return v->number;
}

char *
message_filled(const char *template, const struct message *m,
    const struct person *p, int64_t now_ms)
{
	json_t *o = make(m, p, now_ms);
	struct values v = { .o = o };
	char *text = template_fill(template, value_of, &v);

	json_decref(o);
	return text;
}

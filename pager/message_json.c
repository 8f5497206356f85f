/* message_json: see message_json.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
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

char *
message_json(const struct message *m, const struct person *p, int64_t now_ms)
{
	json_t *o = json_object();
	char *text;

	record_set_int(o, "version", MESSAGE_JSON_VERSION);
	set(o, "intent", m->intent);
	set(o, "kind", message_kind_text(m->kind));
	set_person(o, m->person, p);
	set(o, "incident", m->incident);
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
	text = record_dump(o);
	json_decref(o);
	return text;
}

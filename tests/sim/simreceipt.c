/* simreceipt: see simreceipt.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "pager/incident.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simreceipt.h"

#define EARLY_MS 1500 /* before the provider's own answer, at most */

bool
receipt_is_drawn(const struct world *w)
{
	return w->seed % 4 == 1;
}

static void
say(struct world *w, int who, void *data)
{
	(void)who;
	sim_pager_command(w, CARRIER, "", "receipt", data);
}

static void
say_at(struct world *w, int64_t at_ms, const struct message *m,
    const char *word, bool is_call)
{
	char *json = mem_alloc(300);

	text_format(json, 300,
	    "{\"command\":\"receipt\",\"incident\":\"%s\",\"person\":\"%s\","
	    "\"intent\":\"%s\",\"channel\":\"%s\",\"word\":\"%s\","
	    "\"detail\":\"simulated\",\"call\":%s}",
	    m->incident[0] != '\0' ? m->incident : "-", m->person, m->intent,
	    channel_text(m->channel), word, is_call ? "true" : "false");
	at(w, at_ms > w->now_ms ? at_ms : w->now_ms + 1, say, 0, json);
}

void
receipt_expect(struct world *w, const struct message *m, int64_t in_ms,
    bool arrives)
{
	const char *bad = "failed";
	bool is_call = m->kind == MESSAGE_CALL;
	int64_t at_ms;

	if (!receipt_is_drawn(w) || chance(w, 40))
		return;
	if (chance(w, 20))
		bad = "broken";
	at_ms = w->now_ms + in_ms + roll_between(w, -EARLY_MS, 60000);
	if (chance(w, 5))
		at_ms += roll_between(w, 60000, 3600000);
	say_at(w, at_ms, m, arrives ? "delivered" : bad, is_call);
	if (chance(w, 25)) /* twice, or what contradicts it */
		say_at(w, at_ms + roll_between(w, -3000, 30000), m,
		    chance(w, 50) || arrives ? arrives ? "delivered" : bad
					     : "delivered",
		    is_call);
	if (chance(w, 10)) {
		struct message other = *m;

		text_copy(other.intent, sizeof(other.intent), "i-999999999");
		say_at(w, at_ms, &other, bad, false);
	}
}

void
receipt_answered(struct world *w, const char *json, bool ok)
{
	json_t *o = json_loads(json, 0, NULL);
	const char *word = json_string_value(json_object_get(o, "word"));

	tell(w, "carrier: %s: %s", json, ok ? "heard" : "refused");
	if (!ok)
		broken(w, "promise 9: what a provider says is refused: %s",
		    json);
	else if (json_is_true(json_object_get(o, "call")) &&
	    strcmp(word, "delivered") != 0)
		oracle_undelivered(w,
		    json_string_value(json_object_get(o, "incident")),
		    json_string_value(json_object_get(o, "person")),
		    json_string_value(json_object_get(o, "intent")));
	json_decref(o);
}

/* One in ten has a code that nobody has: it must do nothing. */
void
receipt_reply(struct world *w, const struct message *m, char json[256])
{
	char code[REPLY_CODE];

	bool wrong = chance(w, 10);

	text_copy(code, sizeof(code), m->reply);
	if (wrong)
		code[5] = (char)(code[5] == '9' ? '0' : code[5] + 1);
	text_format(json, 256,
	    "{\"command\":\"reply\",\"channel\":\"%s\","
	    "\"from\":\"+64000000%s\",\"text\":\"%s mine\",\"wrong\":%s}",
	    channel_text(m->channel), m->person + 1, code,
	    wrong ? "true" : "false");
}

/* To the oracle a reply that took it is a take like any other. */
void
receipt_replied(struct world *w, const char *person, const char *incident,
    const char *said, const struct duty_action *act)
{
	char json[160];

	if (strstr(said, "\"wrong\":true") != NULL &&
	    strstr(act->answer, "No page of yours") == NULL &&
	    strstr(act->answer, "too many") == NULL)
		broken(w, "promise 3: a wrong code is heard: %s: %s", said,
		    act->answer);
	if (act->ok && strstr(act->answer, incident) == NULL) {
		tell(w, "%s is not understood: %s", person, act->answer);
		return;
	}
	text_format(json, sizeof(json),
	    "{\"command\":\"take\",\"incident\":\"%s\",\"person\":\"%s\"}",
	    incident, person);
	oracle_answered(w, person, incident, json, act->ok, act->answer);
}

#ifndef TESTS_UNIT_SMS_STORY_H
#define TESTS_UNIT_SMS_STORY_H

/*
 * A world where people are called by text messages: isla and then, by mail,
 * a minute later; tom by text messages alone; lee has isla's telephone.
 */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

#define ISLA "+447700900001"
#define TOM "+447700900002"

static const char sms_tree[] =
    "site: { name: Kahu, url: 'https://status.kahu.example',"
    " links: 'https://p.example', last_resort: [tom] }\n"
    "redis: unix:/nowhere\n"
    "agents:\n"
    "  - { name: a, region: r1, token_sha256: "
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "channels:\n"
    "  - { kind: sms, account: AC1, token: 'env:PATH',"
    " from: '+15005550006' }\n"
    "  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@kahu.example }\n"
    "people:\n"
    "  - { name: isla, zone: Europe/London, email: i@kahu.example,"
    " phone: '" ISLA "', reach: [sms 0s, mail 1m] }\n"
    "  - { name: tom, zone: Europe/London, phone: '" TOM "',"
    " reach: [sms 0s] }\n"
    "  - { name: lee, zone: Europe/London, email: l@kahu.example,"
    " phone: '" ISLA "', reach: [mail 0s] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: person isla, patience: 5m }\n"
    "      - { call: person tom, patience: 5m }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: Acme University\n"
    "    zone: Pacific/Auckland\n"
    "    sla: gold\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.acme.example/' }\n"
    "      - { name: web, url: 'https://web.acme.example/' }\n";

static inline void
begin_sms(struct world *w)
{
	world_begin(w, sms_tree, NIGHT);
}

/* What a provider says of a call of INC-000001. */
static inline void
receipt_of(struct world *w, const char *person, const char *intent,
    const char *word)
{
	char text[300];

	text_format(text, sizeof(text),
	    "{\"command\":\"receipt\",\"incident\":\"INC-000001\","
	    "\"person\":\"%s\",\"intent\":\"%s\",\"channel\":\"sms\","
	    "\"word\":\"%s\",\"detail\":\"sms: as the test wants\"}",
	    person, intent, word);
	world_command(w, text);
}

/* What somebody writes from a number. */
static inline void
reply_from(struct world *w, const char *number, const char *said)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "command", "reply",
	    "channel", "sms", "from", number, "text", said);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	world_command(w, text);
	free(text);
}

static inline void
check_not_asked(struct world *w, const char *question, const char *unwanted)
{
	char *answer = asked(w, question);

	check_lacks(answer, unwanted);
	free(answer);
}

/* The code of somebody's messages about an incident. */
static inline const char *
code_of(const struct world *w, const char *person, int incident, char code[16])
{
	char id[24], whole[REPLY_CODE];

	text_format(id, sizeof(id), "INC-%06d", incident);
	duty_reply_code(w->duty, id, person, whole);
	text_copy(code, 16, whole);
	return code;
}

#endif

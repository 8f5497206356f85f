#ifndef PAGER_ALERT_H
#define PAGER_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/text.h"

/*
 * alert: what other systems send, read into the events of the command
 * "alerts" (docs/protocol.md, "Others' alerts"), whatever it was written in.
 *
 * Each reader is a function of foreign JSON alone.  It is lenient where a
 * sender's carelessness must not cost an alert (what is not known is ignored,
 * what is too long is cut), and refuses, with the field's name, what cannot be
 * told from something else: what is to happen, and to which alert.
 *
 * An event is an object: "do" (trigger, acknowledge, resolve, resolve-group,
 * change),
 * "key" (of the alert: a hash of what the sender knows it by, in hex) and, as
 * far as they are said, "name" (that, as written), "group", "severity" (the
 * sender's word), "since_ms", "until_ms", "text", "details" (lines), "user".
 */

#define ALERT_EVENTS_MAX 5000 /* of one message */
#define ALERT_KEY 33          /* 32 hex digits and a 0 */
#define ALERT_NAME_MAX 120    /* bytes of each of these, the 0 included */
#define ALERT_WORD_MAX 64
#define ALERT_TEXT_MAX 256
#define ALERT_LINE_MAX 400
#define ALERT_LABEL_MAX 101    /* of it before its colon */
#define ALERT_DETAILS_MAX 2000 /* of all lines */
#define ALERT_ERRORS_MAX 20

/* What was read; of one that was refused there are only errors. */
struct alert_read {
	json_t *events;      /* a list; NULL: it was refused */
	json_t *errors;      /* a list of texts, each names its field */
	char dedup_key[513]; /* of one event: what the sender knows it by */
};

void alert_read_clear(struct alert_read *);

/*
 * JSON, more leniently than jansson has it: bytes that are no UTF-8 become
 * "?", numbers that are too large become rough.  NULL with error.
 */
json_t *alert_json(const char *body, size_t length, char error[160]);

/*
 * PagerDuty's Events API v2.  made: the dedup_key of a trigger that has none.
 */
const char *alert_pagerduty_key(const json_t *); /* routing_key, "": none */
void alert_pagerduty(const json_t *, const char *made, struct alert_read *);
void alert_pagerduty_change(const json_t *, struct alert_read *);

/* Alertmanager's webhook, version 4, and what resembles it. */
void alert_alertmanager(const json_t *, struct alert_read *);

/* Opsgenie's Alert API v2: a new alert; and what is done to one by its alias
   ("resolve", "acknowledge"), with the body, or NULL. */
void alert_opsgenie(const json_t *, const char *made, struct alert_read *);
void alert_opsgenie_act(const json_t *, const char *what, const char *alias,
    struct alert_read *);

/* For the readers alone. */
void alert_begin(struct alert_read *);
void alert_complain(struct alert_read *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* What was complained about has no events. */
void alert_end(struct alert_read *);
/* The next event of the list.  space: what kind of key that is, so that those
   of one interface are none of another's. */
json_t *alert_add(struct alert_read *, const char *what, const char *space,
    const char *key);
void alert_hash(const char *space, const char *key, char out[ALERT_KEY]);
/* One line of at most room - 1 bytes; "" and NULL are not set. */
void alert_set(json_t *event, const char *field, const char *text, size_t room);
/* An instant as ISO 8601; what is none, or before 1971, is not set. */
void alert_set_time(json_t *event, const char *field, const char *text);
/* "label: value", of text, number, truth, or anything as JSON. */
void alert_add_detail(struct text *details, const char *label, const json_t *);
void alert_add_details(struct text *details, const json_t *object);
void alert_set_details(json_t *event, struct text *details); /* and clears */

#endif

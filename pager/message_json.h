#ifndef PAGER_MESSAGE_JSON_H
#define PAGER_MESSAGE_JSON_H

#include <stdint.h>

#include "lib/settings.h"
#include "pager/duty.h"

/*
 * message_json: a page as JSON, for programs; docs/protocol.md has the
 * fields.
 *
 * One object in one line, always valid UTF-8 and JSON, whatever stands in
 * names, subject and body.  A repeat has the same intent.
 */

#define MESSAGE_JSON_VERSION 1
#define MESSAGE_JSON_BODY_MAX 65536 /* bytes of message.body; the rest is cut */

/* A template (lib/template.h) with this in its places; the caller's to free. */
char *message_filled(const char *template, const struct message *,
    const struct person *, int64_t now_ms);

/* The caller's to free. */
char *
message_json(const struct message *, const struct person *, int64_t now_ms);

/* "call", "taken", "update-due". */
const char *message_kind_text(enum message_kind);

#endif

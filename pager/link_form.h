#ifndef PAGER_LINK_FORM_H
#define PAGER_LINK_FORM_H

#include <stddef.h>

#include "console/press.h"
#include "lib/settings.h"
#include "pager/link_token.h"

/*
 * link_form: what somebody pressed behind a take link, as a command.
 *
 * Pure.  A field that is missing, malformed, too long, not UTF-8 or out of
 * range is refused with its name; nothing is left out or cut silently.
 * Fields that the button does not ask for are not looked at.
 */

#define LINK_FORM_MAX 8192 /* bytes of a body */
#define LINK_NOTE_CHARACTERS PRESS_NOTE_CHARACTERS
#define LINK_NOTE_MAX PRESS_NOTE_MAX
#define LINK_MINUTES_MAX PRESS_MINUTES_MAX

/*
 * The command (docs/protocol.md, "Control socket") as JSON, for the caller
 * to free; or NULL, and error says why in a sentence for people.
 */
char *link_form(const char *body, size_t length, const struct link_token *,
    const struct settings *, char error[160]);

#endif

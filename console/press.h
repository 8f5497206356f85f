#ifndef CONSOLE_PRESS_H
#define CONSOLE_PRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "lib/settings.h"

/*
 * press: which button was pressed, and what was filled in, as a command; for
 * the console and for the page behind a take link.
 *
 * A field that is missing, malformed, too long, not UTF-8 or out of range is
 * refused with its name; nothing is left out or cut silently.  Fields that the
 * button does not ask for are not looked at.
 */

#define PRESS_NOTE_CHARACTERS 500 /* what a page lets one write ... */
#define PRESS_NOTE_MAX 1500       /* ... and its bytes in UTF-8, at most */
#define PRESS_TEXT_CHARACTERS 2000
#define PRESS_TEXT_MAX 4000   /* of a public update, a note of the console */
#define PRESS_MINUTES_MAX 240 /* of a snooze; S1 may have fewer */
#define PRESS_NEXT_MAX 10080  /* minutes to the next update: 7 days */

struct pressed {
	const char *body;
	size_t length;
	const struct settings *settings;
	int64_t now_ms;
	json_t *command;
	char *error; /* 160 bytes */
};

/* False: refused. */
typedef bool press_field(struct pressed *);
struct press_button {
	const char *name; /* ends with NULL */
	const char *command;
	press_field *fields[6];
};

/* The pressed one's command and fields into p->command; false: p->error. */
bool press_read(struct pressed *, const struct press_button *);

press_field press_note;     /* note? */
press_field press_to;       /* to, one of the people */
press_field press_minutes;  /* minutes: for_ms */
press_field press_text;     /* text, not empty */
press_field press_said;     /* text? */
press_field press_severity; /* severity, 1 to 4 */
press_field press_state;    /* state? */
press_field press_next;     /* next_ms, or minutes from now as next */
press_field press_digest;   /* digest? */

#endif

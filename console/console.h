#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/settings.h"
#include "lib/text.h"

/*
 * console: pages for people, in the pager.
 *
 * A page is pure: it says which questions it has (the control protocol's,
 * docs/protocol.md), and makes HTML of their answers; what is pressed on it
 * becomes one command.  It knows nothing of the core, of sessions or of the
 * listener: console/door.c asks who is there, puts the questions, checks that
 * the person may give the command (console/role.h), gives it with the person
 * as whose act it is, waits for its commit, and shows the page again with
 * what came of it.  console/layout.c writes everything around <main>.
 *
 * A new page is one struct console_page, listed in console/pages.c.  Every
 * text from outside goes through text_add_html(); there is no script and no
 * style inside of a page (the policy forbids both); it works without script.
 */

#define CONSOLE_FORM_MAX 32768 /* bytes of a body */
#define CONSOLE_PATH_MAX 200   /* of what stands behind a page's star */

/* What a page is shown, or pressed, with. */
struct console_view {
	const struct settings *settings;
	const struct person *person; /* who is in; zone and role are theirs */
	int64_t now_ms;
	const char *path;  /* decoded: "/incidents/INC-000042" */
	const char *query; /* as it came: for http_param(); "" for none */
	/* What was pressed, for http_param(); "" when nothing was. */
	const char *form;
	size_t form_length;
	/* What came of it, for the one it was pressed on; NULL: nothing. */
	const char *notice;
	bool refused;
	const json_t *outcome; /* the command's answer, or NULL */
	const char *csrf, *once;
};

struct console_page {
	const char *path;  /* "/watches"; all that begins so, with a star */
	const char *label; /* in the navigation; NULL: not there */
	const char *title; /* of the window */
	/* Appends each question as an object: {"command": "oncall"}; NULL: it
	   has none. */
	void (*ask)(const struct console_view *, json_t *questions);
	/*
	 * The inside of <main>, from its <h1> on; console_add_notice() where
	 * the notice is to stand, behind the h1.  answers: one for each
	 * question, in order; an object with "error" when there is none.
	 * The HTTP status, 200 as a rule.
	 */
	int (*show)(struct text *html, const struct console_view *,
	    const json_t *answers);
	/*
	 * What was pressed as one command, without "person", which is set
	 * for it; or NULL with why, in a sentence for people.  NULL as the
	 * function: nothing can be pressed.  An object without "command" is
	 * given to nobody: the page is only shown again (a preview).
	 */
	json_t *(*act)(const struct console_view *, char error[160]);
};

/* console/pages.c: every page; ends with a NULL path. */
extern const struct console_page *const console_pages[];
/* The page of a path, or NULL. */
const struct console_page *console_page_of(const char *path);

/* console/html.c: small pieces. */

/* The notice, as a live region; nothing when there is none. */
void console_add_notice(struct text *, const struct console_view *);
/*
 * <form method="post" action="path"> with all that a POST must bring; ended by
 * the caller with </form>.  path NULL: the page itself.
 */
void
console_add_form(struct text *, const struct console_view *, const char *path);
/* <button name="do" value="...">label</button> */
void console_add_button(struct text *, const char *action, const char *label);
/* "14:02 NZDT" in the reader's zone, with the date when it is not of the last
   half day, as <time>; "?" for what is no instant. */
void
console_add_clock(struct text *, const struct console_view *, int64_t at_ms);
/* The same with date and seconds. */
void
console_add_full(struct text *, const struct console_view *, int64_t at_ms);
/* The same and how long ago. */
void
console_add_since(struct text *, const struct console_view *, int64_t at_ms);
/* <a href="https://...">; other texts stay texts. */
void console_add_address(struct text *, const char *);
/* Fields of an answer, whatever stands there. */
const char *console_string(const json_t *, const char *key); /* "" for none */
int64_t console_number(const json_t *, const char *key);     /* 0 for none */
/* A field of the form; false: not there, too long or malformed.  out is "". */
bool console_field(const struct console_view *, const char *key, char *out,
    size_t room);
/* Why an answer is none, as a paragraph; false: it is one. */
bool console_add_error(struct text *, const json_t *answer);

#endif

#ifndef LIB_CONTROL_LINE_H
#define LIB_CONTROL_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * control_line: one line of the control socket, read and answered.
 *
 * Pure: a line and the proven user in, a command for the core out.  Whose
 * act it is ("person") and how the timeline names it (by) come from here;
 * what the line says about these is thrown away.
 */

#define CONTROL_LINE_MAX 524288 /* with its newline */
#define CONTROL_ID_MAX 64       /* bytes of "id" as JSON */

struct control_line {
	char id[CONTROL_ID_MAX + 1]; /* JSON; "" when none was given */
	char *json;                  /* freed by control_line_clear() */
	char by[140];                /* "aroha", "root as aroha" */
};

/*
 * Return 0, or -1 with the reason in error; id is set whenever it could be
 * read, so that the answer finds its request.
 */
int control_line_read(const char *line, size_t length, const char *user,
    struct control_line *out, char error[160]);
void control_line_clear(struct control_line *);

/* {"id": ..., "ok": ..., <members of json>} and a newline; the caller's to
   free.  json that is no object is left out. */
char *control_line_answer(const char *id, bool ok, const char *json);
char *control_line_refuse(const char *id, const char *error);

#endif

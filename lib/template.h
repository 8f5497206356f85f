#ifndef LIB_TEMPLATE_H
#define LIB_TEMPLATE_H

#include <stdbool.h>

/*
 * template: a JSON text with places for fields of a page, as "{{subject}}".
 *
 * There is no logic.  A text stands within quotation marks of the template,
 * and is escaped for that; numbers and truths stand where they stand.  What
 * does not apply is "", 0 or false.  docs/protocol.md has the fields.
 */

#define TEMPLATE_MAX 16384 /* bytes */
#define TEMPLATE_WHY 160

/* False with why: a field that there is not, or no JSON once they are in. */
bool template_check(const char *text, char why[TEMPLATE_WHY]);

/* The value of a field as it is, or NULL; borrowed until the next call. */
typedef const char *template_value(void *arg, const char *field);

/* A template that was checked, filled; the caller's to free. */
char *template_fill(const char *text, template_value *, void *arg);

/* The names of all fields, ending with NULL. */
extern const char *const template_fields[];

#endif

#ifndef LIB_FORM_H
#define LIB_FORM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * form: all fields of "a=1&b=2" (application/x-www-form-urlencoded), decoded.
 *
 * Nothing is left out: more than FORM_FIELDS_MAX, a broken "%", or a zero
 * byte, and the form is none.
 */

#define FORM_FIELDS_MAX 200

struct form_field {
	char *name, *value; /* 0-terminated */
};

struct form {
	struct form_field fields[FORM_FIELDS_MAX];
	size_t count;
	char *text; /* what the fields point into */
};

bool form_read(const char *body, size_t length, struct form *);
void form_clear(struct form *);
/* The first of that name; "" when there is none. */
const char *form_value(const struct form *, const char *name);

#endif

#ifndef LIB_CONF_H
#define LIB_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * conf: load a tree of YAML files into C structs described by tables.
 *
 * A struct conf_field says which key fills which member, of which type,
 * within which limits and with which default.  A load never stops at the
 * first mistake: every complaint of the tree is collected, each as
 * "file:line:column: text", with the nearest right word for a misspelt key.
 * Everything loaded is owned by the struct and freed by conf_clear().
 *
 * The YAML is plain: UTF-8, one document, no anchors, aliases or tags; each
 * of these is refused with its place.
 */

enum conf_type {
	CONF_STRING,   /* char *, owned by the struct */
	CONF_NAME,     /* char *; [a-z0-9][a-z0-9.-]*, at most 63 characters */
	CONF_INT,      /* int64_t, within min..max */
	CONF_SIZE,     /* int64_t, bytes; written 512, 64K, 1M, 2G */
	CONF_DURATION, /* int64_t, milliseconds; written 250ms, 30s, 5m, 2h, 7d */
	CONF_PERCENT,  /* int64_t, thousandths of a percent; 99.95% = 99950 */
	CONF_TIME,     /* int64_t, minutes since midnight; "08:00", "24:00" */
	CONF_ZONE,     /* char *; an IANA zone that libical knows */
	CONF_BOOL,     /* bool */
	CONF_CHOICE,   /* int, one of choices */
	CONF_SECRET,   /* char *, what file:, env: or cred: names holds */
	CONF_STRINGS,  /* struct conf_list of char *; a lone value is a list */
	CONF_STRUCT,   /* a struct described by item, embedded */
	CONF_INLINE,   /* the same, but its keys stand among the others */
	CONF_LIST,     /* struct conf_list of structs described by item */
	CONF_CUSTOM,   /* parse() fills the member, which owns nothing */
	CONF_RESERVED, /* a word kept for a later release: refused */
};

struct conf_choice {
	const char *name;
	int value;
};

struct conf_list {
	void *items; /* NULL while count is 0 */
	size_t count;
};

/* CONF_EACH(const struct person, p, &settings->people) ... */
/* NOLINTBEGIN(bugprone-macro-parentheses): a name and a type. */
#define CONF_EACH(type, var, list)                                             \
	for (__typeof__(type) *var = (list)->items,                            \
			      *var##_end = var == NULL ? NULL                  \
						       : var + (list)->count;  \
	     var != var##_end; var++)
/* NOLINTEND(bugprone-macro-parentheses) */

struct conf_place {
	const char *file; /* the path or name given to the load, borrowed */
	unsigned line, column;
};

struct conf_field {
	const char *key;
	enum conf_type type;
	bool required;
	size_t offset;
	const char *fallback; /* as one would write it; items part at commas */
	int64_t min, max;     /* numbers, or how many items; 0,0: no limit */
	unsigned for_whom;    /* SECRET: who may know it, bits; 0: everybody */
	bool lines;           /* SECRET: of several lines, as a PEM */
	const struct conf_choice *choices; /* CHOICE; ends with NULL */
	const struct conf_table *item;     /* STRUCT, INLINE and LIST */
	/* CUSTOM: fill member from text, or say in *why what is wrong. */
	bool (*parse)(const char *text, void *member, const char **why);
	/* STRING, NAME and each of STRINGS: false if this must not stand. */
	bool (*check)(const char *text, const char **why);
};

/*
 * *why is either "expected ...", and the text is shown after it, or a whole
 * sentence that needs none.
 */

struct conf_table {
	const char *what;                /* "an endpoint", for messages */
	size_t size;                     /* sizeof the struct it fills */
	const struct conf_field *fields; /* at most 64; ends with a NULL key */
	size_t place_offset; /* of a struct conf_place, or CONF_NONE */
	size_t given_offset; /* of a uint64_t: bit n is set when field n was
				written, or CONF_NONE */
	/* A bare value where the struct is expected: this field, or parse. */
	const char *shorthand;
	bool (*parse)(const char *text, void *into, const char **why);
};

#define CONF_NONE SIZE_MAX

struct conf_complaint {
	char *text; /* "file:line:column: why" */
	char *file; /* NULL when no file is to blame */
	unsigned line, column;
};

struct conf_errors {
	struct conf_list list; /* struct conf_complaint */
	size_t dropped;        /* beyond CONF_ERRORS_MAX */
};

#define CONF_ERRORS_MAX 200
#define CONF_FILE_MAX (16 << 20) /* bytes of one file */
#define CONF_DEPTH_MAX 32        /* nested mappings and lists */
#define CONF_SECRET_MAX 4096     /* bytes of one secret */

/*
 * Fill the struct at "into" from the file at "path".  A top-level key that
 * the table does not know is an error.  Return 0, or -1 with at least one
 * complaint in errors; what was filled must be given to conf_clear() either
 * way.  A NULL path reads the text instead, under the name "name".
 */
int conf_load(const char *path, const struct conf_table *, void *into,
    struct conf_errors *);
int conf_load_text(const char *name, const char *text, size_t length,
    const struct conf_table *, void *into, struct conf_errors *);

/* Release what a load allocated inside the struct at "from". */
void conf_clear(const struct conf_table *, void *from);

/*
 * Complain about a place, in the same form as conf_load() does.  Said twice,
 * a complaint stands once.
 */
void conf_complain(struct conf_errors *, const struct conf_place *,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void conf_errors_clear(struct conf_errors *);

/*
 * Copy every field that was written in "from" and not in "into", and mark it
 * as written there.  Both are filled by this table, which has given_offset;
 * embedded structs whose tables have one, too, are gone through field by
 * field.
 */
void conf_inherit(const struct conf_table *, void *into, const void *from);

/* The candidate nearest to word, or NULL when none is near enough. */
const char *
conf_nearest(const char *word, const char *const *candidates, size_t count);

#endif

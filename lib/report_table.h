#ifndef LIB_REPORT_TABLE_H
#define LIB_REPORT_TABLE_H

#include "lib/names.h"
#include "lib/report.h"

/*
 * report_table: the fields of a report's facts, once for both directions.
 *
 * A row says which key fills which member, and what stands there when the
 * key is absent or null.
 */

enum report_type {
	REPORT_TEXT,     /* char *, at most max bytes; absent: NULL */
	REPORT_INSTANT,  /* int64_t: RFC 3339, milliseconds, or a date */
	REPORT_NUMBER,   /* int64_t, min..max, times unit */
	REPORT_PERCENT,  /* int64_t, thousandths */
	REPORT_WEIGHT,   /* int64_t, thousandths of 1 */
	REPORT_CHOICE,   /* int */
	REPORT_BOOL,     /* bool */
	REPORT_OBJECT,   /* an embedded struct */
	REPORT_LIST,     /* items and, at "count", how many */
	REPORT_SET,      /* struct interval_set, embedded */
	REPORT_SET_OWN,  /* struct interval_set *, NULL when absent */
	REPORT_ENDPOINT, /* size_t; absent: SLA_EVERY */
	REPORT_SCOPE,    /* struct sla_scope */
	REPORT_CUSTOM,
};

struct report_reader;
struct report_writer;

struct report_field {
	const char *key;
	enum report_type type;
	bool required;
	size_t offset;       /* of the member; CUSTOM gets the whole struct */
	size_t count_offset; /* LIST */
	const struct report_table *item;
	int64_t min, max;           /* NUMBER; TEXT, LIST: at most max */
	int64_t unit;               /* NUMBER: one is so many of the member's */
	int64_t fallback;           /* of the member, in its own unit */
	const char *const *choices; /* ends with NULL */
	bool (*take)(struct report_reader *, json_t *, void *into);
	/* NULL: the key is left out. */
	json_t *(*give)(const struct report_writer *, const void *from);
};

struct report_table {
	size_t size;
	const struct report_field *fields; /* ends with a NULL key */
	/* After the fields: what they have to be to each other, or NULL. */
	bool (*check)(struct report_reader *, void *into);
};

extern const struct report_table report_facts_table;
extern const struct report_table report_version_table;

struct report_reader {
	struct report *report;
	struct names endpoints; /* name -> its number */
	size_t numbers[SLA_ENDPOINTS_MAX];
	bool has_endpoints; /* they were listed: no other may be named */
	char path[160];
	char *error; /* of REPORT_ERROR bytes; "" while all is well */
};
struct report_writer {
	const struct sla_facts *facts;
};

/* Always false: says where, and why. */
bool report_wrong(struct report_reader *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A step into the path, and back out. */
size_t report_enter(struct report_reader *, const char *key, size_t index);
void report_leave(struct report_reader *, size_t mark);
#define REPORT_NO_INDEX SIZE_MAX
#define REPORT_NAME_MAX 200 /* bytes of an endpoint's name */
/* The endpoint has its name: it may be named from now on. */
void report_register(struct report_reader *, size_t endpoint);

bool report_read_object(struct report_reader *, const struct report_table *,
    json_t *, void *into);
/* What stands in a list, or was found: never NULL. */
static inline bool
report_is(const json_t *value, json_type type)
{
	return json_typeof(value) == type;
}
/* Said, and not null. */
static inline bool
report_is_given(const json_t *value)
{
	return value != NULL && !report_is(value, JSON_NULL);
}

/* How many say something: neither null nor the writer's own ("x_"). */
size_t report_members(json_t *object);

/* report_values.c: single values, and lists of them. */
bool report_read_text(struct report_reader *, json_t *, size_t max, char **out);
bool report_read_instant(struct report_reader *, json_t *, int64_t *out);
bool report_read_texts(struct report_reader *, json_t *, size_t max,
    struct sla_texts *out);
bool
report_read_set(struct report_reader *, json_t *, struct interval_set *out);
/* "99.95", "99.95 %", 99.95: thousandths. */
bool report_read_decimal(struct report_reader *, json_t *, int64_t max,
    int64_t *out);
bool report_read_number(struct report_reader *, const struct report_field *,
    json_t *, int64_t *out);
bool report_read_choice(struct report_reader *, const struct report_field *,
    json_t *, int *out);
/* Whether it is a list of no more than max. */
bool report_want_list(struct report_reader *, json_t *, size_t max);

/* report_terms.c: what is more than a value; of the whole struct. */
bool report_read_granularity(struct report_reader *, json_t *, void *version);
json_t *report_write_granularity(const struct report_writer *, const void *);
bool report_read_hours(struct report_reader *, json_t *, void *version);
json_t *report_write_hours(const struct report_writer *, const void *);
bool report_read_pattern(struct report_reader *, json_t *, void *version);
json_t *report_write_pattern(const struct report_writer *, const void *);
bool report_read_consent(struct report_reader *, json_t *, void *version);
json_t *report_write_consent(const struct report_writer *, const void *);
bool report_read_period(struct report_reader *, json_t *, void *facts);
json_t *report_write_period(const struct report_writer *, const void *);

/* report_left.c; of the facts. */
bool report_read_left(struct report_reader *, json_t *, void *facts);
json_t *report_write_left(const struct report_writer *, const void *);

json_t *report_write_object(const struct report_writer *,
    const struct report_table *, const void *from);
json_t *report_instant(int64_t at_ms); /* null for ALWAYS and NEVER */
json_t *report_set(const struct interval_set *);
json_t *report_texts(const struct sla_texts *);
json_t *report_decimal(int64_t thousandths); /* "99.95", no zeros behind */

#endif

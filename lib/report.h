#ifndef LIB_REPORT_H
#define LIB_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/sla.h"

/*
 * report: one account as JSON, with the facts it was made of inside.
 *
 * docs/report.md has every field.  Reading is liberal in what may be left
 * out and strict in what is there: a field that is not understood might bear
 * on a figure, and is refused.  Writing gives the same bytes for the same
 * facts: every field, in one order, no floating point.
 */

#define REPORT_VERSION 1
#define REPORT_BYTES_MAX (32 << 20)
#define REPORT_ERROR 240
#define REPORT_TEXT_MAX 4096 /* bytes of one text */
#define REPORT_DIFFERENCES_MAX 1000

struct report {
	char *client, *title; /* NULL: not said */
	struct sla_facts facts;
	struct sla_account account;
	json_t *stated; /* figures as they stood; NULL: there were none */
	json_t *final;  /* lib/report_final.h; NULL: it is not a final one */
	int64_t preliminary_ms; /* it is one until then; 0: nothing is said */
};

/* What is wrong is said with its place: "facts.outages[3].to: ...". */
struct report *
report_read(const char *bytes, size_t length, char error[REPORT_ERROR]);
/* Of facts, which it takes over; NULL: they cannot be counted. */
struct report *report_of(const char *client, const char *title,
    struct sla_facts *, char error[REPORT_ERROR]);
void report_free(struct report *);

/* Facts alone, as they stand in a report. */
json_t *report_facts_json(const struct sla_facts *);
/* The whole report, with the figures that its facts come to. */
json_t *report_json(const struct report *);
json_t *report_figures(const struct report *);
char *report_text_of(json_t *); /* canonical bytes; releases; to be freed */

/*
 * Where stated figures differ from what they should be: a list of {"path",
 * "stands", "should_be"}, empty when they are the same.  What is absent
 * has no member.
 */
json_t *report_differences(const struct report *);
json_t *report_differences_of(json_t *stands, json_t *should_be);

#endif

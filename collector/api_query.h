#ifndef COLLECTOR_API_QUERY_H
#define COLLECTOR_API_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/published.h"

/*
 * api_query: what a request to the read API asks for, from foreign bytes.
 *
 * Strict: a parameter that the resource does not have, one that is given
 * twice, and a value that is malformed or out of its limits are refused, and
 * the error names the parameter.  docs/protocol.md has every one of them.
 */

#define API_PREFIX "/api/v1/"
#define API_LIMIT 100      /* items of an answer, unless asked otherwise */
#define API_LIMIT_MAX 500  /* at most */
#define API_QUERY_MAX 2048 /* bytes of a query */
#define API_SPAN_MAX_MS (INT64_C(400) * 86400000)

enum api_resource {
	API_CLIENTS,
	API_ENDPOINTS,
	API_STATES,
	API_OUTAGES,
	API_INCIDENTS,
	API_MAINTENANCE,
	API_SLA,
	API_AGENTS,
	API_REPORTS,
	API_REPORT, /* no list: one report */
	API_FACTS,  /* a list that has to be read first */
	API_EVENTS, /* no list: a stream */
};
#define API_RESOURCES (API_EVENTS + 1)

#define API_NOT_GIVEN INT64_MIN

/* Texts are "" and times API_NOT_GIVEN where nothing was said. */
struct api_query {
	enum api_resource resource;
	char client[64];
	char endpoint[136];
	char region[64];
	char state[16]; /* of endpoints; of incidents "open" or "closed" */
	char period[SEAL_PERIOD]; /* of reports: "2026-10" */
	char format[8];           /* of one report: ".csv"; "": .json */
	int64_t version;          /* API_NOT_GIVEN: the last */
	char kind[16];            /* of outages: "down" or "unknown" */
	int64_t from_ms, to_ms, at_ms;
	int64_t limit;
	char cursor[176];
};

struct api_error {
	int status;
	char field[24]; /* the parameter, or "" */
	char text[160];
};

const char *api_resource_text(enum api_resource); /* "clients" */

/*
 * path as decoded, with API_PREFIX; query as it came.  Return 0, or -1 with
 * the error filled.  limit is given in any case.
 */
int api_query_read(const char *path, const char *query, struct api_query *,
    struct api_error *);
int api_refuse(struct api_error *, int status, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif

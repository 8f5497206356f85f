#ifndef COLLECTOR_PAGES_INCIDENT_PARTS_H
#define COLLECTOR_PAGES_INCIDENT_PARTS_H

#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"

/* pages_incident_parts: for the files pages_incident*.c, and nobody else. */

#define SHOWN 1 /* "state" of an audience whose page shows it */

/* What failed, and whose it is. */
struct member {
	char subject[192], client[NAME_ROOM];
};

/* A public line; client "": for each of them. */
struct line {
	int64_t at_ms;
	char state[24], client[NAME_ROOM];
	char *text;
};

/* A client whose page shows it. */
struct audience {
	char client[NAME_ROOM];
	int64_t since_ms, closed_ms;
	int64_t gone; /* so many of its updates are not in the record */
};

struct pages_incident {
	uint64_t digest; /* of its record */
	int64_t number, severity;
	char id[24];
	char subject[192], client[NAME_ROOM], text[256]; /* for operators */
	char state[24];                                  /* in public */
	int64_t opened_ms;
	int64_t since_ms, closed_ms; /* of the whole; closed 0: open */
	int64_t eta_from_ms, eta_to_ms, next_ms;
	struct member *members;
	struct line *lines;
	struct audience *audiences;
	size_t member_count, line_count, audience_count;
};

/* NULL: its page does not show it. */
const struct audience *
pages_incident_audience(const struct pages_incident *, const char *client);

#endif

#ifndef LIB_ALARM_H
#define LIB_ALARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/observation.h"

/*
 * alarm: what a shard tells the pager through its outbox, as JSON.
 */

/* RENAMED is none: it says what a subject is called from now on. */
enum alarm_event { ALARM_RAISED, ALARM_CHANGED, ALARM_CLEARED, ALARM_RENAMED };

/* From the worst to the mildest. */
enum alarm_kind {
	ALARM_DOWN,        /* a quorum sees it fail */
	ALARM_PROBABLE,    /* every fresh region, fewer than the quorum */
	ALARM_MAINTENANCE, /* unannounced, for ten minutes */
	ALARM_DEGRADED,    /* slow, or blips, in a quorum of regions */
	ALARM_OPERATIONS,  /* our own trouble */
	ALARM_FOREIGN,     /* another system says so; in no outbox */
};

struct alarm_evidence {
	char region[64];
	enum outcome outcome;
	enum reason reason;
	bool fresh;
	int64_t since_at_ms; /* when this region began to see that */
	char detail[DETAIL_MAX];
};

#define ALARM_EVIDENCE_MAX 16
#define ALARM_OF_PAGER UINT32_MAX /* in no outbox: the pager itself says so */

struct alarm {
	enum alarm_event event;
	enum alarm_kind kind;
	unsigned shard;    /* not in the JSON: whose outbox it stood in, or
			      ALARM_OF_PAGER */
	char subject[192]; /* "acme/learn", or "operations/agent/akl-1" */
	char was[192];     /* RENAMED: its name until then; otherwise "" */
	char client[64];   /* "" for operations */
	char platform[64]; /* "" when it stands alone */
	int severity;      /* 1..4 */
	int64_t at_ms;     /* of this event */
	int64_t since_ms;  /* when the trouble began */
	int64_t last_good_ms, first_failed_ms; /* edges of since_ms */
	int64_t until_ms;        /* CLEARED: when it ended; otherwise 0 */
	int64_t until_before_ms; /* the last look before that; 0: not known */
	int fresh, quorum;       /* regions */
	bool flapping;
	bool well; /* CHANGED: nothing of it fails just now, not long enough */
	char text[256]; /* "is down: 2 of 3 regions see http_status 503" */
	struct alarm_evidence evidence[ALARM_EVIDENCE_MAX];
	size_t evidence_count;
};

/* The JSON text is the caller's to free. */
char *alarm_encode(const struct alarm *);
int
alarm_decode(const char *json, size_t length, struct alarm *, char error[160]);

const char *alarm_event_text(enum alarm_event);
const char *alarm_kind_text(enum alarm_kind);

#endif

#ifndef LIB_OBSERVATION_H
#define LIB_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * observation: what one probe saw, in the words of docs/design.md.
 */

enum outcome {
	OUTCOME_OK,
	OUTCOME_SLOW,
	OUTCOME_FAILED,
	OUTCOME_MAINTENANCE,
	OUTCOME_UNKNOWN,
};

enum reason {
	REASON_NONE,
	REASON_DNS,
	REASON_CONNECT,
	REASON_TLS,
	REASON_TIMEOUT,
	REASON_PROTOCOL,
	REASON_HTTP_STATUS,
	REASON_REDIRECT,
	REASON_TRUNCATED,
	REASON_CONTENT,
	REASON_LOGIN,
	REASON_SESSION,
	REASON_AGENT,        /* unknown: our own network or agent */
	REASON_BLOCKED,      /* unknown: turned away as a probe */
	REASON_PROBE_SAFETY, /* unknown: we chose not to probe */
};

#define OUTCOMES (OUTCOME_UNKNOWN + 1)
#define REASONS (REASON_PROBE_SAFETY + 1)
#define DETAIL_MAX 160

enum observation_flag {
	OBSERVATION_LOOK_AGAIN = 1, /* a second look after a failure */
	OBSERVATION_ORDERED = 2,    /* the collector asked for it */
};

struct observation {
	const char *endpoint; /* "acme/learn"; borrowed */
	int64_t started_at_ms;
	int64_t until_at_ms; /* start of the last of a folded run of equal ok;
				otherwise started_at_ms */
	int64_t count;       /* probes folded into this one, at least 1 */
	enum outcome outcome;
	enum reason reason;
	unsigned flags;
	int64_t interval_ms; /* the plan's, when it was made */
	int64_t total_us, dns_us, connect_us, tls_us, first_byte_us;
	int64_t lag_us; /* of the agent's loop when the probe was due */
	int status;     /* HTTP; 0 when there was none */
	char detail[DETAIL_MAX]; /* for people; "" when ok */
};

const char *outcome_text(enum outcome); /* "ok" */
const char *reason_text(enum reason);   /* "http_status"; "none" */
int outcome_parse(const char *);        /* -1 when unknown */
int reason_parse(const char *);

/*
 * The same for people, as what the endpoint did: "answered 503", "refused the
 * connection", "well".  The detail (the probe's own words, or "") may name
 * what the reason leaves open.  True: the detail says more than that.
 */
bool outcome_say(enum outcome, enum reason, const char *detail, char *out,
    size_t room);
/* Without a detail: "could not be connected to"; "" for none. */
const char *reason_words(enum reason);
/* By their codes, as JSON has them; what is not known stays as it is. */
const char *reason_code_words(const char *code);
bool outcome_code_say(const char *outcome, const char *reason,
    const char *detail, char *out, size_t room);

#endif

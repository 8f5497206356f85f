#ifndef LIB_CLAIM_H
#define LIB_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * claim: that some time is not to count against the vendor, as it was claimed,
 * and what was answered since.
 *
 * Nothing is ever taken out of it: an answer stands behind those before it,
 * with its instant and whose it was, and the last one is the client's consent.
 * A shard writes the record (docs/redis.md: "exclusions"); reports read it.
 */

#define CLAIM_ID_MAX 31     /* "x-5f0c9a1b22" */
#define CLAIM_TEXT_MAX 2000 /* bytes */
#define CLAIM_ANSWERS_MAX 64
#define CLAIM_ENDPOINTS_MAX 1000

enum claim_reason {
	CLAIM_CLIENT,      /* caused by the client */
	CLAIM_THIRD_PARTY, /* one that the contract names */
	CLAIM_FORCE_MAJEURE,
	CLAIM_SUSPENDED, /* for non-payment */
};
enum claim_consent { CLAIM_UNANSWERED, CLAIM_AGREED, CLAIM_DISPUTED };

struct claim_answer {
	int64_t at_ms;
	char *by;    /* who wrote it down */
	char *who;   /* of the client */
	int consent; /* enum claim_consent; never unanswered */
	char *text;  /* NULL: nothing more was said */
};

struct claim {
	char *client, *id;
	int64_t at_ms; /* when it was written down */
	char *by;
	int64_t from_ms, to_ms;
	char **endpoints; /* "acme/learn"; none: all of the client's */
	size_t endpoint_count;
	int reason; /* enum claim_reason */
	char *text;
	char *claimant; /* who claims it */
	char *evidence; /* where it can be seen; NULL: nothing was named */
	struct claim_answer *answers;
	size_t count;
};

void claim_free(struct claim *);
char *claim_encode(const struct claim *); /* to be freed */
/* field: "acme|x-5f0c9a1b22".  NULL: unreadable, told in error. */
struct claim *claim_decode(const char *field, const void *data, size_t length,
    char error[160]);

enum claim_consent claim_consent(const struct claim *);
/* What is given is copied. */
void claim_add_answer(struct claim *, const struct claim_answer *);

const char *claim_reason_text(int);
int claim_reason_parse(const char *); /* -1: there is none of that name */
const char *claim_consent_text(int);
int claim_consent_parse(const char *);

#endif

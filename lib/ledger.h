#ifndef LIB_LEDGER_H
#define LIB_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"
#include "lib/observation.h"
#include "lib/sla.h"

/*
 * ledger: the records accounts are made of, of one client.
 *
 * A shard writes them (docs/redis.md: "outages" and "terms"); status pages
 * and the command line read them.  Everything in an account can be
 * recomputed from these records alone (lib/ledger_facts.h).
 */

#define LEDGER_STEPS_MAX 2000     /* of one terms record */
#define LEDGER_RECORD_MAX 1000000 /* bytes of one record */

#define LEDGER_UNSEEN 0 /* before an edge nobody had looked */

/* One stretch in which an endpoint was down, or nobody could say. */
enum ledger_kind { LEDGER_DOWN, LEDGER_UNKNOWN };
struct ledger_stretch {
	enum ledger_kind kind;
	int64_t from_ms, to_ms; /* half-open; to_ms NEVER: still going on */
	/*
	 * The edges lie in (before, at]: last look before, first after.
	 * LEDGER_UNSEEN: whoever saw the edge had never looked before, so how
	 * early it can have been is not known.  Equal to at: it is exact.
	 */
	int64_t from_before_ms, to_before_ms;
	enum reason reason; /* of the first region that failed */
	bool removed;       /* ended because the endpoint was taken away */
};
char *ledger_encode_stretch(const struct ledger_stretch *); /* to be freed */
int ledger_decode_stretch(const char *, size_t length, struct ledger_stretch *,
    char error[160]);
const char *ledger_kind_text(enum ledger_kind);

/* What was agreed on an endpoint from an instant on, until the next step. */
struct ledger_step {
	int64_t from_ms;
	char *ended; /* NULL: in force; else "removed", "disabled: why" */
	int64_t quorum, interval_ms, timeout_ms;
	char *regions; /* names, sorted, a space between */
	bool counts;
};
/* And with a client. */
struct ledger_agreement {
	int64_t from_ms;
	/* When it was written down, if that was before it was to begin; 0:
	   it began as it was taken over. */
	int64_t said_ms;
	char *ended;
	char *sla, *zone;
	int64_t guarantee_milli, coverage_floor_milli;
	char *more; /* lib/report_agreed.h; NULL: all else is as without */
	struct sla_accord accord;
};

struct ledger_terms {
	struct ledger_step *items; /* by rising from_ms */
	size_t count;
	size_t bytes; /* of its record, at most */
};
struct ledger_agreements {
	struct ledger_agreement *items;
	size_t count;
	size_t bytes; /* as above */
};
/*
 * Append a copy, in place of a last one that began at the same instant.  Beyond
 * LEDGER_STEPS_MAX, or what a record may have, the oldest that no account tells
 * apart become one; where there are none the oldest of all goes.
 */
void ledger_add_step(struct ledger_terms *, const struct ledger_step *);
void ledger_add_agreement(struct ledger_agreements *,
    const struct ledger_agreement *);
struct ledger_agreement ledger_agreement_copy(const struct ledger_agreement *);
void ledger_agreement_clear(struct ledger_agreement *);
/* Take the last one off. */
void ledger_drop_agreement(struct ledger_agreements *);
/*
 * From when on the journal is kept for a client of such terms: their begin; or
 * NEVER, when there are none, or they had ended before the instant.
 */
int64_t
ledger_kept_from(const struct ledger_agreements *, int64_t ended_before_ms);
/* Whether both say the same, but for when it began and who consented. */
bool
ledger_is_same_step(const struct ledger_step *, const struct ledger_step *);
bool ledger_is_same_agreement(const struct ledger_agreement *,
    const struct ledger_agreement *);
char *ledger_encode_terms(const struct ledger_terms *);
char *ledger_encode_agreements(const struct ledger_agreements *);
int ledger_decode_terms(const char *, size_t length, struct ledger_terms *,
    char error[160]);
int ledger_decode_agreements(const char *, size_t length,
    struct ledger_agreements *, char error[160]);
void ledger_terms_clear(struct ledger_terms *);
void ledger_agreements_clear(struct ledger_agreements *);

/* All records of one client. */
struct ledger;
struct renames;

struct ledger *ledger_new(const char *client);
void ledger_free(struct ledger *);
/*
 * A field of "outages", "terms", "names", "windows", "exclusions" or
 * "annotations"; another client's is passed over.  Records bear keys
 * (lib/renames.h); what is told and asked are the names that endpoints have
 * now, in whatever order the records come.
 */
int ledger_load(struct ledger *, const char *key, const char *field,
    const void *value, size_t length, char error[160]);
/* The same from memory: copies, in place of what there was. */
void ledger_put_agreements(struct ledger *, const struct ledger_agreements *);
void
ledger_put_terms(struct ledger *, const char *key, const struct ledger_terms *);
void ledger_put_stretch(struct ledger *, const char *key,
    const struct ledger_stretch *);
/* A record was removed from "outages". */
void ledger_unload(struct ledger *, const char *field);

/* Every stretch of the client that touches [from_ms, to_ms), by endpoint. */
typedef void
ledger_found(void *arg, const char *endpoint, const struct ledger_stretch *);
void ledger_each(const struct ledger *, int64_t from_ms, int64_t to_ms,
    ledger_found *, void *arg);
/*
 * One by one, for whoever does not want all: what an endpoint is called now, by
 * its place among ledger_endpoints(), and the last of its stretches, which
 * follow each other, that begins before an instant; NULL: none does.
 */
const char *ledger_endpoint_name(const struct ledger *, size_t place);
const struct ledger_stretch *
ledger_last_before(const struct ledger *, size_t place, int64_t before_ms);

/* What was agreed when: with the client, and on each of its endpoints. */
const struct ledger_agreements *ledger_agreed(const struct ledger *);
typedef void
ledger_agreed_on(void *arg, const char *endpoint, const struct ledger_terms *);
void ledger_each_terms(const struct ledger *, ledger_agreed_on *, void *arg);
size_t ledger_endpoints(const struct ledger *); /* how many are known */

/* What its endpoints were called when. */
const struct renames *ledger_names(const struct ledger *);

/* What maintenance was announced to the client, as it was said: what was said
   last first, then by its id. */
struct window;
typedef void ledger_announced(void *arg, const struct window *);
void ledger_each_window(const struct ledger *, ledger_announced *, void *arg);
size_t ledger_windows(const struct ledger *); /* how many */
const struct window *ledger_window(const struct ledger *, size_t place);

/* What was claimed not to count. */
struct claim;
typedef void ledger_claimed(void *arg, const struct claim *);
void ledger_each_claim(const struct ledger *, ledger_claimed *, void *arg);

/* What people noted of the outages of an endpoint; texts may be NULL. */
struct ledger_remark {
	int64_t at_ms;
	const char *by, *text, *cause;
};
typedef void ledger_noted(void *arg, const struct ledger_remark *);
void ledger_each_remark(const struct ledger *, const char *endpoint,
    int64_t from_ms, int64_t to_ms, ledger_noted *, void *arg);
/* The cause that was named last of the outage in [from_ms, to_ms), or NULL. */
const char *ledger_cause(const struct ledger *, const char *endpoint,
    int64_t from_ms, int64_t to_ms);

/* The agreement in force at an instant, or NULL. */
const struct ledger_agreement *
ledger_agreement_at(const struct ledger *, int64_t at_ms);

#endif

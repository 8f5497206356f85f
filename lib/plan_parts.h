#ifndef LIB_PLAN_PARTS_H
#define LIB_PLAN_PARTS_H

#include "lib/plan.h"
#include "lib/sign.h"
#include "lib/text.h"

/*
 * plan_parts: what the files of plan share and nobody else includes.
 */

struct endpoint;

/* plan.c */
void plan_clear_endpoint(struct plan_endpoint *);

/* plan_for.c: all of an agent's plan but endpoints and tag; or NULL */
struct plan *plan_head_for(const struct settings *, const char *agent);
bool plan_is_for(const struct endpoint *, const char *region);
void plan_fill_endpoint(struct plan_endpoint *, const struct endpoint *,
    unsigned shard);

/* plan_json.c: an object without tag and endpoints; the caller's to free */
char *plan_encode_head(const struct plan *);
void plan_encode_endpoint(const struct plan_endpoint *, struct text *out);

/*
 * plan_region.c.  A tag is the hash of the head's JSON and of a chain of
 * hashes, one link for each endpoint's JSON: however it was sliced, the same.
 */
void plan_chain(char chain[SIGN_HEX], const char *json, size_t length);
void plan_tag(const char *head, const char chain[SIGN_HEX], char tag[SIGN_HEX]);

#endif

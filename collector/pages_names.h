#ifndef COLLECTOR_PAGES_NAMES_H
#define COLLECTOR_PAGES_NAMES_H

#include "collector/pages_model_parts.h"

/*
 * pages_names: endpoints under other names than they have in the settings:
 * records bear their keys (lib/renames.h), and evaluate and role pages may
 * take up a tree that renames one at different moments.
 */

/* All states of a round have been read: each by what it is called now. */
void pages_names_take(struct records *);

/* The state of an endpoint, whoever has taken up its rename; or NULL. */
struct state_record *
pages_state(const struct records *, const struct endpoint *);

/* The record of that key, whatever it is called there; or NULL. */
struct state_record *pages_state_of(const struct records *, const char *key);
/* The endpoint of a record, under whatever name the settings have it. */
const struct endpoint *
pages_endpoint(const struct pages_model *, const struct state_record *);

/* Who is meant by a name that it has, or had; NULL: nobody. */
const struct endpoint *
pages_called(const struct pages_model *, const char *name);

#endif

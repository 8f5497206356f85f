#ifndef COLLECTOR_PAGES_MODEL_H
#define COLLECTOR_PAGES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/pages_view.h"
#include "lib/settings.h"

/*
 * pages_model: what the status pages know, put together from records.
 *
 * Records come hash by hash, each whole: begin, fields, end.  Only at the
 * end does what was read replace what was known, so that a read that breaks
 * off changes nothing.  A record that cannot be read is left out and
 * counted.  No I/O and no clock.
 */

struct pages_model;

enum pages_part {
	PAGES_STATES,    /* fields of "states" and "agents" of every shard */
	PAGES_LEDGER,    /* fields of "outages" and "terms" of every shard */
	PAGES_INCIDENTS, /* fields of "incidents" of the pager */
};
#define PAGES_PARTS (PAGES_INCIDENTS + 1)

struct pages_model *pages_model_new(const struct settings *);
void pages_model_free(struct pages_model *);
/* Other settings; what was read stays where it still fits. */
void pages_model_configure(struct pages_model *, const struct settings *);

void pages_model_begin(struct pages_model *, enum pages_part);
void pages_model_field(struct pages_model *, enum pages_part, const char *key,
    const char *field, const void *value, size_t length);
/* One that nobody is to read: counted as one that cannot be read. */
void pages_model_pass_over(struct pages_model *, enum pages_part);
/* whole: everything was read; otherwise what was known stays. */
void pages_model_end(struct pages_model *, enum pages_part, bool whole);
/*
 * Called when what was read has replaced what was known before: not the first
 * time, when nothing was.  Both are good until it returns.
 */
struct records; /* pages_model_parts.h */
typedef void pages_changed(void *arg, enum pages_part,
    const struct records *was, const struct records *now);
void pages_model_watch(struct pages_model *, pages_changed *, void *arg);
size_t pages_model_unreadable(const struct pages_model *);
/* Whether the last states that came differ from those before. */
bool pages_model_states_changed(const struct pages_model *);

/*
 * What the page of a client shows at an instant, when everything is known
 * up to as_of_ms: what lies behind that is no uptime yet.  The view borrows from
 * model and settings and is good until either changes; view_clear()
 * releases what it has of its own.
 */
void pages_model_view(const struct pages_model *, const struct client *,
    int64_t now_ms, int64_t as_of_ms, struct view *out);
void view_clear(struct view *);

/* Agents, open incidents, what could not be read; for Prometheus. */
void pages_model_metrics(const struct pages_model *, struct text *out);

#endif

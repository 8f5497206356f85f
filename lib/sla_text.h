#ifndef LIB_SLA_TEXT_H
#define LIB_SLA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/sla.h"

/*
 * sla_text: terms as they are written, in reports and in settings alike.
 */

/* "second", "minute_full", "minute_any", "slice:5m:whole", "slice:90s:any". */
#define SLA_GRANULARITY_FORMS                                                  \
	"second, minute_full, minute_any, slice:5m:whole or slice:5m:any, a "  \
	"slice of at most a day"
bool sla_granularity_read(const char *, struct sla_version *);
void sla_granularity_text(const struct sla_version *, char *out, size_t room);

/*
 * Open the hours by their texts, around [from, to): a cap's months reach
 * beyond it.  False, with why, when a text says nothing; without texts what
 * is open stays.
 */
bool sla_hours_open(struct sla_hours *, const char *zone, int64_t from_ms,
    int64_t to_ms, char why[200]);

/* What is open stays, however it was written; NULL: nothing to forget. */
void sla_hours_forget_texts(struct sla_hours *);

/* All that was left out is as it is without: 24 hours, by the second. */
void sla_version_init(struct sla_version *);
void sla_version_clear(struct sla_version *);

/* Put own_weights in their order; the name that stands there twice, or NULL. */
const char *sla_weights_sort(struct sla_version *);

struct sla_accord sla_accord_copy(const struct sla_accord *);
void sla_accord_clear(struct sla_accord *);

#endif

#ifndef COLLECTOR_PAGES_READER_H
#define COLLECTOR_PAGES_READER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * pages_reader: fills a pages_model from Redis, about once a second.
 *
 * States are read each time; accounts when states have changed or the journal
 * beside them has grown, incidents when the pager's journal has, and both once
 * a minute in any case.  It only reads.
 */

struct event_base;
struct pages_model;
struct pages_reader;
struct store;

struct pages_reader *pages_reader_new(struct event_base *, struct store *,
    struct pages_model *, const struct settings *);
void pages_reader_free(struct pages_reader *);
/* When a whole round of reading last ended; 0: never. */
int64_t pages_reader_read_ms(const struct pages_reader *);
bool pages_reader_is_up(const struct pages_reader *);

#endif

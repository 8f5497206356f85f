#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/cli.h"

/* show: fields of the pager's answers, and how incidents are printed. */

const char *show_text(const json_t *object, const char *key); /* or "" */
int64_t show_number(const json_t *object, const char *key);   /* or 0 */

/* "2026-11-22T01:02:07Z" */
void show_instant(struct cli *, int64_t at_ms);
/*
 * A line in which "$key" stands for a text and "@key" for an instant of the
 * object: "  called $person by $channel at @at_ms\n".
 */
void show_row(struct cli *, const json_t *object, const char *line);
/* A state's word in its colour: calling, taken, up, down ... */
void show_state(struct cli *, const char *state);
/* What a pager does, by its answer to "status". */
const char *show_pager(const json_t *answer);
void show_incident(struct cli *, const json_t *incident, int64_t now_ms);

#endif

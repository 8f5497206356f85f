#ifndef LIB_REPORT_FINAL_H
#define LIB_REPORT_FINAL_H

#include "lib/report.h"
#include "lib/text.h"

/*
 * report_final: what a final report says of itself.
 *
 * {"version": 2, "from": ..., "replaces": HASH, "differences": [...],
 *  "words": [...]}: which version it is, from when on the period's report is
 * final, and how its figures differ from those of the version it replaces.
 * Nothing in it says when it was made, so that the same facts after the same
 * version give the same bytes.
 */

/* Of version 1; before: the version it replaces, with the hash of its bytes. */
json_t *report_final_first(int64_t from_ms);
json_t *report_final_next(const struct report *before, const char *hash,
    const struct report *now, int64_t from_ms);
/*
 * Whether both sets of facts come to the same figures, as this program
 * counts them: what only the program counts otherwise is no change of facts.
 */
bool
report_final_is_same(const struct report *before, const struct report *now);

/* 0: it is not final. */
int64_t report_final_version(const struct report *);
/* "Final since ..., version 2"; "Preliminary, ..."; nothing. */
void report_final_standing(const struct report *, struct text *);
/* What has changed, in words: each a line from who knows where. */
size_t report_final_words_count(const struct report *);
const char *report_final_word(const struct report *, size_t i);

#endif

#ifndef TESTS_SCENARIO_WORDS_H
#define TESTS_SCENARIO_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * words: one line of a scenario, word by word.
 *
 * A text in double quotes is one word; # begins a comment.  The first thing
 * that is wrong is kept in error and everything after it does nothing.
 */

#define WORDS_MAX 48
#define WORD_MAX 160

struct words {
	int64_t midnight_ms; /* what 12:00:05 counts from */
	char list[WORDS_MAX][WORD_MAX];
	size_t count, next;
	char error[240]; /* "": none */
};

void words_split(struct words *, const char *line, int64_t midnight_ms);
bool words_left(const struct words *);
/* Is this the next word?  Then go past it. */
bool words_are(struct words *, const char *word);
/* It has to be. */
void words_must(struct words *, const char *word);
/* The next word, or "" and an error that names what was expected. */
const char *words_take(struct words *, const char *what);
/* 500ms, 5s, 2m, 3h; and -3s. */
int64_t words_span(struct words *);
/* 12:00, 12:00:05 or 12:00:05.250; hours above 23 are of the next day. */
int64_t words_clock(struct words *);
/* 12:00:05..12:00:10, or one instant for both. */
void words_window(struct words *, int64_t *low_ms, int64_t *high_ms);
int words_number(struct words *, int low, int high);
void words_wrong(struct words *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

#ifndef CONSOLE_REPEATS_H
#define CONSOLE_REPEATS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * repeats: what was pressed twice is done once.
 *
 * Each page as it is shown has a random word in its forms; the same bytes
 * pressed again by the same session within REPEATS_MS are the same press, and
 * hear the same answer.
 */

#define REPEATS_MAX 1000 /* the oldest makes room */
#define REPEATS_MS INT64_C(600000)

struct repeats;
struct repeat {
	bool answered; /* false: it is under way */
	int status;
	char *notice; /* NULL until it is answered */
};

struct repeats *repeats_new(void);
void repeats_free(struct repeats *);
/* What became of it, or NULL: it was never seen, and is from now on. */
const struct repeat *
repeats_seen(struct repeats *, const char *key, int64_t now_ms);
void repeats_answer(struct repeats *, const char *key, int status,
    const char *notice);
/* It came to nothing: the same may be tried again. */
void repeats_forget(struct repeats *, const char *key);

#endif

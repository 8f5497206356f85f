#ifndef CONSOLE_GUARD_H
#define CONSOLE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * guard: who guesses passwords waits, and nobody is locked out.
 *
 * After some wrong ones of an address each further one from there is looked
 * at only after a wait that doubles, up to half a minute; after some for one
 * person, from wherever, up to a few seconds: so much, and no more, somebody
 * else can make a person wait at three in the morning.  A right one clears
 * what is counted of the person, not of the address: whoever has an account
 * could guess at others' in between.
 */

#define GUARD_ENTRIES 2048 /* the one longest not seen makes room */
#define GUARD_FORGET_MS INT64_C(900000)
#define GUARD_ADDRESS_FREE 3
#define GUARD_ADDRESS_MAX_MS INT64_C(30000)
#define GUARD_PERSON_FREE 5
#define GUARD_PERSON_MAX_MS INT64_C(5000)

struct guard;

struct guard *guard_new(void);
void guard_free(struct guard *);
/* How long this attempt waits before it is looked at. */
int64_t guard_wait_ms(const struct guard *, const char *person,
    const char *address, int64_t now_ms);
void guard_wrong(struct guard *, const char *person, const char *address,
    int64_t now_ms);
void guard_right(struct guard *, const char *person);
/* Wrong ones in the last quarter of an hour. */
int guard_count(const struct guard *, const char *person, int64_t now_ms);

#endif

/*
 * look: per platform the last five times that a look was allowed, oldest at
 * next.  There are as many entries as platforms that ever failed under one
 * plan; a new plan begins anew.
 */
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "agent/look.h"
#include "lib/text.h"

struct looks {
	char *platform;
	int64_t allowed_ms[LOOK_MAX]; /* 0: not yet */
	size_t next;
	UT_hash_handle hh;
};

void
looks_clear(struct looks **all)
{
	struct looks *l, *following;

	HASH_ITER (hh, *all, l, following) {
		HASH_DEL(*all, l);
		free(l->platform);
		free(l);
	}
}

bool
looks_allow(struct looks **all, const char *platform, int64_t now_ms)
{
	struct looks *l;
	int64_t *oldest;

	HASH_FIND_STR(*all, platform, l);
	if (l == NULL) {
		l = mem_alloc(sizeof(*l));
		l->platform = mem_text(platform);
		HASH_ADD_KEYPTR(hh, *all, l->platform, strlen(l->platform), l);
	}
	oldest = &l->allowed_ms[l->next];
	/* One from the future is of before a clock jump. */
	if (*oldest <= now_ms && now_ms - *oldest < LOOK_WINDOW_MS)
		return false;
	*oldest = now_ms;
	l->next = (l->next + 1) % LOOK_MAX;
	return true;
}

/*
 * look: per platform the last five times that a look was allowed, oldest at
 * next.  There are as many entries as platforms that ever failed under one
 * plan; a new plan begins anew.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/look.h"
#include "lib/text.h"

struct platform {
	int64_t allowed_ms[LOOK_MAX]; /* 0: not yet */
	size_t next;
	char name[];
};

void
looks_clear(struct looks *all)
{
	size_t at = 0;
	void *platform;

	while ((platform = names_next(&all->platforms, &at)) != NULL)
		free(platform);
	names_clear(&all->platforms);
}

static struct platform *
find(struct looks *all, const char *name)
{
	struct platform *p = names_find(&all->platforms, name);
	size_t length = strlen(name);

	if (p != NULL)
		return p;
	p = mem_alloc(sizeof(*p) + length + 1);
	memcpy(p->name, name, length);
	names_add(&all->platforms, p->name, p);
	return p;
}

bool
looks_allow(struct looks *all, const char *platform, int64_t now_ms)
{
	struct platform *p = find(all, platform);
	int64_t *oldest = &p->allowed_ms[p->next];

	/* One from the future is of before a clock jump. */
	if (*oldest <= now_ms && now_ms - *oldest < LOOK_WINDOW_MS)
		return false;
	*oldest = now_ms;
	p->next = (p->next + 1) % LOOK_MAX;
	return true;
}

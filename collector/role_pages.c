/*
 * Role pages: status pages, in a process of their own, so that a flood of
 * readers delays nobody else.
 */
#include <stdlib.h>

#include "collector/liveness.h"
#include "collector/pages.h"
#include "collector/role.h"
#include "lib/text.h"

struct both {
	struct liveness *liveness;
	struct pages *pages;
};

static void
end(void *arg)
{
	struct both *b = arg;

	pages_free(b->pages);
	liveness_free(b->liveness);
	free(b);
}

static void *
begin(struct event_base *base, struct store *store,
    const struct settings *settings, char error[160])
{
	struct both *b = mem_alloc(sizeof(*b));

	b->liveness = liveness_new(base, store, role_pages.program);
	liveness_tree(b->liveness, settings->hash);
	b->pages = pages_new(base, store, settings, error);
	if (b->pages != NULL)
		return b;
	end(b);
	return NULL;
}

static void
configure(void *arg, const struct settings *settings)
{
	struct both *b = arg;

	liveness_tree(b->liveness, settings->hash);
	pages_configure(b->pages, settings);
}

/* Pages are answered from memory: nothing is to be ended first. */
static void
nothing(void *arg)
{
	(void)arg;
}

static void
store_changed(void *arg, bool up)
{
	(void)arg, (void)up;
}

static bool
is_idle(const void *arg)
{
	(void)arg;
	return true;
}

const struct role role_pages = {
	.name = "pages",
	.program = "pages",
	.begin = begin,
	.configure = configure,
	.store = store_changed,
	.stop = nothing,
	.is_idle = is_idle,
	.leave = nothing,
	.end = end,
};

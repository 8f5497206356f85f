/*
 * Role pages: status pages, in a process of their own, so that a flood of
 * readers delays nobody else.  They are answered from memory: at the end
 * nothing has to be brought to an end first.
 */
#include "collector/pages.h"
#include "collector/role.h"

static void *
begin(struct event_base *base, struct store *store, struct liveness *liveness,
    const struct settings *settings, char error[160])
{
	return pages_new(base, store, liveness, settings, error);
}

static void
configure(void *arg, const struct settings *settings)
{
	pages_configure(arg, settings);
}

static void
end(void *arg)
{
	pages_free(arg);
}

const struct role role_pages = {
	.name = "pages",
	.program = "pages",
	.begin = begin,
	.configure = configure,
	.end = end,
};

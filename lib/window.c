/* window: see window.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/renames.h"
#include "lib/text.h"
#include "lib/window.h"

static void
clear_time(struct window_time *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->changes[i].by);
		free(t->changes[i].why);
		free(t->changes[i].forced);
	}
	free(t->changes);
}

void
window_free(struct window *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->endpoint_count; i++)
		free(w->endpoints[i]);
	for (size_t i = 0; i < w->count; i++)
		clear_time(&w->times[i]);
	free(w->endpoints);
	free(w->times);
	free(w->client);
	free(w->id);
	free(w->by);
	free(w->text);
	free(w->rule);
	free(w->forced);
	free(w);
}

/* Whether it names that, and meant that key by it. */
static bool
means(const struct window *w, const struct renames *names, const char *name,
    const char *key)
{
	for (size_t i = 0; i < w->endpoint_count; i++)
		if (strcmp(w->endpoints[i], name) == 0)
			return strcmp(renames_key(names, name, w->at_ms),
				   key) == 0;
	return false;
}

bool
window_covers(const struct window *w, const struct renames *names,
    const char *key)
{
	size_t length = strlen(w->client);
	const char *had = key;

	if (strncmp(key, w->client, length) != 0 || key[length] != '/')
		return false;
	/* By one of its own names: whose a name was takes time to find out. */
	for (size_t n = 0; had != NULL && w->endpoint_count > 0; n++) {
		if (means(w, names, had, key))
			return true;
		had = renames_nth(names, key, n);
	}
	return w->endpoint_count == 0;
}

bool
window_stands(const struct window_time *t, int64_t *from_ms, int64_t *to_ms)
{
	const struct window_change *last =
	    t->count > 0 ? &t->changes[t->count - 1] : NULL;

	*from_ms = last != NULL ? last->from_ms : t->from_ms;
	*to_ms = last != NULL ? last->to_ms : t->to_ms;
	return last == NULL || !last->cancelled;
}

bool
window_held(const struct window_time *t, int64_t *from_ms, int64_t *to_ms)
{
	if (window_stands(t, from_ms, to_ms))
		return true;
	if (t->changes[t->count - 1].at_ms < *to_ms)
		*to_ms = t->changes[t->count - 1].at_ms;
	return *from_ms < *to_ms;
}

struct window_time *
window_next(const struct window *w, int64_t now_ms)
{
	int64_t from_ms, to_ms;

	for (size_t i = 0; i < w->count; i++)
		if (window_stands(&w->times[i], &from_ms, &to_ms) &&
		    to_ms > now_ms)
			return &w->times[i];
	return NULL;
}

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(text);
}

void
window_change(struct window_time *t, const struct window_change *change)
{
	struct window_change own = *change;

	own.by = copy(change->by);
	own.why = copy(change->why);
	own.forced = copy(change->forced);
	t->changes = mem_grow(t->changes, (t->count + 1) * sizeof(own));
	t->changes[t->count++] = own;
}

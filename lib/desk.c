/* desk: see desk.h. */
#include <stdlib.h>
#include <sys/queue.h>

#include "lib/desk.h"
#include "lib/text.h"

struct waiting {
	LIST_ENTRY(waiting) entry;
	uint64_t id;
	enum desk_lane lane;
	desk_answered *answered;
	void *arg;
};

struct desk {
	struct desk_backend backend;
	void *arg;
	LIST_HEAD(waiting_list, waiting) waiting;
	int count[DESK_LANES];
	uint64_t last_id;
};

struct desk *
desk_new(const struct desk_backend *backend, void *arg)
{
	struct desk *d = mem_alloc(sizeof(*d));

	d->backend = *backend;
	d->arg = arg;
	LIST_INIT(&d->waiting);
	return d;
}

static void
leave(struct desk *d, struct waiting *w)
{
	LIST_REMOVE(w, entry);
	d->count[w->lane]--;
	free(w);
}

void
desk_free(struct desk *d)
{
	struct waiting *w, *next;

	if (d == NULL)
		return;
	for (w = LIST_FIRST(&d->waiting); w != NULL; w = next) {
		next = LIST_NEXT(w, entry);
		free(w);
	}
	free(d);
}

char *
desk_query(struct desk *d, const char *json, size_t length, bool *ok)
{
	return d->backend.query(d->arg, json, length, ok);
}

uint64_t
desk_command(struct desk *d, const char *json, size_t length, const char *by,
    desk_answered *answered, void *arg, const char **error)
{
	return desk_command_of(d, DESK_PEOPLE, json, length, by, answered, arg,
	    error);
}

uint64_t
desk_command_of(struct desk *d, enum desk_lane lane, const char *json,
    size_t length, const char *by, desk_answered *answered, void *arg,
    const char **error)
{
	static const int most[DESK_LANES] = { DESK_WAITING_MAX,
		DESK_PROGRAMS_MAX };
	struct waiting *w;

	if (d->count[lane] >= most[lane]) {
		*error = "too many commands are waiting; try again soon";
		return 0;
	}
	w = mem_alloc(sizeof(*w));
	*w = (struct waiting){ .id = ++d->last_id,
		.lane = lane,
		.answered = answered,
		.arg = arg };
	LIST_INSERT_HEAD(&d->waiting, w, entry);
	d->count[lane]++;
	if (d->backend.command(d->arg, w->id, json, length, by))
		return w->id;
	leave(d, w);
	*error = d->backend.not_now;
	return 0;
}

static struct waiting *
find(struct desk *d, uint64_t id)
{
	struct waiting *w;

	LIST_FOREACH (w, &d->waiting, entry)
		if (w->id == id)
			return w;
	return NULL;
}

void
desk_forget(struct desk *d, uint64_t id)
{
	struct waiting *w = find(d, id);

	if (w != NULL)
		leave(d, w);
}

void
desk_answer(struct desk *d, uint64_t id, bool ok, const char *json)
{
	struct waiting *w = find(d, id), found;

	if (w == NULL)
		return; /* its asker has gone */
	found = *w;
	leave(d, w);
	found.answered(found.arg, ok, json);
}

void
desk_lost(struct desk *d)
{
	while (!LIST_EMPTY(&d->waiting))
		desk_answer(d, LIST_FIRST(&d->waiting)->id, false,
		    "{\"lost\": true, \"error\": \"The store did not answer: "
		    "it is not known "
		    "whether this was recorded. Do it again, that is "
		    "harmless.\"}");
}

/*
 * Who watches hears that something has changed, and asks for the page again:
 * server-sent events, one look a second for all of them.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "console/door_parts.h"
#include "lib/clock.h"
#include "lib/log.h"

#define QUIET_LOOKS 15 /* then a line without meaning, to see who is there */
#define STAYS_LOOKS 20 /* then it is asked whether they may still */

struct watcher {
	LIST_ENTRY(watcher) entry;
	struct door *door;
	struct serve_stream *stream;
	char person[64];
	struct inside in;
	unsigned looks;
};

static void
end(struct watcher *w)
{
	struct door *d = w->door;

	LIST_REMOVE(w, entry);
	free(w);
	if (LIST_EMPTY(&d->watchers) && d->look != NULL) {
		event_free(d->look);
		d->look = NULL;
	}
}

void
door_end_watchers(struct door *d)
{
	struct watcher *w, *next;

	for (w = LIST_FIRST(&d->watchers); w != NULL; w = next) {
		next = LIST_NEXT(w, entry);
		end(w);
	}
}

static void
on_gone(void *arg)
{
	end(arg);
}

/* What does not fit is not sent again: the next news says as much. */
static void
on_drained(void *arg)
{
	(void)arg;
}

/* -1: the pager does not say, or is another one's. */
static int64_t
look(struct door *d)
{
	json_t *question = json_pack("{s:s}", "command", "status");
	json_t *answer = door_ask(d, question);
	json_t *number = json_object_get(answer, "journalled");
	int64_t journalled =
	    json_is_integer(number) ? json_integer_value(number) : -1;

	json_decref(question);
	json_decref(answer);
	return journalled;
}

static bool
may_stay(struct watcher *w)
{
	w->in.person = settings_person(w->door->settings, w->person);
	return w->in.person != NULL && door_stays(w->door, &w->in);
}

/* False: it has ended. */
static bool
tell(struct watcher *w, bool changed)
{
	static const char news[] = "event: changed\ndata: 1\n\n";
	static const char nothing[] = ":\n\n";
	struct serve_stream *stream = w->stream;

	w->looks++;
	if (w->looks % STAYS_LOOKS == 0 && !may_stay(w)) {
		end(w);
		serve_stream_end(stream);
		return false;
	}
	if (changed)
		(void)serve_stream_send(stream, news, sizeof(news) - 1);
	else if (w->looks % QUIET_LOOKS == 0)
		(void)serve_stream_send(stream, nothing, sizeof(nothing) - 1);
	return true;
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	struct door *d = arg;
	int64_t journalled = look(d);
	bool changed = journalled != d->journalled;
	struct watcher *w = LIST_FIRST(&d->watchers);

	(void)fd, (void)what;
	d->journalled = journalled;
	while (w != NULL) {
		struct watcher *next = LIST_NEXT(w, entry);

		(void)tell(w, changed);
		w = next;
	}
}

static void
begin_looking(struct door *d)
{
	const struct timeval tv = { DOOR_LIVE_MS / 1000,
		DOOR_LIVE_MS % 1000 * 1000 };

	if (d->look != NULL)
		return;
	d->journalled = look(d);
	d->look = event_new(d->base, -1, EV_PERSIST, on_look, d);
	if (d->look == NULL || event_add(d->look, &tv) == -1)
		fatalx("console: no timer");
}

static bool
has_room(const struct door *d, const char *person)
{
	const struct watcher *w;
	int count = 0;

	LIST_FOREACH (w, &d->watchers, entry)
		count += strcmp(w->person, person) == 0;
	return count < DOOR_STREAMS_PERSON_MAX;
}

void
door_live(void *arg, struct serve_request *r)
{
	struct serve_stream_owner owner = { .drained = on_drained,
		.gone = on_gone };
	struct door *d = arg;
	struct watcher *w;
	struct inside in;

	if (!door_who(d, r, &in))
		return;
	w = mem_alloc(sizeof(*w));
	w->door = d;
	w->in = in;
	text_copy(w->person, sizeof(w->person), in.person->name);
	owner.arg = w;
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Accel-Buffering", "no");
	w->stream = has_room(d, w->person)
	    ? serve_stream_begin(r, "text/event-stream", &owner)
	    : NULL;
	if (w->stream == NULL) {
		free(w);
		serve_answerf(r, 503, "text/plain; charset=utf-8",
		    "Too many pages watch already.\n");
		return;
	}
	LIST_INSERT_HEAD(&d->watchers, w, entry);
	begin_looking(d);
	(void)serve_stream_send(w->stream, "retry: 5000\n\n", 13);
}

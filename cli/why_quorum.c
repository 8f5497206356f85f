/*
 * why_quorum: when the quorum was met, and by whom, and when it was not.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show.h"
#include "cli/why_seen.h"
#include "lib/text.h"

#define SHOWN_MAX 20 /* for people, nearest to the instant */

/* The names of those regions. */
static json_t *
names_json(const struct shard_view *view, uint64_t regions)
{
	json_t *list = json_array();

	for (size_t i = 0; i < view->region_count; i++)
		if ((regions >> i & 1) != 0)
			json_array_append_new(list,
			    json_string(view->regions[i].name));
	return list;
}

static json_t *
stretch_json(const struct why_seen *q, const struct shard_stretch *s)
{
	return json_pack("{s:I, s:I, s:s, s:i, s:b, s:o, s:o, s:o}", "from_ms",
	    (json_int_t)s->from_ms, "to_ms", (json_int_t)s->to_ms, "state",
	    state_text(s->state), "quorum", s->quorum, "met",
	    s->state == STATE_DOWN, "failing", names_json(q->view, s->failing),
	    "fresh", names_json(q->view, s->fresh), "missing",
	    names_json(q->view, s->regions & ~s->fresh));
}

json_t *
why_quorum_json(const struct why_seen *q, const struct shard *shard,
    int64_t from_ms, int64_t to_ms)
{
	json_t *list = json_array();
	size_t count;
	struct shard_stretch *stretches =
	    shard_stretches(shard, q->endpoint, from_ms, to_ms, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, stretch_json(q, &stretches[i]));
	free(stretches);
	return list;
}

static void
print_names(struct cli *c, const char *before, const json_t *names)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		fputs(i == 0 ? before : ", ", c->out);
		cli_plain(c, json_string_value(name));
	}
}

/* Up to its end; one that is over within its second says how long it was. */
static void
print_span(struct cli *c, const json_t *s)
{
	int64_t from_ms = show_number(s, "from_ms");
	int64_t to_ms = show_number(s, "to_ms");

	show_row(c, s, "    @from_ms to @to_ms ");
	if (from_ms / 1000 == to_ms / 1000)
		fprintf(c->out, "(%" PRId64 " ms) ", to_ms - from_ms);
}

/* "not down: of 3 fresh regions 0 fail, a quorum of 2 would be needed" */
static void
print_count(struct cli *c, const json_t *s)
{
	size_t fresh = json_array_size(json_object_get(s, "fresh"));
	size_t failing = json_array_size(json_object_get(s, "failing"));
	const char *fail = failing == 1 ? "fails" : "fail";
	int64_t quorum = show_number(s, "quorum");

	if (json_is_true(json_object_get(s, "met")))
		fprintf(c->out,
		    ": the quorum of %" PRId64 " is met, of %zu fresh regions "
		    "%zu %s",
		    quorum, fresh, failing, fail);
	else if ((int64_t)fresh < quorum)
		fprintf(c->out,
		    ": fresh regions: %zu, too few to say, a quorum of "
		    "%" PRId64 " is needed; %zu %s",
		    fresh, quorum, failing, fail);
	else
		fprintf(c->out,
		    ": not down: of %zu fresh regions %zu %s, a quorum of "
		    "%" PRId64 " would be needed",
		    fresh, failing, fail, quorum);
}

static void
print_stretch(struct cli *c, const json_t *s)
{
	print_span(c, s);
	show_state(c, show_text(s, "state"));
	if (strcmp(show_text(s, "state"), "absent") == 0) {
		fputs(": not watched\n", c->out);
		return;
	}
	print_count(c, s);
	print_names(c, ": ", json_object_get(s, "failing"));
	print_names(c, "; not fresh: ", json_object_get(s, "missing"));
	fputc('\n', c->out);
}

/* The first of those shown: the instant's own stretch is among them. */
static size_t
first_shown(const json_t *stretches, int64_t at_ms)
{
	size_t count = json_array_size(stretches), own = 0;

	while (own + 1 < count &&
	    show_number(json_array_get(stretches, own), "to_ms") <= at_ms)
		own++;
	if (own < SHOWN_MAX / 2 || count <= SHOWN_MAX)
		return 0;
	return own - SHOWN_MAX / 2;
}

void
why_quorum_print(struct cli *c, const json_t *stretches, int64_t at_ms)
{
	size_t count = json_array_size(stretches);
	size_t first = first_shown(stretches, at_ms);
	size_t end = first + SHOWN_MAX < count ? first + SHOWN_MAX : count;

	fputs("  the quorum around then:\n", c->out);
	for (size_t i = first; i < end; i++)
		print_stretch(c, json_array_get(stretches, i));
	if (end - first < count)
		fprintf(c->out, "    (and %zu more: --json has them)\n",
		    count - (end - first));
}

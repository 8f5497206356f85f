/*
 * shard_void: stretches in which a region saw nothing it can vouch for.  They
 * are facts like others: stored, and taken back into account when states are
 * made anew.  Two agents in one region are one region: what one of them could
 * not see is not known.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

static const char *const cause_texts[] = {
	[VOID_BLIND] = "blind",
	[VOID_CLOCK] = "clock",
	[VOID_HOLE] = "hole",
	[VOID_SUSPECT] = "suspect",
};

const char *
void_cause_text(enum void_cause cause)
{
	return cause_texts[cause];
}

int
void_cause_parse(const char *text)
{
	for (int i = 0; i < VOID_CAUSES; i++)
		if (strcmp(text, cause_texts[i]) == 0)
			return i;
	return -1;
}

static void
take(struct region *r, const struct void_stretch *v)
{
	interval_set_add(&r->voids, v->from_ms, v->to_ms);
	if (v->to_ms != NEVER && v->to_ms > r->void_end_ms)
		r->void_end_ms = v->to_ms;
	if (v->cause != VOID_SUSPECT)
		interval_set_add(&r->proven, v->from_ms, v->to_ms);
}

static void
rebuild(struct region *r)
{
	interval_set_clear(&r->voids);
	interval_set_clear(&r->proven);
	r->void_end_ms = BEFORE_ALL;
	for (size_t i = 0; i < r->count; i++)
		take(r, &r->list[i]);
}

static struct void_stretch *
find(struct region *r, enum void_cause cause, const char *agent,
    int64_t from_ms)
{
	for (size_t i = r->count; i > 0; i--) {
		struct void_stretch *v = &r->list[i - 1];

		if (v->cause == cause && v->from_ms == from_ms &&
		    strcmp(v->agent, agent) == 0)
			return v;
	}
	return NULL;
}

static struct void_stretch *
add(struct region *r)
{
	if (r->count == r->room) {
		r->room = r->room * 2 + 4;
		r->list = mem_grow(r->list, r->room * sizeof(*r->list));
	}
	return &r->list[r->count++];
}

/* An earlier moment of a change of end; what begins anew changes its begin. */
static int64_t
changed_from(const struct void_stretch *v, int64_t to_ms)
{
	return v->to_ms < to_ms ? v->to_ms : to_ms;
}

/*
 * There is a void from from_ms to to_ms (NEVER: it goes on).  One that is
 * known to begin there gets its new end; a known end is never opened again,
 * but of suspicion, which is our own word and may come again.
 */
void
shard_void(struct shard *s, unsigned region, enum void_cause cause,
    const char *agent, int64_t from_ms, int64_t to_ms)
{
	struct region *r = &s->regions[region];
	struct void_stretch *v = find(r, cause, agent, from_ms);
	int64_t since_ms = from_ms;
	bool is_new = v == NULL;

	if (from_ms >= to_ms)
		return;
	if (v != NULL &&
	    (v->to_ms == to_ms || (to_ms == NEVER && cause != VOID_SUSPECT)))
		return;
	if (v != NULL) {
		since_ms = changed_from(v, to_ms);
	} else {
		v = add(r);
		*v =
		    (struct void_stretch){ .cause = cause, .from_ms = from_ms };
		text_copy(v->agent, sizeof(v->agent), agent);
	}
	v->to_ms = to_ms;
	if (!s->is_started && is_new) {
		take(r, v); /* there may be many */
		return;
	}
	v->is_changed = s->voids_changed = true;
	rebuild(r);
	shard_mark_region(s, region, since_ms);
}

static bool
is_told_again(const struct void_stretch *v, enum void_cause cause,
    const char *agent, int64_t to_ms)
{
	return v->cause == cause && strcmp(v->agent, agent) == 0 &&
	    (to_ms == NEVER || v->to_ms == NEVER || v->to_ms == to_ms);
}

int64_t
shard_void_begin(const struct shard *s, unsigned region, enum void_cause cause,
    const char *agent, int64_t from_ms, int64_t to_ms)
{
	const struct region *r = &s->regions[region];
	int64_t begin_ms = shard_horizon(s);

	if (from_ms >= begin_ms)
		return from_ms;
	for (size_t i = 0; i < r->count; i++) {
		const struct void_stretch *v = &r->list[i];

		if (v->from_ms >= from_ms && v->from_ms < begin_ms &&
		    is_told_again(v, cause, agent, to_ms))
			begin_ms = v->from_ms;
	}
	return begin_ms;
}

/* The void that covers now, the oldest if several do; or NULL. */
const struct void_stretch *
shard_void_now(const struct shard *s, unsigned region)
{
	const struct region *r = &s->regions[region];
	const struct void_stretch *found = NULL;

	for (size_t i = 0; i < r->count; i++) {
		const struct void_stretch *v = &r->list[i];

		if (v->from_ms <= s->now_ms && v->to_ms > s->now_ms &&
		    (found == NULL || v->from_ms < found->from_ms))
			found = v;
	}
	return found;
}

void
shard_void_field(const struct region *r, const struct void_stretch *v,
    char field[VOID_FIELD_ROOM])
{
	text_format(field, VOID_FIELD_ROOM, "%s|%s|%s|%lld", r->name,
	    void_cause_text(v->cause), v->agent[0] != '\0' ? v->agent : "-",
	    (long long)v->from_ms);
}

static void
forget_one(struct shard *s, const struct region *r,
    const struct void_stretch *v)
{
	char field[VOID_FIELD_ROOM], to[24];

	shard_void_field(r, v, field);
	text_format(to, sizeof(to), "%lld", (long long)v->to_ms);
	shard_put_text(s, COMMIT_SET, "oldvoids", field, mem_text(to));
	shard_put(s, COMMIT_UNSET, "voids", field, NULL, 0);
	shard_put_end(s);
}

/*
 * What is older than anything that can still change leaves memory.  With
 * "history" it is what states long past follow from, so it stays stored.
 */
void
shard_void_forget(struct shard *s)
{
	int64_t before_ms = shard_horizon(s) - MARGIN_MS;

	for (size_t i = 0; i < s->region_count; i++) {
		struct region *r = &s->regions[i];
		size_t kept = 0;

		for (size_t k = 0; k < r->count; k++) {
			if (r->list[k].to_ms >= before_ms ||
			    r->list[k].is_changed)
				r->list[kept++] = r->list[k];
			else
				forget_one(s, r, &r->list[k]);
		}
		if (kept == r->count)
			continue;
		r->count = kept;
		rebuild(r);
	}
}

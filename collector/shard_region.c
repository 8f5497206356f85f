/*
 * shard_region: the regions of a shard, by their places in the bits of terms
 * and in the series of targets.
 *
 * A place is needed while an agent of the settings stands there, or anything
 * is kept of it: a void, or what it saw of an endpoint.  When all are taken,
 * those that nothing needs are given away.  Terms name regions for the life of
 * a contract; such a name takes a place only while there is one, and without
 * one stands for a region that saw nothing, which is what it is.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

static int
find(const struct shard *s, const char *name)
{
	for (size_t i = 0; i < s->region_count; i++)
		if (strcmp(s->regions[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool
shard_has_agents(const struct shard *s, unsigned region)
{
	for (const struct agent *a = s->agents; a != NULL; a = a->hh.next)
		if (a->is_configured && a->region == (int)region)
			return true;
	return false;
}

static bool
is_needed(const struct shard *s, unsigned region)
{
	if (s->regions[region].count > 0 || shard_has_agents(s, region))
		return true;
	for (const struct target *t = s->targets; t != NULL; t = t->hh.next)
		if (t->series[region] != NULL)
			return true;
	return false;
}

static void
forget(struct shard *s, unsigned region)
{
	struct region *r = &s->regions[region];

	for (struct agent *a = s->agents; a != NULL; a = a->hh.next)
		if (a->region == (int)region)
			a->region = -1;
	free(r->list);
	interval_set_clear(&r->voids);
	interval_set_clear(&r->proven);
	*r = (struct region){ .shortest_ms = NEVER, .void_end_ms = BEFORE_ALL };
}

static int
take(struct shard *s, const char *name)
{
	int place = find(s, "");

	if (place < 0 && s->region_count < REGIONS_MAX)
		place = (int)s->region_count++;
	if (place < 0)
		return -1;
	s->regions[place] =
	    (struct region){ .shortest_ms = NEVER, .void_end_ms = BEFORE_ALL };
	text_copy(s->regions[place].name, NAME_ROOM, name);
	return place;
}

/* In the place of one that nothing needs. */
static int
take_over(struct shard *s, const char *name)
{
	int place;

	for (unsigned i = 0; i < s->region_count; i++)
		if (!is_needed(s, i))
			forget(s, i);
	place = take(s, name);
	/* Names in terms lost their places, or this one has come to one. */
	for (struct target *t = s->targets; t != NULL; t = t->hh.next)
		shard_compile_terms(s, t);
	return place;
}

int
shard_named_region(struct shard *s, const char *name)
{
	int place;

	assert(strlen(name) < NAME_ROOM); /* whoever names one has measured */
	if (name[0] == '\0')
		return -1; /* it would be any place of nobody */
	place = find(s, name);
	return place >= 0 ? place : take(s, name);
}

int
shard_region(struct shard *s, const char *name)
{
	int place = shard_named_region(s, name);

	if (place >= 0 || name[0] == '\0')
		return place;
	return take_over(s, name);
}

/*
 * run_doubt: whether the shards still know of what is open here; see
 * duty_standing().  Asked once a minute at most, and only while there is
 * anything to ask about.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/renames.h"
#include "lib/text.h"
#include "pager/run_parts.h"

/* What a shard's records hold, as far as they have come. */
struct standing {
	struct run *run;
	unsigned generation, shard;
	int64_t judged_ms;
	char **subjects;
	size_t count, room;
	struct renames names;
};

static void
add_subject(struct standing *s, const char *field)
{
	if (s->count == s->room) {
		s->room = 2 * s->room + 16;
		s->subjects =
		    mem_grow(s->subjects, s->room * sizeof(*s->subjects));
	}
	s->subjects[s->count++] = mem_text(field);
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct standing *s = arg;
	char text[32], error[160];

	if (strcmp(key, "meta") == 0) {
		if (strcmp(field, "judged") != 0)
			return;
		text_format(text, sizeof(text), "%.*s", (int)length,
		    (const char *)value);
		s->judged_ms = strtoll(text, NULL, 10);
		return;
	}
	if (strcmp(key, "names") == 0)
		(void)renames_load(&s->names, field, value, length, error);
	else
		add_subject(s, field);
}

static void
on_end(void *arg, bool ok)
{
	struct standing *s = arg;
	struct run *r = s->run;

	if (ok && s->generation == r->generation && r->phase == RUN_ACTIVE &&
	    !r->away) {
		duty_standing(r->duty, s->shard, s->judged_ms,
		    (const char *const *)s->subjects, s->count, &s->names,
		    clock_now_ms());
		run_turn(r);
	}
	for (size_t i = 0; i < s->count; i++)
		free(s->subjects[i]);
	free(s->subjects);
	renames_clear(&s->names);
	free(s);
}

void
run_doubt(struct run *r, unsigned shard)
{
	static const char *const keys[] = { "meta", "alarms", "names", NULL };
	int64_t now_us = clock_monotonic_us();
	struct standing *s;
	char group[16];

	if (r->phase != RUN_ACTIVE || r->away || r->draining ||
	    (r->doubted_us[shard] != 0 &&
		now_us - r->doubted_us[shard] < r->doubt_every_ms * 1000) ||
	    !duty_has_of(r->duty, shard))
		return;
	r->doubted_us[shard] = now_us;
	s = mem_alloc(sizeof(*s));
	s->run = r;
	s->generation = r->generation;
	s->shard = shard;
	store_shard_group(shard, group);
	store_load(r->store, group, keys, on_field, on_end, s);
}

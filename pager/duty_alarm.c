/* Alarms of the shards: each counts once, whatever is read twice. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

/* "1700000000000-3": milliseconds and number; false: no such id. */
static bool
read_id(const char *id, unsigned long long *ms, unsigned long long *number)
{
	char *rest;

	*number = 0;
	*ms = strtoull(id, &rest, 10);
	if (rest == id)
		return false;
	if (*rest == '-')
		*number = strtoull(rest + 1, &rest, 10);
	return *rest == '\0';
}

static bool
is_later(const char *id, const char *than)
{
	unsigned long long ms, number, than_ms, than_number;

	if (!read_id(id, &ms, &number))
		return false;
	if (!read_id(than, &than_ms, &than_number))
		return true;
	return ms != than_ms ? ms > than_ms : number > than_number;
}

const char *
duty_position(const struct duty *d, unsigned shard)
{
	if (shard >= DUTY_SHARDS_MAX || d->positions[shard][0] == '\0')
		return "0-0";
	return d->positions[shard];
}

/* False: it was read before, or is none of ours. */
static bool
step_to(struct duty *d, unsigned shard, const char *id)
{
	if (shard >= DUTY_SHARDS_MAX || !is_later(id, duty_position(d, shard)))
		return false;
	text_copy(d->positions[shard], sizeof(d->positions[0]), id);
	d->meta_dirty = true;
	return true;
}

static void
set_aside(struct duty *d, unsigned shard, const char *id, const char *json,
    size_t length, const char *why, int64_t now_ms)
{
	char name[96];

	text_format(name, sizeof(name), "alarm %u %s", shard, id);
	duty_poison(d, name, json, length, why, now_ms);
}

void
duty_alarm(struct duty *d, unsigned shard, const char *id, const char *json,
    size_t length, int64_t now_ms)
{
	char error[160];
	struct alarm a;

	if (!step_to(d, shard, id))
		return;
	if (alarm_decode(json, length, &a, error) == 0) {
		a.shard = shard;
		if (a.event == ALARM_RENAMED)
			duty_renamed(d, &a, "evaluate", now_ms);
		else
			duty_heard(d, &a, "evaluate", now_ms);
	} else
		set_aside(d, shard, id, json, length, error, now_ms);
	duty_time(d, now_ms);
}

void
duty_alarm_crashed(struct duty *d, unsigned shard, const char *id,
    const char *json, size_t length, int64_t now_ms)
{
	if (!step_to(d, shard, id))
		return;
	set_aside(d, shard, id, json, length, "crashed its reader three times",
	    now_ms);
	duty_time(d, now_ms);
}

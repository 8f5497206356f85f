/*
 * shard_kept: how much of the inbox lies behind the position.  It is counted in
 * entries as they are read; the time of every thousandth is enough to say
 * where to cut.
 */
#include "collector/shard_internal.h"

void
shard_count_entry(struct shard *s)
{
	if (s->seen % KEPT_MARK == 0)
		s->marks[s->seen / KEPT_MARK % KEPT_MARKS] = s->entry_ms;
	s->seen++;
}

int64_t
shard_entry_back(const struct shard *s, int64_t count)
{
	if (s->seen < count)
		return 0;
	return s->marks[(s->seen - count) / KEPT_MARK % KEPT_MARKS];
}

bool
shard_is_uncounted(const struct shard *s)
{
	return s->is_uncounted;
}

void
shard_count(struct shard *s, int64_t appended)
{
	s->evaluated = appended < 0 ? 0
	    : appended > TIME_MAX   ? TIME_MAX
				    : appended;
	s->is_uncounted = false;
}

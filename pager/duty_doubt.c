/*
 * duty_doubt: what is open here, and no shard knows of it any more.
 *
 * A shard whose store went back by minutes may have told of an alarm that it
 * does not remember; its end is never told then, and its page would call until
 * a human closes it.  So the shell asks from time to time what a shard's
 * records hold.  What they lack in three looks, between each of which the
 * shard judged anew, is over.  While it does not judge (it catches up, nobody
 * evaluates, its clock is wrong) nothing follows from what they lack.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

#define STEP_MS 30000 /* so much must have been judged between two looks */

static uint64_t
bit_of(unsigned shard)
{
	return UINT64_C(1) << (shard & 63);
}

/*
 * That something was set aside, or an alert of others refused, is told and no
 * more: no record says that it goes on, and a human ends it
 * (collector/shard_lost.c, duty_foreign.c).
 */
bool
duty_is_event(const struct member *m)
{
	static const char *const names[] = { "operations/poison",
		"operations/alerts" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (strncmp(m->subject, names[i], length) == 0 &&
		    (m->subject[length] == '\0' || m->subject[length] == '/'))
			return true;
	}
	return false;
}

/* Did this shard say so?  What the pager itself says has none. */
static bool
is_of(const struct duty *d, const struct incident *inc, const struct member *m,
    unsigned shard)
{
	if (inc->closed_ms != 0 || inc->is_storm || inc->by_hand ||
	    m->until_ms != 0)
		return false;
	if (m->kind == ALARM_OPERATIONS)
		return (m->shards & bit_of(shard)) != 0 && !duty_is_event(m);
	return m->client[0] != '\0' &&
	    settings_shard(d->settings, m->client) == shard;
}

bool
duty_has_of(const struct duty *d, unsigned shard)
{
	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		for (size_t i = 0; inc->closed_ms == 0 && i < inc->member_count;
		     i++)
			if (is_of(d, inc, &inc->members[i], shard))
				return true;
	return false;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A look at what a shard's records know of. */
struct look {
	unsigned shard;
	bool is_news;              /* it has judged on since the last one */
	const char *const *sorted; /* keys of what it has alarms of */
	size_t count;
	const struct renames *names;
};

static bool
is_among(const struct look *l, const char *subject)
{
	const char *key = renames_key(l->names, subject, TIME_MAX);

	return bsearch(&key, l->sorted, l->count, sizeof(*l->sorted),
		   by_text) != NULL;
}

/* As if the shard had told its end; when that was nobody knows. */
static void
end(struct duty *d, const struct incident *inc, const struct member *m,
    unsigned shard, int64_t now_ms)
{
	struct alarm a = { .event = ALARM_CLEARED,
		.kind = m->kind,
		.shard = shard,
		.severity = m->severity,
		.at_ms = now_ms,
		.since_ms = m->since_ms,
		.until_ms = now_ms,
		.flapping = m->flapping };

	text_copy(a.subject, sizeof(a.subject), m->subject);
	text_copy(a.client, sizeof(a.client), m->client);
	text_copy(a.platform, sizeof(a.platform), inc->platform);
	text_copy(a.text, sizeof(a.text),
	    "is not known to evaluate any more; it ended before");
	duty_heard(d, &a, "pager", now_ms);
}

/* It is missing once more: true at the third time. */
static bool
is_missed(struct member *m, uint64_t bit)
{
	if ((m->missed_twice & bit) != 0)
		return true;
	m->missed_twice |= m->missed & bit;
	m->missed |= bit;
	return false;
}

static void
compare(struct duty *d, struct incident *inc, const struct look *l,
    int64_t now_ms)
{
	for (size_t i = 0; i < inc->member_count; i++) {
		struct member *m = &inc->members[i];

		if (!is_of(d, inc, m, l->shard))
			continue;
		if (is_among(l, m->subject))
			m->missed = m->missed_twice = 0;
		else if (l->is_news && is_missed(m, bit_of(l->shard)))
			end(d, inc, m, l->shard, now_ms);
	}
}

void
duty_standing(struct duty *d, unsigned shard, int64_t judged_ms,
    const char *const *keys, size_t count, const struct renames *names,
    int64_t now_ms)
{
	struct look l = { .shard = shard, .count = count, .names = names };
	const char **sorted;
	int64_t was_ms;

	if (shard >= DUTY_SHARDS_MAX)
		return;
	was_ms = d->judged_ms[shard];
	l.is_news = was_ms != 0 && judged_ms - was_ms >= STEP_MS;
	d->judged_ms[shard] = judged_ms;
	l.sorted = sorted = mem_copy(keys, count * sizeof(*keys));
	qsort(sorted, count, sizeof(*sorted), by_text);
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->closed_ms == 0)
			compare(d, inc, &l, now_ms);
	free(sorted);
	duty_time(d, now_ms);
}

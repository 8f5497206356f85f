/* run_read: the shards' outboxes, entry by entry. */
#include <stdlib.h>

#include "lib/crash.h"
#include "lib/text.h"
#include "pager/run_parts.h"

#define READ_MAX 100 /* entries at once */

/*
 * The name stands in a file while the entry is looked at: an entry that
 * crashes its reader is known by it after the restart.
 */
static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct run_call *call = arg;
	struct run *r = call->run;
	char record[80];

	if (run_call_is_void(call) || r->phase != RUN_ACTIVE || r->away)
		return;
	call->entries++;
	text_format(record, sizeof(record), "alarm %u/%s", call->shard, id);
	if (attempt_begin(r->attempt, record)) {
		CRASH_POINT("pager-alarm-read");
		duty_alarm(r->duty, call->shard, id, data, length,
		    clock_now_ms());
	} else
		duty_alarm_crashed(r->duty, call->shard, id, data, length,
		    clock_now_ms());
	attempt_end(r->attempt);
}

static void
on_end(void *arg, bool ok)
{
	struct run_call *call = arg;
	struct run *r = call->run;

	/* Not ok: read again at the next tick, from the same position. */
	r->reading[call->shard] = false;
	if (!run_call_is_void(call)) {
		if (call->entries > 0)
			run_turn(r);
		else if (ok)
			run_doubt(r, call->shard);
	}
	free(call);
}

void
run_read_tick(struct run *r)
{
	char group[16];

	if (r->phase != RUN_ACTIVE || r->away || r->draining ||
	    !store_is_up(r->store))
		return;
	for (unsigned i = 0; i < (unsigned)r->settings->shards; i++) {
		if (r->reading[i])
			continue;
		r->reading[i] = true;
		store_shard_group(i, group);
		store_read(r->store, group, "out", duty_position(r->duty, i),
		    READ_MAX, on_entry, on_end, run_call(r, i));
	}
}

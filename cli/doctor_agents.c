/*
 * doctor_agents: when each agent was heard last, how its clock stands, and
 * whether it still has older results to send, by what it sent last.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/doctor.h"
#include "cli/records.h"
#include "cli/show.h"
#include "lib/interval.h"
#include "lib/store.h"
#include "lib/text.h"
#include "lib/wire.h"

#define PIECE 100                 /* entries of an inbox read at once, ... */
#define PIECES_MAX 50             /* ... and how often, from its end */
#define SAVED_MS 60000            /* a shard notes that it heard one so often */
#define OFFSET_MAX_MS 500         /* larger ones are corrected at ingest */
#define ERROR_MAX_MS 2000         /* nothing is believed that is less sure */
#define BEHIND_MAX_MS 60000       /* results older than this on arrival wait */
#define NEARLY_FULL_ENTRIES 50000 /* of 100,000, then ingest refuses */

/* What is known of one agent. */
struct heard {
	const struct agent_settings *agent;
	int64_t at_ms; /* 0: not heard */
	bool exact;    /* by an entry of an inbox; otherwise by a note */
	int64_t offset_ms, error_ms; /* error NEVER: not compared yet */
	int64_t behind_ms; /* age of its newest result on arrival; -1: none */
};

struct agents {
	struct heard *list;
	size_t count, missing; /* not yet found in the inbox being read */
};

static struct heard *
find(struct agents *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->list[i].agent->name, name) == 0)
			return &a->list[i];
	return NULL;
}

/* How old the newest result of a part was when it arrived. */
static int64_t
age_on_arrival(const struct wire_envelope *e, const struct wire_part *p)
{
	int64_t newest_ms = 0;

	for (size_t i = 0; i < p->count; i++)
		if (p->observations[i].until_at_ms > newest_ms)
			newest_ms = p->observations[i].until_at_ms;
	return newest_ms == 0 ? -1
			      : e->received_at_ms - newest_ms - e->shift_ms;
}

static void
on_entry(struct agents *a, const char *data, size_t length)
{
	struct wire_envelope e = { 0 };
	char buffer[160], error[160];
	struct wire_decoded *d;
	struct heard *h;

	if (wire_decode_envelope(data, length, &e, buffer, error) != 0 ||
	    (h = find(a, e.agent)) == NULL || h->at_ms >= e.received_at_ms ||
	    (d = wire_decode_part(e.part, e.part_length, error)) == NULL)
		return;
	a->missing -= !h->exact;
	h->exact = true;
	h->at_ms = e.received_at_ms;
	h->offset_ms = d->part.offset_ms;
	h->error_ms = d->part.offset_error_ms;
	h->behind_ms = age_on_arrival(&e, &d->part);
	wire_decoded_free(d);
}

/* [id, ["d", envelope]] of a stream; the id, to go on before it. */
static void
read_entry(struct agents *a, const redisReply *entry, char last[48])
{
	const redisReply *fields;

	if (!records_is_entry(entry))
		return;
	text_copy(last, 48, entry->element[0]->str);
	fields = entry->element[1];
	on_entry(a, fields->element[1]->str, fields->element[1]->len);
}

/* From its end back, until each agent was found. */
static void
read_inbox(struct agents *a, struct records *r, const char *group)
{
	char before[50] = "+", last[48] = "";
	size_t count = PIECE;

	a->missing = a->count;
	for (size_t i = 0; i < a->count; i++)
		a->missing -= a->list[i].exact;
	for (int i = 0; i < PIECES_MAX && count == PIECE && a->missing > 0;
	     i++) {
		redisReply *reply = records_ask(r,
		    "XREVRANGE %sin %s - COUNT %d", group, before, PIECE);

		count = reply != NULL ? reply->elements : 0;
		for (size_t k = 0; k < count; k++)
			read_entry(a, reply->element[k], last);
		text_format(before, sizeof(before), "(%s", last);
		if (reply != NULL)
			freeReplyObject(reply);
	}
}

/* What the shard noted, for one that sent nothing of late. */
static void
on_note(void *arg, const char *field, const char *value, size_t length)
{
	struct heard *h = find(arg, field);
	json_t *note = h != NULL ? json_loadb(value, length, 0, NULL) : NULL;
	int64_t heard_ms = show_number(note, "heard");

	if (h != NULL && !h->exact && heard_ms > h->at_ms)
		h->at_ms = heard_ms;
	json_decref(note);
}

/* How its clock stands against ours, and what comes of it. */
static void
report_clock(struct doctor *d, const struct heard *h)
{
	const char *name = h->agent->name, *then = "";
	enum finding f = FINDING_GOOD;

	if (h->error_ms == NEVER) {
		doctor_find(d, FINDING_BAD, "clock",
		    "%s: not yet compared; nothing it sees counts", name);
		return;
	}
	if (h->error_ms > ERROR_MAX_MS) {
		f = FINDING_BAD;
		then = ": too uncertain, nothing it sees counts";
	} else if (llabs(h->offset_ms) > OFFSET_MAX_MS) {
		f = FINDING_DOUBT;
		then = "; its times are corrected";
	}
	doctor_find(d, f, "clock", "%s: %lld ms %s, known to %" PRId64 " ms%s",
	    name, llabs(h->offset_ms), h->offset_ms >= 0 ? "behind" : "ahead",
	    h->error_ms, then);
}

static void
report(struct doctor *d, const struct heard *h)
{
	int64_t silent_ms = d->now_ms - h->at_ms;
	char age[32], behind[32] = "";

	if (h->at_ms == 0) {
		doctor_find(d, FINDING_BAD, "agent",
		    "%s (%s): has not been heard", h->agent->name,
		    h->agent->region);
		return;
	}
	text_duration(silent_ms, age, sizeof(age));
	doctor_find(d,
	    silent_ms > d->settings->site.collector_silence_ms +
			(h->exact ? 0 : SAVED_MS)
		? FINDING_BAD
		: FINDING_GOOD,
	    "agent", "%s (%s): heard %s ago", h->agent->name, h->agent->region,
	    age);
	if (h->exact)
		report_clock(d, h);
	if (!h->exact || h->behind_ms <= BEHIND_MAX_MS)
		return;
	text_duration(h->behind_ms, behind, sizeof(behind));
	doctor_find(d, FINDING_DOUBT, "agent",
	    "%s: still sends what it has kept: its last results were %s old",
	    h->agent->name, behind);
}

/* "auckland|blind|akl-1|FROM": a stretch in which a region sees nothing. */
static void
on_void(void *arg, const char *field, const char *value, size_t length)
{
	struct doctor *d = arg;
	char copy[200], age[32], *rest = copy, *part[4] = { NULL };

	(void)length;
	text_copy(copy, sizeof(copy), field);
	for (size_t i = 0; i < 4; i++)
		part[i] = strsep(&rest, "|");
	if (part[3] == NULL || strtoll(value, NULL, 10) != 0)
		return; /* over, or not of ours */
	text_duration(d->now_ms - strtoll(part[3], NULL, 10), age, sizeof(age));
	doctor_find(d, FINDING_BAD, "region",
	    "%s: nothing it sees counts, for %s: %s%s%s", part[0], age, part[1],
	    strcmp(part[2], "-") != 0 ? ", " : "",
	    strcmp(part[2], "-") != 0 ? part[2] : "");
}

static void
look_at_inbox(struct doctor *d, struct records *r, const char *group)
{
	redisReply *reply = records_ask(r, "XLEN %sin", group);

	if (reply != NULL && reply->type == REDIS_REPLY_INTEGER &&
	    reply->integer > NEARLY_FULL_ENTRIES)
		doctor_find(d, FINDING_DOUBT, "inbox",
		    "%sin has %lld entries; at 100,000 agents are refused",
		    group, reply->integer);
	if (reply != NULL)
		freeReplyObject(reply);
}

void
doctor_agents(struct doctor *d, struct records *r)
{
	struct agents a = { .count = d->settings->agents.count };
	char group[16];

	a.list = mem_alloc((a.count + 1) * sizeof(*a.list));
	for (size_t i = 0; i < a.count; i++) {
		const struct agent_settings *all = d->settings->agents.items;

		a.list[i].agent = &all[i];
	}
	for (unsigned shard = 0; shard < d->settings->shards; shard++) {
		store_shard_group(shard, group);
		read_inbox(&a, r, group);
		records_each(r, group, "agents", on_note, &a);
		records_each(r, group, "voids", on_void, d);
		look_at_inbox(d, r, group);
	}
	for (size_t i = 0; i < a.count; i++)
		report(d, &a.list[i]);
	free(a.list);
}

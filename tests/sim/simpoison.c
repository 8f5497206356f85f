/*
 * simpoison: what becomes unreadable on its way into an inbox.  The oracle is
 * told what it had been.
 */
#include "tests/sim/simagent.h"
#include "tests/sim/simcollector.h"

#define HURT_MS 60000 /* its region is looked at again by then */

/* What was damaged on its way into an inbox, and as it had been. */
struct planted {
	struct wire_bytes damaged, original;
	struct planted *next;
};
static struct planted *all_planted;

const char *
sim_poison_original(const void *bytes, size_t length, size_t *original)
{
	for (const struct planted *p = all_planted; p != NULL; p = p->next)
		if (p->damaged.length == length &&
		    memcmp(p->damaged.data, bytes, length) == 0) {
			*original = p->original.length;
			return p->original.data;
		}
	return NULL;
}

/* Cut short, or not what it should be; now and then nobody knows whose. */
static bool
damage(struct world *w, const struct wire_envelope *e, struct wire_bytes *out)
{
	bool nobodys;

	struct wire_envelope less = *e;
	char *part = mem_copy(e->part, e->part_length);

	less.part = part;
	if (chance(w, 50))
		less.part_length = roll(w, e->part_length);
	else
		memset(part, 0xc1, 1 + roll(w, e->part_length));
	wire_encode_envelope(&less, out);
	nobodys = chance(w, 20);
	if (nobodys)
		memset(out->data, 0xc1, 1);
	free(part);
	return nobodys;
}

/*
 * What it held is not known, and that is all since the last look that came:
 * a long time where nobody took anything for as long.  Of nobody knows whom:
 * it may have been anybody's.
 */
static void
hurt_back(struct world *w, const char *region)
{
	int64_t from_ms = w->now_ms;

	for (int i = 0; i < w->agent_count; i++) {
		const struct sim_agent *a = w->agents[i];
		int64_t seen_ms = oracle_seen_until(w, a->place);

		if ((region == NULL || strcmp(region, a->region) == 0) &&
		    seen_ms < from_ms)
			from_ms = seen_ms;
	}
	interval_set_add(&w->hurt[PART_NETWORK], from_ms, w->now_ms);
}

/* A part that tells what else is not known is left alone. */
void
sim_poison(struct world *w, const struct wire_part *part,
    const struct wire_envelope *e, struct wire_bytes *bytes)
{
	struct planted *p;
	bool nobodys;

	if (w->poison == 0 || part->hole != NULL || part->blind_count > 0)
		return;
	w->poison--;
	p = mem_alloc(sizeof(*p));
	p->original = *bytes;
	nobodys = damage(w, e, &p->damaged);
	p->next = all_planted;
	all_planted = p;
	*bytes = (struct wire_bytes){ 0 };
	bytes->data = mem_copy(p->damaged.data, p->damaged.length);
	bytes->length = p->damaged.length;
	world_hurt(w, PART_NETWORK, HURT_MS);
	hurt_back(w, nobodys ? NULL : e->region);
	tell(w, "what %s sends to shard %u is damaged", e->agent, part->shard);
}

void
sim_poison_free(void)
{
	struct planted *p;

	while ((p = all_planted) != NULL) {
		all_planted = p->next;
		wire_bytes_clear(&p->damaged);
		wire_bytes_clear(&p->original);
		free(p);
	}
}

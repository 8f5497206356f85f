/*
 * simpoison: what becomes unreadable on its way into an inbox.  The oracle is
 * told what it had been.
 */
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
static void
damage(struct world *w, const struct wire_envelope *e, struct wire_bytes *out)
{
	struct wire_envelope less = *e;
	char *part = mem_copy(e->part, e->part_length);

	less.part = part;
	if (chance(w, 50))
		less.part_length = roll(w, e->part_length);
	else
		memset(part, 0xc1, 1 + roll(w, e->part_length));
	wire_encode_envelope(&less, out);
	if (chance(w, 20))
		memset(out->data, 0xc1, 1);
	free(part);
}

/* A part that tells what else is not known is left alone. */
void
sim_poison(struct world *w, const struct wire_part *part,
    const struct wire_envelope *e, struct wire_bytes *bytes)
{
	struct planted *p;

	if (w->poison == 0 || part->hole != NULL || part->blind_count > 0)
		return;
	w->poison--;
	p = mem_alloc(sizeof(*p));
	p->original = *bytes;
	damage(w, e, &p->damaged);
	p->next = all_planted;
	all_planted = p;
	*bytes = (struct wire_bytes){ 0 };
	bytes->data = mem_copy(p->damaged.data, p->damaged.length);
	bytes->length = p->damaged.length;
	world_hurt(w, PART_NETWORK, HURT_MS);
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

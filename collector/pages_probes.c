/* pages_probes: see pages_probes.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/pages_probes.h"
#include "collector/pages_probes_parts.h"
#include "lib/hash_free.h"
#include "lib/wire.h"

struct probes *
probes_new(const struct settings *s)
{
	struct probes *p = mem_alloc(sizeof(*p));

	p->settings = s;
	return p;
}

void
probes_free(struct probes *p)
{
	if (p == NULL)
		return;
	HASH_FREE_ITEMS(p->seen);
	HASH_FREE_ITEMS(p->counts);
	free(p);
}

/* The next probes are soon there; endpoints may be others of these names. */
void
probes_configure(struct probes *p, const struct settings *s)
{
	HASH_FREE_ITEMS(p->seen);
	p->settings = s;
}

static bool
is_region(const struct settings *s, const char *region)
{
	CONF_EACH (const struct agent_settings, a, &s->agents)
		if (strcmp(a->region, region) == 0)
			return true;
	return false;
}

static struct probe_count *
count_of(struct probes *p, const char *region)
{
	struct probe_count *c;

	HASH_FIND_STR(p->counts, region, c);
	if (c != NULL)
		return c;
	c = mem_alloc(sizeof(*c));
	text_copy(c->region, sizeof(c->region), region);
	HASH_ADD_STR(p->counts, region, c);
	return c;
}

static struct probe_seen *
seen_of(struct probes *p, const struct endpoint *e, const char *region)
{
	char key[sizeof(((struct probe_seen *)NULL)->key)];
	struct probe_seen *seen;

	text_format(key, sizeof(key), "%s|%s", e->id, region);
	HASH_FIND_STR(p->seen, key, seen);
	if (seen != NULL)
		return seen;
	seen = mem_alloc(sizeof(*seen));
	memcpy(seen->key, key, sizeof(key));
	text_copy(seen->region, sizeof(seen->region), region);
	seen->endpoint = e;
	HASH_ADD_STR(p->seen, key, seen);
	return seen;
}

/* What is dated ahead would stay the last one until then: it is void. */
static void
take(struct probes *p, const struct observation *o,
    const struct wire_envelope *by)
{
	const struct endpoint *e = settings_endpoint(p->settings, o->endpoint);
	int64_t at_ms = o->until_at_ms + by->shift_ms;
	struct probe_seen *seen;

	if (e == NULL || at_ms > by->received_at_ms + PROBES_AHEAD_MS)
		return;
	count_of(p, by->region)->by_outcome[o->outcome] += (uint64_t)o->count;
	seen = seen_of(p, e, by->region);
	if (at_ms < seen->at_ms)
		return;
	seen->at_ms = at_ms;
	seen->interval_ms = o->interval_ms;
	seen->outcome = o->outcome;
	seen->status = o->status;
	seen->total_us = o->total_us;
	seen->phase_us[PHASE_RESOLVE] = o->dns_us;
	seen->phase_us[PHASE_CONNECT] = o->connect_us;
	seen->phase_us[PHASE_TLS] = o->tls_us;
	seen->phase_us[PHASE_PROCESSING] = o->first_byte_us;
	seen->phase_us[PHASE_TRANSFER] = o->total_us - o->dns_us -
	    o->connect_us - o->tls_us - o->first_byte_us;
	if (seen->phase_us[PHASE_TRANSFER] < 0)
		seen->phase_us[PHASE_TRANSFER] = 0;
}

bool
probes_entry(struct probes *p, const char *envelope, size_t length,
    char error[160])
{
	struct wire_envelope e;
	struct wire_decoded *d;
	char names[160];

	if (wire_decode_envelope(envelope, length, &e, names, error) != 0) {
		p->unreadable++;
		return false;
	}
	if (e.clock_unsure || !is_region(p->settings, e.region))
		return true;
	d = wire_decode_part(e.part, e.part_length, error);
	if (d == NULL) {
		p->unreadable++;
		return false;
	}
	for (size_t i = 0; i < d->part.count; i++)
		take(p, &d->part.observations[i], &e);
	wire_decoded_free(d);
	return true;
}

void
probes_pass_over(struct probes *p)
{
	p->unreadable++;
}

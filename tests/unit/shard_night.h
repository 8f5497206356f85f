#ifndef TESTS_UNIT_SHARD_NIGHT_H
#define TESTS_UNIT_SHARD_NIGHT_H

#include "tests/unit/shard_tree.h"
#include "tests/unit/shard_world.h"

/*
 * A random night of a shard: endpoints fail and heal, agents fall silent, go
 * blind, have unsure clocks; what they say is read late; the shard is killed,
 * or stalls.
 */

#define S 1000
#define AGENTS 3
#define ENDPOINTS 2
#define NIGHT_S 5400

static const char tree[] = SHARD_TREE
    "clients:\n"
    "  - name: acme\n"
    "    title: A client\n"
    "    sla: gold\n"
    "    zone: UTC\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.example/' }\n"
    "      - { name: files, url: 'https://files.example/', interval: 20s,"
    " quorum: 1, regions: [auckland, london] }\n";

static const char *const agents[AGENTS] = { "akl-1", "lon-1", "nyc-1" };
static const char *const regions[AGENTS] = { "auckland", "london", "new-york" };
static const char *const endpoints[ENDPOINTS] = { "acme/learn", "acme/files" };
static const int64_t intervals[ENDPOINTS] = { 30, 20 };

static struct world live;
static uint64_t seed;

static inline unsigned
draw(unsigned n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)((seed >> 33) % n);
}

struct night {
	enum outcome sees[ENDPOINTS][AGENTS];
	bool silent[AGENTS], unsure[AGENTS];
	int64_t blind_ms[AGENTS]; /* 0: it sees */
};

/* The weather changes now and then. */
static inline void
change(struct night *n)
{
	static const enum outcome outcomes[] = { OUTCOME_OK, OUTCOME_OK,
		OUTCOME_OK, OUTCOME_FAILED, OUTCOME_FAILED, OUTCOME_SLOW,
		OUTCOME_MAINTENANCE, OUTCOME_UNKNOWN };
	unsigned a = draw(AGENTS), e = draw(ENDPOINTS);

	switch (draw(6)) {
	case 0:
		n->silent[a] = draw(3) == 0;
		break;
	case 1:
		/* For good: parts of one agent come in their order. */
		n->unsure[a] |= draw(20) == 0;
		break;
	case 2:
		for (a = 0; a < AGENTS; a++)
			n->sees[e][a] = OUTCOME_FAILED;
		break;
	case 3:
		for (a = 0; a < AGENTS; a++)
			n->sees[e][a] = OUTCOME_OK;
		break;
	default:
		n->sees[e][a] = outcomes[draw(8)];
	}
}

static inline void
tell_blind(struct night *n, unsigned a, struct wire_part *part,
    struct blind *blind)
{
	if (draw(40) != 0)
		return;
	part->blinds = blind;
	part->blind_count = 1;
	if (n->blind_ms[a] == 0) {
		n->blind_ms[a] = live.now_ms - 10 * S;
		*blind = (struct blind){ n->blind_ms[a], n->blind_ms[a] };
	} else {
		*blind = (struct blind){ n->blind_ms[a], live.now_ms };
		n->blind_ms[a] = 0;
	}
}

static inline void
probe(struct night *n, unsigned e, unsigned a, bool flip)
{
	struct observation o = { .endpoint = endpoints[e],
		.started_at_ms = live.now_ms,
		.until_at_ms = live.now_ms,
		.count = 1,
		.outcome = flip ? OUTCOME_FAILED : n->sees[e][a],
		.interval_ms = intervals[e] * S };
	struct wire_part part = world_part(&live);
	struct blind blind;

	if (o.outcome == OUTCOME_FAILED)
		o.reason = draw(2) == 0 ? REASON_TIMEOUT : REASON_TLS;
	part.observations = &o;
	part.count = 1;
	tell_blind(n, a, &part, &blind);
	world_store(&live, agents[a], regions[a], &part, 0, n->unsure[a]);
}

static inline void
trouble(void)
{
	switch (draw(200)) {
	case 0:
		world_restart(&live);
		break;
	case 1:
		shard_break(live.shard, live.now_ms);
		break;
	}
}

static inline void
live_through(void)
{
	struct night n = { 0 };
	int64_t read_at_s = 0;

	for (int64_t second = 1; second <= NIGHT_S; second++) {
		world_pass(&live, WORLD_BEGIN + second * S);
		if (draw(20) == 0)
			change(&n);
		for (unsigned e = 0; e < ENDPOINTS; e++)
			for (unsigned a = 0; a < AGENTS; a++)
				if (!n.silent[a] && !(e == 1 && a == 2) &&
				    (second + 7 * a) % intervals[e] == 0)
					probe(&n, e, a, draw(30) == 0);
		if (second >= read_at_s) {
			world_read(&live);
			read_at_s =
			    second + (draw(100) == 0 ? draw(300) : draw(4));
			trouble();
		}
	}
	world_read(&live);
}

#endif

#ifndef TESTS_SIM_ROTA_MODEL_H
#define TESTS_SIM_ROTA_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * rota_model: who is on watch, as docs/design.md ("Rota") and sunwatch.yaml(5)
 * say, reckoned anew for three zones and the years 2026 and 2027.
 *
 * People are numbers: 0 is p0; NOBODY is nobody.
 */

#define MODEL_WATCHES 3 /* Auckland, London, New York */
#define MODEL_VERSIONS 8
#define MODEL_OVERRIDES 80
#define NOBODY (-1)

struct model_watch {
	int takes_over_min; /* by its zone's clock */
	int people[4];
	int count;
	bool daily; /* otherwise the same one all the time */
};

/* What a tree says of the rota. */
struct model_ring {
	struct model_watch watches[MODEL_WATCHES];
	bool layer; /* in London p2 has 00:30 to 02:15 of 2026-03-29 */
};

struct model_override {
	char id[16];
	int person;  /* NOBODY: "instead" is away */
	int instead; /* NOBODY: whoever's hours they are */
	int64_t from_ms, to_ms;
};

/* A ring is so from an instant on; overrides in the order of their making. */
struct model {
	struct model_ring rings[MODEL_VERSIONS];
	int64_t since_ms[MODEL_VERSIONS];
	size_t version_count;
	struct model_override overrides[MODEL_OVERRIDES];
	size_t override_count;
};

/* Who is first, and second, at an instant. */
struct model_duty {
	int first, second;
};
struct model_duty model_at(const struct model *, int64_t at_ms);
/* The next instant after this one at which anything about it may change. */
int64_t model_next(const struct model *, int64_t at_ms);
/* The tree is another from an instant on: the watch of now is still theirs. */
void model_edit(struct model *, const struct model_ring *, int64_t since_ms);
/* Whose hours differ, first or second, as bits, between two instants. */
unsigned model_differ(const struct model *, const struct model *,
    int64_t from_ms, int64_t to_ms);

#endif

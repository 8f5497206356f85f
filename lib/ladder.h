#ifndef LIB_LADDER_H
#define LIB_LADDER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"
#include "lib/settings.h"

/*
 * ladder: whom a level calls at an instant.
 *
 * A pure function of the settings, the overrides and that instant; where a
 * group is called in turn, also of the number of that turn.
 */

#define LADDER_PEOPLE_MAX SETTINGS_GROUP_MAX /* at once */

struct ladder_people {
	const struct person *items[LADDER_PEOPLE_MAX]; /* each once */
	size_t count;                                  /* 0: nobody */
	int64_t until_ms; /* as far as it is known to stay so; or NEVER */
};

/* What a level is asked with. */
struct ladder_asked {
	const struct override *overrides;
	size_t override_count;
	unsigned turn; /* of a group that is called in turn: whose, from 0 */
	int64_t at_ms;
};

void ladder_people(const struct level *, const struct ladder_asked *,
    struct ladder_people *out);

bool ladder_has(const struct ladder_people *, const char *name);
/* Their names, as "isla, tom"; "" for nobody. */
#define LADDER_NAMES_MAX (LADDER_PEOPLE_MAX * 66)
void ladder_names(const struct ladder_people *, char out[LADDER_NAMES_MAX]);

/* Is a name among such names? */
bool ladder_names_have(const char *names, const char *name);

/*
 * Whether a ladder has somebody in every instant of [from_ms, from_ms + days):
 * call found for each stretch in which no level of it calls anybody; how many
 * there are.  What calls a rota's watch, a person or a group is taken as
 * having somebody, which the proof of rotas and the settings hold.
 */
struct ladder_hole {
	const struct ladder *ladder;
	int64_t from_ms, to_ms;
	char text[300];
};
size_t ladder_prove(const struct ladder *, const struct override *,
    size_t count, int64_t from_ms, int days,
    void (*found)(void *arg, const struct ladder_hole *), void *arg);

#endif

#ifndef TESTS_SCENARIO_STAGE_H
#define TESTS_SCENARIO_STAGE_H

#include "agent/outcome.h"
#include "pager/duty.h"
#include "pager/incident.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"
#include "tests/sim/world.h"

/*
 * stage: the world of the simulation as a scenario wants it: nothing happens
 * in it but what is said, and everything people would notice is written down.
 *
 * It stands in for the simulation's oracle and for its people and channels.
 */

#define SITES_MAX 24
#define STAGE_SEED 7

/* How a site looks from one region. */
enum way { WAY_WELL, WAY_ANSWERS, WAY_FAILS, WAY_BLOCKED, WAY_MAINTENANCE };
struct view {
	enum way way;
	int status;
	enum reason reason;
	int64_t takes_ms; /* 0: as long as it usually does */
	char body[WIRE_NAME_MAX + 1];
	bool once; /* the next probe sees it, and only that */
};

/* And a region, whatever it looks at. */
enum sight {
	SIGHT_WELL,
	SIGHT_OURS_FAIL, /* what is not ours it sees well */
	SIGHT_NOTHING,
};

/* How a channel takes messages. */
enum manner { MANNER_WORKS, MANNER_FOR_NOW, MANNER_FOR_GOOD, MANNER_HANGS };

struct site_seen {
	const char *id; /* of the settings */
	struct view views[TRUTH_REGIONS];
};

/* One thing that people noticed. */
enum note { NOTE_MESSAGE, NOTE_ANSWER, NOTE_TOLD };
struct noted {
	enum note note;
	int64_t at_ms;
	enum message_kind kind;    /* MESSAGE */
	enum channel_kind channel; /* MESSAGE */
	char who[64];              /* the person; TOLD: the agent */
	char incident[24];
	char *about; /* subjects of the incident, each after a newline */
	char *text;  /* all that was said */
	bool ok;     /* ANSWER */
};

/* Since when nobody was called for an incident that calls. */
struct quiet {
	char id[24];
	int64_t from_ms;
};

struct stage {
	struct world world; /* first: hooks are given only this */
	struct site_seen sites[SITES_MAX];
	size_t site_count;
	enum sight sights[TRUTH_REGIONS];
	enum manner manners[CHANNEL_COMMAND + 1];
	struct noted *notes;
	size_t note_count, note_room;
	struct quiet *quiets;
	size_t quiet_count;
	struct text story;
};

/* Takes the settings over.  Everything starts at this instant. */
struct stage *stage_new(struct settings *, int64_t at_ms, int64_t midnight_ms);
void stage_free(struct stage *);
/* One thing more happens, by until_ms; false: nothing does. */
bool stage_step(struct stage *, int64_t until_ms);

/* By name; NULL or -1 when there is none. */
struct sim_agent *stage_agent(struct stage *, const char *name);
struct site_seen *stage_site(struct stage *, const char *name);
int stage_region(struct stage *, const char *name);
bool stage_has_person(struct stage *, const char *name);

/* What the pager says of its incidents, newest first; NULL: none runs. */
json_t *stage_incidents(struct stage *);
/* Of these, the newest about a subject; open ones first. */
const json_t *stage_incident(const json_t *list, const char *subject);
/* "learn" is what ends in "/learn"; "acme/learn" is itself. */
bool stage_is_about(const char *subject, const char *name);
/* Whether no incident that calls was silent for longer. */
bool stage_is_heard(struct stage *, int64_t limit_ms);

void stage_tell(struct stage *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif

#ifndef LIB_SETTINGS_LADDER_H
#define LIB_SETTINGS_LADDER_H

#include "lib/calendar.h"
#include "lib/conf.h"

/* settings_ladder: the part of lib/settings.h that says whom ladders call,
   and which of them when. */

#define SETTINGS_GROUP_MAX 8 /* people of a group */

struct person;
struct rota;

/* People who are called at once, or in turn. */
struct group {
	struct conf_place place;
	char *name;
	struct conf_list people;       /* char *: names, in written order */
	const struct person **members; /* resolved, people.count of them */
};

/* Whom a level calls. */
enum call_kind {
	CALL_ROTA,      /* "rota support": who is on watch */
	CALL_SECONDARY, /* "rota support secondary" */
	CALL_WATCH,     /* "rota support all": both of them, at once */
	CALL_NEXT,      /* "rota support next zone": who comes round next */
	CALL_PERSON,    /* "person moana" */
	CALL_GROUP,     /* "group leads": everybody, at once */
	CALL_TURN,      /* "group leads in turn": one, then another */
};

/* Of those who are called at once: is one's answer enough? */
enum level_answer { ANSWER_ONE, ANSWER_ALL };

struct level {
	struct conf_place place;
	char *call_text;
	enum call_kind call;
	const struct rota *rota;     /* of a rota's; otherwise NULL */
	const struct person *person; /* CALL_PERSON */
	const struct group *group;   /* CALL_GROUP, CALL_TURN */
	int answer;                  /* enum level_answer */
	int64_t patience_ms;
};

struct ladder {
	struct conf_place place;
	char *name;
	struct conf_list levels; /* struct level, at least one */
};

/* One line of "ladder_when": while these hours are open, this ladder. */
struct ladder_choice {
	struct conf_place place;
	char *hours_name; /* of a calendar */
	char *ladder_name;
	const struct ladder *ladder;
};

/* The same for one client: its hours, in their zone or else its own. */
struct ladder_hours {
	const struct ladder_choice *choice;
	struct calendar calendar;
};

#endif

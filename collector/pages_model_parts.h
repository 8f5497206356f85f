#ifndef COLLECTOR_PAGES_MODEL_PARTS_H
#define COLLECTOR_PAGES_MODEL_PARTS_H

#include <uthash.h>

#include "collector/pages_model.h"
#include "lib/renames.h"

/*
 * pages_model_parts: what the model has, for whoever tells it: status pages
 * (pages_model.c) and the read API (api_*.c), and nobody else.
 */

#define NAME_ROOM 64

struct pages_incident;
struct ledger;

/* The state of one endpoint as it was read. */
struct state_record {
	char id[136];  /* what it is called */
	char key[136]; /* the field: what it was called first */
	enum view_state state;
	int64_t since_ms;
	char *json; /* as it was read; an object */
	size_t length;
	UT_hash_handle hh;
};

struct agent_record {
	char name[NAME_ROOM];
	int64_t heard_ms;
	UT_hash_handle hh;
};

struct client_ledger {
	char name[NAME_ROOM];
	struct ledger *ledger;
	UT_hash_handle hh;
};

struct incident_list {
	struct pages_incident **items; /* newest first once ended */
	size_t count;
};

/* What is known, or being read. */
struct records {
	struct renames names;
	struct state_record *states; /* by what they are called now */
	struct agent_record *agents;
	struct client_ledger *ledgers;
	struct incident_list incidents;
};

struct pages_model {
	const struct settings *settings;
	struct records known, coming;
	size_t unreadable, unreadable_coming[PAGES_PARTS];
	bool states_changed;
	bool has_read[PAGES_PARTS]; /* at least once */
	pages_changed *changed;     /* NULL: nobody wants to know */
	void *arg;
};

#endif

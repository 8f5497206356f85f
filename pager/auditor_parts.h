#ifndef PAGER_AUDITOR_PARTS_H
#define PAGER_AUDITOR_PARTS_H

#include <sys/types.h>

#include <uthash.h>

#include "lib/clock.h"
#include "lib/settings.h"
#include "lib/store.h"
#include "pager/audit.h"
#include "pager/channel.h"
#include "pager/journal.h"

/* auditor_parts: what the files auditor*.c share, and nobody else. */

#define AUDITOR_LOOK_MS 5000

/* The two records of an incident, as they stand; NULL: there is none. */
struct known {
	char id[24];
	char *incident, *page;
	bool no_page; /* of the journal: it was taken away */
	UT_hash_handle hh;
};

/* One telling, until the last of its messages has an outcome. */
struct telling {
	struct auditor *auditor;
	enum audit_part part;
	int left;
	bool handed_over;
};

struct look; /* under way; NULL: none */

struct auditor {
	struct event_base *base;
	struct settings *settings;
	struct store *store;
	struct channels *channels;
	struct event *tick, *heard; /* heard: a word of the pager */
	struct clock_guard guard;
	struct audit audit;
	struct telling tellings[AUDIT_PARTS];
	struct look *look;
	struct known *records; /* of the last look that Redis answered */
	int64_t look_every_ms, looked_us, beaten_us;
	pid_t pager;
	unsigned count;  /* of messages */
	bool supervised; /* whoever is killed is started again */
	bool remembers;  /* the file is there */
	bool unread;     /* that the records cannot be read was said */
	char secret[65]; /* signs links; "" until known */
	char path[512];  /* of the memory */
	char journal[512];
	/* What the journal says, read as far as the mark. */
	struct known *journalled;
	struct journal_mark mark;
};

/* auditor_look.c */
void auditor_look(struct auditor *); /* and audit_saw() when it is through */
void auditor_forget_look(struct auditor *);

/* auditor_tell.c */
void auditor_tell(struct auditor *, const struct audit_action *);

#endif

#ifndef PAGER_RUN_PARTS_H
#define PAGER_RUN_PARTS_H

#include <sys/queue.h>

#include "console/door.h"
#include "lib/clock.h"
#include "lib/commit.h"
#include "lib/control.h"
#include "lib/desk.h"
#include "lib/interval.h"
#include "lib/lease_file.h"
#include "lib/settings.h"
#include "lib/store.h"
#include "lib/attempt.h"
#include "pager/alerts.h"
#include "pager/channel.h"
#include "pager/duty.h"
#include "pager/journal.h"
#include "pager/links.h"
#include "pager/run.h"
#include "pager/tenure.h"

/* run_parts: what the files run*.c share, and nobody else. */

#define AWAY_AFTER_MS 30000
#define TICK_MS 250
#define READ_MS 50 /* an alarm waits so long at most until it is read */
#define LIVE_MS 5000
#define DIFFER_MS 120000
#define TREES_MS 30000
#define DOUBT_MS 60000

enum run_phase {
	RUN_STANDBY, /* no lease: duty is NULL */
	RUN_OPENING, /* lease; schema, an old journal, secret: duty is NULL */
	RUN_LOADING, /* duty is being filled */
	RUN_ACTIVE,
};

struct event;
struct send;

struct run {
	struct event_base *base;
	struct settings *settings;
	struct store *store;
	struct desk *desk;
	struct control *control; /* NULL: its place is taken; tried again */
	struct links *links;     /* the same */
	struct alerts *alerts;   /* the same; NULL also: none are taken */
	struct door *door;       /* the same; there is no console */
	struct channels *channels;
	struct attempt *attempt;
	struct lease_file *leases;
	struct event *tick, *read, *deadline, *live;
	struct clock_guard guard;
	LIST_HEAD(send_list, send) sends;

	struct duty *duty;
	struct commit commit;    /* under way, or its outcome is unknown */
	int64_t commit_ok_ms;    /* when nothing was left unwritten */
	bool *reading;           /* by shard */
	int64_t *doubted_us;     /* by shard: asked what it knows; 0: never */
	struct journal *journal; /* NULL: none, or it cannot be opened */
	int64_t reloaded_us;
	json_t *load;       /* what was asked of people, as reckoned; or NULL */
	int64_t load_ms;    /* as of when */
	struct duty *spare; /* while all is loaded anew: what was known */
	struct commit spare_commit;
	bool spare_waits; /* spare_commit's outcome is unknown */
	/* Shorter in some tests. */
	int64_t away_after_ms, differ_ms, trees_every_ms;
	int64_t doubt_every_ms;

	struct tenure tenure;
	int64_t fence;
	int64_t down_since_us, refused_since_us; /* 0: not so */
	int64_t drain_until_us;
	int64_t trees_differ_since_us, trees_at_us;

	enum run_phase phase;
	unsigned generation; /* of duty: answers to an older one are void */
	bool token_spent;    /* the lease was had by it, or may have been */
	bool lease_waiting;
	bool standby_told; /* another one is active, and we said so */
	bool listen_told, draining;
	bool commit_waiting, commit_unknown;
	bool away;       /* over 30 s; the journal takes commits */
	bool unrecorded; /* away, and not all of it stands in the journal */
	bool reckoning;  /* the load, anew */
	bool importing;  /* the journal goes into the store */
	bool aside;      /* an old journal was put aside */
	bool has_secret, has_house; /* they stand in the store */

	char token[33];
	char secret[65];           /* signs links; "" until known */
	char house[JOURNAL_HOUSE]; /* of this store; "" until known */
	char unread[160];    /* the first record that could not be loaded */
	char advisory[200];  /* what the store's durability lacks */
	char state_dir[512]; /* as it was at start */
};

/* An answer that may come after what asked for it has gone. */
struct run_call {
	struct run *run;
	unsigned generation;
	unsigned shard;
	size_t entries; /* read for it so far */
};
struct run_call *run_call(struct run *, unsigned shard);
bool run_call_is_void(const struct run_call *);

/* run.c */
void run_turn(struct run *);
/* What signs links, and sessions: to all who need it. */
void run_tell_secret(struct run *);
void run_sign(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room);

/* run_lease.c */
void run_lease_tick(struct run *);
bool run_may_send(const struct run *);
void run_step_down(struct run *, const char *why);

/* run_load.c */
void run_open(struct run *); /* schema, journal, secret, load, start */

/* run_write.c */
bool run_write(struct run *); /* true: something became committed at once */
void run_away_tick(struct run *);
void run_reload(struct run *, const char *why);
void run_drop_spare(struct run *);
void run_store_changed(struct run *, bool up, const char *advisory);

/* run_import.c */
void run_find_journal(struct run *); /* one of an earlier run, to apply */
bool run_is_our_journal(struct run *, const char *house);
void run_import(struct run *);
void run_journal_path(const struct run *, char *out, size_t room);

/* run_burden.c: the answer to "load", the caller's to free. */
char *run_burden(struct run *, int64_t now_ms, bool *ok);

/* run_read.c */
void run_read_tick(struct run *);

/* run_doubt.c: its outbox was read to its end; does it know of what is open? */
void run_doubt(struct run *, unsigned shard);

/* run_act.c */
bool run_act(struct run *); /* true: something was done */
bool run_is_sending(const struct run *);
void run_forget_sends(struct run *);

/* run_live.c */
void run_live(struct run *);

#endif

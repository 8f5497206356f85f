#ifndef COLLECTOR_SHARD_INTERNAL_H
#define COLLECTOR_SHARD_INTERNAL_H

#include <sys/queue.h>
#include <uthash.h>

#include "collector/quorum.h"
#include "collector/runs.h"
#include "collector/shard.h"
#include "collector/shard_agreed.h"
#include "collector/shard_erase.h"
#include "collector/watcher.h"
#include "lib/heap.h"
#include "lib/ledger.h"
#include "lib/renames.h"
#include "lib/wire.h"

/*
 * What the parts of shard share.  A target is an endpoint as the shard knows
 * it: it lives on after the endpoint was removed from the settings, since what
 * was agreed on it is for the life of the contract and would go on should it
 * come back.  So there are as many targets as endpoints had names, ever (and
 * agreed as clients, slots as platforms in this life): after late_accept and a
 * day 2 kB each, without series or outages.  A series is what one region saw
 * of it.
 */

#define NAME_ROOM 64
#define TARGET_ROOM 136
#define SUBJECT_ROOM 192
#define REREAD_MS 900000   /* read again behind the position */
#define REFRESH_MS 600000  /* last_at of running runs is written by then */
#define MARGIN_MS 86400000 /* kept beyond late_accept */
#define CATCH_UP_MAX_MS 90000
#define THAW_MS 15000    /* deadlines inside a break are due then */
#define LIVE_MS 120000   /* heard within that: a live agent */
#define FUTURE_MS 300000 /* observations later than that are refused */
#define OPERATIONS_TICK_MS 10000
#define UNKNOWN_MS 300000 /* then it is an operations alarm */
#define SUSPECT_EVERY_MS 1000
#define SUSPECT_PLATFORMS 3
#define ORDER_WINDOW_MS 10000
#define ORDERS_PER_PLATFORM 5
#define ORDERS_MAX 1000
#define PRUNE_EVERY_MS 3600000
#define KEPT_MARK 1000 /* every so many entries the time is remembered */
#define KEPT_MARKS (SHARD_KEPT_MAX / KEPT_MARK + 2)
#define ASIDE_MAX 20                 /* entries of the inbox kept in "poison" */
#define ASIDE_MS INT64_C(2592000000) /* and for so long: 30 days */
#define LATE_MIN_MS 3600000 /* the shortest late_accept that can be set */

/* What endpoints share and fail with; one that stands alone is its own. */
struct slot {
	char name[TARGET_ROOM + 1]; /* "=acme/learn" for one alone */
	int64_t ordered_ms[ORDERS_PER_PLATFORM]; /* newest first */
	unsigned seen_epoch, failing_epoch;      /* of the suspect check */
	UT_hash_handle hh;
};

struct target;
struct series {
	struct runs runs;
	struct target *target;
	unsigned region;
	char *detail; /* of the last look that was not ok, or NULL */
	int64_t unsaved_since_ms; /* stream time; NEVER: all is written */
	bool is_changed;          /* in the list of those to be written */
	bool is_unsaved;          /* in the queue of those not yet written */
	TAILQ_ENTRY(series) changed, unsaved;
};
TAILQ_HEAD(series_list, series);

struct target {
	char id[TARGET_ROOM];  /* what it is called */
	char key[TARGET_ROOM]; /* what it was called first: in its records */
	int64_t named_ms;      /* since when it has its name; 0: always */
	char client[NAME_ROOM];
	char platform[NAME_ROOM];
	const struct endpoint *endpoint; /* NULL: not probed any more */
	bool is_seen;                    /* while settings are taken over */
	struct slot *slot;
	struct ledger_terms steps;
	struct quorum_terms *terms; /* made of steps, steps.count of them */
	struct series *series[REGIONS_MAX]; /* NULL: never seen there */
	struct ledger_stretch *booked;      /* by rising from_ms */
	size_t booked_count, booked_room;
	struct watcher watcher;
	struct interval_set held; /* when maintenance of it is announced */
	enum state state;
	int64_t since_ms, since_before_ms;
	uint64_t written;  /* hash of the state record last written */
	int64_t judged_ms; /* up to where silence was last judged */
	int64_t edge_ms;   /* next instant at which facts change */
	int64_t dirty_ms;  /* states are to be made anew from here */
	bool is_dirty;     /* in the list */
	int64_t ordered_ms;
	struct heap_node due; /* in no heap: it is not waited for */
	TAILQ_ENTRY(target) dirty;
	UT_hash_handle hh;
};
TAILQ_HEAD(target_list, target);

enum void_cause { VOID_BLIND, VOID_CLOCK, VOID_HOLE, VOID_SUSPECT };
#define VOID_CAUSES (VOID_SUSPECT + 1)
struct void_stretch {
	enum void_cause cause;
	char agent[NAME_ROOM];  /* "" for suspect */
	int64_t from_ms, to_ms; /* to_ms NEVER: goes on */
	bool is_changed;
};

struct region {
	char name[NAME_ROOM]; /* "": nobody's any more */
	struct void_stretch *list;
	size_t count, room;
	struct interval_set voids;  /* all of them */
	struct interval_set proven; /* all but suspect */
	int64_t shortest_ms; /* interval of any endpoint here; NEVER: none */
	int64_t void_end_ms; /* of the last void that has ended */
	bool to_check;       /* for being suspect */
	int64_t checked_ms;
};

/* One of our own troubles, as an operations alarm. */
struct cause {
	char subject[SUBJECT_ROOM];
	bool is_open, is_current; /* told; found by the present look */
	int severity;
	int64_t since_ms, raised_at_ms;
	UT_hash_handle hh;
};

/* Why the end of its blindness may never be told; the later the surer. */
enum doubt { DOUBT_NONE, DOUBT_LOST, DOUBT_SPOOL };

/* What humans were told of something that comes in numbers. */
struct telling {
	int64_t told_ms; /* 0: never */
	size_t untold;   /* since then */
};

struct agent {
	char name[NAME_ROOM];
	int region; /* -1: not known yet */
	bool is_configured;
	bool is_expected;  /* and its region has something to look at */
	int64_t known_ms;  /* watched from here on */
	int64_t heard_ms;  /* when its last part arrived; 0: never */
	int64_t closed_ms; /* when it closed that */
	int64_t saved_ms;
	int64_t unsure_ms; /* its clock was unsure up to here */
	bool is_unsure;    /* and was so in its last part */
	int64_t alternated_ms;
	int64_t ahead_ms; /* it last dated something ahead; 0: never */
	size_t ahead;     /* so many, lately */
	struct telling lost;
	enum doubt doubt;
	char spool[WIRE_SPOOL_LENGTH + 1], before[WIRE_SPOOL_LENGTH + 1];
	bool is_awaited; /* live at the break and not heard since */
	UT_hash_handle hh;
};

/*
 * What the journal was told of one kind of loss of one agent.  It stands in
 * "meta", as "note|" and its name, while there is something untold or the hour
 * is not over.
 */
struct note {
	char name[NAME_ROOM + 16]; /* "hole|akl-1" */
	int64_t told_ms;           /* when a line of it was written last */
	int64_t from_ms, to_ms;    /* what those not told since cover */
	int64_t untold;
	UT_hash_handle hh;
};

/* One part on its way in, and who sent it. */
struct arrival {
	const struct wire_envelope *envelope;
	const struct wire_part *part;
	struct agent *agent;
	unsigned region;
	int64_t shift_ms;  /* to be added to every time of the part */
	int64_t before_ms; /* when the one before was closed; 0: none was */
	size_t late;       /* observations older than late_accept */
	size_t ahead;      /* observations from the future */
};

/* An entry's envelope, taken apart. */
struct opened {
	struct wire_envelope envelope;
	char names[160]; /* of envelope */
	struct wire_decoded *decoded;
	struct arrival in; /* points into the others */
};

/* One observation under a name that nobody has yet. */
struct early {
	char name[TARGET_ROOM];
	char id[48];  /* of the entry that it came with */
	unsigned nth; /* in that */
	char *data;   /* an envelope and a part that holds nothing else */
	size_t length;
	TAILQ_ENTRY(early) entries;
};
TAILQ_HEAD(early_list, early);

/* Something to be written, in order; a unit ends with last. */
struct pending_write {
	enum commit_kind kind;
	const char *key; /* static */
	char *field, *value;
	size_t length;
	bool last;
};

struct shard {
	const struct settings *settings;
	unsigned number;
	int64_t now_ms, judge_ms;
	bool is_started;

	/* Catching up. */
	bool is_reading, is_waiting;
	int64_t break_ms, thaw_ms;

	char position[48], committed[48], read_from[48];
	char commit[64];     /* name of the last commit; "" before the first */
	uint64_t commits;    /* handed out since it was loaded */
	int64_t position_ms; /* of the entry at the position */
	int64_t entry_ms;    /* of the one being read */
	int64_t settled_ms;  /* older than that nothing changes any more */
	int64_t evaluated;   /* entries, ever, up to the position */
	bool is_uncounted;   /* how many that are is not known */
	bool entry_is_new;   /* it was not evaluated before a restart */
	int64_t trimmed_ms, pruned_ms, operations_ms;
	int64_t seen, seen_at_trim; /* entries in this life */
	int64_t marks[KEPT_MARKS];  /* when every thousandth of them came */
	char out_read[48]; /* the pager's position in "out"; "": not known */

	struct region regions[REGIONS_MAX];
	size_t region_count;
	struct target *targets; /* by id */
	struct renames renames;
	struct slot *slots;
	struct agent *agents;
	struct agreed *agreed;
	struct cause *causes;
	struct note *notes;
	struct remark *remarks;
	char aside[ASIDE_MAX][48]; /* ids in "poison", oldest first */
	size_t aside_count;
	struct telling lost; /* entries of nobody knows whom */

	struct early_list early, early_over; /* still to be taken; taken */
	size_t early_count;                  /* of the former */

	struct shard_erasing erase_ordered, erase_by_age;

	struct heap due; /* targets */
	struct target_list dirty;
	struct series_list changed, unsaved;
	bool voids_changed;
	unsigned epoch;

	struct pending_write *queue;
	size_t queue_begin, queue_end, queue_room;
	uint64_t put, written, durable; /* units, in this life */
	bool is_urgent, in_flight;

	struct shard_order orders[ORDERS_MAX];
	size_t order_begin, order_count;

	struct runs_bytes scratch;
	struct state_line line;
};

/* shard.c */
struct series *shard_series(struct target *, unsigned region);
void shard_series_free(struct series *); /* all is written */
void shard_mark(struct shard *, struct target *, int64_t from_ms);
void shard_mark_region(struct shard *, unsigned region, int64_t from_ms);
void shard_settle(struct shard *);
int64_t shard_horizon(const struct shard *);
bool shard_is_frozen(const struct shard *);
void shard_check_caught_up(struct shard *);

/* shard_tables.c: NULL when the name is too long; otherwise made if need be */
struct target *shard_target(struct shard *, const char *key);
struct agent *shard_agent(struct shard *, const char *name);
struct agreed *shard_agreed(struct shard *, const char *client);
struct slot *shard_slot(struct shard *, const struct target *);
struct cause *shard_cause(struct shard *, const char *subject);
void shard_forget_cause(struct shard *, struct cause *);
void shard_free_tables(struct shard *);

/* shard_name.c: endpoints by what they are called, or were */
struct target *shard_find(const struct shard *, const char *name); /* or NULL */
/* Who was meant by a name at an instant, whenever that is heard. */
struct target *
shard_find_then(const struct shard *, const char *name, int64_t at_ms);
/* By the names that were read. */
void shard_take_names(struct shard *);
/* A clock was set back: no name begins later than now. */
void shard_cut_names(struct shard *);
/* From now on a client's endpoints have the names of the settings: renamed, or
   new. */
void shard_take_called(struct shard *, const struct client *);

/* shard_load.c */
/* The next part of a field's name, up to a bar or its end; NULL: too long. */
const char *shard_field_part(const char **rest, char *out, size_t room);
bool shard_field_time(const char *text, int64_t *out);
/* "auckland|blind|akl-1|1700000000000" ("-": no agent): its end, 0 while open. */
int shard_read_void(const char *field, const void *value, size_t length,
    char region[NAME_ROOM], struct void_stretch *, char error[160]);

/* shard_due.c */
/* When it is looked at again; NEVER: it is not waited for. */
void shard_schedule(struct shard *, struct target *, int64_t due_ms);
void shard_come_due(struct shard *);

/* shard_terms.c */
int64_t shard_step_instant(const struct shard *, int64_t last_ms);
void shard_take_terms(struct shard *);
void shard_compile_terms(struct shard *, struct target *);
int64_t shard_interval(const struct target *);
int64_t shard_timeout(const struct target *);

/* shard_void.c */
void shard_void(struct shard *, unsigned region, enum void_cause,
    const char *agent, int64_t from_ms, int64_t to_ms);
/*
 * Where a void begins that is said to have begun then: not before what can
 * still change, or facts would say another thing than what was made of them.
 * Told again, where it was cut the first time.
 */
int64_t shard_void_begin(const struct shard *, unsigned region, enum void_cause,
    const char *agent, int64_t from_ms, int64_t to_ms);
#define VOID_FIELD_ROOM (2 * NAME_ROOM + 48)
void shard_void_field(const struct region *, const struct void_stretch *,
    char field[VOID_FIELD_ROOM]);
const struct void_stretch *
shard_void_now(const struct shard *, unsigned region);
void shard_void_forget(struct shard *);
const char *void_cause_text(enum void_cause);
int void_cause_parse(const char *);

/* shard_region.c */
int shard_region(struct shard *, const char *name); /* -1: too many */
/* Of one that is only named: no other makes room for it. */
int shard_named_region(struct shard *, const char *name);
bool shard_has_agents(const struct shard *, unsigned region);

/* shard_kept.c */
void shard_count_entry(struct shard *);
/* When the entry came that lies so many back; 0: there are not so many. */
int64_t shard_entry_back(const struct shard *, int64_t count);

/* shard_entry.c */
int64_t shard_id_ms(const char *id); /* of a stream */
bool shard_id_is_after(const char *a, const char *b);
/* -1: unreadable, told in error; otherwise it is to be cleared. */
int shard_open(struct shard *, const char *envelope, size_t length,
    struct opened *, char error[160]);
void shard_opened_clear(struct opened *);
void shard_take_observation(struct shard *, struct arrival *,
    const struct observation *);
int64_t arrival_time(const struct arrival *, int64_t at_ms);
/* The end of a void: not much later than the part that tells of it. */
int64_t arrival_end(const struct arrival *, int64_t at_ms);

/* shard_early.c: what is seen under a name before anybody has it */
/* Of a client of this shard. */
bool shard_is_of_ours(const struct shard *, const char *name);
/* Of the entry that is being read. */
void shard_keep_early(struct shard *, const struct arrival *,
    const struct observation *);
/* Whatever has a name by now. */
void shard_take_early(struct shard *);
void shard_prune_early(struct shard *);
/* What the first of early_over said is written, or will never be. */
void shard_unset_early(struct shard *, struct commit *);
bool shard_load_early(struct shard *, const char *field, const void *value,
    size_t length); /* false: unreadable */
void shard_free_early(struct shard *);

/* shard_blind.c */
void shard_take_blinds(struct shard *, const struct arrival *);
/* If it is blind, its end may not be told. */
void shard_doubt(struct shard *, struct agent *, enum doubt);
/* Of those who are no agents any more, or look from another region. */
void shard_end_blinds(struct shard *);

/* shard_lost.c: what could not be read */
void shard_hole(struct shard *, unsigned region, const char *agent,
    int64_t from_ms, int64_t to_ms);
bool shard_is_aside(const struct shard *, const char *id);
void shard_keep_aside(struct shard *, const char *id);
void shard_prune_aside(struct shard *);
void shard_lose(struct shard *, const char *id, const char *envelope,
    size_t length, const char *why);
void shard_lose_ahead(struct shard *, const struct arrival *);
void shard_lose_some(struct shard *, const struct arrival *, const char *why);
void shard_tell_lost(struct shard *);

/* shard_book.c */
void shard_input(const struct shard *, const struct target *, bool proven,
    struct quorum_region regions[REGIONS_MAX], struct quorum_input *);
void shard_rebook(struct shard *, struct target *);

/* shard_watch.c */
/* The latest beginning of failing among the fresh, if all of them fail. */
int64_t shard_all_fail_since(const struct shard *, const struct quorum_look *);
void shard_watch(struct shard *, struct target *, const struct quorum_look *);
void
shard_write_state(struct shard *, struct target *, const struct quorum_look *);

/* shard_operations.c */
void shard_operations(struct shard *);

/* It is so; tell it if it is new, or has become worse. */
void shard_found(struct shard *, const char *kind, const char *name,
    int64_t since_ms, int severity, const char *text);

/* shard_suspect.c */
void shard_check_regions(struct shard *);
int64_t shard_check_deadline(const struct shard *);
void shard_ask_others(struct shard *, struct target *, unsigned region);

/* shard_commit.c */
void shard_put(struct shard *, enum commit_kind, const char *key,
    const char *field, char *value_taken, size_t length);
void shard_put_text(struct shard *, enum commit_kind, const char *key,
    const char *field, char *text_taken);
void shard_put_end(struct shard *);
void shard_series_changed(struct shard *, struct series *);
void shard_series_extended(struct shard *, struct series *);

/* shard_journal.c */
void shard_journal_outage(struct shard *, const struct target *,
    const struct ledger_stretch *was, const struct ledger_stretch *is);
/* record: of the newest step alone */
void shard_journal_terms(struct shard *, const char *subject, const char *what,
    const char *record);
void shard_journal_note(struct shard *, const char *what, const char *subject,
    int64_t from_ms, int64_t to_ms, const char *text);

/* shard_note.c: what may come with every entry: one line an hour */
void shard_note(struct shard *, const char *what, const char *subject,
    int64_t from_ms, int64_t to_ms, const char *text);
/* One that was kept; false: unreadable. */
bool shard_load_note(struct shard *, const char *name, const char *value);
void shard_tell_notes(struct shard *); /* those whose hour is over */
void shard_free_notes(struct shard *);

/* shard_prune.c */
void shard_prune(struct shard *);

/* shard_erase.c: what is old enough, of what is in memory. */
void shard_erase_by_age(struct shard *);

#endif

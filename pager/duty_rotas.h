#ifndef PAGER_DUTY_ROTAS_H
#define PAGER_DUTY_ROTAS_H

#include "lib/rota_diff.h"
#include "pager/duty_parts.h"

/*
 * duty_rotas: versions of rotas, what each change of hours changed, and who
 * was on watch.
 *
 * A version is a rota as it is written, from an instant on.  A change is a new
 * version or an override: the hours that are another's by it, and what is told
 * to whom.  What has been is kept as rows, and no later edit changes them.
 */

#define ROTAS_KEPT_MS (400 * INT64_C(86400000))
#define ROTAS_AHEAD_MS (400 * INT64_C(86400000))
#define ROTAS_CHANGES_MAX 1000
#define ROTAS_VERSIONS_MAX 1000
#define ROTAS_ROWS_MAX 20000
#define ROTAS_ROWS_AT_ONCE 1000 /* that make room, the oldest */
#define ROTAS_HOURS_MAX 400     /* stretches of one change; more are one */
#define ROTAS_SHOWN_MAX 2000    /* rows of one answer */
/* Watches to come: so far unless it is said, and at most. */
#define ROTAS_NEXT_MS (14 * INT64_C(86400000))
#define ROTAS_NEXT_MAX_MS (62 * INT64_C(86400000))
#define ROTAS_TOLD_MAX 3000 /* bytes of what one person is told */
#define ROTAS_PEOPLE_MAX 200

struct rota_version {
	char rota[64];
	unsigned number; /* from 1 */
	int64_t since_ms;
	char *text; /* rota_write(); "": there is no such rota any more */
};

struct rota_told {
	char person[64];
	char *text;
};

struct rota_change {
	uint64_t number; /* "c-12" */
	char rota[64], by[64], what[200];
	int64_t at_ms;
	unsigned version;          /* 0: an override */
	struct interval_set hours; /* that are another's; may be more */
	struct rota_told *told;    /* NULL while told_count is 0 */
	size_t told_count;
};

/* Somebody was on watch. */
struct rota_row {
	char rota[64], person[64], secondary[64];
	char uid[ROTA_UID];
	char override[16];
	int64_t from_ms, to_ms;
	unsigned version;
};

/* A calendar whose address was renewed: "person.aroha". */
#define ROTAS_FEEDS_MAX 1000
struct rota_feed {
	char name[80];
	unsigned generation; /* of its address; 1 until it is renewed */
};

struct duty_rotas {
	struct rota_version *versions; /* of a rota in rising order */
	size_t version_count;
	struct rota_change *changes; /* in the order of their making */
	size_t change_count;
	struct rota_row *rows; /* of a rota in rising order */
	size_t row_count;
	struct rota_feed *feeds;
	size_t feed_count;
	uint64_t last_change;
	int64_t row_due_ms; /* when the next stretch will have been */
};

/* The latest version of a rota, or NULL. */
struct rota_version *rotas_version(const struct duty *, const char *rota);
struct rota_version *rotas_add_version(struct duty *, const char *rota,
    const char *text, int64_t now_ms);

/* duty_past.c: what has been of this side until now, up to its hour. */
void rotas_freeze(struct duty *, const struct rota_side *, unsigned version,
    bool all, int64_t now_ms);
void rotas_forget(struct duty *, int64_t now_ms);
/* Who was on watch then, as it happened; NULL: it has not been, or nothing
   is known of then. */
json_t *
rotas_oncall_then(const struct duty *, const struct rota *, int64_t at_ms);
/* The latest of a rota, or NULL. */
struct rota_row *rotas_last_row(const struct duty *, const char *rota);

/* duty_change.c: compare two sides, and tell everyone whose hours change. */
struct rota_edit {
	const char *rota;
	struct rota_side was, is;
	int64_t from_ms, to_ms;
	unsigned version;
	const char *by, *what;
};
void rotas_clear_changes(struct duty_rotas *);
void rotas_changed(struct duty *, const struct rota_edit *, int64_t now_ms);
const struct rota_change *rotas_change(const struct duty *, uint64_t number);

/* Records. */
int rotas_load_version(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);
int rotas_load_change(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);
int rotas_load_row(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);

int rotas_load_feed(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);

/* duty_rotas.c */
struct duty_rotas *rotas_new(void);
void rotas_free(struct duty_rotas *);
/*
 * The tree is another, or may be: overrides as they were, with whom they named
 * then.  old is NULL after a start: what was is read from the last version.
 */
void rotas_follow(struct duty *, const struct settings *old,
    const struct override *was, size_t count, int64_t now_ms);
/* Overrides of a rota ("": of every one) were made or undone between two
   instants. */
void rotas_overridden(struct duty *, const char *rota,
    const struct override *was, size_t count, int64_t from_ms, int64_t to_ms,
    const char *by, const char *what, int64_t now_ms);
void rotas_time(struct duty *, int64_t now_ms);
int64_t rotas_deadline(const struct duty *);

#endif

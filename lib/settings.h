#ifndef LIB_SETTINGS_H
#define LIB_SETTINGS_H

#include "lib/calendar.h"
#include "lib/conf.h"
#include "lib/deadline.h"
#include "lib/interval.h"
#include "lib/settings_channel.h"
#include "lib/settings_console.h"
#include "lib/settings_endpoint.h"
#include "lib/settings_ladder.h"
#include "lib/sla.h"

/*
 * settings: the operator's configuration tree as C structs.
 *
 * Loaded whole, checked whole, never changed, replaced whole on reload.
 * sunwatch.yaml(5) describes every setting; a test compares it with the
 * tables in settings_tables*.c.  References between parts are resolved to
 * pointers, so that a struct settings is one island of memory.
 *
 * What is promised of a tree that settings_load() returned: every name that
 * is referred to exists, every endpoint has a ladder, everyone on a ladder
 * or in a rota can be reached, no endpoint's quorum is larger than the
 * number of its regions.
 */

#define SETTINGS_FILES_MAX 10000
#define SETTINGS_BYTES_MAX (64 << 20) /* of all files together */
#define SETTINGS_INCLUDE_MAX 8        /* includes within includes */
#define SETTINGS_ENDPOINTS_MAX 100000
#define SETTINGS_REGIONS_MAX 32

struct listen {
	char *address;     /* "127.0.0.1:8443", "[::1]:0" (any free port) */
	char *certificate; /* PEM file; NULL: plain HTTP, loopback only */
	char *key;         /* PEM file */
	char *token;       /* secret, of metrics alone: wanted of readers */
	int64_t connections, rate; /* of one address, loopback not counted */
};

struct site {
	struct conf_place place;
	char *name;
	char *url;       /* of the status pages; no slash at its end */
	char *links;     /* base of the pager's links; no slash at its end */
	char *state_dir; /* sockets, journals, the last accepted tree */
	char *collector_socket;  /* where role evaluate takes commands */
	char *operations_ladder; /* who hears of our own trouble; NULL: ... */
	const struct ladder *ladder;  /* ... the first one */
	struct conf_list ladder_when; /* of clients that say nothing of it */
	/* char *: names of people; all of the last level when none are given */
	struct conf_list last_resort;
	int64_t silence_max_ms;
	int64_t collector_silence_ms;
	int64_t late_accept_ms;
	int64_t names_after_ms; /* then names of people are erased */
	int64_t max_watch_ms;
	char *ca_file;     /* agents verify endpoints by it; NULL: system's */
	char *link_secret; /* signs take links; NULL: made and kept in Redis */
};

struct redis_settings {
	char *address; /* unix:/path, tcp:host:port or rediss:host:port */
	char *ca_file; /* authorities for rediss; NULL: the system's */
	char *password;
	int64_t wait_replicas;
};

struct agent_settings {
	struct conf_place place;
	char *name, *region;
	struct conf_list tokens; /* char *: SHA-256 in hex, at most two */
};

struct report_settings {
	char *key; /* secret: PEM, Ed25519, signs reports and seals; or NULL */
};

/* A program that reads by the API: one client's records, or all. */
struct reader_settings {
	struct conf_place place;
	char *name;
	char *client_name;           /* NULL: an operator's, sees all */
	const struct client *client; /* as client_name */
	struct conf_list tokens;     /* char *: SHA-256 in hex, at most two */
};

/*
 * Another system that raises alerts here (pager/alerts.h).  What its words for
 * severities mean is looked for in severities, then among those that are usual
 * (lib/settings_alerts.c); any other word, and none, is severity.
 */
struct alert_source {
	struct conf_place place;
	char *name;
	struct conf_list keys;       /* char *: SHA-256 in hex, at most two */
	char *client_name;           /* NULL: our own operation */
	const struct client *client; /* as client_name */
	char *ladder_name;
	const struct ladder *ladder; /* NULL: as site.ladder, there is none */
	int64_t severity;            /* 1..4 */
	struct conf_list severities; /* char *: "critical S1" */
	char *runbook;
	bool acknowledges; /* it is believed whom it says has taken it */
};

struct reach {
	enum channel_kind channel;
	int64_t delay_ms; /* after the level's call began */
};

struct person {
	struct conf_place place;
	char *name, *zone, *email, *phone, *language;
	char *ntfy;             /* a topic, or NULL */
	int role;               /* enum console_role */
	char *password;         /* its hash; NULL: gets in by no password */
	struct conf_list reach; /* struct reach, by rising delay */
};

enum rotate_unit { ROTATE_DAILY, ROTATE_WEEKLY, ROTATE_MONTHLY };
struct rotation {
	int unit;      /* enum rotate_unit */
	int64_t every; /* so many of them; 0 is 1 */
};

/* What is not said is split in a ring, and nothing where hours are said. */
enum fill { FILL_UNSAID, FILL_SPLIT, FILL_EXTEND, FILL_EARLY };

/*
 * A watch takes over at a time of day and lasts until the next one does; or
 * it has explicit hours, which end at to_min of the same day, of the next day
 * when that is not later than from_min.
 */
/* Dates, both in it; NULL: no limit, and the number is the least or most. */
struct dates {
	char *since, *until;
	int64_t since_day, until_day; /* resolved; days of civil.h */
};

struct watch {
	struct conf_place place;
	struct dates dates; /* outside of them there is no such watch */
	char *zone;
	int64_t takes_over_min; /* local minutes since midnight */
	bool has_hours;         /* from_min and to_min count instead */
	int64_t from_min, to_min;
	struct conf_list people;       /* char *: names, in written order */
	const struct person **members; /* resolved, people.count of them */
	struct conf_list secondary;    /* char *: names; none: of people */
	const struct person **seconds; /* resolved, secondary.count of them */
	struct rotation rotate;
	struct conf_list days;        /* char *: mon..sun; empty: all */
	unsigned day_mask;            /* bit 0 Monday .. bit 6 Sunday */
	struct conf_list holidays;    /* char *: dates; paths of iCalendars */
	struct interval_set days_off; /* resolved, in days of civil.h */
};

/* Explicit hours above the watches of a rota. */
struct layer {
	struct conf_place place;
	char *name;
	struct dates dates;
	struct conf_list watches; /* struct watch, all with hours */
};

struct rota {
	struct conf_place place;
	char *name;
	/* struct watch, in the ring's order; all take over, or all have
	   hours */
	struct conf_list watches;
	struct conf_list layers; /* struct layer; later ones lie above */
	int fill;                /* enum fill */
	int64_t max_watch_ms;    /* 0: the site's */
	char *anchor;            /* "2024-01-01": rotation counts from here */
	struct conf_list waive;  /* char *: "person until 2026-12-31" */
};

/* Opening hours; one of the same name in the tree, or built in ("24x7" and
   "8x5"), fills what is not given. */
struct calendar_settings {
	struct conf_place place;
	uint64_t given;
	char *name;
	char *zone;                  /* NULL: the client's */
	struct conf_list hours;      /* char *: "mon-fri 09:00-17:00" */
	struct conf_list holidays;   /* char *: "2026-04-03" */
	struct conf_list exceptions; /* char *: "2026-12-24 09:00-12:00" */
	struct conf_list ical;       /* char *: absolute paths */
};

/* What it does about people: as severity 1 and 2, 3, or 4 do otherwise. */
enum sla_calls {
	CALLS_USUAL,  /* by the severity */
	CALLS_NOW,    /* until somebody takes it */
	CALLS_NOTICE, /* one notice; it climbs in office hours */
	CALLS_DIGEST, /* nobody: once a day */
};

/* What is agreed for one severity; a target of nothing is none. */
struct sla_severity {
	uint64_t given;
	int calls;   /* enum sla_calls */
	char *hours; /* name of a calendar, in which the clocks run */
	struct deadline_target response, update, resolution;
	/* char *: after how long levels 1, 2, ... are called, in open time */
	struct conf_list escalate;
};

/* One of the same name in the tree, or built in, fills what is not given. */
struct sla {
	struct conf_place place;
	uint64_t given;
	char *name;
	int64_t guarantee_milli; /* 99.95% = 99950 */
	int64_t coverage_floor_milli;
	int period;                /* enum sla_period */
	char *zone;                /* NULL: the client's */
	char *service_hours;       /* name of a calendar; NULL: all time */
	char *maintenance_pattern; /* the same */
	int64_t notice_ms;
	int64_t cap_ms;           /* NEVER: none */
	int unknown, denominator; /* enum sla_unknown, sla_denominator */
	char *granularity;        /* lib/sla_text.h */
	int64_t min_countable_ms, merge_gap_ms;
	struct conf_list credits; /* struct sla_credit */
	int64_t credit_max_milli, claim_days;
	struct sla_severity severities[4]; /* S1 to S4 */
};

/* Dates in the zone of the terms; NULL: no begin, no end. */
struct contract {
	char *from, *to;
};

/* Other terms from an instant on; lib/settings_agreed.c. */
struct later_sla {
	struct conf_place place;
	char *from; /* as written: a date, a clock of the account's zone, ... */
	char *sla_name;
	const struct sla *sla;
	int64_t from_ms;
};

struct status_page {
	char *host;  /* the Host header that selects it; NULL: by path only */
	int access;  /* enum page_access */
	int reports; /* the same: who may read its final reports */
	char *token; /* secret, for either; fits a cookie */
};
#define SETTINGS_PAGE_TOKEN_MAX 255

enum page_access { PAGE_PUBLIC, PAGE_TOKEN };
enum publish { PUBLISH_NOW, PUBLISH_HELD };

struct client {
	struct conf_place place;
	char *name, *zone, *contact, *sla_name;
	char *title;                 /* the name when none is given */
	struct conf_list slas;       /* struct sla: this client's own terms */
	struct conf_list calendars;  /* struct calendar_settings: its own */
	const struct sla *sla;       /* before any of the amendments */
	struct conf_list amendments; /* struct later_sla, by rising from_ms */
	struct contract contract;
	struct status_page status_page;
	int publish;              /* enum publish: drafted updates go out ... */
	int64_t publish_after_ms; /* HELD: ... after this, unless vetoed */
	/* char *: "2026-11-02..2026-11-20 exams": no maintenance then */
	struct conf_list blackouts;
	struct probe_settings defaults;
	struct conf_list endpoints;   /* struct endpoint */
	struct conf_list ladder_when; /* struct ladder_choice */
	struct ladder_hours *hours;   /* resolved, its own or the site's */
	size_t hour_count;
};

struct settings {
	struct site site;
	struct redis_settings redis;
	struct listen listen_agents, listen_pages, listen_pager;
	/* Address NULL: metrics are not served, alerts are not taken, there
	   is no console. */
	struct listen listen_metrics, listen_alerts, listen_console;
	struct console_settings console;
	struct report_settings reports;
	struct conf_list agents;     /* struct agent_settings */
	struct conf_list readers;    /* struct reader_settings */
	struct conf_list alerts;     /* struct alert_source */
	struct conf_list heartbeats; /* settings_heartbeats.h */
	struct conf_list canaries;   /* char * */
	struct conf_list people;     /* struct person */
	struct conf_list rotas;      /* struct rota */
	struct conf_list groups;     /* struct group */
	struct conf_list ladders;    /* struct ladder */
	struct conf_list calendars;  /* struct calendar_settings */
	struct conf_list slas;       /* struct sla */
	struct conf_list channels;   /* struct channel_settings */
	struct conf_list platforms;  /* struct platform */
	struct conf_list clients;    /* struct client */
	struct probe_settings defaults;
	int64_t shards;
	struct conf_list includes;      /* char *: globs, of all files */
	char hash[65];                  /* SHA-256 over the tree, in hex */
	struct conf_list files;         /* char *: every file read, in order */
	struct conf_list texts;         /* char *: what stood in each of them */
	char *mail_ca;                  /* of settings_read_mail_ca(); NULL */
	struct settings_inside *inside; /* indexes and what is to be kept */
};

/*
 * Who reads a tree.  Each gets only the secrets that it needs (the rows of
 * settings_tables*.c say which); others' stay NULL and are not even read, so
 * that it need not be able to.
 */
enum settings_for {
	SETTINGS_FOR_ALL = 0,
	SETTINGS_FOR_EVALUATE = 1,
	SETTINGS_FOR_PAGES = 2,
	SETTINGS_FOR_PAGER = 4,
	SETTINGS_FOR_COMMAND = 8,
	SETTINGS_FOR_PUBLISH = 16,
};

/*
 * Read the tree whose root file is at path.  Return it, or NULL with the
 * complaints in errors, in the order of files and lines.  settings_parse()
 * stops short of what "check" would refuse (dangling references are still
 * errors) and reads no secrets.  Whether the rotas
 * leave a hole is proven elsewhere (lib/rota.h).
 * The caller frees with settings_free().
 */
struct settings *settings_load(const char *path, struct conf_errors *);
struct settings *
settings_load_for(enum settings_for, const char *path, struct conf_errors *);
struct settings *settings_parse(const char *path, struct conf_errors *);

/*
 * The rotas of any tree whose root file is YAML, for "oncall": complaints
 * are in errors and the tree comes all the same, NULL only when there is
 * none.  A watch without zone or hour is left out, whoever is not configured
 * has only a name and the watch's zone; nothing else of it may be relied on.
 */
struct settings *settings_glance(const char *path, struct conf_errors *);

/* settings_parse() of one file's text from memory, with secrets; for tests. */
struct settings *settings_from_text(const char *yaml, struct conf_errors *);
/* As settings_glance(), of a text. */
struct settings *settings_glance_text(const char *yaml, struct conf_errors *);
void settings_free(struct settings *);

/*
 * Keep the accepted tree, flattened into one file, 0600, replaced whole;
 * and read it back without the original files.  What the secrets held is
 * kept with it, as far as they were read.  settings_keep() returns 0, or -1 with errno.
 */
int settings_keep(const struct settings *, const char *path);
struct settings *
settings_kept(enum settings_for, const char *path, struct conf_errors *);

/* NULL when there is none of that name. */
const struct person *settings_person(const struct settings *, const char *);
/* Whoever raises alerts by that name. */
const struct alert_source *
settings_alert_source(const struct settings *, const char *);
/* What a sender's word means, "" for none: 1..4. */
int settings_alert_severity(const struct alert_source *, const char *word);
const struct rota *settings_rota(const struct settings *, const char *);
const struct ladder *settings_ladder(const struct settings *, const char *);
const struct client *settings_client(const struct settings *, const char *);
/* The client's own terms or calendar of that name, or else (and for a NULL
   client) the tree's, or what is built in. */
const struct sla *
settings_sla(const struct settings *, const struct client *, const char *);
const struct calendar_settings *
settings_calendar(const struct settings *, const struct client *, const char *);
/* The calendar in this zone unless it has its own, without what its iCalendar
   files say: reading those is for the caller.  It is the caller's to clear.
   Only a tree that was refused has one for which this is false. */
bool settings_calendar_make(const struct calendar_settings *, const char *zone,
    struct calendar *, char why[CALENDAR_WHY]);
/* As which severity, 1 to 4, what has this one calls people by the client's
   plan of then; NULL: of nobody's. */
int settings_calls_as(const struct client *, int severity, int64_t at_ms);
/* The terms that the tree has for the client at an instant. */
const struct sla *settings_sla_at(const struct client *, int64_t at_ms);
/*
 * What is agreed with a client by these terms: zone, period and contract of
 * the facts, and one version without beginning and end; the rest of them is
 * empty.
 */
void settings_agreed(const struct settings *, const struct client *,
    const struct sla *, struct sla_facts *);
const struct endpoint *
settings_endpoint(const struct settings *, const char *id);
/* By its name, or by the one that the tree says it had ("was"). */
const struct endpoint *
settings_endpoint_once(const struct settings *, const char *id);
/* The first of its kind, or NULL. */
const struct channel_settings *
settings_channel(const struct settings *, enum channel_kind);

/*
 * Read the certificates of the mail channel's ca_file, for agents' plans: who
 * makes plans does so before, each time it takes a tree.  What cannot be read
 * or is more than PLAN_CA_MAX is logged, and agents go by their own system's.
 */
void settings_read_mail_ca(struct settings *);

/*
 * The first of the client's blackouts that [from_ms, to_ms) touches, by the
 * days of its zone, as it is written; or NULL.
 */
const char *
settings_blackout(const struct client *, int64_t from_ms, int64_t to_ms);

/* Which shard a client's endpoints live in; below settings->shards. */
unsigned settings_shard(const struct settings *, const char *client);

#endif

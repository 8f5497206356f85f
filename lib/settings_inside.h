#ifndef LIB_SETTINGS_INSIDE_H
#define LIB_SETTINGS_INSIDE_H

#include "lib/conf_reader.h"
#include "lib/settings.h"

/* settings_inside: what the files settings*.c share, and nobody else. */

enum settings_kind {
	KIND_AGENT,
	KIND_REGION,
	KIND_READER,
	KIND_ALERT,
	KIND_HEARTBEAT,
	KIND_PERSON,
	KIND_ROTA,
	KIND_GROUP,
	KIND_LADDER,
	KIND_CALENDAR,
	KIND_SLA,
	KIND_CHANNEL,
	KIND_PLATFORM,
	KIND_CLIENT,
	KIND_ENDPOINT,
	KIND_FORMER, /* an endpoint by what it was called */
	KIND_HOST,   /* of a status page */
	KIND_COUNT,
};

struct settings_entry;
struct settings_inside {
	struct settings_entry *names[KIND_COUNT];
	struct conf_pool pool; /* the entries */
	struct conf_secrets secrets;
	struct conf_list shipped_slas; /* struct sla: gold, silver, bronze */
	/* struct calendar_settings: 24x7, 8x5 */
	struct conf_list shipped_calendars;
	struct settings_dates *dates; /* settings_ical.c; NULL: none read */
	struct conf_list strangers;   /* struct person *: settings_glance() */
};

/*
 * Note an item under its name.  False, with nothing noted, if there is one
 * already; *first is its place then.
 */
bool settings_note(struct settings *, enum settings_kind, const char *name,
    const void *item, const struct conf_place *, struct conf_place *first);
const void *
settings_find(const struct settings *, enum settings_kind, const char *name);
/* All names of a kind, for "did you mean"; the array is the caller's. */
const char **
settings_names(const struct settings *, enum settings_kind, size_t *count);
size_t settings_count(const struct settings *, enum settings_kind);
void settings_forget(struct settings *);

/* One load in progress. */
struct settings_load {
	struct settings *settings;
	struct conf_reader reader;
	struct conf_pool pool; /* nodes and places */
};

/*
 * Read the files (settings_tree.c): the root of a tree, with the items of all
 * included files gathered into its lists; NULL with complaints.
 */
struct conf_node *settings_tree(struct settings_load *, const char *path);
struct conf_node *
settings_tree_text(struct settings_load *, const char *name, const char *text);
/* The same from a kept tree: file by file, includes not followed. */
struct conf_node *settings_tree_kept(struct settings_load *);
/* Move what a file says to the root; the root itself comes first. */
void settings_gather(struct settings_load *, struct conf_node *root,
    struct conf_node *file);
void settings_add_file(struct settings *, const char *name, char *text);

/* The files and secrets of a kept tree; false with *why. */
bool settings_unpack(struct settings *, const char *path, const char **why);

/* Note everything that has a name (settings_names.c). */
void settings_note_all(struct settings_load *);
const char *settings_kind_word(enum settings_kind); /* "person" */

/* Names to pointers, inheritance, defaults that depend on others. */
void settings_resolve(struct settings_load *);
/* settings_terms.c: what is built in, noted after the tree's own; terms and
   calendars filled with what they leave out. */
void settings_ship(struct settings *);
void settings_ship_clear(struct settings *);
void settings_resolve_terms(struct settings_load *);
/* settings_ical.c: read what a calendar's files say in a zone, once, if whoever
   reads the tree journals terms; NULL: nothing is known of them. */
struct settings_dates;
void settings_read_dates(struct settings_load *,
    const struct calendar_settings *, const char *zone);
const struct settings_dates *settings_dates(const struct settings *,
    const struct calendar_settings *, const char *zone);
void settings_add_dates(const struct settings_dates *, struct sla_hours *);
void settings_dates_clear(struct settings *);
/* A file of dates as text, read or as it was kept; NULL with why. */
const char *
settings_file_text(struct settings_load *, const char *path, const char **why);
/* settings_rota.c: names to people, days and dates to sets of days. */
void settings_resolve_rota(struct settings_load *, struct rota *);
void settings_free_rota(struct rota *); /* what was resolved */
void settings_free_watch(struct watch *);
/* Whom these names mean, as many; the caller's to free. */
const struct person **settings_people(struct settings_load *,
    const struct conf_list *names, const struct conf_place *);
/* settings_ladder.c: whom groups and levels call. */
void settings_resolve_ladders(struct settings_load *);
void settings_default_last_resort(struct site *);
void settings_check_ladders(struct settings_load *); /* a part of it */
/* settings_when.c: which ladder calls when. */
void settings_resolve_site_hours(struct settings_load *);
void settings_resolve_hours(struct settings_load *, struct client *);
void settings_free_hours(struct client *);
/* settings_resolve.c: what *name refers to; NULL for no name, or with a
   complaint. */
const void *settings_refer(struct settings_load *, enum settings_kind,
    char *const *name, const struct conf_place *otherwise);
/* settings_agreed.c: the files of the calendars of its accounts. */
void settings_read_agreed(struct settings_load *, const struct client *);
/* settings_agreed.c: terms that fit a client, or a complaint. */
void settings_check_agreed(struct settings_load *, const struct client *);
/* Which instant it begins at. */
void settings_place_amendment(struct settings_load *, const struct client *,
    struct later_sla *);
/* What only settings_load() refuses. */
void settings_check(struct settings_load *);
/* Parts of it: settings_channels.c, settings_tokens.c. */
void settings_check_channels(struct settings_load *);
void
settings_check_twilio(struct settings_load *, const struct channel_settings *);
void settings_check_tokens(struct settings_load *);
/* settings_alerts.c: who may raise alerts. */
void settings_resolve_alerts(struct settings_load *);
void settings_check_alerts(struct settings_load *);
void settings_check_console(struct settings_load *);
/* settings_heartbeats.c: what calls in. */
void settings_resolve_heartbeats(struct settings_load *);
void settings_check_heartbeats(struct settings_load *);
/* Also if it was refused: that was said then. */
bool settings_is_written(const struct settings_load *, const void *value);
/* settings_mend.c: rotas that can be asked, whatever is wrong in the tree. */
void settings_mend(struct settings_load *);
void settings_mend_clear(struct settings *);
/* settings_stage.c: a rehearsal's places and tokens in place of the tree's. */
bool settings_stage(struct settings *, struct conf_errors *);

/* Complain about a name that nobody has, with the nearest (settings_resolve.c). */
void settings_unknown(struct settings_load *, enum settings_kind,
    const char *name, const struct conf_place *);

/* Order complaints by file, line and column. */
void settings_sort(const struct settings *, struct conf_errors *);

extern const struct conf_table settings_table;
extern const struct conf_table settings_probe_table;
extern const struct conf_table settings_listen_table;
extern const struct conf_table settings_alert_table;
extern const struct conf_table settings_console_table;
extern const struct conf_choice settings_roles[];
extern const struct conf_table settings_heartbeat_table;
extern const struct conf_table settings_sla_table;
extern const struct conf_table settings_calendar_table;
extern const struct conf_table settings_watch_table;
extern const struct conf_table settings_rota_table;

/* Checks and parsers of single values (settings_values.c,
   settings_address.c). */
bool value_url(const char *, const char **why);
bool value_host(const char *, const char **why);
bool value_mail(const char *, const char **why);
bool value_phone(const char *, const char **why);
bool value_sender(const char *, const char **why); /* settings_twilio.c */
bool value_account(const char *, const char **why);
bool value_topic(const char *, const char **why);
bool value_token_hash(const char *, const char **why);
bool value_day(const char *, const char **why);
bool value_day_off(const char *, const char **why); /* settings_rota.c */
bool value_rotate(const char *, void *member, const char **why);
bool value_network(const char *, const char **why);
bool value_status(const char *, const char **why);
bool value_waive(const char *, const char **why);
bool value_date(const char *, const char **why);
bool value_listen(const char *, const char **why);
bool value_redis(const char *, const char **why);
bool value_smtp(const char *, const char **why);
bool value_call(const char *, const char **why); /* settings_ladder.c */
bool value_notes(const char *, const char **why);
bool value_language(const char *, const char **why);
bool value_include(const char *, const char **why);
bool value_method(const char *, const char **why);
bool value_name(const char *, const char **why);
bool value_former(const char *, const char **why); /* also "learn#2" */
bool value_channel(const char *, void *member, const char **why);
bool value_reach(const char *, void *into, const char **why);
bool value_severity(const char *, void *member, const char **why);
bool value_target(const char *, void *member, const char **why);
bool value_after(const char *, const char **why);
bool value_hours(const char *, const char **why);
bool value_holiday(const char *, const char **why);
bool value_exception(const char *, const char **why);
bool value_path(const char *, const char **why);
bool value_cap(const char *, void *member, const char **why);
bool value_weight(const char *, void *member, const char **why);
bool value_granularity(const char *, const char **why);
/* settings_console.c */
bool value_password(const char *, const char **why);
bool value_header(const char *, const char **why);
bool value_proxy(const char *, const char **why);
bool value_origin(const char *, const char **why);
bool
value_severity_word(const char *, const char **why); /* settings_alerts.c */
bool value_blackout(const char *, const char **why); /* settings_blackout.c */

#define SETTINGS_STATE_DIR "/var/lib/sunwatch"
/* Where the default state_dir is not evaluate's, as under the units. */
#define SETTINGS_COLLECTOR_SOCKET "/run/sunwatch-collector/collector.sock"

bool settings_is_loopback(const char *address);

#endif

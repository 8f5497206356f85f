#ifndef COLLECTOR_PAGES_INCIDENT_H
#define COLLECTOR_PAGES_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/pages_view.h"

/*
 * pages_incident: what the pages of clients show of an incident, from the
 * pager's record of it.  Only what is public is kept: neither notes nor names
 * of people, nor anything for clients whose page does not show it.
 */

#define PAGES_RECENT_MS (INT64_C(30) * 86400000) /* closed ones are shown */

struct pages_incident;

/* NULL: it cannot be read. */
struct pages_incident *pages_incident_decode(const char *json, size_t length);
void pages_incident_free(struct pages_incident *);
/* For qsort of pointers to them: the newest first. */
int pages_incident_compare(const void *, const void *);

/*
 * One client's view of it, if its page shows it and it is open (or closed) for
 * that client; false: nothing.  The view borrows from the incident and is
 * released by pages_incident_unview().
 */
bool pages_incident_view(const struct pages_incident *, const char *client,
    bool open, int64_t now_ms, struct view_incident *out);
void pages_incident_unview(struct view_incident *);

/*
 * For the read API: what one client may know of it, that is its own part and
 * what was published (NULL: its page does not show it); and what operators
 * see, members and updates of one client (NULL: of all).  NULL, too, when it
 * is not open, or not closed, for whoever is asked about.
 */
enum pages_incident_which { INCIDENT_ANY, INCIDENT_OPEN, INCIDENT_CLOSED };
struct json_t;
struct json_t *pages_incident_for(const struct pages_incident *,
    const char *client, enum pages_incident_which, int64_t now_ms);
struct json_t *pages_incident_whole(const struct pages_incident *,
    const char *client, enum pages_incident_which);
/* 1 to 4; 0: it is closed. */
int pages_incident_open_severity(const struct pages_incident *);
int64_t pages_incident_number(const struct pages_incident *);

/* For who looks for changes: whether both were read from the same record. */
bool pages_incident_is_same(const struct pages_incident *,
    const struct pages_incident *);
/* Those whose page shows it. */
void pages_incident_each_audience(const struct pages_incident *,
    void (*each)(void *arg, const char *client), void *arg);
/* " acme beta " and " acme/learn beta/learn ": its members, or (unless NULL)
   those of one client. */
void pages_incident_about(const struct pages_incident *, const char *client,
    struct text *clients, struct text *members);

#endif

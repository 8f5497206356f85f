#ifndef PAGER_DUTY_FOREIGN_H
#define PAGER_DUTY_FOREIGN_H

#include "pager/duty_request.h"

/*
 * duty_foreign: incidents of what other systems say.
 *
 * An alert is a member of an incident: "alert:SOURCE/KEY", of no client, so
 * that nothing of it is ever public.  One that is open is not opened twice;
 * what came together (an Alertmanager's group) is one incident, never one with
 * what our agents see.  It ends when its source says so, or a human does.
 * Automatics only raise its severity; a human sets any.
 */

#define FOREIGN_MAX 20000       /* open at once; then none is accepted */
#define FOREIGN_APART_MAX 1000  /* then further ones share incidents */
#define FOREIGN_NOTE_MS 60000   /* between lines of other words, at most */
#define FOREIGN_CHANGES_MAX 5   /* lines of changes, in that time */
#define FOREIGN_CHANGED_MAX 100 /* incidents that show one of them */
#define FOREIGN_REFUSED_MAX 160 /* bytes of why one was refused */

/* Does its name say that it came from outside? */
bool foreign_is(const char *subject);
/* Who says so, "prometheus" of "alert:prometheus/8c1f...". */
void foreign_name(const char *subject, char *out, size_t room);
/* Who is called for it, and where it says what to do; NULL: it is none of a
   source, or a heartbeat, that is still configured. */
const struct ladder *
foreign_ladder(const struct settings *, const char *subject);
/* By whose hours another ladder may call for it; NULL: it names one itself, or
   is nobody's.  False: nobody like that is configured. */
bool foreign_whose(const struct settings *, const char *subject,
    const struct client **);
const char *foreign_runbook(const struct settings *, const char *subject);
/* May what came together join this, of which a human may have said that it is
   not that bad? */
bool foreign_joins(const struct incident *, const struct alarm *);

/* A member of an incident is over. */
void foreign_end(struct duty *, const struct incident *, const struct member *,
    const char *by, int64_t until_ms, int64_t now_ms);

/* duty_foreign_change.c: another system has changed something; details: lines. */
void foreign_changed(struct request *, const struct alert_source *,
    const char *text, const char *details);

/* The command "alerts". */
void command_alerts(struct request *);

#endif

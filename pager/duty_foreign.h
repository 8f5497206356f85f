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
#define FOREIGN_REFUSED_MAX 160 /* bytes of why one was refused */

/* Does its name say that it came from outside? */
bool foreign_is(const char *subject);
/* Who says so, "prometheus" of "alert:prometheus/8c1f...". */
void foreign_name(const char *subject, char *out, size_t room);
/* NULL: it is none of a source that is still configured. */
const struct alert_source *
foreign_source(const struct settings *, const char *subject);
/* May what came together join this, of which a human may have said that it is
   not that bad? */
bool foreign_joins(const struct incident *, const struct alarm *);

/* The command "alerts". */
void command_alerts(struct request *);

#endif

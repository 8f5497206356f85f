#ifndef PAGER_DUTY_HEARTBEATS_H
#define PAGER_DUTY_HEARTBEATS_H

#include "pager/duty_parts.h"
#include "pager/heartbeat.h"

/*
 * duty_heartbeats: those that call in, their deadlines, and the incidents of
 * those that do not: "heartbeat:NAME", an alert like those of others.
 *
 * What a call changes is written before it is answered; one that changes
 * nothing (pager/heartbeat.h) writes nothing.  Each is held to the tree: one
 * that left it, or is paused there, ends what is open of it.
 */

struct duty_heartbeats;

struct duty_heartbeats *heartbeats_new(void);
void heartbeats_free(struct duty_heartbeats *);

/* Is it of this kind, "heartbeat:backup"?  Its name then, or NULL. */
const char *heartbeats_name(const char *subject);
/* NULL: none that is still configured. */
const struct heartbeat_settings *
heartbeats_settings(const struct settings *, const char *subject);

int heartbeats_load(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);
/* The tree is another, or all is loaded (anew). */
void heartbeats_follow(struct duty *, bool anew, int64_t now_ms);
void heartbeats_time(struct duty *, int64_t now_ms);
int64_t heartbeats_deadline(const struct duty *);
/* After a gap, or the clock jumped. */
void heartbeats_break(struct duty *, int64_t now_ms);
/* False: not all of it fitted. */
bool heartbeats_gather(struct duty *, struct commit *out);

/* The command "heartbeat", the question "heartbeats". */
struct request;
void command_heartbeat(struct request *);
json_t *duty_query_heartbeats(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);

#endif

#ifndef CLI_CONTROL_H
#define CLI_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "cli/cli.h"

/*
 * control: one question or command to the running pager, or to the collector
 * that evaluates, over its unix socket (docs/protocol.md, "Control sockets").
 *
 * Blocking, for at most CONTROL_PATIENCE_MS altogether.
 */

#define CONTROL_PATIENCE_MS 15000
#define CONTROL_ANSWER_MAX (16 << 20) /* bytes of one answer's line */

/*
 * Send the request (released here) to the socket at path.  Return the
 * answer, whatever its "ok" says, for the caller to release; or NULL with
 * what went wrong in error.
 */
json_t *control_ask(const char *path, json_t *request, char error[256]);
/* The same of another daemon, "the collector" say. */
json_t *control_ask_at(const char *peer, const char *path, json_t *request,
    char error[256]);

/*
 * The same for a command of sunwatch(1): the socket is --socket's, or where
 * the tree says.  NULL has been complained about; so has an answer that is
 * not ok.
 */
json_t *control_command(struct cli *, json_t *request);

/* The same by a tree that was read; quiet: NULL when there is no answer. */
struct settings;
json_t *control_pager(struct cli *, const struct settings *, json_t *request);

/* The path of the pager's socket; false: complained about. */
bool control_path(struct cli *, char *out, size_t room);

/*
 * Send, print the answer's text (or all of it with --json), and say how it
 * ended: what most commands do.  "as" may be NULL.
 */
int control_run(struct cli *, json_t *request, const char *as);

/*
 * The same of the collector; what it warns of goes to err.  The settings are
 * the tree's, for where its socket is.
 */
int control_run_collector(struct cli *, const struct settings *,
    json_t *request, const char *as);

#endif

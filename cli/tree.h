#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "cli/cli.h"
#include "lib/settings.h"

/*
 * tree: the operator's configuration, as commands read it.
 *
 * They return NULL after printing every complaint to err.
 */
struct settings *tree_check(struct cli *); /* all of it, with every secret */
/* The same with the secrets that commands need: Redis's password. */
struct settings *tree_load(struct cli *);
/* And with the key that signs reports. */
struct settings *tree_publish(struct cli *);
struct settings *tree_parse(struct cli *); /* whatever can be read */
/* Its rotas, whatever is wrong in it: one line on err says that something is.
   Nothing else of it may be relied on (lib/settings.h). */
struct settings *tree_glance(struct cli *);

/* The rota of that name, or the only or first one; NULL: complained. */
const struct rota *
tree_rota(struct cli *, const struct settings *, const char *name);
/* The person of that name; NULL: complained, with the nearest one. */
const struct person *
tree_person(struct cli *, const struct settings *, const char *name);
/* The same of clients and of endpoints ("acme/learn"; also by what the tree
   says they were called). */
const struct client *
tree_client(struct cli *, const struct settings *, const char *name);
const struct endpoint *
tree_endpoint(struct cli *, const struct settings *, const char *id);
/* NULL, and nothing said. */
const struct agent_settings *
tree_agent(const struct settings *, const char *name);

#endif

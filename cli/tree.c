/* tree: see tree.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/tree.h"
#include "lib/text.h"

static void
print_complaints(struct cli *c, const struct conf_errors *errors)
{
	CONF_EACH (const struct conf_complaint, e, &errors->list) {
		struct text t = { 0 };

		text_add_plain(&t, e->text);
		fprintf(c->err, "%s\n", t.data);
		text_clear(&t);
	}
	if (errors->dropped > 0)
		fprintf(c->err, "... and %zu more\n", errors->dropped);
}

typedef struct settings *reader(const char *, struct conf_errors *);

/* NULL with the complaints in errors, or without a tree with none. */
static struct settings *
read_tree(struct cli *c, reader *read, struct conf_errors *errors)
{
	struct settings *s;

	if (access(c->conf, F_OK) == -1 && errno == ENOENT) {
		cli_fail(c,
		    "there is no %s; say where the tree is by --conf or "
		    "SUNWATCH_CONF",
		    c->conf);
		return NULL;
	}
	if ((s = read(c->conf, errors)) == NULL)
		print_complaints(c, errors);
	return s;
}

static struct settings *
read_whole(struct cli *c, reader *read)
{
	struct conf_errors errors = { 0 };
	struct settings *s = read_tree(c, read, &errors);

	conf_errors_clear(&errors);
	return s;
}

/* An operator need not be able to read the daemons' secrets. */
static struct settings *
load(const char *path, struct conf_errors *errors)
{
	return settings_load_for(SETTINGS_FOR_COMMAND, path, errors);
}

struct settings *
tree_load(struct cli *c)
{
	return read_whole(c, load);
}

static struct settings *
load_for_publish(const char *path, struct conf_errors *errors)
{
	return settings_load_for(SETTINGS_FOR_PUBLISH, path, errors);
}

struct settings *
tree_publish(struct cli *c)
{
	return read_whole(c, load_for_publish);
}

struct settings *
tree_check(struct cli *c)
{
	return read_whole(c, settings_load);
}

struct settings *
tree_parse(struct cli *c)
{
	return read_whole(c, settings_parse);
}

struct settings *
tree_glance(struct cli *c)
{
	struct conf_errors errors = { 0 };
	struct settings *s = read_tree(c, settings_glance, &errors);

	if (s != NULL && errors.list.count > 0)
		cli_fail(c,
		    "%s has mistakes (\"sunwatch check\" lists them); this is "
		    "what can be read of it",
		    c->conf);
	conf_errors_clear(&errors);
	return s;
}

/* Names to choose the nearest from; the texts are borrowed. */
struct names {
	const char **items;
	size_t count;
};

static void
add_name(struct names *n, const char *name)
{
	n->items = mem_grow(n->items, (n->count + 1) * sizeof(*n->items));
	n->items[n->count++] = name;
}

/* Says so, and lets the names go. */
static void
complain(struct cli *c, const char *what, const char *name, struct names *n)
{
	const char *nearest = conf_nearest(name, n->items, n->count);

	if (nearest == NULL)
		cli_fail(c, "there is no %s \"%s\" in %s", what, name, c->conf);
	else
		cli_fail(c, "there is no %s \"%s\", did you mean \"%s\"?", what,
		    name, nearest);
	free(n->items);
}

const struct rota *
tree_rota(struct cli *c, const struct settings *s, const char *name)
{
	struct names n = { 0 };
	const struct rota *found;

	if (s->rotas.count == 0) {
		cli_fail(c, "%s has no rotas", c->conf);
		return NULL;
	}
	if (name == NULL)
		return s->rotas.items;
	if ((found = settings_rota(s, name)) != NULL)
		return found;
	CONF_EACH (const struct rota, r, &s->rotas)
		add_name(&n, r->name);
	complain(c, "rota", name, &n);
	return NULL;
}

const struct person *
tree_person(struct cli *c, const struct settings *s, const char *name)
{
	const struct person *found = settings_person(s, name);
	struct names n = { 0 };

	if (found != NULL)
		return found;
	CONF_EACH (const struct person, p, &s->people)
		add_name(&n, p->name);
	complain(c, "person", name, &n);
	return NULL;
}

const struct client *
tree_client(struct cli *c, const struct settings *s, const char *name)
{
	const struct client *found = settings_client(s, name);
	struct names n = { 0 };

	if (found != NULL)
		return found;
	CONF_EACH (const struct client, client, &s->clients)
		add_name(&n, client->name);
	complain(c, "client", name, &n);
	return NULL;
}

const struct endpoint *
tree_endpoint(struct cli *c, const struct settings *s, const char *id)
{
	const struct endpoint *found = settings_endpoint_once(s, id);
	struct names n = { 0 };

	if (found != NULL)
		return found;
	CONF_EACH (const struct client, client, &s->clients)
		CONF_EACH (const struct endpoint, e, &client->endpoints)
			add_name(&n, e->id);
	complain(c, "endpoint", id, &n);
	return NULL;
}

const struct agent_settings *
tree_agent(const struct settings *s, const char *name)
{
	CONF_EACH (const struct agent_settings, agent, &s->agents)
		if (strcmp(agent->name, name) == 0)
			return agent;
	return NULL;
}

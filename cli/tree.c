/* tree: see tree.h. */
#include <string.h>

#include "cli/tree.h"
#include "lib/text.h"

#define NAMES_MAX 1000

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

static struct settings *
read_tree(struct cli *c,
    struct settings *read(const char *, struct conf_errors *))
{
	struct conf_errors errors = { 0 };
	struct settings *s = read(c->conf, &errors);

	if (s == NULL)
		print_complaints(c, &errors);
	conf_errors_clear(&errors);
	return s;
}

struct settings *
tree_load(struct cli *c)
{
	return read_tree(c, settings_load);
}

struct settings *
tree_parse(struct cli *c)
{
	return read_tree(c, settings_parse);
}

static void
complain_name(struct cli *c, const char *what, const char *name,
    const char *const *names, size_t count)
{
	const char *nearest = conf_nearest(name, names, count);

	if (nearest == NULL)
		cli_fail(c, "there is no %s \"%s\"", what, name);
	else
		cli_fail(c, "there is no %s \"%s\", did you mean \"%s\"?", what,
		    name, nearest);
}

const struct rota *
tree_rota(struct cli *c, const struct settings *s, const char *name)
{
	const char *names[NAMES_MAX];
	const struct rota *found;
	size_t count = 0;

	if (s->rotas.count == 0) {
		cli_fail(c, "%s has no rotas", c->conf);
		return NULL;
	}
	if (name == NULL)
		return s->rotas.items;
	if ((found = settings_rota(s, name)) != NULL)
		return found;
	CONF_EACH (const struct rota, r, &s->rotas) {
		if (count < NAMES_MAX)
			names[count++] = r->name;
	}
	complain_name(c, "rota", name, names, count);
	return NULL;
}

const struct person *
tree_person(struct cli *c, const struct settings *s, const char *name)
{
	const char *names[NAMES_MAX];
	const struct person *found = settings_person(s, name);
	size_t count = 0;

	if (found != NULL)
		return found;
	CONF_EACH (const struct person, p, &s->people) {
		if (count < NAMES_MAX)
			names[count++] = p->name;
	}
	complain_name(c, "person", name, names, count);
	return NULL;
}

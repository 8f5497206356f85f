/*
 * Loading one file, and remembering where each value stood.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"

/* Where a member's value was written. */
struct conf_site {
	const void *member;
	struct conf_place place;
	UT_hash_handle hh;
};

void
conf_remember(struct conf_reader *r, const void *member,
    const struct conf_place *place)
{
	struct conf_site *s;

	if (!r->remember)
		return;
	s = conf_pool_get(r->pool, sizeof(*s));
	s->member = member;
	s->place = *place;
	HASH_ADD_PTR(r->sites, member, s);
}

const struct conf_place *
conf_where(const struct conf_reader *r, const void *member,
    const struct conf_place *otherwise)
{
	struct conf_site *s;

	HASH_FIND_PTR(r->sites, &member, s);
	return s != NULL ? &s->place : otherwise;
}

void
conf_reader_clear(struct conf_reader *r)
{
	HASH_CLEAR(hh, r->sites);
	conf_forget_zones(r);
}

int
conf_load_text(const char *name, const char *text, size_t length,
    const struct conf_table *table, void *into, struct conf_errors *errors)
{
	struct conf_pool pool = { 0 };
	struct conf_secrets secrets = { 0 };
	struct conf_reader r = { .errors = errors,
		.secrets = &secrets,
		.pool = &pool };
	size_t before = errors->list.count + errors->dropped;
	const struct conf_node *root;

	memset(into, 0, table->size);
	root = conf_tree(name, text, length, &pool, errors);
	if (root != NULL)
		conf_fill(&r, table, root, into);
	conf_reader_clear(&r);
	conf_secrets_clear(&secrets);
	conf_pool_clear(&pool);
	return errors->list.count + errors->dropped == before ? 0 : -1;
}

int
conf_load(const char *path, const struct conf_table *table, void *into,
    struct conf_errors *errors)
{
	struct conf_place top = { path, 1, 1 };
	const char *why;
	size_t length;
	char *text;
	int rc;

	memset(into, 0, table->size);
	text = conf_slurp(path, CONF_FILE_MAX, &length, NULL, &why);
	if (text == NULL) {
		conf_complain(errors, &top, "%s", why);
		return -1;
	}
	rc = conf_load_text(path, text, length, table, into, errors);
	free(text);
	return rc;
}

/*
 * The operator's tree: loading, and what it takes to let go of it.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/sign.h"
#include "lib/text.h"

enum strictness { GLANCED, PARSED, CHECKED };

static void
begin(struct settings_load *l, struct conf_errors *errors)
{
	*l = (struct settings_load){ 0 };
	l->settings = mem_alloc(sizeof(*l->settings));
	l->settings->inside = mem_alloc(sizeof(*l->settings->inside));
	l->reader.errors = errors;
	l->reader.secrets = &l->settings->inside->secrets;
	l->reader.pool = &l->pool;
	l->reader.remember = true;
}

/* The part of a file's name after the root's folder. */
static const char *
tail(const struct settings *s, const char *name)
{
	const char *root = *(char **)s->files.items;
	const char *slash = strrchr(root, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - root) + 1;

	return strncmp(name, root, length) == 0 ? name + length : name;
}

/* The same tree has the same hash, wherever it lies. */
static void
hash(struct settings *s)
{
	struct text sum = { 0 };
	char hex[SIGN_HEX];

	for (size_t i = 0; i < s->files.count; i++) {
		const char *name = ((char **)s->files.items)[i];
		const char *text = ((char **)s->texts.items)[i];

		sign_sha256(text, strlen(text), hex);
		text_addf(&sum, "%s %s\n", hex, tail(s, name));
	}
	sign_sha256(sum.data, sum.length, s->hash);
	text_clear(&sum);
}

static size_t
rank(const struct settings *s, const char *file)
{
	size_t i = 0;

	for (; file != NULL && i < s->files.count; i++)
		if (strcmp(((char **)s->files.items)[i], file) == 0)
			return i;
	return i;
}

/* Few complaints, nearly in order: insertion is enough, and stable. */
void
settings_sort(const struct settings *s, struct conf_errors *errors)
{
	struct conf_complaint *c = errors->list.items, moved;
	size_t ranks[CONF_ERRORS_MAX], r, j;

	for (size_t i = 0; i < errors->list.count; i++) {
		moved = c[i];
		r = rank(s, moved.file);
		for (j = i; j > 0; j--) {
			const struct conf_complaint *b = &c[j - 1];

			if (ranks[j - 1] < r ||
			    (ranks[j - 1] == r &&
				(b->line < moved.line ||
				    (b->line == moved.line &&
					b->column <= moved.column))))
				break;
			c[j] = c[j - 1];
			ranks[j] = ranks[j - 1];
		}
		c[j] = moved;
		ranks[j] = r;
	}
}

static struct settings *
finish(struct settings_load *l, const struct conf_node *root,
    enum strictness strictness)
{
	struct settings *s = l->settings;
	struct conf_errors *errors = l->reader.errors;

	if (root != NULL) {
		conf_fill(&l->reader, &settings_table, root, s);
		settings_resolve(l);
		settings_stage(s, errors);
	}
	if (root != NULL && strictness == CHECKED)
		settings_check(l);
	if (root != NULL && strictness == GLANCED)
		settings_mend(l);
	settings_sort(s, errors);
	if (root == NULL ||
	    (strictness != GLANCED &&
		(errors->list.count > 0 || errors->dropped > 0))) {
		settings_free(s);
		s = NULL;
	} else
		hash(s);
	conf_reader_clear(&l->reader);
	conf_pool_clear(&l->pool);
	return s;
}

struct settings *
settings_load(const char *path, struct conf_errors *errors)
{
	return settings_load_for(SETTINGS_FOR_ALL, path, errors);
}

struct settings *
settings_load_for(enum settings_for whom, const char *path,
    struct conf_errors *errors)
{
	struct settings_load l;

	begin(&l, errors);
	l.reader.for_whom = whom;
	return finish(&l, settings_tree(&l, path), CHECKED);
}

static struct settings *
read_openly(const char *path, enum strictness strictness,
    struct conf_errors *errors)
{
	struct settings_load l;

	begin(&l, errors);
	l.reader.secrets = NULL;
	return finish(&l, settings_tree(&l, path), strictness);
}

struct settings *
settings_parse(const char *path, struct conf_errors *errors)
{
	return read_openly(path, PARSED, errors);
}

struct settings *
settings_glance(const char *path, struct conf_errors *errors)
{
	return read_openly(path, GLANCED, errors);
}

struct settings *
settings_from_text(const char *yaml, struct conf_errors *errors)
{
	struct settings_load l;

	begin(&l, errors);
	return finish(&l, settings_tree_text(&l, "text", yaml), PARSED);
}

struct settings *
settings_glance_text(const char *yaml, struct conf_errors *errors)
{
	struct settings_load l;

	begin(&l, errors);
	l.reader.secrets = NULL;
	return finish(&l, settings_tree_text(&l, "text", yaml), GLANCED);
}

/* It was accepted once: what has become stricter since does not matter. */
struct settings *
settings_kept(enum settings_for whom, const char *path,
    struct conf_errors *errors)
{
	struct conf_place top = { path, 1, 1 };
	struct settings_load l;
	const char *why;

	begin(&l, errors);
	l.reader.for_whom = whom;
	if (!settings_unpack(l.settings, path, &why)) {
		conf_complain(errors, &top, "%s", why);
		return finish(&l, NULL, PARSED);
	}
	return finish(&l, settings_tree_kept(&l), PARSED);
}

static void
free_computed(struct settings *s)
{
	CONF_EACH (struct rota, r, &s->rotas)
		settings_free_rota(r);
	CONF_EACH (struct group, g, &s->groups)
		free(g->members);
	CONF_EACH (struct client, c, &s->clients) {
		settings_free_hours(c);
		CONF_EACH (struct endpoint, e, &c->endpoints) {
			free(e->id);
			free(e->was_id);
		}
	}
}

static void
free_texts(struct conf_list *list)
{
	CONF_EACH (char *, text, list)
		free(*text);
	free(list->items);
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	free_computed(s);
	free(s->mail_ca);
	settings_mend_clear(s);
	settings_forget(s);
	conf_clear(&settings_table, s);
	conf_secrets_clear(&s->inside->secrets);
	settings_ship_clear(s);
	settings_dates_clear(s);
	free_texts(&s->files);
	free_texts(&s->texts);
	free(s->inside);
	free(s);
}

/*
 * The files of a tree: reading them and following include:.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

/* A file that was read, and where it was asked for. */
struct seen {
	struct conf_file_id id;
	const char *name;
	bool open; /* its includes are being followed */
	UT_hash_handle hh;
};

struct walk {
	struct settings_load *load;
	struct conf_node *root;   /* the first file; NULL if it failed */
	struct conf_node **files; /* all of them, in reading order */
	size_t count;
	struct seen *seen;
	size_t bytes;
	int depth;
};

static void follow(struct walk *, const struct conf_node *file);

void
settings_add_file(struct settings *s, const char *name, char *text)
{
	size_t count = s->files.count + 1;

	/* Room for a power of two, so that growing stays cheap. */
	if ((count & (count - 1)) == 0) {
		s->files.items =
		    mem_grow(s->files.items, 2 * count * sizeof(char *));
		s->texts.items =
		    mem_grow(s->texts.items, 2 * count * sizeof(char *));
	}
	((char **)s->files.items)[s->files.count++] = mem_text(name);
	((char **)s->texts.items)[s->texts.count++] = text;
}

static void
add_file(struct walk *w, struct conf_node *file)
{
	if ((w->count & (w->count + 1)) == 0)
		w->files = mem_grow(w->files,
		    2 * (w->count + 1) * sizeof(struct conf_node *));
	if (w->count == 0)
		w->root = file;
	w->files[w->count++] = file;
}

static const char *
last_file(const struct settings *s)
{
	return ((char **)s->files.items)[s->files.count - 1];
}

static struct conf_node *
parse(struct walk *w, const char *name, const char *text, size_t length)
{
	struct conf_node *node = conf_tree(name, text, length, &w->load->pool,
	    w->load->reader.errors);

	if (node == NULL || node->kind == CONF_MAPPING)
		return node;
	conf_complain(w->load->reader.errors, &node->place,
	    "expected the file as key: value");
	return NULL;
}

static bool
is_new(struct walk *w, const struct conf_file_id *id, const char *path,
    const struct conf_place *place, struct seen **out)
{
	struct seen *s;

	HASH_FIND(hh, w->seen, id, sizeof(*id), s);
	if (s != NULL) {
		conf_complain(w->load->reader.errors, place,
		    s->open ? "include: \"%s\" includes itself, directly or "
			      "by others"
			    : "include: \"%s\" is included already",
		    path);
		return false;
	}
	*out = s = conf_pool_get(&w->load->pool, sizeof(*s));
	s->id = *id;
	s->open = true;
	HASH_ADD(hh, w->seen, id, sizeof(s->id), s);
	return true;
}

static const char *
too_much(const struct walk *w, size_t length)
{
	if (w->load->settings->files.count >= SETTINGS_FILES_MAX)
		return "more than 10000 files";
	if (w->bytes + length > SETTINGS_BYTES_MAX)
		return "the files are larger than 64M together";
	return w->depth > SETTINGS_INCLUDE_MAX
	    ? "nested too deeply, more than 8 levels"
	    : NULL;
}

static bool
complain_file(struct walk *w, const char *path, const struct conf_place *place,
    const char *why)
{
	struct conf_place top = { path, 1, 1 };

	if (place != NULL)
		conf_complain(w->load->reader.errors, place,
		    "include: \"%s\": %s", path, why);
	else
		conf_complain(w->load->reader.errors, &top, "%s", why);
	return false;
}

/* Read one file and what it includes.  The place is NULL for the root. */
static void
read_file(struct walk *w, const char *path, const struct conf_place *place)
{
	struct conf_file_id id;
	struct conf_node *node;
	struct seen *seen;
	const char *why;
	size_t length;
	char *text;

	text = conf_slurp(path, CONF_FILE_MAX, &length, &id, &why);
	if (text == NULL) {
		complain_file(w, path, place, why);
		return;
	}
	why = too_much(w, length);
	if ((why != NULL && !complain_file(w, path, place, why)) ||
	    !is_new(w, &id, path, place, &seen)) {
		free(text);
		return;
	}
	w->bytes += length;
	settings_add_file(w->load->settings, path, text);
	node = parse(w, last_file(w->load->settings), text, length);
	if (node != NULL) {
		add_file(w, node);
		w->depth++;
		follow(w, node);
		w->depth--;
	}
	seen->open = false;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The pattern begins where the file lies; wildcards only mean its own. */
static char *
full_pattern(const char *file, const char *pattern)
{
	const char *slash = strrchr(file, '/');
	struct text full = { 0 };

	if (pattern[0] != '/' && slash != NULL)
		for (const char *p = file; p <= slash; p++)
			text_addf(&full, "%s%c",
			    strchr("*?[]\\", *p) != NULL ? "\\" : "", *p);
	text_add(&full, pattern);
	return text_take(&full);
}

static void
include(struct walk *w, const struct conf_node *word)
{
	struct conf_errors *errors = w->load->reader.errors;
	glob_t found = { 0 };
	char *full;
	int rc;

	if (word->kind != CONF_SCALAR || word->text[0] == '\0')
		return; /* filling the struct will complain */
	full = full_pattern(word->place.file, word->text);
	rc = glob(full, GLOB_NOSORT, NULL, &found);
	if (rc == GLOB_NOMATCH && strpbrk(word->text, "*?[") == NULL)
		conf_complain(errors, &word->place,
		    "include: there is no file \"%s\"", word->text);
	else if (rc != 0 && rc != GLOB_NOMATCH)
		conf_complain(errors, &word->place,
		    "include: \"%s\" cannot be searched", word->text);
	else if (rc == 0) {
		qsort(found.gl_pathv, found.gl_pathc, sizeof(char *), by_name);
		for (size_t i = 0; i < found.gl_pathc; i++)
			read_file(w, found.gl_pathv[i], &word->place);
	}
	globfree(&found);
	free(full);
}

static void
follow(struct walk *w, const struct conf_node *file)
{
	struct conf_node *value = conf_node_get(file, "include");

	if (value != NULL && value->kind == CONF_SCALAR)
		include(w, value);
	if (value == NULL || value->kind != CONF_SEQUENCE)
		return;
	for (struct conf_node *n = value->first; n != NULL; n = n->next)
		include(w, n);
}

/* All files are read: bring together what they say, in reading order. */
static struct conf_node *
settle(struct walk *w)
{
	for (size_t i = 0; i < w->count; i++)
		settings_gather(w->load, w->root, w->files[i]);
	HASH_CLEAR(hh, w->seen);
	free(w->files);
	return w->root;
}

struct conf_node *
settings_tree(struct settings_load *load, const char *path)
{
	struct walk w = { .load = load };

	read_file(&w, path, NULL);
	return settle(&w);
}

struct conf_node *
settings_tree_text(struct settings_load *load, const char *name,
    const char *text)
{
	struct walk w = { .load = load };
	struct conf_node *node;
	const struct conf_node *asked;

	settings_add_file(load->settings, name, mem_text(text));
	node = parse(&w, last_file(load->settings), text, strlen(text));
	if (node == NULL)
		return NULL;
	asked = conf_node_get(node, "include");
	if (asked != NULL)
		conf_complain(load->reader.errors, &asked->place,
		    "include: not possible in a text from memory");
	add_file(&w, node);
	return settle(&w);
}

struct conf_node *
settings_tree_kept(struct settings_load *load)
{
	const struct settings *s = load->settings;
	struct walk w = { .load = load };
	struct conf_node *node;
	const char *text;

	for (size_t i = 0; i < s->files.count; i++) {
		text = ((char **)s->texts.items)[i];
		node =
		    parse(&w, ((char **)s->files.items)[i], text, strlen(text));
		if (node != NULL)
			add_file(&w, node);
	}
	return settle(&w);
}

/* erase: see erase.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/erase.h"
#include "lib/record.h"
#include "lib/text.h"

#define WORD "erased-"

struct erasing {
	int64_t before_ms;
	const char *person; /* NULL: anybody */
	char **names;       /* the n-th becomes erased-(base + n + 1) */
	size_t count, base;
};

static bool
is_erased(const char *name)
{
	return strncmp(name, WORD, sizeof(WORD) - 1) == 0;
}

/* What was erased before keeps its word, and nobody else gets it. */
static void
keep_word(struct erasing *e, const char *name)
{
	long n = strtol(name + sizeof(WORD) - 1, NULL, 10);

	if (n > 0 && n <= ERASE_NAMES_MAX && (size_t)n > e->base)
		e->base = (size_t)n;
}

static json_t *
word_of(struct erasing *e, const char *name)
{
	char word[40];
	size_t i = 0;

	while (i < e->count && strcmp(e->names[i], name) != 0)
		i++;
	if (i == e->count && e->count < ERASE_NAMES_MAX) {
		e->names =
		    mem_grow(e->names, (e->count + 1) * sizeof(*e->names));
		e->names[e->count++] = mem_text(name);
	}
	text_format(word, sizeof(word), WORD "%zu", e->base + i + 1);
	return json_string(word);
}

/* "root as aroha" is either. */
static bool
is_of(const char *name, const char *person)
{
	static const char as[] = " as ";
	const char *at = strstr(name, as);

	if (person == NULL || strcmp(name, person) == 0)
		return true;
	return at != NULL &&
	    (strcmp(at + sizeof(as) - 1, person) == 0 ||
		((size_t)(at - name) == strlen(person) &&
		    strncmp(name, person, strlen(person)) == 0));
}

static void
look_at_name(struct erasing *e, json_t *object, const char *key, bool is_old,
    bool is_first)
{
	const char *name = record_string(object, key);

	if (name == NULL || name[0] == '\0')
		return;
	if (is_erased(name))
		keep_word(e, name);
	else if (!is_first && is_old && is_of(name, e->person))
		json_object_set_new(object, key, word_of(e, name));
}

/* First only the words that are there already are looked for. */
static void
go_through(struct erasing *e, json_t *value, int64_t at_ms, bool is_first)
{
	json_t *item;
	void *at;
	size_t i;

	json_array_foreach(value, i, item)
	{
		go_through(e, item, at_ms, is_first);
	}
	if (!json_is_object(value))
		return;
	at_ms = record_int(value, "at", at_ms);
	look_at_name(e, value, "by", at_ms < e->before_ms, is_first);
	look_at_name(e, value, "who", at_ms < e->before_ms, is_first);
	for (at = json_object_iter(value); at != NULL;
	     at = json_object_iter_next(value, at))
		go_through(e, json_object_iter_value(at), at_ms, is_first);
}

char *
erase_names(const char *json, size_t length, int64_t before_ms,
    const char *person)
{
	struct erasing e = { .before_ms = before_ms, .person = person };
	json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
	const char *what = record_string(root, "what");
	char *text = NULL;

	if (root != NULL && (what == NULL || strcmp(what, "resealed") != 0)) {
		go_through(&e, root, INT64_MAX, true);
		go_through(&e, root, INT64_MAX, false);
	}
	if (e.count > 0)
		text = record_dump(root);
	for (size_t i = 0; i < e.count; i++)
		free(e.names[i]);
	free(e.names);
	json_decref(root);
	return text;
}

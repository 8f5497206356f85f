/* erase: see erase.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/erase.h"
#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"

#define WORD "erased-"

bool
erase_is_word(const char *name)
{
	return strncmp(name, WORD, sizeof(WORD) - 1) == 0;
}

/* What was erased before keeps its word, and nobody else gets it. */
void
erase_words_keep(struct erase_words *w, const char *word)
{
	long n = strtol(word + sizeof(WORD) - 1, NULL, 10);

	if (n > 0 && n <= ERASE_NAMES_MAX && (size_t)n > w->base)
		w->base = (size_t)n;
}

void
erase_words_give(struct erase_words *w, const char *name, char out[ERASE_WORD])
{
	size_t i = 0;

	while (i < w->count && strcmp(w->names[i], name) != 0)
		i++;
	if (i == w->count && w->count < ERASE_NAMES_MAX) {
		w->names =
		    mem_grow(w->names, (w->count + 1) * sizeof(*w->names));
		w->names[w->count++] = mem_text(name);
	}
	text_format(out, ERASE_WORD, WORD "%zu", w->base + i + 1);
}

void
erase_words_clear(struct erase_words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->names[i]);
	free(w->names);
	*w = (struct erase_words){ 0 };
}

struct erasing {
	int64_t before_ms;
	const char *person; /* NULL: anybody */
	struct erase_words words;
	int64_t left_ms; /* the earliest of a name that stays */
	bool has_names;
	enum { ERASE_LOOK, ERASE_GIVE, ERASE_BLANK } step;
};

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
give_word(struct erasing *e, json_t *object, const char *key, int64_t at_ms,
    const char *name)
{
	char word[ERASE_WORD];

	if (at_ms < e->before_ms && is_of(name, e->person)) {
		erase_words_give(&e->words, name, word);
		json_object_set_new(object, key, json_string(word));
	} else if (at_ms < e->left_ms)
		e->left_ms = at_ms;
}

static void
look_at_name(struct erasing *e, json_t *object, const char *key, int64_t at_ms)
{
	const char *name = record_string(object, key);

	if (name == NULL || name[0] == '\0')
		return;
	e->has_names = true;
	if (e->step == ERASE_BLANK)
		json_object_set_new(object, key, json_string(""));
	else if (erase_is_word(name))
		erase_words_keep(&e->words, name);
	else if (e->step == ERASE_GIVE)
		give_word(e, object, key, at_ms, name);
}

static void
go_through(struct erasing *e, json_t *value, int64_t at_ms)
{
	json_t *item;
	void *at;
	size_t i;

	json_array_foreach(value, i, item)
	{
		go_through(e, item, at_ms);
	}
	if (!json_is_object(value))
		return;
	at_ms = record_int(value, "at", at_ms);
	look_at_name(e, value, "by", at_ms);
	look_at_name(e, value, "who", at_ms);
	for (at = json_object_iter(value); at != NULL;
	     at = json_object_iter_next(value, at))
		go_through(e, json_object_iter_value(at), at_ms);
}

/* A record that may be another one; NULL: it is none. */
static json_t *
load(const char *json, size_t length)
{
	json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
	const char *what = record_string(root, "what");

	if (what == NULL || strcmp(what, "resealed") != 0)
		return root;
	json_decref(root);
	return NULL;
}

/* Its names become words; first only those that are there are looked for. */
static bool
erase(struct erasing *e, json_t *root)
{
	bool has_erased;

	go_through(e, root, INT64_MAX);
	e->step = ERASE_GIVE;
	go_through(e, root, INT64_MAX);
	has_erased = e->words.count > 0;
	erase_words_clear(&e->words);
	return has_erased;
}

char *
erase_names(const char *json, size_t length, int64_t before_ms,
    const char *person)
{
	struct erasing e = { .before_ms = before_ms, .person = person };
	json_t *root = load(json, length);
	char *text = erase(&e, root) ? record_dump(root) : NULL;

	json_decref(root);
	return text;
}

char *
erase_entry(const char *json, size_t length, int64_t before_ms,
    const char *person, const char *id, int64_t *left_ms)
{
	struct erasing e = { .before_ms = before_ms,
		.person = person,
		.left_ms = NEVER };
	json_t *root = load(json, length);
	char *text = NULL;

	if (json_is_object(root) && erase(&e, root)) {
		if (json_object_get(root, ERASE_STOOD) == NULL)
			json_object_set_new(root, ERASE_STOOD, json_string(id));
		text = record_dump(root);
	}
	*left_ms = e.left_ms;
	json_decref(root);
	return text;
}

char *
erase_bare(const char *json, size_t length, bool is_first)
{
	struct erasing e = { .step = ERASE_BLANK };
	json_t *root = load(json, length);
	char *text = NULL;

	if (json_is_object(root))
		go_through(&e, root, 0);
	if (e.has_names && is_first)
		json_object_del(root, ERASE_STOOD);
	if (e.has_names)
		text = record_dump(root);
	json_decref(root);
	return text;
}

bool
erase_stood(const char *json, size_t length, char *id, size_t room)
{
	json_t *root;
	bool stood;

	if (memmem(json, length, "\"" ERASE_STOOD "\"",
		sizeof(ERASE_STOOD) + 1) == NULL)
		return false;
	root = load(json, length);
	stood = json_object_get(root, ERASE_STOOD) != NULL;
	record_text(root, ERASE_STOOD, id, room);
	json_decref(root);
	return stood;
}

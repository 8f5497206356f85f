#ifndef TESTS_API_ASK_H
#define TESTS_API_ASK_H

/* Asking the read API's lists of a house (api_house.h). */
#include "tests/unit/api_house.h"

/* As JSON, or "404 client"; the caller's to free. */
static inline char *
ask(struct house *h, const char *resource, const char *query)
{
	struct text path = { 0 }, said = { 0 };
	struct api_error error = { 0 };
	struct api_query q;
	json_t *root = NULL;
	char *text;

	text_addf(&path, API_PREFIX "%s", resource);
	if (api_query_read(path.data, query, &q, &error) == 0)
		root = api_list(&h->view, &q, &error);
	text_clear(&path);
	if (root == NULL) {
		text_addf(&said, "%d %s", error.status, error.field);
		return text_take(&said);
	}
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static inline void
says(struct house *h, const char *resource, const char *query,
    const char *wanted)
{
	char *text = ask(h, resource, query);

	if (strcmp(text, wanted) != 0)
		fail_msg("%s?%s: %s\ninstead of %s", resource, query, text,
		    wanted);
	free(text);
}

static inline void
contains(struct house *h, const char *resource, const char *query,
    const char *part, bool wanted)
{
	char *text = ask(h, resource, query);

	if ((strstr(text, part) != NULL) != wanted)
		fail_msg("%s?%s: \"%s\" in %s", resource, query, part, text);
	free(text);
}

/*
 * Every item once, by the cursors alone; most: how many one answer had at
 * most, NULL: not asked.
 */
static inline size_t
walk(struct house *h, const char *resource, int limit, size_t *most)
{
	char query[300];
	size_t count = 0, answers = 0;
	json_t *root, *next;

	text_format(query, sizeof(query), "limit=%d", limit);
	do {
		char *text = ask(h, resource, query);
		size_t n;

		root = json_loads(text, 0, NULL);
		if (root == NULL)
			fail_msg("%s?%s: %s", resource, query, text);
		free(text);
		n = json_array_size(json_object_get(root, resource));
		if (most != NULL && n > *most)
			*most = n;
		count += n;
		next = json_object_get(root, "next");
		text_format(query, sizeof(query), "limit=%d&cursor=%s", limit,
		    json_string_value(next));
		if (json_is_null(next))
			query[0] = '\0';
		json_decref(root);
		assert_true(++answers < 1000);
	} while (query[0] != '\0');
	return count;
}

/* How many answers it took to the end, by the cursors; items: in all of them. */
static inline size_t
answers_to(struct house *h, const char *resource, const char *query,
    size_t *items)
{
	char with_cursor[400];
	size_t answers = 0;
	const char *next;
	json_t *root;

	*items = 0;
	text_copy(with_cursor, sizeof(with_cursor), query);
	do {
		char *text = ask(h, resource, with_cursor);

		root = json_loads(text, 0, NULL);
		if (root == NULL || answers == 100)
			fail_msg("%s?%s: %s", resource, with_cursor, text);
		free(text);
		answers++;
		*items += json_array_size(json_object_get(root, resource));
		next = json_string_value(json_object_get(root, "next"));
		text_format(with_cursor, sizeof(with_cursor), "%s&cursor=%s",
		    query, next != NULL ? next : "");
		json_decref(root);
	} while (strstr(with_cursor, "&cursor=")[8] != '\0');
	return answers;
}

#endif

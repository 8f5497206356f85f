#ifndef TESTS_UNIT_REPORT_STORY_H
#define TESTS_UNIT_REPORT_STORY_H

/*
 * report_story: facts as JSON in which ' stands for ", their figures, and
 * what stands at a path of them: "parts[0].down_s".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/report.h"
#include "lib/text.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define APRIL "'period':{'month':'2026-04'}"

static inline char *__attribute__((format(printf, 1, 0)))
story_json(const char *fmt, va_list ap)
{
	struct text t = { 0 };

	text_add(&t, "{\"sunwatch_report\":1,\"facts\":{");
	text_addv(&t, fmt, ap);
	text_add(&t, "}}");
	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] == '\'')
			t.data[i] = '"';
	return text_take(&t);
}

/* The figures of these facts; whatever is wrong with them fails the test. */
static inline json_t *__attribute__((format(printf, 1, 2)))
story(const char *fmt, ...)
{
	char error[REPORT_ERROR], *json;
	struct report *r;
	json_t *figures;
	va_list ap;

	va_start(ap, fmt);
	json = story_json(fmt, ap);
	va_end(ap);
	r = report_read(json, strlen(json), error);
	if (r == NULL)
		fail_msg("%s\n%s", error, json);
	figures = report_figures(r);
	report_free(r);
	free(json);
	return figures;
}

static inline json_t *
story_at(json_t *o, const char *path)
{
	while (*path != '\0' && o != NULL) {
		size_t n = strcspn(path, ".[");
		char key[80];

		if (*path == '[') {
			o = json_array_get(o, strtoul(path + 1, NULL, 10));
			path = strchr(path, ']') + 1;
		} else {
			snprintf(key, sizeof(key), "%.*s", (int)n, path);
			o = json_object_get(o, key);
			path += n;
		}
		path += *path == '.';
	}
	return o;
}

static inline int64_t
story_number(json_t *o, const char *path)
{
	json_t *value = story_at(o, path);

	if (!json_is_integer(value))
		fail_msg("%s is no number", path);
	return json_integer_value(value);
}

static inline const char *
story_text(json_t *o, const char *path)
{
	json_t *value = story_at(o, path);

	if (value == NULL)
		fail_msg("%s is not there", path);
	return json_is_null(value) ? "null" : json_string_value(value);
}

/* What is said of facts that are refused. */
static inline void __attribute__((format(printf, 2, 3)))
story_refused(const char *why, const char *fmt, ...)
{
	char error[REPORT_ERROR] = "", *json;
	struct report *r;
	va_list ap;

	va_start(ap, fmt);
	json = story_json(fmt, ap);
	va_end(ap);
	r = report_read(json, strlen(json), error);
	if (r != NULL)
		fail_msg("not refused: %s", json);
	assert_string_equal(error, why);
	free(json);
}

#endif

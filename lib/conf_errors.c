/*
 * Complaints about a configuration, and the nearest right word.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

#define WORD_MAX 63 /* longer words are not compared */

bool
conf_errors_full(const struct conf_errors *errors)
{
	return errors->list.count >= CONF_ERRORS_MAX;
}

/* One wrong default may be found again by everything that inherits it. */
static bool
is_said(const struct conf_errors *errors, const char *line)
{
	CONF_EACH (const struct conf_complaint, c, &errors->list)
		if (strcmp(c->text, line) == 0)
			return true;
	return false;
}

static void
add_complaint(struct conf_errors *errors, const struct conf_place *place,
    char *line)
{
	struct conf_complaint *c;

	if (is_said(errors, line)) {
		free(line);
		return;
	}
	if (errors->list.items == NULL)
		errors->list.items = mem_alloc(CONF_ERRORS_MAX * sizeof(*c));
	c = (struct conf_complaint *)errors->list.items + errors->list.count++;
	if (place != NULL && place->file != NULL) {
		c->file = mem_text(place->file);
		c->line = place->line;
		c->column = place->column;
	}
	c->text = line;
}

void
conf_complain(struct conf_errors *errors, const struct conf_place *place,
    const char *fmt, ...)
{
	struct text line = { 0 };
	char why[512];
	va_list ap;

	if (conf_errors_full(errors)) {
		errors->dropped++;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (place != NULL && place->file != NULL) {
		text_add_plain(&line, place->file);
		text_addf(&line, ":%u:%u: ", place->line, place->column);
	}
	text_add_plain(&line, why);
	add_complaint(errors, place, text_take(&line));
}

void
conf_errors_clear(struct conf_errors *errors)
{
	CONF_EACH (struct conf_complaint, c, &errors->list) {
		free(c->text);
		free(c->file);
	}
	free(errors->list.items);
	*errors = (struct conf_errors){ 0 };
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be changed, added, left out or swapped with their
 * neighbour to get from one word to the other.  Neither is over WORD_MAX.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		spare = before;
		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
			    least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[n];
}

const char *
conf_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strlen(word), enough, best = SIZE_MAX, d;
	const char *nearest = NULL;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	enough = length < 3 ? 1 : length / 3 + 1;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(candidates[i]);

		if (other > WORD_MAX || other + enough < length ||
		    length + enough < other)
			continue;
		d = distance(word, candidates[i]);
		if (d <= enough && d < best && d < other) {
			best = d;
			nearest = candidates[i];
		}
	}
	return nearest;
}

void
conf_meant(const char *word, const char *const *candidates, size_t count,
    char *out, size_t room)
{
	const char *nearest = conf_nearest(word, candidates, count);

	out[0] = '\0';
	if (nearest != NULL)
		snprintf(out, room, ", did you mean \"%s\"?", nearest);
}

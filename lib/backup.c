/* backup: lines of a store and back; see backup.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/backup.h"
#include "lib/base64.h"
#include "lib/interval.h"
#include "lib/record.h"

static const char *const kinds[] = {
	[BACKUP_STRING] = "string",
	[BACKUP_HASH] = "hash",
	[BACKUP_STREAM] = "stream",
	[BACKUP_LAST] = "last",
};
#define KINDS (BACKUP_LAST + 1)

/* ---- writing ---- */

static void
add_json(struct text *line, json_t *value)
{
	char *json = record_dump(value);

	text_add(line, json);
	free(json);
	json_decref(value);
}

void
backup_write_head(const struct backup_head *h, struct text *line)
{
	add_json(line,
	    json_pack("{s:s, s:i, s:I, s:I}", "sunwatch", "backup", "format",
		BACKUP_FORMAT, "shards", (json_int_t)h->shards, "at",
		(json_int_t)h->at_ms));
}

void
backup_begin(struct text *line, enum backup_kind kind, const char *key)
{
	text_add(line, "{\"key\":");
	add_json(line, record_foreign(key));
	text_addf(line, ",\"%s\":[", kinds[kind]);
}

void
backup_add(struct text *line, const void *data, size_t length)
{
	json_t *value = NULL;

	if (line->data[line->length - 1] != '[')
		text_add(line, ",");
	if (memchr(data, '\0', length) == NULL)
		value = json_stringn(data, length);
	if (value != NULL) {
		add_json(line, value);
		return;
	}
	text_add(line, "{\"b\":\"");
	base64_add(line, data, length);
	text_add(line, "\"}");
}

void
backup_end(struct text *line)
{
	text_add(line, "]}");
}

/* ---- reading ---- */

void
backup_clear(struct backup_line *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i].data);
	free(l->items);
	free(l->key);
	*l = (struct backup_line){ 0 };
}

int
backup_read_head(const char *line, size_t length, struct backup_head *h,
    char error[160])
{
	json_t *o = record_object(line, length, error);
	const char *what = record_string(o, "sunwatch");
	int64_t shards = record_int(o, "shards", 0);
	int64_t format = record_int(o, "format", 0);
	int64_t at_ms = record_int(o, "at", -1);

	if (o == NULL)
		return -1;
	error[0] = '\0';
	if (what == NULL || strcmp(what, "backup") != 0)
		text_refuse(error, "not a backup");
	else if (format != BACKUP_FORMAT)
		text_refuse(error, "format: made by another version");
	else if (shards < 1 || shards > 64 || at_ms < 0 || at_ms > TIME_MAX)
		text_refuse(error, "shards, at: out of range");
	*h = (struct backup_head){ (unsigned)shards, at_ms };
	json_decref(o);
	return error[0] == '\0' ? 0 : -1;
}

static bool
read_item(const json_t *value, struct backup_item *item)
{
	const json_t *bytes = json_object_get(value, "b");

	if (json_is_string(value)) {
		item->length = json_string_length(value);
		item->data = mem_text(json_string_value(value));
	} else if (json_is_string(bytes) && json_object_size(value) == 1)
		item->data =
		    base64_read(json_string_value(bytes), &item->length);
	return item->data != NULL;
}

/* A string has one value, fields come in pairs, entries with their ids. */
static bool
is_count(enum backup_kind kind, size_t count)
{
	if (kind == BACKUP_STRING || kind == BACKUP_LAST)
		return count == 1;
	return count > 0 && count <= BACKUP_ITEMS_MAX &&
	    count % (kind == BACKUP_HASH ? 2 : 3) == 0;
}

static int
read_items(const json_t *list, struct backup_line *l, char error[160])
{
	size_t count = json_array_size(list);

	if (!is_count(l->kind, count))
		return text_refuse(error, "too few items, or too many");
	l->items = mem_alloc(count * sizeof(*l->items));
	for (size_t i = 0; i < count; i++) {
		if (!read_item(json_array_get(list, i), &l->items[i]))
			return text_refuse(error,
			    "an item is neither text nor "
			    "base64");
		l->count++;
	}
	return 0;
}

static int
read_line(const json_t *o, struct backup_line *l, char error[160])
{
	const char *key = record_string(o, "key");

	if (key == NULL || key[0] == '\0' || strlen(key) > BACKUP_KEY_MAX)
		return text_refuse(error, "key: expected a text, not too long");
	l->key = mem_text(key);
	for (int i = 0; i < KINDS; i++) {
		const json_t *list = json_object_get(o, kinds[i]);

		if (list == NULL)
			continue;
		if (!json_is_array(list) || json_object_size(o) != 2)
			break;
		l->kind = (enum backup_kind)i;
		return read_items(list, l, error);
	}
	return text_refuse(error,
	    "expected one list of string, hash, stream, last");
}

int
backup_read(const char *line, size_t length, struct backup_line *l,
    char error[160])
{
	json_t *o = record_object(line, length, error);
	int result = -1;

	*l = (struct backup_line){ 0 };
	if (o != NULL)
		result = read_line(o, l, error);
	if (result != 0)
		backup_clear(l);
	json_decref(o);
	return result;
}

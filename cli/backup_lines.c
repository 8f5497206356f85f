/* backup_lines: see backup_lines.h. */
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/backup_lines.h"
#include "cli/records.h"
#include "lib/text.h"

void
backup_lines_end(struct backup_lines *l)
{
	if (l->items == 0)
		return;
	backup_end(&l->line);
	linefile_put(l->out, l->line.data, l->line.length);
	l->line.length = 0;
	l->items = 0;
}

/* An item of a unit that must not be torn apart begins with "is_first". */
static void
add(struct backup_lines *l, const void *data, size_t length, bool is_first)
{
	if (is_first &&
	    (l->line.length > BACKUP_LINE || l->items + 3 > BACKUP_ITEMS_MAX))
		backup_lines_end(l);
	if (l->items == 0)
		backup_begin(&l->line, l->kind, l->key);
	backup_add(&l->line, data, length);
	l->items++;
	l->texts++;
}

void
backup_lines_key(struct backup_lines *l, enum backup_kind kind, const char *key)
{
	l->kind = kind;
	l->key = key;
}

void
backup_lines_field(void *lines, const char *field, const char *value,
    size_t length)
{
	add(lines, field, strlen(field), true);
	add(lines, value, length, false);
}

void
backup_lines_entry(struct backup_lines *l, const struct journal_entry *e)
{
	add(l, e->id, strlen(e->id), true);
	add(l, e->field, e->field_length, false);
	add(l, e->value, e->value_length, false);
}

void
backup_lines_last(struct backup_lines *l, const char *id)
{
	backup_lines_end(l);
	l->kind = BACKUP_LAST;
	add(l, id, strlen(id), true);
	backup_lines_end(l);
}

void
backup_lines_clear(struct backup_lines *l)
{
	text_clear(&l->line);
	l->items = 0;
}

/* ---- as Redis answers ---- */

bool
backup_lines_string(struct backup_lines *l, const redisReply *value)
{
	if (value->type != REDIS_REPLY_STRING)
		return false;
	add(l, value->str, value->len, true);
	backup_lines_end(l);
	return true;
}

bool
backup_lines_hash(struct backup_lines *l, const redisReply *list)
{
	if (!records_is_texts(list))
		return false;
	for (size_t i = 0; i + 1 < list->elements; i += 2) {
		add(l, list->element[i]->str, list->element[i]->len, true);
		add(l, list->element[i + 1]->str, list->element[i + 1]->len,
		    false);
	}
	backup_lines_end(l);
	return true;
}

bool
backup_lines_read(const redisReply *entry, struct journal_entry *e)
{
	const redisReply *fields;

	if (!records_is_entry(entry) || entry->element[1]->elements != 2)
		return false;
	fields = entry->element[1];
	*e = (struct journal_entry){ .field = fields->element[0]->str,
		.field_length = fields->element[0]->len,
		.value = fields->element[1]->str,
		.value_length = fields->element[1]->len };
	return text_format(e->id, sizeof(e->id), "%s", entry->element[0]->str);
}

bool
backup_lines_stream(struct backup_lines *l, const redisReply *list,
    const char *last)
{
	struct journal_entry e;
	bool is = list->type == REDIS_REPLY_ARRAY;

	for (size_t i = 0; is && i < list->elements; i++)
		if ((is = backup_lines_read(list->element[i], &e)))
			backup_lines_entry(l, &e);
	if (is)
		backup_lines_last(l, last);
	return is;
}

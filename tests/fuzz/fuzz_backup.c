/*
 * fuzz_backup: lines of a backup from hostile bytes, as if their seal were
 * right.  What is taken is written again as the same line's items, and every
 * key that passes is one that a restore may write.
 */
#include "lib/backup.h"
#include "tests/fuzz/fuzz.h"

static void
again_the_same(const struct backup_line *l)
{
	struct backup_line again;
	struct text t = { 0 };
	char error[160];

	backup_begin(&t, l->kind, l->key);
	for (size_t i = 0; i < l->count; i++)
		backup_add(&t, l->items[i].data, l->items[i].length);
	backup_end(&t);
	must(backup_read(t.data, t.length, &again, error) == 0);
	must(again.kind == l->kind && again.count == l->count &&
	    strcmp(again.key, l->key) == 0);
	for (size_t i = 0; i < l->count; i++)
		must(again.items[i].length == l->items[i].length &&
		    memcmp(again.items[i].data, l->items[i].data,
			l->items[i].length) == 0);
	backup_clear(&again);
	text_clear(&t);
}

static void
read_line(struct backup_check *check, const char *line, size_t length)
{
	char error[160] = "", group[BACKUP_GROUP_ROOM];
	struct backup_line l;

	if (backup_read(line, length, &l, error) != 0) {
		must(error[0] != '\0');
		return;
	}
	again_the_same(&l);
	error[0] = '\0';
	if (backup_check(check, &l, error) != 0)
		must(error[0] != '\0');
	else
		must(backup_is_kept(l.key) && backup_group_of(l.key, group));
	backup_clear(&l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), error[160] = "";
	const char *end = text + size, *stop;
	struct backup_check *check = backup_check_new();
	struct backup_head head;
	size_t i = 0;

	for (const char *line = text; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		if (line == text)
			must(backup_read_head(line, (size_t)(stop - line),
				 &head, error) == 0 ||
			    error[0] != '\0');
		read_line(check, line, (size_t)(stop - line));
	}
	while (backup_group(check, i) != NULL)
		must(strncmp(backup_group(check, i++), "sw:{", 4) == 0);
	must(i <= backup_keys(check));
	backup_check_free(check);
	free(text);
	return 0;
}

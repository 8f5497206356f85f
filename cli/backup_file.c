/* backup_file: see backup_file.h. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/backup_file.h"
#include "lib/text.h"

unsigned long long
backup_file_line(const struct backup_file *f)
{
	return linefile_line(f->lines);
}

static bool
complain(const struct backup_file *f, unsigned long long line,
    const char *error)
{
	cli_fail(f->cli, "line %llu: %s", line, error);
	return false;
}

bool
backup_file_again(struct backup_file *f)
{
	char error[160];
	const char *line;
	size_t length;

	linefile_free(f->lines);
	f->lines = linefile_new(f->file);
	rewind(f->file);
	line = linefile_next(f->lines, &length, error);
	if (line == NULL && error[0] == '\0')
		text_copy(error, sizeof(error), "the file is empty");
	if (line == NULL ||
	    backup_read_head(line, length, &f->head, error) != 0)
		return complain(f, 1, error);
	return true;
}

int
backup_file_next(struct backup_file *f, struct backup_line *l)
{
	char error[160];
	size_t length;
	const char *line = linefile_next(f->lines, &length, error);

	if (line == NULL && error[0] == '\0')
		return 0;
	if (line != NULL && backup_read(line, length, l, error) == 0)
		return 1;
	complain(f, backup_file_line(f) + (line == NULL), error);
	return -1;
}

static bool
verify(struct backup_file *f)
{
	struct backup_line l;
	char error[160];
	int read;

	while ((read = backup_file_next(f, &l)) == 1) {
		bool is_good = backup_check(f->check, &l, error) == 0;

		f->texts += l.count;
		backup_clear(&l);
		if (!is_good)
			return complain(f, backup_file_line(f), error);
	}
	text_copy(f->sum, sizeof(f->sum), linefile_sum(f->lines));
	return read == 0;
}

bool
backup_file_open(struct backup_file *f, struct cli *c, const char *path)
{
	struct stat st;

	*f = (struct backup_file){ .cli = c };
	f->file = fopen(path, "re");
	if (f->file == NULL || fstat(fileno(f->file), &st) != 0) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		cli_fail(c, "%s: no file: it is read twice", path);
		return false;
	}
	f->check = backup_check_new();
	return backup_file_again(f) && verify(f);
}

void
backup_file_close(struct backup_file *f)
{
	linefile_free(f->lines);
	backup_check_free(f->check);
	if (f->file != NULL)
		fclose(f->file);
	*f = (struct backup_file){ 0 };
}

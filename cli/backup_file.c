/* backup_file: see backup_file.h. */
#include "cli/backup_file.h"
#include "lib/text.h"

unsigned long long
backup_file_line(const struct backup_file *f)
{
	return linefile_line(f->in.lines);
}

bool
backup_file_again(struct backup_file *f)
{
	char error[160];
	const char *line;
	size_t length;

	return infile_again(&f->in, &line, &length) &&
	    (backup_read_head(line, length, &f->head, error) == 0 ||
		infile_complain(&f->in, error));
}

int
backup_file_next(struct backup_file *f, struct backup_line *l)
{
	char error[160];
	const char *line;
	size_t length;
	int read = infile_next(&f->in, &line, &length);

	if (read != 1 || backup_read(line, length, l, error) == 0)
		return read;
	infile_complain(&f->in, error);
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
			return infile_complain(&f->in, error);
	}
	text_copy(f->sum, sizeof(f->sum), linefile_sum(f->in.lines));
	return read == 0;
}

bool
backup_file_open(struct backup_file *f, struct cli *c, const char *path)
{
	*f = (struct backup_file){ 0 };
	if (!infile_open(&f->in, c, path))
		return false;
	f->check = backup_check_new();
	return backup_file_again(f) && verify(f);
}

void
backup_file_close(struct backup_file *f)
{
	infile_close(&f->in);
	backup_check_free(f->check);
	*f = (struct backup_file){ 0 };
}

/* infile: see infile.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/infile.h"
#include "lib/text.h"

static bool
complain(const struct infile *f, uint64_t line, const char *error)
{
	cli_fail(f->cli, "line %" PRIu64 ": %s", line, error);
	return false;
}

bool
infile_complain(const struct infile *f, const char *error)
{
	return complain(f, linefile_line(f->lines), error);
}

bool
infile_open(struct infile *f, struct cli *c, const char *path)
{
	struct stat st;

	*f = (struct infile){ .cli = c, .file = fopen(path, "re") };
	if (f->file == NULL || fstat(fileno(f->file), &st) != 0) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		cli_fail(c, "%s: no file: it is read twice", path);
		return false;
	}
	return true;
}

void
infile_close(struct infile *f)
{
	linefile_free(f->lines);
	if (f->file != NULL)
		fclose(f->file);
	*f = (struct infile){ 0 };
}

bool
infile_again(struct infile *f, const char **line, size_t *length)
{
	char error[160];

	linefile_free(f->lines);
	f->lines = linefile_new(f->file);
	rewind(f->file);
	*line = linefile_next(f->lines, length, error);
	if (*line != NULL)
		return true;
	return complain(f, 1, error[0] != '\0' ? error : "the file is empty");
}

int
infile_next(struct infile *f, const char **line, size_t *length)
{
	char error[160];

	*line = linefile_next(f->lines, length, error);
	if (*line != NULL)
		return 1;
	if (error[0] == '\0')
		return 0;
	complain(f, linefile_line(f->lines) + 1, error);
	return -1;
}

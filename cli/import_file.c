/* import_file: see import_file.h. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/import_file.h"
#include "lib/text.h"

static bool
complain(const struct import_file *f, uint64_t line, const char *error)
{
	cli_fail(f->cli, "line %" PRIu64 ": %s", line, error);
	return false;
}

static bool
read_head(struct import_file *f)
{
	char error[160];
	size_t length;
	const char *line = linefile_next(f->sealed, &length, error);

	if (line == NULL && error[0] == '\0')
		text_copy(error, sizeof(error), "the file is empty");
	if (line == NULL || moved_read_head(line, length, &f->head, error) != 0)
		return complain(f, 1, error);
	return true;
}

int
import_file_next(struct import_file *f, struct moved *m)
{
	char error[160];
	size_t length;
	const char *line = linefile_next(f->sealed, &length, error);

	if (line == NULL && error[0] == '\0')
		return 0;
	if (line != NULL && moved_read(line, length, m, error) == 0)
		return 1;
	complain(f, linefile_line(f->sealed) + (line == NULL), error);
	return -1;
}

static bool
take(struct import_file *f, const struct moved *m)
{
	char error[160];

	if (moved_check(f->check, m, error) != 0)
		return complain(f, linefile_line(f->sealed), error);
	if (import_reports_is_one(m->key) &&
	    import_reports_see(f->reports, m, error) != 0)
		return complain(f, linefile_line(f->sealed), error);
	if (m->key == MOVED_VOIDS || m->key == MOVED_OLDVOIDS)
		moved_voids_file(f->voids, m);
	f->counts[m->key]++;
	f->count++;
	return true;
}

static bool
check_all(struct import_file *f)
{
	struct moved m;
	char error[160];
	int read;

	while ((read = import_file_next(f, &m)) == 1) {
		bool taken = take(f, &m);

		moved_clear(&m);
		if (!taken)
			return false;
	}
	text_copy(f->sum, sizeof(f->sum), linefile_sum(f->sealed));
	if (read == 0 && moved_check_end(f->check, error) != 0)
		return complain(f, linefile_line(f->sealed), error);
	return read == 0;
}

bool
import_file_open(struct import_file *f, struct cli *c, const struct settings *s,
    const char *path)
{
	struct stat st;

	*f = (struct import_file){ .cli = c };
	f->file = fopen(path, "re");
	if (f->file == NULL || fstat(fileno(f->file), &st) != 0) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		cli_fail(c, "%s: no file: it is read twice", path);
		return false;
	}
	f->sealed = linefile_new(f->file);
	if (!read_head(f))
		return false;
	f->check = moved_check_new(s, f->head.client);
	f->voids = moved_voids_new(f->check);
	f->reports = import_reports_new(c, moved_check_reports(f->check));
	return check_all(f);
}

bool
import_file_again(struct import_file *f)
{
	linefile_free(f->sealed);
	f->sealed = linefile_new(f->file);
	rewind(f->file);
	return read_head(f);
}

void
import_file_close(struct import_file *f)
{
	linefile_free(f->sealed);
	moved_voids_free(f->voids);
	import_reports_free(f->reports);
	moved_check_free(f->check);
	if (f->file != NULL)
		fclose(f->file);
	*f = (struct import_file){ 0 };
}

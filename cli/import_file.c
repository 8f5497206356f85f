/* import_file: see import_file.h. */
#include "cli/import_file.h"
#include "lib/text.h"

bool
import_file_again(struct import_file *f)
{
	char error[160];
	const char *line;
	size_t length;

	return infile_again(&f->in, &line, &length) &&
	    (moved_read_head(line, length, &f->head, error) == 0 ||
		infile_complain(&f->in, error));
}

int
import_file_next(struct import_file *f, struct moved *m)
{
	char error[160];
	const char *line;
	size_t length;
	int read = infile_next(&f->in, &line, &length);

	if (read != 1 || moved_read(line, length, m, error) == 0)
		return read;
	infile_complain(&f->in, error);
	return -1;
}

static bool
take(struct import_file *f, const struct moved *m)
{
	char error[160];

	if (moved_check(f->check, m, error) != 0)
		return infile_complain(&f->in, error);
	if (import_reports_is_one(m->key) &&
	    import_reports_see(f->reports, m, error) != 0)
		return infile_complain(&f->in, error);
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
	text_copy(f->sum, sizeof(f->sum), linefile_sum(f->in.lines));
	if (read == 0 && moved_check_end(f->check, error) != 0)
		return infile_complain(&f->in, error);
	return read == 0;
}

bool
import_file_open(struct import_file *f, struct cli *c, const struct settings *s,
    const char *path)
{
	*f = (struct import_file){ 0 };
	if (!infile_open(&f->in, c, path) || !import_file_again(f))
		return false;
	f->check = moved_check_new(s, f->head.client);
	f->voids = moved_voids_new(f->check);
	f->reports = import_reports_new(c, moved_check_reports(f->check));
	return check_all(f);
}

void
import_file_close(struct import_file *f)
{
	infile_close(&f->in);
	moved_voids_free(f->voids);
	import_reports_free(f->reports);
	moved_check_free(f->check);
	*f = (struct import_file){ 0 };
}

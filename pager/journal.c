/*
 * journal: see journal.h.
 *
 * A file of whole lines; size is where the next one goes, given is how far
 * they were read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/crash.h"
#include "lib/disk.h"
#include "lib/text.h"
#include "pager/journal.h"
#include "pager/journal_line.h"

#define ASIDE_MAX 9

struct journal {
	char *path;
	int fd;
	off_t size, given, last; /* the line that was given last begins */
	int64_t fence;
	char house[JOURNAL_HOUSE];
	bool exists; /* the name in the folder is durable */
};

/* At most "want" bytes from given on, 0-terminated; NULL with errno. */
static char *
read_some(struct journal *j, size_t want, size_t *length)
{
	size_t got = 0;
	char *data;

	if (want > (size_t)(j->size - j->given))
		want = (size_t)(j->size - j->given);
	data = mem_alloc(want + 1);
	while (got < want) {
		ssize_t n =
		    pread(j->fd, data + got, want - got, j->given + (off_t)got);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			free(data);
			return NULL;
		}
		got += (size_t)n;
	}
	*length = got;
	return data;
}

/* The line at given, without its newline; NULL with errno. */
static char *
read_one(struct journal *j, size_t *length)
{
	for (size_t want = 65536;; want *= 2) {
		char *data = read_some(j, want, length), *end;

		if (data == NULL)
			return NULL;
		end = memchr(data, '\n', *length);
		if (end != NULL) {
			*length = (size_t)(end - data);
			return data;
		}
		free(data);
		if (want > JOURNAL_MAX) {
			errno = EIO;
			return NULL;
		}
	}
}

/* Leave a torn end off, and find whose it is. */
static int
look_through(struct journal *j)
{
	size_t length, start = 0;
	char *data = read_some(j, JOURNAL_MAX, &length);

	if (data == NULL)
		return -1;
	for (size_t i = 0; i < length; i++)
		if (data[i] == '\n') {
			journal_line_whose(data + start, i - start, &j->fence,
			    j->house);
			start = i + 1;
		}
	free(data);
	j->size = (off_t)start;
	return 0;
}

static struct journal *
open_file(const char *path, int flags)
{
	struct journal *j = mem_alloc(sizeof(*j));
	struct stat st;

	j->path = mem_text(path);
	j->fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (j->fd == -1 || fstat(j->fd, &st) == -1)
		goto fail;
	if (st.st_size > JOURNAL_MAX) {
		errno = EFBIG;
		goto fail;
	}
	j->size = st.st_size;
	return j;
fail:
	journal_close(j);
	return NULL;
}

static struct journal *
open_as(const char *path, int flags)
{
	struct journal *j = open_file(path, flags);

	if (j == NULL || look_through(j) == 0)
		return j;
	journal_close(j);
	return NULL;
}

struct journal *
journal_look(const char *path)
{
	return open_as(path, O_RDONLY);
}

struct journal *
journal_open(const char *path)
{
	struct journal *j = open_as(path, O_RDWR | O_CREAT);

	if (j == NULL || ftruncate(j->fd, j->size) == 0)
		return j;
	journal_close(j);
	return NULL;
}

void
journal_close(struct journal *j)
{
	int error = errno;

	if (j == NULL)
		return;
	if (j->fd != -1)
		close(j->fd);
	free(j->path);
	free(j);
	errno = error;
}

bool
journal_is_empty(const struct journal *j)
{
	return j->given == j->size;
}

int64_t
journal_fence(const struct journal *j)
{
	return j->fence;
}

const char *
journal_house(const struct journal *j)
{
	return j->house;
}

void
journal_belong(struct journal *j, const char *house)
{
	text_copy(j->house, sizeof(j->house), house);
}

static int
append(struct journal *j, const char *line, size_t length)
{
	int result = -1;

	if (j->size + (off_t)length > JOURNAL_MAX)
		errno = EFBIG;
	else
		result = disk_write(j->fd, line, length, j->size);
	if (result == 0)
		result = fdatasync(j->fd);
	if (result == 0 && !j->exists &&
	    (result = disk_sync_folder(j->path)) == 0)
		j->exists = true;
	if (result == 0)
		j->size += (off_t)length;
	else if (ftruncate(j->fd, j->size) == -1) {
		/* The torn line is cut when the file is opened again. */
	}
	return result;
}

static int
write_line(struct journal *j, const struct commit *commit, int64_t fence,
    int64_t now_ms)
{
	char *text = journal_line(commit, fence, j->house, now_ms);
	size_t length;
	int result;

	if (text == NULL) {
		errno = EINVAL;
		return -1;
	}
	length = strlen(text);
	text[length] = '\n'; /* over its 0 */
	result = append(j, text, length + 1);
	if (result == 0)
		j->fence = fence;
	free(text);
	return result;
}

int
journal_write(struct journal *j, const struct commit *commit, int64_t fence,
    int64_t now_ms)
{
	int result;

	CRASH_POINT("pager-before-journal");
	result = write_line(j, commit, fence, now_ms);
	CRASH_POINT("pager-after-journal");
	return result;
}

int
journal_adopt(struct journal *j, int64_t fence, int64_t now_ms)
{
	static const struct commit nothing;

	return write_line(j, &nothing, fence, now_ms);
}

enum journal_read
journal_read(struct journal *j, struct commit *out)
{
	size_t length;
	char *line;
	bool good;

	commit_clear(out);
	if (journal_is_empty(j))
		return JOURNAL_END;
	if ((line = read_one(j, &length)) == NULL)
		return JOURNAL_BROKEN;
	good = journal_line_read(line, length, out);
	free(line);
	j->last = j->given;
	j->given += (off_t)length + 1;
	if (good)
		return JOURNAL_LINE;
	commit_clear(out);
	return JOURNAL_BAD;
}

void
journal_rewind(struct journal *j)
{
	j->given = 0;
}

/* Lines begin with the fence and the time: enough to tell one from another. */
static int
read_heads(const struct journal *j, off_t given, off_t last,
    struct journal_mark *m)
{
	size_t first = sizeof(m->first_head), most = sizeof(m->last_head);
	struct stat st;

	*m = (struct journal_mark){ .given = given, .last = last };
	if ((off_t)first > given)
		first = (size_t)given;
	if ((off_t)most > given - last)
		most = (size_t)(given - last);
	if (fstat(j->fd, &st) == -1 ||
	    pread(j->fd, m->first_head, first, 0) != (ssize_t)first ||
	    pread(j->fd, m->last_head, most, last) != (ssize_t)most)
		return -1;
	m->device = st.st_dev;
	m->inode = st.st_ino;
	return 0;
}

int
journal_mark(const struct journal *j, struct journal_mark *m)
{
	if (read_heads(j, j->given, j->last, m) == 0)
		return 0;
	*m = (struct journal_mark){ 0 };
	return -1;
}

static bool
is_marked(const struct journal *j, const struct journal_mark *m)
{
	struct journal_mark now;

	return m->given > 0 && m->given <= j->size &&
	    read_heads(j, m->given, m->last, &now) == 0 &&
	    now.device == m->device && now.inode == m->inode &&
	    memcmp(now.first_head, m->first_head, sizeof(m->first_head)) == 0 &&
	    memcmp(now.last_head, m->last_head, sizeof(m->last_head)) == 0;
}

/* Leave a torn end off. */
static int
find_end(struct journal *j)
{
	size_t length;
	char *rest = read_some(j, JOURNAL_MAX, &length), *end;

	if (rest == NULL)
		return -1;
	end = memrchr(rest, '\n', length);
	j->size = j->given + (end != NULL ? end + 1 - rest : 0);
	free(rest);
	return 0;
}

struct journal *
journal_look_on(const char *path, const struct journal_mark *m, bool *anew)
{
	struct journal *j = open_file(path, O_RDONLY);

	if (j == NULL)
		return NULL;
	*anew = !is_marked(j, m);
	if (!*anew) {
		j->given = m->given;
		j->last = m->last;
	}
	if (find_end(j) == 0)
		return j;
	journal_close(j);
	return NULL;
}

int
journal_put_aside(const char *path)
{
	struct text aside = { 0 };
	int result = -1;

	for (int n = 1; n <= ASIDE_MAX && result == -1; n++) {
		text_clear(&aside);
		text_addf(&aside, "%s.aside", path);
		if (n > 1)
			text_addf(&aside, ".%d", n);
		result = renameat2(AT_FDCWD, path, AT_FDCWD, aside.data,
		    RENAME_NOREPLACE);
		if (result == -1 && errno != EEXIST)
			break;
	}
	if (result == -1)
		result = rename(path, aside.data);
	text_clear(&aside);
	return result == 0 ? disk_sync_folder(path) : -1;
}

static int
empty(struct journal *j)
{
	/* Emptied first: a name that stays after a crash does no harm. */
	if (ftruncate(j->fd, 0) == -1 || fdatasync(j->fd) == -1)
		return -1;
	j->size = j->given = 0;
	j->exists = false;
	CRASH_POINT("pager-journal-emptied");
	if (unlink(j->path) == -1)
		return -1;
	return disk_sync_folder(j->path);
}

int
journal_remove(struct journal *j)
{
	if (empty(j) == 0)
		return 0;
	return j->size == 0 ? -1 : journal_put_aside(j->path);
}

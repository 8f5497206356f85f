/*
 * spoolfile: see spoolfile.h.
 *
 * The lock is on a file of its own, since the spool is replaced at times.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/prober.h"
#include "agent/spoolfile.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"

#define HEAD 8 /* length and checksum before each record */

struct spoolfile {
	int dir, lock, file; /* -1: not open */
	char *path;          /* for messages */
	off_t length;        /* of whole records */
	bool complained;     /* since the last write that went well */
};

static int
open_file(struct spoolfile *s, const char *name, int flags)
{
	int fd =
	    openat(s->dir, name, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);

	if (fd == -1)
		log_warn("%s: %s", s->path, name);
	return fd;
}

struct spoolfile *
spoolfile_open(const char *state_dir)
{
	struct spoolfile *s = mem_alloc(sizeof(*s));

	s->path = mem_text(state_dir);
	s->lock = s->file = -1;
	s->dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir == -1) {
		log_warn("%s", state_dir);
		goto fail;
	}
	s->lock = open_file(s, "lock", 0);
	if (s->lock == -1)
		goto fail;
	if (flock(s->lock, LOCK_EX | LOCK_NB) == -1) {
		log_warnx("%s: another agent runs here", state_dir);
		goto fail;
	}
	s->file = open_file(s, "spool", O_APPEND);
	if (s->file != -1)
		return s;
fail:
	spoolfile_close(s);
	return NULL;
}

void
spoolfile_close(struct spoolfile *s)
{
	if (s == NULL)
		return;
	if (s->file != -1)
		close(s->file);
	if (s->lock != -1)
		close(s->lock);
	if (s->dir != -1)
		close(s->dir);
	free(s->path);
	free(s);
}

static char *
read_all(struct spoolfile *s, size_t *length)
{
	struct stat st;
	char *data;
	size_t n = 0;

	if (fstat(s->file, &st) == -1 || st.st_size > SPOOLFILE_MAX)
		return NULL;
	data = mem_alloc((size_t)st.st_size);
	while (n < (size_t)st.st_size) {
		ssize_t got =
		    pread(s->file, data + n, (size_t)st.st_size - n, (off_t)n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	*length = n;
	return data;
}

/*
 * Whether the last record begins here, and its end was never written: it is
 * cut off, or (the host lost its power) turns into zeros, or its bytes are not
 * those that it is to have.
 */
static bool
is_torn(const char *data, size_t length)
{
	const unsigned char *p = (const unsigned char *)data;
	uint32_t announced;

	while (length > 0 && p[length - 1] == 0)
		length--;
	if (length < HEAD)
		return true;
	announced = (uint32_t)p[0] | (uint32_t)p[1] << 8 |
	    (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return announced >= length - HEAD;
}

/* Humans may want to look at it; we begin anew. */
static int
set_aside(struct spoolfile *s)
{
	log_warnx("%s: the spool is damaged; kept as spool.damaged", s->path);
	if (renameat(s->dir, "spool", s->dir, "spool.damaged") == -1)
		log_warn("%s: spool.damaged", s->path);
	close(s->file);
	s->length = 0;
	s->file = open_file(s, "spool", O_APPEND | O_TRUNC);
	return -1;
}

int
spoolfile_read(struct spoolfile *s, spoolfile_take *take, void *arg)
{
	size_t length = 0, at = 0, one;
	char *data = read_all(s, &length);
	bool good = data != NULL;

	while (good && at < length) {
		one = prober_record_length(data + at, length - at);
		if (one == 0)
			break;
		good = take(arg, data + at, one) == 0;
		at += one;
	}
	good = good && (at == length || is_torn(data + at, length - at));
	free(data);
	if (!good)
		return set_aside(s);
	if (at < length)
		log_info("%s: the last record of the spool was torn", s->path);
	s->length = (off_t)at;
	if (at < length && ftruncate(s->file, s->length) == -1)
		return set_aside(s);
	return 0;
}

static bool
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* What is half written would be taken for damage: take it back. */
static int
failed(struct spoolfile *s)
{
	if (!s->complained)
		log_warn("%s: the spool cannot be written", s->path);
	s->complained = true;
	if (s->file != -1 && ftruncate(s->file, s->length) == -1)
		log_warn("%s: nor be cut", s->path);
	return -1;
}

static int
replace(struct spoolfile *s, const char *records, size_t length)
{
	int fd = openat(s->dir, "spool.new",
	    O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND | O_TRUNC, 0600);

	/* Or a rename that outlives the content would lose all of it. */
	if (fd == -1 || !write_all(fd, records, length) || fsync(fd) == -1)
		goto fail;
	CRASH_POINT("agent-spool-rewritten");
	if (renameat(s->dir, "spool.new", s->dir, "spool") == -1)
		goto fail;
	if (s->file != -1)
		close(s->file);
	s->file = fd;
	s->length = (off_t)length;
	return 0;
fail:
	failed(s);
	if (fd != -1)
		close(fd);
	unlinkat(s->dir, "spool.new", 0); /* it may hold what room there was */
	return -1;
}

int
spoolfile_append(struct spoolfile *s, const char *records, size_t length,
    bool whole)
{
	CRASH_POINT("agent-before-record");
	if (whole) {
		if (replace(s, records, length) == -1)
			return -1;
	} else {
		if (s->file == -1 || !write_all(s->file, records, length))
			return failed(s);
		s->length += (off_t)length;
	}
	if (s->complained)
		log_info("%s: the spool can be written again", s->path);
	s->complained = false;
	CRASH_POINT("agent-after-record");
	return 0;
}

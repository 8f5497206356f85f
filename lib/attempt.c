/*
 * attempt: see attempt.h.
 *
 * The file holds one line, "count record\n", or nothing while none is read.
 * Empty lines cost one write each; a record is read without any other file
 * access, so there is no need to make this faster.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/text.h"
#include "lib/attempt.h"

#define RECORD_MAX 200

struct attempt {
	int fd;     /* -1: no file */
	int before; /* times the record below was begun and never ended */
	char record[RECORD_MAX]; /* found at start; "" when none was */
};

struct attempt *
attempt_new(const char *path)
{
	struct attempt *a = mem_alloc(sizeof(*a));
	char line[RECORD_MAX + 16] = "";
	char *end;
	ssize_t n;

	a->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (a->fd == -1) {
		log_warn("%s: records that crash are not counted", path);
		return a;
	}
	n = pread(a->fd, line, sizeof(line) - 1, 0);
	line[n > 0 ? n : 0] = '\0';
	a->before = (int)strtol(line, &end, 10);
	if (*end == ' ') {
		end[strcspn(end, "\n")] = '\0';
		text_copy(a->record, sizeof(a->record), end + 1);
	}
	return a;
}

struct attempt *
attempt_in(const char *folder, const char *name)
{
	char path[1024];

	text_format(path, sizeof(path), "%s/%s", folder, name);
	return attempt_new(path);
}

void
attempt_free(struct attempt *a)
{
	if (a == NULL)
		return;
	if (a->fd != -1)
		close(a->fd);
	free(a);
}

bool
attempt_was_cut_short(const struct attempt *a)
{
	return *a->record != '\0';
}

/* What stood there before remains behind its end. */
static void
put(struct attempt *a, const char *line)
{
	if (a->fd == -1)
		return;
	if (pwrite(a->fd, line, strlen(line) + 1, 0) == -1)
		log_warn("records that crash are not counted any more");
}

bool
attempt_begin(struct attempt *a, const char *record)
{
	char name[RECORD_MAX], line[RECORD_MAX + 16];
	int count = 1;

	text_copy(name, sizeof(name), record);
	if (*a->record != '\0' && strcmp(name, a->record) == 0) {
		if (a->before >= ATTEMPTS_MAX)
			return false;
		count = a->before + 1;
	}
	text_format(line, sizeof(line), "%d %s\n", count, name);
	put(a, line);
	return true;
}

void
attempt_end(struct attempt *a)
{
	put(a, "");
}

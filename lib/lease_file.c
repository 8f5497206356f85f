/*
 * One line "group token" for each lease.  fd is -1 until the file could be
 * opened, and the lines are nobody's until it could be locked.
 */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/lease_file.h"
#include "lib/log.h"
#include "lib/text.h"

struct line {
	char group[16], token[64];
	bool ours; /* else a dead one's */
};

struct lease_file {
	char *path;
	int fd;
	bool locked, said;
	struct line lines[LEASE_FILE_MAX];
	size_t count;
};

struct lease_file *
lease_file_new(const char *path)
{
	struct lease_file *f = mem_alloc(sizeof(*f));

	f->path = mem_text(path);
	f->fd = -1;
	return f;
}

void
lease_file_free(struct lease_file *f)
{
	if (f == NULL)
		return;
	if (f->fd != -1)
		close(f->fd);
	free(f->path);
	free(f);
}

static struct line *
find(struct lease_file *f, const char *group)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (strcmp(f->lines[i].group, group) == 0)
			return &f->lines[i];
	return NULL;
}

static struct line *
add(struct lease_file *f, const char *group)
{
	struct line *l = find(f, group);

	if (l != NULL || f->count == LEASE_FILE_MAX)
		return l;
	l = &f->lines[f->count++];
	*l = (struct line){ 0 };
	text_copy(l->group, sizeof(l->group), group);
	return l;
}

/* What the one before us wrote; a torn last line only costs patience. */
static void
read_lines(struct lease_file *f)
{
	char text[LEASE_FILE_MAX * 80 + 1], group[16], token[64];
	ssize_t n = pread(f->fd, text, sizeof(text) - 1, 0);
	const char *at = text;
	struct line *l;
	int used;

	text[n > 0 ? n : 0] = '\0';
	while (sscanf(at, "%15s %63s\n%n", group, token, &used) == 2) {
		if ((l = add(f, group)) != NULL)
			text_copy(l->token, sizeof(l->token), token);
		at += used;
	}
}

/* Get hold of the file, if nobody alive has it. */
static bool
have_file(struct lease_file *f)
{
	if (f->locked)
		return true;
	if (f->fd == -1)
		f->fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (f->fd == -1) {
		if (!f->said)
			log_warn("%s", f->path);
		f->said = true;
		return false;
	}
	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1)
		return false;
	f->locked = true;
	read_lines(f);
	return true;
}

bool
lease_file_dead(struct lease_file *f, const char *group, char token[64])
{
	struct line *l;

	if (!have_file(f) || (l = find(f, group)) == NULL || l->ours)
		return false;
	text_copy(token, 64, l->token);
	l->ours = true;
	return true;
}

void
lease_file_hold(struct lease_file *f, const char *group, const char *token)
{
	struct text t = { 0 };
	struct line *l;
	size_t i;

	if (!have_file(f) || (l = add(f, group)) == NULL)
		return;
	l->ours = true;
	text_copy(l->token, sizeof(l->token), token);
	for (i = 0; i < f->count; i++)
		text_addf(&t, "%s %s\n", f->lines[i].group, f->lines[i].token);
	if (ftruncate(f->fd, 0) == -1 ||
	    pwrite(f->fd, t.data, t.length, 0) != (ssize_t)t.length)
		log_warn("%s", f->path);
	text_clear(&t);
}

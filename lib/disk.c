/* disk: see disk.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/disk.h"
#include "lib/text.h"

int
disk_write(int fd, const void *data, size_t length, off_t at)
{
	const char *from = data;
	size_t done = 0;

	while (done < length) {
		ssize_t n =
		    pwrite(fd, from + done, length - done, at + (off_t)done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

int
disk_lock(int fd, const char *path)
{
	struct stat opened, named;

	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &opened) != 0)
		return -1;
	if (lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
	    opened.st_ino == named.st_ino)
		return 0;
	errno = ESTALE;
	return -1;
}

int
disk_sync_folder(const char *path)
{
	char *copy = mem_text(path), *slash = strrchr(copy, '/');
	int fd, rc = -1;

	if (slash != NULL)
		slash[slash == copy] = '\0';
	fd = open(slash != NULL ? copy : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		rc = fsync(fd);
		close(fd);
	}
	free(copy);
	return rc;
}

/* What a crash left half written is written over by the next. */
static int
write_new(const char *path, const void *data, size_t length)
{
	int fd, rc;

	if (unlink(path) == -1 && errno != ENOENT)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	rc = disk_write(fd, data, length, 0);
	if (rc == 0)
		rc = fsync(fd);
	if (close(fd) == -1)
		rc = -1;
	return rc;
}

int
disk_replace(const char *path, const void *data, size_t length)
{
	struct text name = { 0 };
	int rc, saved;

	text_addf(&name, "%s.new", path);
	rc = write_new(name.data, data, length);
	if (rc == 0)
		rc = rename(name.data, path);
	if (rc == -1) {
		saved = errno;
		unlink(name.data);
		errno = saved;
	}
	text_clear(&name);
	return rc == 0 ? disk_sync_folder(path) : -1;
}

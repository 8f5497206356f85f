#ifndef LIB_DISK_H
#define LIB_DISK_H

#include <stddef.h>
#include <sys/types.h>

/*
 * disk: what has to survive a loss of power.
 *
 * Content is durable after fsync() of its file, and a name that came or went
 * after fsync() of its folder.  All return 0, or -1 with errno.
 */

/* All of it, from "at" on, however often the kernel takes only a part. */
int disk_write(int fd, const void *data, size_t length, off_t at);
/*
 * Nobody else has the file from here on, and it is the one that path names;
 * errno ESTALE: it was, and has got another name since it was opened.
 */
int disk_lock(int fd, const char *path);
/* The folder in which path lies. */
int disk_sync_folder(const char *path);
/* A whole file, mode 0600, in the place of what was there; a crash at any
   moment leaves the old or the new one.  path.new is written meanwhile. */
int disk_replace(const char *path, const void *data, size_t length);

#endif

#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * fuzz: what the targets share.
 *
 * Records are given as lines "key field value", so that a corpus can be read
 * and written by hand; the value goes to the end of its line.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline void __attribute__((unused)) must_be_plain(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}

/* The bytes as text of their own, so that ASan knows where it ends. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1);

	if (size > 0)
		memcpy(text, data, size);
	return text;
}

/* In memory, where there is such a place: syncing costs nothing there. */
static inline const char *
fuzz_folder(void)
{
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

/* A file with these bytes, the same one each time; this process's own. */
static inline const char *
fuzz_file(const void *data, size_t size)
{
	static char path[64];
	int fd;

	if (path[0] == '\0')
		text_format(path, sizeof(path), "%s/sunwatch-fuzz.%d",
		    fuzz_folder(), (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd != -1 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	return path;
}

struct row {
	char key[32], field[160];
	const char *value; /* not 0-terminated */
	size_t length;
};

/* The next row of "text", which is moved behind it; false: none is left. */
static inline bool
fuzz_row(const char **text, const char *end, struct row *out)
{
	const char *line = *text, *stop, *space;

	if (line >= end)
		return false;
	stop = memchr(line, '\n', (size_t)(end - line));
	if (stop == NULL)
		stop = end;
	*text = stop + 1;
	*out = (struct row){ .value = "" };
	space = memchr(line, ' ', (size_t)(stop - line));
	if (space == NULL)
		space = stop;
	text_format(out->key, sizeof(out->key), "%.*s", (int)(space - line),
	    line);
	line = space < stop ? space + 1 : stop;
	space = memchr(line, ' ', (size_t)(stop - line));
	if (space == NULL)
		space = stop;
	text_format(out->field, sizeof(out->field), "%.*s", (int)(space - line),
	    line);
	line = space < stop ? space + 1 : stop;
	out->value = line;
	out->length = (size_t)(stop - line);
	return true;
}

#endif

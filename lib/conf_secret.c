/*
 * Secrets: never written in the configuration, only where they are.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

static const char how[] =
    "a secret is never written here, only where it is: file:/path, env:NAME "
    "or cred:NAME";

/* Read at most max bytes; errno says what went wrong. */
static char *
read_all(int fd, size_t max, size_t *length)
{
	char *data = mem_alloc(max + 2);
	size_t have = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, data + have, max + 1 - have);
		if (n == 0)
			break;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || (have += (size_t)n) > max) {
			if (n != -1)
				errno = EFBIG;
			free(data);
			return NULL;
		}
	}
	data[have] = '\0';
	*length = have;
	return data;
}

char *
conf_slurp(const char *path, size_t max, size_t *length,
    struct conf_file_id *id, const char **why)
{
	char *data = NULL;
	struct stat st;
	int fd;

	/* Not to wait for the writer of a FIFO that lies there. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1 || fstat(fd, &st) == -1)
		*why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		*why = "not a regular file";
	else if (st.st_size > (off_t)max)
		*why = "the file is too large";
	else {
		/* What grows while it is read is found by its last byte. */
		data = read_all(fd, (size_t)st.st_size, length);
		if (data == NULL)
			*why = strerror(errno);
		if (id != NULL)
			*id = (struct conf_file_id){ st.st_dev, st.st_ino };
	}
	if (fd != -1)
		close(fd);
	return data;
}

void
conf_secrets_add(struct conf_secrets *secrets, const char *reference,
    const char *value)
{
	struct conf_secret *s = mem_alloc(sizeof(*s));

	s->reference = mem_text(reference);
	s->value = mem_text(value);
	s->next = secrets->first;
	secrets->first = s;
}

void
conf_secrets_clear(struct conf_secrets *secrets)
{
	struct conf_secret *s;

	while ((s = secrets->first) != NULL) {
		secrets->first = s->next;
		explicit_bzero(s->value, strlen(s->value));
		free(s->value);
		free(s->reference);
		free(s);
	}
}

/* JSON holds nothing else, and so neither a plan nor the kept tree. */
static bool
is_utf8(const char *value)
{
	struct text plain = { 0 };
	char *line = mem_text(value);
	bool same;

	for (char *p = line; (p = strchr(p, '\n')) != NULL;)
		*p = ' '; /* where it may stand was looked at before */
	text_add_plain(&plain, line);
	same = strcmp(plain.data, line) == 0;
	explicit_bzero(plain.data, plain.length);
	text_clear(&plain);
	mem_wipe(line);
	return same;
}

/*
 * Without ends of lines behind it; and one line, so that it can split no header
 * or command, but where several are meant.
 */
static bool
is_sound(char *value, bool lines, const char **why)
{
	size_t length = strlen(value);

	while (length > 0 && strchr("\r\n", value[length - 1]) != NULL)
		value[--length] = '\0';
	*why = "the secret is empty";
	if (length == 0)
		return false;
	*why = "the secret is longer than 4096 bytes";
	if (length > CONF_SECRET_MAX)
		return false;
	*why = "the secret contains control characters";
	for (size_t i = 0; i < length; i++)
		if (((unsigned char)value[i] < ' ' || value[i] == 0x7f) &&
		    (!lines || value[i] != '\n'))
			return false;
	*why = "the secret is not plain UTF-8";
	return is_utf8(value);
}

static char *
from_file(const char *path, const char **why)
{
	size_t length;
	char *value = conf_slurp(path, CONF_SECRET_MAX + 2, &length, NULL, why);

	if (value != NULL && strlen(value) != length) {
		*why = "the secret contains control characters";
		free(value);
		return NULL;
	}
	return value;
}

static char *
from_environment(const char *name, const char **why)
{
	const char *value = getenv(name);

	*why = "the environment has no such variable";
	return value == NULL ? NULL : mem_text(value);
}

static char *
from_credentials(const char *name, const char **why)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct text path = { 0 };
	char *value, *full;

	*why = "there are no credentials: CREDENTIALS_DIRECTORY is not set";
	if (folder == NULL)
		return NULL;
	*why = "expected the name of a credential";
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return NULL;
	text_addf(&path, "%s/%s", folder, name);
	full = text_take(&path);
	value = from_file(full, why);
	free(full);
	return value;
}

/* A relative path begins where the file that names it lies. */
static char *
full_reference(const char *file, const char *text)
{
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;
	struct text full = { 0 };

	if (strncmp(text, "file:", 5) != 0 || text[5] == '/' || slash == NULL)
		return mem_text(text);
	text_add(&full, "file:");
	text_add_bytes(&full, file, (size_t)(slash - file) + 1);
	text_add(&full, text + 5);
	return text_take(&full);
}

bool
conf_is_reference(const char *text)
{
	return strncmp(text, "file:", 5) == 0 ||
	    strncmp(text, "env:", 4) == 0 || strncmp(text, "cred:", 5) == 0;
}

static char *
fetch(const char *reference, const char **why)
{
	if (strncmp(reference, "file:", 5) == 0)
		return from_file(reference + 5, why);
	if (strncmp(reference, "env:", 4) == 0)
		return from_environment(reference + 4, why);
	if (strncmp(reference, "cred:", 5) == 0)
		return from_credentials(reference + 5, why);
	*why = how;
	return NULL;
}

static const char *
known(const struct conf_secrets *secrets, const char *reference)
{
	for (struct conf_secret *s = secrets->first; s != NULL; s = s->next)
		if (strcmp(s->reference, reference) == 0)
			return s->value;
	return NULL;
}

const char *
conf_secret(struct conf_secrets *secrets, const char *file, const char *text,
    bool lines, const char **why)
{
	char *reference = full_reference(file, text), *value = NULL;
	const char *found = known(secrets, reference);

	*why = "the kept tree does not hold this secret";
	if (found == NULL && !secrets->closed) {
		value = fetch(reference, why);
		if (value != NULL && is_sound(value, lines, why)) {
			conf_secrets_add(secrets, reference, value);
			found = secrets->first->value;
		}
	}
	if (found != NULL && !lines && strchr(found, '\n') != NULL) {
		*why = "the secret contains control characters";
		found = NULL; /* it stands elsewhere, too, where it may */
	}
	if (value != NULL)
		explicit_bzero(value, strlen(value));
	free(value);
	free(reference);
	return found;
}

/* linefile: see linefile.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "lib/log.h"
#include "lib/record.h"
#include "lib/linefile.h"
#include "lib/text.h"

struct linefile {
	FILE *file;
	EVP_MD_CTX *sum; /* NULL once it was told */
	struct text line;
	uint64_t lines;
	char hex[SIGN_HEX]; /* "" before */
};

struct linefile *
linefile_new(FILE *file)
{
	struct linefile *s = mem_alloc(sizeof(*s));

	s->file = file;
	s->sum = EVP_MD_CTX_new();
	if (s->sum == NULL ||
	    EVP_DigestInit_ex(s->sum, EVP_sha256(), NULL) != 1)
		fatalx("linefile: no SHA-256");
	return s;
}

void
linefile_free(struct linefile *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->sum);
	text_clear(&s->line);
	free(s);
}

static void
count(struct linefile *s, const char *line, size_t length)
{
	EVP_DigestUpdate(s->sum, line, length);
	EVP_DigestUpdate(s->sum, "\n", 1);
	s->lines++;
}

static void
sum_up(struct linefile *s)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size;

	EVP_DigestFinal_ex(s->sum, digest, &size);
	for (unsigned i = 0; i < 32; i++)
		snprintf(s->hex + (size_t)2 * i, 3, "%02x", digest[i]);
	EVP_MD_CTX_free(s->sum);
	s->sum = NULL;
}

void
linefile_put(struct linefile *s, const char *line, size_t length)
{
	fwrite(line, 1, length, s->file);
	putc('\n', s->file);
	count(s, line, length);
}

int
linefile_end(struct linefile *s)
{
	sum_up(s);
	fprintf(s->file, "{\"lines\":%" PRIu64 ",\"sha256\":\"%s\"}\n",
	    s->lines, s->hex);
	return fflush(s->file) == EOF || ferror(s->file) != 0 ? -1 : 0;
}

/* Up to a newline; false: the file or the room for a line ends before. */
static bool
read_line(struct linefile *s)
{
	char part[4096];
	size_t n = 0;
	int c = 0;

	s->line.length = 0;
	while (s->line.length + n < LINEFILE_LINE_MAX &&
	    (c = getc_unlocked(s->file)) != EOF && c != '\n') {
		part[n++] = (char)c;
		if (n == sizeof(part)) {
			text_add_bytes(&s->line, part, n);
			n = 0;
		}
	}
	text_add_bytes(&s->line, part, n);
	return c == '\n';
}

static const char *
say(char error[160], const char *what)
{
	text_copy(error, 160, what);
	return NULL;
}

/* The last line: true when it says of those before what they are. */
static const char *
read_seal(struct linefile *s, char error[160])
{
	json_t *o = json_loadb(s->line.data, s->line.length, 0, NULL);
	const char *hex = record_string(o, "sha256");
	int64_t lines = record_int(o, "lines", -1);

	sum_up(s);
	if (hex == NULL || lines < 0)
		say(error, "the last line is no seal");
	else if ((uint64_t)lines != s->lines)
		say(error, "lines are missing, or too many");
	else if (strcmp(hex, s->hex) != 0)
		say(error, "it was changed: the SHA-256 is another one");
	else if (getc_unlocked(s->file) != EOF)
		say(error, "something stands behind the last line");
	json_decref(o);
	return NULL;
}

const char *
linefile_next(struct linefile *s, size_t *length, char error[160])
{
	static const char seal[] = "{\"lines\":";

	error[0] = '\0';
	if (s->sum == NULL)
		return NULL;
	if (!read_line(s))
		return say(error,
		    s->line.length >= LINEFILE_LINE_MAX
			? "the line is too long"
			: "the file is cut off: it has no last line");
	if (s->line.length >= sizeof(seal) - 1 &&
	    memcmp(s->line.data, seal, sizeof(seal) - 1) == 0)
		return read_seal(s, error);
	if (s->lines >= LINEFILE_LINES_MAX)
		return say(error, "too many lines");
	count(s, s->line.data, s->line.length);
	*length = s->line.length;
	return s->line.data;
}

uint64_t
linefile_line(const struct linefile *s)
{
	return s->lines;
}

const char *
linefile_sum(const struct linefile *s)
{
	return s->hex;
}

/*
 * fuzz_moved: a client's history from hostile bytes.  As a file with its seal
 * ("S" in front), and line by line behind a head, as if the seal were right:
 * what is taken comes back byte for byte, and evaluate can read it.
 */
#include "collector/moved.h"
#include "collector/shard.h"
#include "lib/linefile.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW INT64_C(1800000300000)

static void
read_sealed(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	FILE *file = fmemopen(text, size + 1, "r");
	struct linefile *s;
	char error[160];
	size_t length;

	must(file != NULL);
	s = linefile_new(file);
	while (linefile_next(s, &length, error) != NULL)
		must(length <= LINEFILE_LINE_MAX);
	linefile_free(s);
	fclose(file);
	free(text);
}

static void
read_head(const char *line, size_t length)
{
	struct moved_head h, again;
	struct text t = { 0 };
	char error[160] = "";

	if (moved_read_head(line, length, &h, error) != 0) {
		must(error[0] != '\0');
		return;
	}
	moved_write_head(&h, &t);
	must(moved_read_head(t.data, t.length, &again, error) == 0);
	must(strcmp(h.client, again.client) == 0 && h.at_ms == again.at_ms);
	text_clear(&t);
}

static void
again_the_same(const struct moved *m)
{
	struct text t = { 0 };
	struct moved again;
	char error[160];

	moved_write(m, &t);
	must(moved_read(t.data, t.length, &again, error) == 0);
	must(again.key == m->key && again.length == m->length &&
	    memcmp(again.value, m->value, m->length) == 0);
	must((m->field == NULL) == (again.field == NULL));
	must(m->field == NULL || strcmp(m->field, again.field) == 0);
	moved_clear(&again);
	text_clear(&t);
}

static void
read_record(struct moved_check *check, struct moved_voids *voids,
    struct shard *shard, const char *line, size_t length)
{
	char error[160] = "";
	struct moved m;

	if (moved_read(line, length, &m, error) != 0) {
		must(error[0] != '\0');
		return;
	}
	again_the_same(&m);
	error[0] = '\0';
	if (moved_check(check, &m, error) != 0)
		must(error[0] != '\0');
	else if (m.key == MOVED_VOIDS || m.key == MOVED_OLDVOIDS)
		moved_voids_file(voids, &m);
	else if (m.key != MOVED_HISTORY && m.field != NULL)
		must(shard_load(shard, moved_key_text(m.key), m.field, m.value,
			 m.length, error) == 0);
	moved_clear(&m);
}

static void
read_lines(const char *text, size_t size)
{
	struct moved_check *check = moved_check_new(fuzz_settings(), "acme");
	struct moved_voids *voids = moved_voids_new(check);
	struct shard *shard = shard_new(fuzz_settings(), 0);
	const char *end = text + size, *line = text, *stop;
	char error[160] = "";

	for (; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		if (line == text)
			read_head(line, (size_t)(stop - line));
		read_record(check, voids, shard, line, (size_t)(stop - line));
	}
	(void)moved_voids_there(voids, "auckland|blind|akl-1|5", "0", 1, error);
	moved_voids_other(voids, "auckland", NOW);
	(void)moved_voids_bear(voids, error);
	shard_start(shard, NOW);
	shard_time(shard, NOW + 120000);
	shard_free(shard);
	moved_voids_free(voids);
	moved_check_free(check);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > 0 && data[0] == 'S') {
		read_sealed(data + 1, size - 1);
		return 0;
	}
	text = fuzz_text(data, size);
	read_lines(text, size);
	free(text);
	return 0;
}

/*
 * sunwatch verify: every figure of a report again, from its facts alone.
 *
 * Neither the tree nor Redis is asked.  Exit status: 0 the figures are what
 * the facts come to, 1 they are not (or there are none), 2 the report cannot
 * be read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "lib/report.h"
#include "lib/report_say.h"
#include "lib/text.h"

#define SHOWN_MAX 100 /* differences, as text */

static bool
read_file(struct cli *c, const char *path, struct text *into)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char part[65536];
	size_t n;
	bool whole;

	if (f == NULL) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	text_add_bytes(into, "", 0);
	while (into->length <= REPORT_BYTES_MAX &&
	    (n = fread(part, 1, sizeof(part), f)) > 0)
		text_add_bytes(into, part, n);
	whole = !ferror(f);
	if (!whole)
		cli_fail(c, "%s: %s", path, strerror(errno));
	if (f != stdin)
		fclose(f);
	return whole;
}

/* "12", "\"met\"", "nothing": one value on one line, foreign ones too. */
static void
print_value(struct cli *c, json_t *value)
{
	char *dump = NULL;

	if (value == NULL || json_is_null(value)) {
		fputs(value == NULL ? "absent" : "null", c->out);
		return;
	}
	if (json_is_object(value) || json_is_array(value)) {
		fprintf(c->out, "%s",
		    json_is_object(value) ? "an object" : "a list");
		return;
	}
	dump = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	fputs(dump != NULL ? dump : "?", c->out);
	free(dump);
}

static void
print_differences(struct cli *c, const char *path, json_t *differences)
{
	size_t count = json_array_size(differences);

	fprintf(c->out, "%s: %zu figures are not what its facts come to%s\n",
	    path, count, count == REPORT_DIFFERENCES_MAX ? ", or more" : "");
	for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
		json_t *d = json_array_get(differences, i);

		fputs("  ", c->out);
		cli_plain(c, json_string_value(json_object_get(d, "path")));
		fputs(": stands ", c->out);
		print_value(c, json_object_get(d, "stands"));
		fputs(", should be ", c->out);
		print_value(c, json_object_get(d, "should_be"));
		fputs("\n", c->out);
	}
	if (count > SHOWN_MAX)
		fprintf(c->out, "  and %zu more\n", count - SHOWN_MAX);
}

static void
print(struct cli *c, const char *path, const struct report *r,
    json_t *differences)
{
	struct text t = { 0 };

	if (r->stated == NULL)
		fprintf(c->out, "%s: no figures; its facts come to:\n", path);
	else if (json_array_size(differences) == 0)
		fprintf(c->out, "%s: every figure is what its facts come to\n",
		    path);
	else
		print_differences(c, path, differences);
	report_say_text(r, &t);
	fprintf(c->out, "\n%s", t.data);
	text_clear(&t);
}

static int
compare(struct cli *c, const char *path, const struct report *r)
{
	json_t *differences = report_differences(r);
	bool same = json_array_size(differences) == 0;

	if (c->json)
		cli_print_json(c,
		    json_pack("{s:b, s:O, s:o}", "same", (int)same,
			"differences", differences, "report", report_json(r)));
	else
		print(c, path, r, differences);
	json_decref(differences);
	return same ? CLI_DONE : CLI_FAILED;
}

static int
verify(struct cli *c, const struct cli_arguments *a)
{
	const char *path = a->words[0];
	char error[REPORT_ERROR];
	struct text bytes = { 0 };
	struct report *r = NULL;
	int status = CLI_USAGE;

	if (read_file(c, path, &bytes)) {
		r = report_read(bytes.data, bytes.length, error);
		if (r == NULL)
			cli_fail(c, "%s: %s", path, error);
		else
			status = compare(c, path, r);
	}
	text_clear(&bytes);
	report_free(r);
	return status;
}

const struct cli_command cmd_verify = {
	.name = "verify",
	.synopsis = "FILE",
	.summary = "Work out every figure of a report again from its facts",
	.min = 1,
	.max = 1,
	.run = verify,
};

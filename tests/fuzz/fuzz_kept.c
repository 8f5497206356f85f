/*
 * fuzz_kept: the tree that was accepted last, from its file.
 *
 * The input is the file itself; or, when its first line is no JSON, each line
 * "file NAME", "secret REFERENCE VALUE" or one of a file's text, from which a
 * kept tree is put together, so that the fuzzer need not escape YAML.
 *
 * What is read back gives settings or a complaint; settings can be kept
 * again, and are then the same tree.
 */
#include <jansson.h>

#include "lib/settings.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static char again[80];

static void
remove_files(void)
{
	unlink(again);
	unlink(fuzz_file("", 0));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	clearenv();
	text_format(again, sizeof(again), "%s/sunwatch-fuzz.%d.again",
	    fuzz_folder(), (int)getpid());
	atexit(remove_files);
	return 0;
}

static void
expect_same(const struct settings *s)
{
	struct conf_errors errors = { 0 };
	struct settings *back;

	must(settings_keep(s, again) == 0);
	back = settings_kept(SETTINGS_FOR_ALL, again, &errors);
	must(back != NULL && strcmp(back->hash, s->hash) == 0);
	must(back->clients.count == s->clients.count);
	settings_free(back);
	conf_errors_clear(&errors);
}

static void
read_kept(const void *data, size_t size)
{
	struct conf_errors errors = { 0 };
	struct settings *s =
	    settings_kept(SETTINGS_FOR_ALL, fuzz_file(data, size), &errors);

	must((s != NULL) == (errors.list.count == 0));
	if (s != NULL) {
		CONF_EACH (const struct client, c, &s->clients)
			must(c->sla != NULL &&
			    settings_shard(s, c->name) < (unsigned)s->shards);
		expect_same(s);
	}
	settings_free(s);
	conf_errors_clear(&errors);
}

static void
end_file(json_t *files, const char *name, struct text *text)
{
	json_t *file;

	text_add(text, "");
	file = json_pack("{s:s%, s:s%}", "name", name, strlen(name), "text",
	    text->data, text->length);
	if (file != NULL)
		json_array_append_new(files, file);
	text_clear(text);
}

static char *
put_together(const char *data, size_t size)
{
	json_t *files = json_array(), *secrets = json_object(), *root;
	const char *at = data, *end = data + size, *line = data;
	char name[160] = "sunwatch.yaml", *text;
	struct text body = { 0 };
	struct row row;

	while (fuzz_row(&at, end, &row)) {
		if (strcmp(row.key, "file") == 0) {
			end_file(files, name, &body);
			text_copy(name, sizeof(name), row.field);
		} else if (strcmp(row.key, "secret") == 0)
			json_object_set_new(secrets, row.field,
			    json_stringn(row.value, row.length));
		else
			text_add_bytes(&body, line,
			    (size_t)((at < end ? at : end) - line));
		line = at;
	}
	end_file(files, name, &body);
	root = json_pack("{s:i, s:o, s:o}", "sunwatch_kept", 1, "files", files,
	    "secrets", secrets);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *kept;

	if (size > 0 && *text == '{')
		read_kept(text, size);
	else if ((kept = put_together(text, size)) != NULL) {
		read_kept(kept, strlen(kept));
		free(kept);
	}
	free(text);
	return 0;
}

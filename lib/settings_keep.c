/*
 * The kept tree: the files that were read, in one file, as JSON.
 *
 *   {"sunwatch_kept": 1, "files": [{"name": ..., "text": ...}, ...],
 *    "secrets": {"file:/etc/...": ..., ...}}
 *
 * A start that finds the operator's tree broken reads this instead, so it
 * must not need anything else: neither the original files nor what holds the
 * secrets.  Hence it is as secret as they are: 0600.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/disk.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define KEPT_VERSION 1
/* JSON may take six bytes for one. */
#define KEPT_MAX ((size_t)6 * SETTINGS_BYTES_MAX)

/* False when something is not UTF-8, which JSON cannot hold. */
static bool
give_files(const struct settings *s, json_t *files)
{
	for (size_t i = 0; i < s->files.count; i++)
		if (json_array_append_new(files,
			json_pack("{s:s, s:s}", "name",
			    ((char **)s->files.items)[i], "text",
			    ((char **)s->texts.items)[i])) == -1)
			return false;
	return true;
}

static bool
give_secrets(const struct settings *s, json_t *secrets)
{
	for (const struct conf_secret *x = s->inside->secrets.first; x != NULL;
	     x = x->next)
		if (json_object_set_new(secrets, x->reference,
			json_string(x->value)) == -1)
			return false;
	return true;
}

static char *
encode(const struct settings *s, size_t *length)
{
	json_t *root = json_object(), *files = json_array(),
	       *secrets = json_object();
	char *text = NULL;

	json_object_set_new(root, "sunwatch_kept", json_integer(KEPT_VERSION));
	json_object_set_new(root, "files", files);
	json_object_set_new(root, "secrets", secrets);
	if (give_files(s, files) && give_secrets(s, secrets))
		text = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(root);
	*length = text != NULL ? strlen(text) : 0;
	return text;
}

int
settings_keep(const struct settings *s, const char *path)
{
	size_t length;
	char *data = encode(s, &length);
	int rc;

	if (data == NULL) {
		errno = EILSEQ;
		return -1;
	}
	rc = disk_replace(path, data, length);
	explicit_bzero(data, length);
	free(data);
	return rc;
}

static bool
take_files(struct settings *s, const json_t *files)
{
	const char *name, *text;
	json_t *file;
	size_t i;

	if (json_array_size(files) == 0 ||
	    json_array_size(files) > SETTINGS_FILES_MAX)
		return false;
	json_array_foreach(files, i, file)
	{
		name = json_string_value(json_object_get(file, "name"));
		text = json_string_value(json_object_get(file, "text"));
		if (name == NULL || text == NULL)
			return false;
		settings_add_file(s, name, mem_text(text));
	}
	return true;
}

static bool
take_secrets(struct settings *s, json_t *secrets)
{
	const char *reference;
	json_t *value;

	if (!json_is_object(secrets))
		return false;
	json_object_foreach(secrets, reference, value)
	{
		if (!json_is_string(value))
			return false;
		conf_secrets_add(&s->inside->secrets, reference,
		    json_string_value(value));
	}
	s->inside->secrets.closed = true;
	return true;
}

bool
settings_unpack(struct settings *s, const char *path, const char **why)
{
	json_error_t error;
	json_t *root;
	size_t length;
	char *data;
	bool ok;

	data = conf_slurp(path, KEPT_MAX, &length, NULL, why);
	if (data == NULL)
		return false;
	root = json_loadb(data, length, JSON_REJECT_DUPLICATES, &error);
	explicit_bzero(data, length);
	free(data);
	*why = "this is not a kept tree";
	ok = root != NULL &&
	    json_integer_value(json_object_get(root, "sunwatch_kept")) ==
		KEPT_VERSION &&
	    take_files(s, json_object_get(root, "files")) &&
	    take_secrets(s, json_object_get(root, "secrets"));
	json_decref(root);
	return ok;
}

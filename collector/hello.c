/* hello: see hello.h. */
#include <string.h>

#include <jansson.h>

#include "collector/hello.h"
#include "lib/text.h"

static bool
is_spool(const char *s)
{
	return strlen(s) == WIRE_SPOOL_LENGTH &&
	    strspn(s, "0123456789abcdef") == WIRE_SPOOL_LENGTH;
}

static int
refuse(int status, const char *why, const char **error)
{
	*error = why;
	return status;
}

static int
read_spool(const json_t *spool, struct hello *out, const char **error)
{
	if (spool == NULL)
		return 0;
	if (!json_is_string(spool) || !is_spool(json_string_value(spool)))
		return refuse(400, "spool: 16 hex characters are needed",
		    error);
	text_copy(out->spool, sizeof(out->spool), json_string_value(spool));
	return 0;
}

static int
read_object(const json_t *root, const char *agent, struct hello *out,
    const char **error)
{
	const json_t *version = json_object_get(root, "version");
	const json_t *name = json_object_get(root, "agent");

	if (!json_is_object(root))
		return refuse(400, "the body is not a JSON object", error);
	if (!json_is_integer(version) || json_integer_value(version) < 1)
		return refuse(400, "version: a number from 1 is needed", error);
	if (name != NULL && !json_is_string(name))
		return refuse(400, "agent: a text is needed", error);
	if (name != NULL && strcmp(json_string_value(name), agent) != 0)
		return refuse(403, "agent: this token is another agent's",
		    error);
	return read_spool(json_object_get(root, "spool"), out, error);
}

int
hello_read(const char *body, size_t length, const char *agent,
    struct hello *out, const char **error)
{
	json_t *root = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
	int status;

	out->spool[0] = '\0';
	status = read_object(root, agent, out, error);
	json_decref(root);
	return status;
}

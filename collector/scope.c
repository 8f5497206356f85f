/* scope: see scope.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/scope.h"
#include "lib/text.h"

void
scope_clear(struct scope *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->items[i].endpoints);
	free(s->items);
	*s = (struct scope){ 0 };
}

static struct scope_client *
client_of(struct scope *s, const struct client *c)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].client == c)
			return &s->items[i];
	s->items = mem_grow(s->items, (s->count + 1) * sizeof(*s->items));
	s->items[s->count] = (struct scope_client){ .client = c };
	return &s->items[s->count++];
}

static void
add_endpoint(struct scope *s, const struct client *client, const char *id)
{
	struct scope_client *c = client_of(s, client);

	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->endpoints[i], id) == 0)
			return;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	c->endpoints =
	    mem_grow(c->endpoints, (c->count + 1) * sizeof(*c->endpoints));
	c->endpoints[c->count++] = id;
}

static bool
refuse(char error[200], const char *what, const char *name)
{
	text_format(error, 200, "scope: there is no %s \"%.80s\"", what, name);
	return false;
}

static const struct client *
client_before_slash(const struct settings *settings, const char *id)
{
	char name[64];
	size_t n = strcspn(id, "/");

	if (n >= sizeof(name))
		return NULL;
	memcpy(name, id, n);
	name[n] = '\0';
	return settings_client(settings, name);
}

static bool
add_name(struct scope *s, const struct settings *settings, const char *name,
    char error[200])
{
	const struct client *c = settings_client(settings, name);
	const struct endpoint *e;

	if (c != NULL) {
		client_of(s, c)->whole = true;
		return true;
	}
	if (strchr(name, '/') == NULL)
		return refuse(error, "client", name);
	if ((e = settings_endpoint_once(settings, name)) == NULL)
		return refuse(error, "endpoint", name);
	add_endpoint(s, e->client, e->id);
	return true;
}

static bool
add_past_name(struct scope *s, const struct settings *settings,
    const char *name, char error[200])
{
	const struct client *c = NULL;

	if (strchr(name, '/') != NULL)
		c = client_before_slash(settings, name);
	if (c == NULL)
		return add_name(s, settings, name, error);
	add_endpoint(s, c, name);
	return true;
}

static bool
add_platform(struct scope *s, const struct settings *settings, const char *name,
    char error[200])
{
	bool any = false;

	CONF_EACH (const struct client, c, &settings->clients)
		CONF_EACH (const struct endpoint, e, &c->endpoints) {
			if (e->platform_name == NULL ||
			    strcmp(e->platform_name, name) != 0)
				continue;
			add_endpoint(s, c, e->id);
			any = true;
		}
	if (!any)
		return refuse(error, "platform with endpoints", name);
	return true;
}

typedef bool
adder(struct scope *, const struct settings *, const char *, char error[200]);

static bool
add_list(struct scope *s, const struct settings *settings, const json_t *list,
    adder *add, char error[200])
{
	const json_t *name;
	size_t i;

	if (list != NULL &&
	    (!json_is_array(list) || json_array_size(list) > SCOPE_NAMES_MAX)) {
		text_copy(error, 200,
		    "scope: a list of at most 1000 names is expected");
		return false;
	}
	json_array_foreach(list, i, name)
	{
		if (!json_is_string(name)) {
			text_copy(error, 200, "scope: names are expected");
			return false;
		}
		if (!add(s, settings, json_string_value(name), error))
			return false;
	}
	return true;
}

static bool
read_by(const struct settings *settings, const json_t *request, adder *add,
    struct scope *s, char error[200])
{
	*s = (struct scope){ 0 };
	if (add_list(s, settings, json_object_get(request, "scope"), add,
		error) &&
	    add_list(s, settings, json_object_get(request, "platforms"),
		add_platform, error)) {
		if (s->count > 0)
			return true;
		text_copy(error, 200,
		    "scope: a client, an endpoint or a platform is expected");
	}
	scope_clear(s);
	return false;
}

bool
scope_read(const struct settings *settings, const json_t *request,
    struct scope *s, char error[200])
{
	return read_by(settings, request, add_name, s, error);
}

bool
scope_read_past(const struct settings *settings, const json_t *request,
    struct scope *s, char error[200])
{
	return read_by(settings, request, add_past_name, s, error);
}

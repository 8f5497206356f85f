/* assent: see assent.h. */
#include <string.h>

#include "collector/assent.h"
#include "collector/scope.h"
#include "lib/record.h"

static uint64_t
shard_bit(const struct settings *s, const char *client)
{
	return UINT64_C(1) << settings_shard(s, client);
}

static uint64_t
shards_of_scope(const struct settings *s, const json_t *request,
    char error[300])
{
	const char *command = record_string(request, "command");
	bool is_past = command != NULL && strncmp(command, "outage-", 7) == 0;
	struct scope scope;
	uint64_t bits = 0;
	bool found;

	found = is_past ? scope_read_past(s, request, &scope, error)
			: scope_read(s, request, &scope, error);
	if (!found)
		return 0;
	for (size_t i = 0; i < scope.count; i++)
		bits |= shard_bit(s, scope.items[i].client->name);
	scope_clear(&scope);
	return bits;
}

uint64_t
assent_shards(const struct settings *s, const json_t *request, char error[300])
{
	const char *client = record_string(request, "client");

	if (json_object_get(request, "scope") != NULL ||
	    json_object_get(request, "platforms") != NULL)
		return shards_of_scope(s, request, error);
	if (client != NULL) /* of one that is gone what was said stands */
		return shard_bit(s, client);
	return s->shards == 64 ? UINT64_MAX : (UINT64_C(1) << s->shards) - 1;
}

void
assent_named(const json_t *request, struct assent_named *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *window = record_string(request, "window"),
		   *id = window != NULL ? window
					: record_string(request, "exclusion");

	*out = (struct assent_named){ 0 };
	if (id == NULL || record_string(request, "client") != NULL ||
	    json_object_get(request, "scope") != NULL ||
	    json_object_get(request, "platforms") != NULL)
		return;
	/* Any other name is refused by whoever is asked. */
	if (id[0] == '\0' || id[strspn(id, letters)] != '\0' ||
	    strlen(id) >= sizeof(out->id))
		return;
	text_copy(out->id, sizeof(out->id), id);
	out->key = window != NULL ? "windows" : "exclusions";
}

void
assent_checked(struct assent *e, const struct shard_reply *r)
{
	e->found += r->found;
	for (size_t i = 0; i < r->choice.count; i++)
		shard_choice_add(&e->choice, r->choice.clients[i]);
}

void
assent_done(struct assent *e, const struct shard_reply *r)
{
	if (r->said.data != NULL)
		text_add(&e->said, r->said.data);
	if (r->warned.data != NULL)
		text_add(&e->warned, r->warned.data);
}

bool
assent_is_clear(const struct assent *e, const struct settings *s,
    const json_t *request, char error[300])
{
	const char *client = record_string(request, "client");
	const char *what = "window";

	if (e->found > 0)
		return !shard_choice_is_open(&e->choice, error);
	if (json_object_get(request, "exclusion") != NULL)
		what = "exclusion";
	else if (json_object_get(request, "scope") != NULL)
		what = "scope";
	if (client != NULL && settings_client(s, client) == NULL)
		text_format(error, 300, "client: there is no client \"%.80s\"",
		    client);
	else
		text_format(error, 300, "%s: there is none of that name", what);
	return false;
}

static json_t *
lines_of(const struct text *t)
{
	json_t *list = json_array();
	const char *line = t->data;

	for (; line != NULL && *line != '\0'; line += strcspn(line, "\n") + 1)
		json_array_append_new(list,
		    json_stringn(line, strcspn(line, "\n")));
	return list;
}

json_t *
assent_answer(const struct assent *e)
{
	json_t *answer = json_pack("{s:o, s:o}", "said", lines_of(&e->said),
	    "warnings", lines_of(&e->warned));

	json_object_set_new(answer, "text",
	    json_stringn(e->said.data != NULL ? e->said.data : "",
		e->said.length > 0 ? e->said.length - 1 : 0));
	return answer;
}

void
assent_clear(struct assent *e)
{
	text_clear(&e->said);
	text_clear(&e->warned);
	*e = (struct assent){ 0 };
}

/* pages_incident: see pages_incident.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/pages_incident_parts.h"
#include "lib/record.h"
#include "lib/text.h"

static void
read_members(const json_t *list, struct pages_incident *i)
{
	const json_t *o;
	size_t k;

	i->members = mem_alloc(json_array_size(list) * sizeof(*i->members));
	json_array_foreach(list, k, o)
	{
		struct member *m = &i->members[i->member_count];

		if (record_text(o, "subject", m->subject, sizeof(m->subject)) &&
		    record_text(o, "client", m->client, sizeof(m->client)))
			i->member_count++;
	}
}

static void
read_lines(const json_t *list, struct pages_incident *i)
{
	const json_t *o;
	size_t k;

	i->lines = mem_alloc(json_array_size(list) * sizeof(*i->lines));
	json_array_foreach(list, k, o)
	{
		const char *text = record_string(o, "text");
		struct line *l = &i->lines[i->line_count];

		if (text == NULL || !record_bool(o, "public"))
			continue;
		l->at_ms = record_int(o, "at_ms", 0);
		l->text = mem_text(text);
		record_text(o, "client", l->client, sizeof(l->client));
		if (!record_text(o, "state", l->state, sizeof(l->state)))
			text_copy(l->state, sizeof(l->state), "investigating");
		i->line_count++;
	}
}

/* Its own part may have begun later and be over earlier than the whole. */
static void
read_audiences(const json_t *list, struct pages_incident *i)
{
	const json_t *o;
	size_t k;

	i->audiences = mem_alloc(json_array_size(list) * sizeof(*i->audiences));
	json_array_foreach(list, k, o)
	{
		struct audience *a = &i->audiences[i->audience_count];

		if (record_int(o, "state", 0) != SHOWN ||
		    !record_text(o, "client", a->client, sizeof(a->client)))
			continue;
		a->since_ms = record_int(o, "since_ms", i->since_ms);
		a->closed_ms = record_int(o, "closed_ms", i->closed_ms);
		a->gone = record_int(o, "gone", 0);
		i->audience_count++;
	}
}

static struct pages_incident *
read_incident(const json_t *o)
{
	int64_t number = record_int(o, "number", 0);
	struct pages_incident *i;

	if (number < 1 || record_string(o, "subject") == NULL)
		return NULL;
	i = mem_alloc(sizeof(*i));
	i->number = number;
	text_format(i->id, sizeof(i->id), "INC-%06lld", (long long)number);
	i->severity = record_int(o, "severity", 0);
	record_text(o, "subject", i->subject, sizeof(i->subject));
	record_text(o, "client", i->client, sizeof(i->client));
	record_text(o, "text", i->text, sizeof(i->text));
	if (!record_text(o, "state", i->state, sizeof(i->state)))
		text_copy(i->state, sizeof(i->state), "investigating");
	i->opened_ms = record_int(o, "opened_ms", 0);
	i->since_ms = record_int(o, "since_ms", 0);
	i->closed_ms = record_int(o, "closed_ms", 0);
	i->eta_from_ms = record_int(o, "eta_from_ms", 0);
	i->eta_to_ms = record_int(o, "eta_to_ms", 0);
	i->next_ms = record_int(o, "next_ms", 0);
	read_members(json_object_get(o, "members"), i);
	read_lines(json_object_get(o, "timeline"), i);
	read_audiences(json_object_get(o, "audiences"), i);
	return i;
}

/* FNV-1a; good enough to see that something has changed. */
static uint64_t
digest_of(const char *bytes, size_t length)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (size_t k = 0; k < length; k++)
		digest = (digest ^ (unsigned char)bytes[k]) *
		    UINT64_C(0x100000001b3);
	return digest;
}

struct pages_incident *
pages_incident_decode(const char *json, size_t length)
{
	json_t *o = json_loadb(json, length, 0, NULL);
	struct pages_incident *i = read_incident(o);

	json_decref(o);
	if (i != NULL)
		i->digest = digest_of(json, length);
	return i;
}

void
pages_incident_free(struct pages_incident *i)
{
	if (i == NULL)
		return;
	for (size_t k = 0; k < i->line_count; k++)
		free(i->lines[k].text);
	free(i->lines);
	free(i->members);
	free(i->audiences);
	free(i);
}

int
pages_incident_compare(const void *a, const void *b)
{
	const struct pages_incident *x = *(struct pages_incident *const *)a,
				    *y = *(struct pages_incident *const *)b;

	return x->number > y->number ? -1 : x->number < y->number;
}

/* ---- showing ---- */

const struct audience *
pages_incident_audience(const struct pages_incident *i, const char *client)
{
	for (size_t k = 0; k < i->audience_count; k++)
		if (strcmp(i->audiences[k].client, client) == 0)
			return &i->audiences[k];
	return NULL;
}

/* The public lines for this client, newest first, and how many more there
   were: nothing that it has read goes without a word. */
static void
view_updates(const struct pages_incident *i, const struct audience *a,
    struct view_incident *out)
{
	struct view_update *list = mem_alloc(VIEW_UPDATES_MAX * sizeof(*list));

	out->updates_gone = a->gone > 0 ? (size_t)a->gone : 0;
	for (size_t k = i->line_count; k > 0; k--) {
		const struct line *l = &i->lines[k - 1];

		if (l->client[0] != '\0' && strcmp(l->client, a->client) != 0)
			continue;
		if (out->update_count == VIEW_UPDATES_MAX)
			out->updates_gone++;
		else
			list[out->update_count++] =
			    (struct view_update){ .at_ms = l->at_ms,
				    .state = l->state,
				    .text = l->text };
	}
	out->updates = list;
}

/* Only this client's members are named, without the client's name. */
static char *
subject_for(const struct pages_incident *i, const char *client)
{
	size_t length = strlen(client);
	struct text t = { 0 };

	for (size_t k = 0; k < i->member_count; k++) {
		const struct member *m = &i->members[k];

		if (strcmp(m->client, client) != 0)
			continue;
		if (t.length > 0)
			text_add(&t, ", ");
		text_add(&t,
		    strncmp(m->subject, client, length) == 0 &&
			    m->subject[length] == '/'
			? m->subject + length + 1
			: m->subject);
	}
	return text_take(&t);
}

bool
pages_incident_view(const struct pages_incident *i, const char *client,
    bool open, int64_t now_ms, struct view_incident *out)
{
	const struct audience *a = pages_incident_audience(i, client);

	if (a == NULL || (a->closed_ms == 0) != open ||
	    (!open && now_ms - a->closed_ms >= PAGES_RECENT_MS))
		return false;
	*out = (struct view_incident){ .id = i->id,
		.subject = subject_for(i, client),
		.since_ms = a->since_ms,
		.closed_ms = a->closed_ms,
		.eta_from_ms = open ? i->eta_from_ms : 0,
		.eta_to_ms = open ? i->eta_to_ms : 0,
		.next_ms = open ? i->next_ms : 0 };
	view_updates(i, a, out);
	return true;
}

void
pages_incident_unview(struct view_incident *v)
{
	free((char *)(uintptr_t)v->subject);
	free((void *)(uintptr_t)v->updates);
}

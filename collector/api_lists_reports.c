/* api_lists_reports: final reports; see api_lists.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/reports_list.h"
#include "lib/text.h"

/* The version of a report that the cursor names; "": before all. */
struct place {
	char client[SEAL_NAME], period[SEAL_PERIOD];
	int64_t version;
};

/* "acme~2026-10~2": each part is compared by itself, as the list is in order;
   as one text "acme-uk~" would be before "acme~". */
static bool
read_place(const char *cursor, struct place *out)
{
	size_t client = strcspn(cursor, "~"), period;
	const char *number;
	char *end;

	*out = (struct place){ .version = 0 };
	if (*cursor == '\0')
		return true;
	period = strcspn(cursor + client + (cursor[client] == '~'), "~");
	number = cursor + client + 1 + period;
	if (cursor[client] != '~' || number[0] != '~' || number[1] < '0' ||
	    number[1] > '9' ||
	    !text_format(out->client, SEAL_NAME, "%.*s", (int)client, cursor) ||
	    !text_format(out->period, SEAL_PERIOD, "%.*s", (int)period,
		cursor + client + 1))
		return false;
	out->version = strtoll(number + 1, &end, 10);
	return *end == '\0';
}

static json_t *
report_item(const struct reports_period *m, const struct published_version *v)
{
	return json_pack("{s:s, s:s, s:I, s:b, s:I, s:I, s:s}", "client",
	    m->client, "period", m->period, "version", (json_int_t)v->version,
	    "last", v == &m->versions.items[m->versions.count - 1], "made_ms",
	    (json_int_t)v->made_ms, "bytes", (json_int_t)v->bytes, "sha256",
	    v->hash);
}

static bool
is_asked_for(const struct api_page *p, const struct reports_period *m)
{
	return p->query->period[0] == '\0' ||
	    strcmp(m->period, p->query->period) == 0;
}

/* Later than that version; false: the page is full. */
static bool
add_period(struct api_page *p, const struct reports_period *m, int64_t after)
{
	bool is_asked = is_asked_for(p, m);
	char place[176];

	for (size_t i = 0; i < m->versions.count; i++) {
		const struct published_version *v = &m->versions.items[i];

		if (v->version <= after)
			continue;
		text_format(place, sizeof(place), "%s~%s~%" PRId64, m->client,
		    m->period, v->version);
		if (!is_asked)
			api_page_pass(p, place);
		else if (!api_page_add(p, place, report_item(m, v)))
			return false;
	}
	return true;
}

void
api_list_reports(struct api_page *p, struct api_error *error)
{
	const struct reports_list *all = p->view->reports;
	const char *only = p->client != NULL ? p->client->name : NULL;
	struct place after;
	size_t i;

	if (!read_place(p->query->cursor, &after)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	if (only != NULL && strcmp(after.client, only) != 0) {
		after = (struct place){ .version = 0 };
		text_copy(after.client, sizeof(after.client), only);
	}
	i = reports_list_at(all, after.client, after.period);
	for (; i < all->count; i++) {
		const struct reports_period *m = &all->items[i];
		bool is_begun = strcmp(m->client, after.client) == 0 &&
		    strcmp(m->period, after.period) == 0;

		if ((only != NULL && strcmp(m->client, only) != 0) ||
		    (p->work >= API_WORK_MAX && api_page_is_full(p)) ||
		    !add_period(p, m, is_begun ? after.version : 0))
			return;
		p->work += m->versions.count;
	}
}

/* api_lists_incidents: incidents, the newest first; see api_lists.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"
#include "lib/text.h"

/* "INC-000042": its number; without a cursor beyond all. */
static bool
read_number(const char *cursor, int64_t *out)
{
	char *end;

	*out = INT64_MAX;
	if (*cursor == '\0')
		return true;
	if (strncmp(cursor, "INC-", 4) != 0 || cursor[4] < '0' ||
	    cursor[4] > '9')
		return false;
	*out = strtoll(cursor + 4, &end, 10);
	return *end == '\0';
}

/* NULL: it is not asked for, or not for whoever asks. */
static json_t *
incident_item(const struct api_page *p, const struct pages_incident *i)
{
	enum pages_incident_which which = INCIDENT_ANY;
	const char *state = p->query->state;

	if (state[0] != '\0')
		which = strcmp(state, "open") == 0 ? INCIDENT_OPEN
						   : INCIDENT_CLOSED;
	if (p->view->only != NULL)
		return pages_incident_for(i, p->view->only->name, which,
		    p->view->now_ms);
	return pages_incident_whole(i,
	    p->client != NULL ? p->client->name : NULL, which);
}

void
api_list_incidents(struct api_page *p, struct api_error *error)
{
	const struct incident_list *list = &p->view->model->known.incidents;
	char place[32];
	int64_t before;

	if (!read_number(p->query->cursor, &before)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	for (size_t k = 0; k < list->count; k++) {
		const struct pages_incident *i = list->items[k];
		int64_t number = pages_incident_number(i);
		json_t *item = number < before ? incident_item(p, i) : NULL;

		text_format(place, sizeof(place), "INC-%06" PRId64, number);
		if (item != NULL && !api_page_add(p, place, item))
			return;
	}
}

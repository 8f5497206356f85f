/* api_lists_reports: final reports; see api_lists.h. */
#include <string.h>

#include "collector/api_lists.h"
#include "collector/reports.h"
#include "lib/text.h"

static json_t *
report_item(const struct reports_period *m, const struct published_version *v)
{
	return json_pack("{s:s, s:s, s:I, s:b, s:I, s:I, s:s}", "client",
	    m->client, "period", m->period, "version", (json_int_t)v->version,
	    "last", v == &m->versions.items[m->versions.count - 1], "made_ms",
	    (json_int_t)v->made_ms, "bytes", (json_int_t)v->bytes, "sha256",
	    v->hash);
}

/* False: the page is full.  "acme~2026-10~0000000002" */
static bool
add_period(struct api_page *p, const struct reports_period *m)
{
	const char *cursor = p->query->cursor;
	char place[176];

	for (size_t i = 0; i < m->versions.count; i++) {
		const struct published_version *v = &m->versions.items[i];

		text_format(place, sizeof(place), "%s~%s~%010lld", m->client,
		    m->period, (long long)v->version);
		if (strcmp(place, cursor) > 0 &&
		    !api_page_add(p, place, report_item(m, v)))
			return false;
	}
	return true;
}

void
api_list_reports(struct api_page *p)
{
	const struct reports_list *all = p->view->reports;
	const char *period = p->query->period;

	for (size_t i = 0; i < all->count; i++) {
		const struct reports_period *m = &all->items[i];

		if ((p->client == NULL ||
			strcmp(m->client, p->client->name) == 0) &&
		    (period[0] == '\0' || strcmp(m->period, period) == 0) &&
		    !add_period(p, m))
			return;
	}
}

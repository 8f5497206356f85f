/* pages_reports: see pages_reports.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/pages_reports.h"
#include "collector/pages_view_parts.h"
#include "collector/reports_list.h"

void
pages_reports_view(const struct reports_list *all, struct view *v)
{
	struct view_report *list = mem_alloc(VIEW_REPORTS_MAX * sizeof(*list));
	/* Of this client: no period is called like what is behind them all. */
	size_t first = reports_list_at(all, v->client, ""), n = 0;
	size_t end = reports_list_at(all, v->client, "~");

	for (size_t i = end; i > first && n < VIEW_REPORTS_MAX; i--) {
		const struct reports_period *m = &all->items[i - 1];

		text_copy(list[n].period, sizeof(list[n].period), m->period);
		list[n++].version = published_find(&m->versions, 0)->version;
	}
	v->reports = list;
	v->report_count = n;
}

void
pages_reports_unview(struct view *v)
{
	free((void *)(uintptr_t)v->reports);
}

static void
add_report(struct text *t, const struct view_report *r)
{
	static const char *const links[][2] = { { "html", "to read" },
		{ "csv", "CSV" }, { "json", "JSON, to verify" } };

	text_addf(t, "<li>%s", r->period);
	if (r->version > 1)
		text_addf(t, ", corrected (version %lld)",
		    (long long)r->version);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		text_addf(t, "%s<a href=\"reports/%s.%s\">%s</a>",
		    i == 0 ? ": " : ", ", r->period, links[i][0], links[i][1]);
	text_add(t, "</li>\n");
}

void
view_add_reports(struct text *t, const struct view *v)
{
	if (v->report_count == 0)
		return;
	text_add(t, "<h2>Final reports</h2>\n");
	if (v->reports_want_token)
		text_add(t,
		    "<p class=\"note\">They want this page's access "
		    "token.</p>\n");
	text_add(t, "<ul>\n");
	for (size_t i = 0; i < v->report_count; i++)
		add_report(t, &v->reports[i]);
	text_add(t, "</ul>\n");
}

const char *
pages_reports_name(const char *path, char page[PAGES_PATH_ROOM])
{
	static const char folder[] = "/reports/";
	const char *at = strstr(path, folder);

	if (at == NULL ||
	    !text_format(page, PAGES_PATH_ROOM, "%.*s/", (int)(at - path),
		path))
		return NULL;
	return at + sizeof(folder) - 1;
}

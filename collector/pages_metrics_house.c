/* pages_metrics_house: our own health as metrics; see pages_model.h. */
#include <inttypes.h>

#include "collector/pages_exposition.h"
#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"

#define SEVERITIES 4

static void
add_agents(const struct pages_model *m, struct text *t)
{
	static const char name[] =
	    "sunwatch_agent_last_report_timestamp_seconds";

	exposition_family(t, name, "gauge",
	    "When an agent was last heard, to about a minute.");
	CONF_EACH (const struct agent_settings, a, &m->settings->agents) {
		struct agent_record *r;

		HASH_FIND_STR(m->known.agents, a->name, r);
		if (r == NULL)
			continue;
		text_addf(t, "%s{", name);
		exposition_label(t, "agent", a->name);
		text_add(t, ",");
		exposition_label(t, "region", a->region);
		text_add(t, "} ");
		exposition_ms(t, r->heard_ms);
		text_add(t, "\n");
	}
}

static void
add_incidents(const struct pages_model *m, struct text *t)
{
	const struct incident_list *list = &m->known.incidents;
	int open[SEVERITIES + 1] = { 0 };

	for (size_t i = 0; i < list->count; i++)
		open[pages_incident_open_severity(list->items[i])]++;
	exposition_family(t, "sunwatch_incidents_open", "gauge",
	    "Open incidents of all clients and of our own operation.");
	for (int s = 1; s <= SEVERITIES; s++)
		text_addf(t, "sunwatch_incidents_open{severity=\"S%d\"} %d\n",
		    s, open[s]);
}

void
pages_model_metrics(const struct pages_model *m, struct text *out)
{
	add_agents(m, out);
	add_incidents(m, out);
	exposition_family(out, "sunwatch_pages_records_unreadable", "gauge",
	    "Records that the status pages could not read.");
	text_addf(out, "sunwatch_pages_records_unreadable %zu\n",
	    m->unreadable);
}

/*
 * pages_probes_metrics: the last probes as metrics; see pages_probes.h.
 *
 * What nobody could say (unknown) is neither success nor failure: such a
 * probe has no sample of probe_success, so that an alert on 0 does not wake
 * for our own trouble.
 */
#include <inttypes.h>
#include <string.h>

#include "collector/pages_exposition.h"
#include "collector/pages_probes_parts.h"

static const char *const phases[PHASES] = { "resolve", "connect", "tls",
	"processing", "transfer" };

struct telling {
	const struct probes *probes;
	int64_t now_ms;
	struct text *out;
};

static bool
is_now(const struct telling *t, const struct probe_seen *s)
{
	return t->now_ms - s->at_ms <= 3 * s->interval_ms + PROBES_OLD_MS;
}

static void
begin_sample(struct text *t, const char *name, const struct probe_seen *s)
{
	text_addf(t, "%s{", name);
	exposition_label(t, "instance", s->endpoint->url);
	text_add(t, ",");
	exposition_label(t, "client", s->endpoint->client->name);
	text_add(t, ",");
	exposition_label(t, "service", s->endpoint->name);
	text_add(t, ",");
	exposition_label(t, "region", s->region);
}

static bool
is_success(const struct probe_seen *s, int64_t *value)
{
	*value = s->outcome == OUTCOME_OK || s->outcome == OUTCOME_SLOW;
	return s->outcome != OUTCOME_UNKNOWN;
}

static bool
has_status(const struct probe_seen *s, int64_t *value)
{
	*value = s->status;
	return s->status != 0;
}

static bool
is_tls(const struct probe_seen *s, int64_t *value)
{
	*value = strncmp(s->endpoint->url, "https:", 6) == 0;
	return true;
}

static void
add_numbers(const struct telling *t, const char *name, const char *help,
    bool value(const struct probe_seen *, int64_t *))
{
	const struct probe_seen *s;
	int64_t n;

	exposition_family(t->out, name, "gauge", help);
	for (s = t->probes->seen; s != NULL; s = s->hh.next) {
		if (!is_now(t, s) || !value(s, &n))
			continue;
		begin_sample(t->out, name, s);
		text_addf(t->out, "} %" PRId64 "\n", n);
	}
}

static int64_t
total_of(const struct probe_seen *s)
{
	return s->total_us;
}

static int64_t
resolve_of(const struct probe_seen *s)
{
	return s->phase_us[PHASE_RESOLVE];
}

static int64_t
begun_of(const struct probe_seen *s)
{
	return s->at_ms * 1000;
}

static void
add_seconds(const struct telling *t, const char *name, const char *help,
    int64_t us(const struct probe_seen *))
{
	const struct probe_seen *s;

	exposition_family(t->out, name, "gauge", help);
	for (s = t->probes->seen; s != NULL; s = s->hh.next) {
		if (!is_now(t, s))
			continue;
		begin_sample(t->out, name, s);
		text_add(t->out, "} ");
		exposition_us(t->out, us(s));
		text_add(t->out, "\n");
	}
}

static void
add_phases(const struct telling *t)
{
	static const char name[] = "probe_http_duration_seconds";
	const struct probe_seen *s;

	exposition_family(t->out, name, "gauge",
	    "How long each phase of the region's last probe took.");
	for (s = t->probes->seen; s != NULL; s = s->hh.next)
		for (int phase = 0; phase < PHASES && is_now(t, s); phase++) {
			begin_sample(t->out, name, s);
			text_add(t->out, ",");
			exposition_label(t->out, "phase", phases[phase]);
			text_add(t->out, "} ");
			exposition_us(t->out, s->phase_us[phase]);
			text_add(t->out, "\n");
		}
}

static void
add_counts(const struct telling *t)
{
	const struct probe_count *c;

	exposition_family(t->out, "sunwatch_probes_total", "counter",
	    "Probes that came in, since the status pages began.");
	for (c = t->probes->counts; c != NULL; c = c->hh.next)
		for (int o = 0; o < OUTCOMES; o++) {
			text_add(t->out, "sunwatch_probes_total{");
			exposition_label(t->out, "region", c->region);
			text_add(t->out, ",");
			exposition_label(t->out, "outcome",
			    outcome_text((enum outcome)o));
			text_addf(t->out, "} %" PRIu64 "\n", c->by_outcome[o]);
		}
}

void
probes_metrics(const struct probes *p, int64_t now_ms, struct text *out)
{
	const struct telling t = { p, now_ms, out };

	add_numbers(&t, "probe_success",
	    "1 when the region's last probe saw the endpoint work, 0 when it "
	    "failed.",
	    is_success);
	add_seconds(&t, "probe_duration_seconds",
	    "How long the region's last probe took.", total_of);
	add_seconds(&t, "probe_dns_lookup_time_seconds",
	    "How long its name was looked up.", resolve_of);
	add_phases(&t);
	add_numbers(&t, "probe_http_status_code",
	    "The status of the answer, when there was one.", has_status);
	add_numbers(&t, "probe_http_ssl", "1 when the endpoint's URL is https.",
	    is_tls);
	add_seconds(&t, "sunwatch_probe_timestamp_seconds",
	    "When the region's last probe began.", begun_of);
	add_counts(&t);
	exposition_family(out, "sunwatch_pages_entries_unreadable_total",
	    "counter",
	    "Entries of the inboxes that the status pages could not read.");
	text_addf(out, "sunwatch_pages_entries_unreadable_total %" PRIu64 "\n",
	    p->unreadable);
}

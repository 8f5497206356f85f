/*
 * fuzz_covers: an iCalendar file from hostile bytes, as overrides.
 *
 * Refused with a reason, or taken: then every time is in order, ahead, and
 * somebody's of the tree.
 */
#include "lib/calendar_covers.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW_MS INT64_C(1782900000000) /* 2026-07-01T10:00Z */

static void
check_event(const struct cover_event *e)
{
	must(e->uid[0] != '\0');
	must(e->count == 0 || (e->rota != NULL && e->person != NULL));
	for (size_t i = 0; i < e->count; i++) {
		must(e->times[i].from_ms < e->times[i].to_ms);
		must(e->times[i].to_ms > NOW_MS);
		must(e->times[i].from_ms <= NOW_MS + COVERS_AHEAD_MS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *s = fuzz_settings();
	struct covers_given given = { .settings = s,
		.rota = settings_rota(s, "support"),
		.now_ms = NOW_MS };
	char why[CALENDAR_WHY] = "", *bytes = fuzz_text(data, size);
	struct covers c;
	size_t line;

	if (covers_read(&c, &given, bytes, size, &line, why)) {
		must(c.count > 0 && c.count <= COVERS_EVENTS_MAX);
		must(c.times <= COVERS_TIMES_MAX);
		for (size_t i = 0; i < c.count; i++)
			check_event(&c.events[i]);
	} else {
		must(why[0] != '\0' && c.events == NULL);
	}
	covers_clear(&c);
	free(bytes);
	return 0;
}

/*
 * fuzz_woken: lines of the pager's journal, and the record of an incident, as
 * "sunwatch why" reads them: whatever they say, an answer follows of them.
 *
 * Each line is one of the journal; one that begins with "record " is the
 * incident's.
 */
#include "lib/interval.h"
#include "pager/woken.h"
#include "tests/fuzz/fuzz.h"

static const struct woken_of learn = { "acme/learn", "acme/teach" };

#define RECORD "record "

static void
judge(const struct woken_journal *j, const struct incident *inc, int64_t at_ms)
{
	struct woken w;
	struct page page;

	woken_at(j, inc, "INC-000001", &learn, at_ms, &w);
	must(w.call_count <= WOKEN_CALLS_MAX && w.act_count <= WOKEN_ACTS_MAX);
	must(w.severity >= 0 && w.severity <= 4);
	must(w.opened_ms <= at_ms && w.closed_ms <= at_ms);
	must(woken_why_text(woken_why(&w))[0] != '\0');
	woken_page(&w, &page);
	must(page.level >= PAGE_DIRECT);
	woken_hide_all_names(&w);
	must(w.owner[0] == '\0' || strcmp(w.owner, "erased") == 0 ||
	    strcmp(w.owner, "pager") == 0);
	woken_end(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *line = text;
	struct woken_journal j = { 0 };
	struct incident *inc = NULL;
	char error[160];

	while (*line != '\0') {
		size_t n = strcspn(line, "\n");
		struct woken_about about;

		if (strncmp(line, RECORD, strlen(RECORD)) != 0) {
			bool is_line = woken_about(line, n, &learn, &about);

			must(woken_add(&j, line, n) == is_line);
		} else if (inc == NULL)
			inc = incident_decode(line + strlen(RECORD),
			    n - strlen(RECORD), error);
		line += n + (line[n] != '\0');
	}
	judge(&j, inc, 0);
	judge(&j, inc, 2500);
	judge(&j, inc, NEVER - 1);
	if (inc != NULL)
		(void)woken_is_nameless(inc);
	incident_free(inc);
	woken_clear(&j);
	free(text);
	return 0;
}

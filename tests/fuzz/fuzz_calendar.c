/*
 * Opening hours, holidays, exceptions and targets from hostile text: one
 * line for each, in turn.
 *
 * What is refused is so with a reason and changes nothing; what is taken
 * opens as sorted, disjoint intervals, and a clock in it is due or never.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/deadline.h"
#include "lib/text.h"

#define START_MS INT64_C(1770000000000)
#define MONTH_MS (INT64_C(31) * 86400000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_refusal(bool ok, const char *why)
{
	if (!ok && why[0] == '\0')
		abort();
}

static void
check_open(const struct calendar *c)
{
	struct interval_set open = { 0 };

	calendar_open(c, START_MS, START_MS + MONTH_MS, &open);
	for (size_t i = 0; i < open.count; i++)
		if (open.items[i].from >= open.items[i].to ||
		    open.items[i].from < START_MS ||
		    open.items[i].to > START_MS + MONTH_MS ||
		    (i > 0 && open.items[i - 1].to >= open.items[i].from))
			abort();
	interval_set_clear(&open);
}

static void
check_target(const struct calendar *c, const char *text)
{
	struct deadline d = { c, START_MS, NULL };
	struct deadline_target t;
	char shown[DEADLINE_TEXT_MAX];
	const char *why = NULL;
	int64_t target_ms, due_ms;

	if (!deadline_target_read(text, &t, &why)) {
		check_refusal(false, why);
		return;
	}
	deadline_target_text(t, shown, sizeof(shown));
	target_ms = deadline_target_ms(t, c);
	if (target_ms > MONTH_MS) /* a search of years for each is slow */
		return;
	due_ms = target_ms < 0 ? NEVER : deadline_due_ms(&d, target_ms);
	if (due_ms != NEVER && deadline_elapsed_ms(&d, due_ms) != target_ms)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1), *rest = text, *line;
	struct calendar c;

	memcpy(text, data, size);
	if (!calendar_init(&c, "Europe/London"))
		abort();
	for (int i = 0; (line = strsep(&rest, "\n")) != NULL; i++) {
		char why[CALENDAR_WHY] = "";

		if (i % 4 == 0)
			check_refusal(calendar_add_hours(&c, line, why), why);
		else if (i % 4 == 1)
			check_refusal(calendar_add_holidays(&c, line, why),
			    why);
		else if (i % 4 == 2)
			check_refusal(calendar_add_exception(&c, line, why),
			    why);
		else
			check_target(&c, line);
		if (i > 40)
			break;
	}
	check_open(&c);
	calendar_clear(&c);
	free(text);
	return 0;
}

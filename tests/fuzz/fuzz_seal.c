/*
 * seal: what may stand in the records of final reports: a seal, the versions
 * of a report, a line that says what was replaced, a list of entries.  The
 * first byte says which.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/published.h"
#include "lib/seal.h"

/* What was read once is read again, and says the same. */
static void
seal(const char *data, size_t size)
{
	char error[160], *text, *again;
	struct seal_chain chain = { 0 };
	struct seal s;

	if (seal_read(data, size, &s, error) != 0)
		return;
	text = seal_text(&s);
	seal_follow(&chain, &s, "", error);
	seal_clear(&s);
	if (seal_read(text, strlen(text), &s, error) != 0)
		abort();
	again = seal_text(&s);
	if (strcmp(text, again) != 0)
		abort();
	seal_clear(&s);
	free(text);
	free(again);
}

static void
versions(const char *data, size_t size)
{
	char error[160], field[PUBLISHED_FIELD], client[SEAL_NAME],
	    period[SEAL_PERIOD];
	char *name = fuzz_text((const uint8_t *)data, size);
	struct published p;

	if (published_read(data, size, &p, error) == 0)
		free(published_text(&p));
	published_clear(&p);
	if (published_field_read(name, client, period))
		published_field(client, period, field);
	free(name);
}

static void
on_found(void *arg, enum seal_finding f, const char *id)
{
	(void)arg;
	if ((unsigned)f > SEAL_ADDED || !seal_is_id(id))
		abort();
}

/* The bytes as a list, against the half of it. */
static void
lists(const char *data, size_t size)
{
	struct text sealed = { 0 }, now = { 0 };
	struct seal_changes changes = { 0 };
	struct seal_compared compared;

	text_add_bytes(&sealed, data, size);
	text_add_bytes(&now, data, size / 2);
	seal_changes_read(&changes, "1-0", data, size);
	seal_compare(&sealed, &now, &changes, 1 << 20, on_found, NULL,
	    &compared);
	seal_changes_clear(&changes);
	text_clear(&sealed);
	text_clear(&now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *rest = (const char *)data + 1;

	if (size < 1)
		return 0;
	if (data[0] % 3 == 0)
		seal(rest, size - 1);
	else if (data[0] % 3 == 1)
		versions(rest, size - 1);
	else
		lists(rest, size - 1);
	return 0;
}

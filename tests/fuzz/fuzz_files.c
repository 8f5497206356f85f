/*
 * fuzz_files: the small files that a crash may leave torn: the pager's
 * journal, the record it was reading, its auditor's line, and leases.
 *
 * The first byte says which of them the rest is.
 */
#include "lib/lease_file.h"
#include "lib/attempt.h"
#include "pager/audit.h"
#include "pager/journal.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1795348800000)

int LLVMFuzzerInitialize(int *argc, char ***argv);

static void
remove_file(void)
{
	unlink(fuzz_file("", 0));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	atexit(remove_file);
	return 0;
}

/* How many lines mean something; all of it is read in any case. */
static size_t
count_lines(struct journal *j)
{
	enum journal_read what;
	struct commit c;
	size_t lines = 0;

	commit_init(&c);
	while ((what = journal_read(j, &c)) != JOURNAL_END) {
		must(what != JOURNAL_BROKEN);
		must(what == JOURNAL_LINE || commit_is_empty(&c));
		lines += what == JOURNAL_LINE;
		for (size_t i = 0; i < c.count; i++)
			must(c.ops[i].key != NULL && c.ops[i].value != NULL);
	}
	commit_clear(&c);
	must(journal_is_empty(j));
	return lines;
}

/* A look changes nothing; opening cuts what is torn, and writing goes on. */
static void
try_journal(const void *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct journal *j = journal_look(path);
	struct commit c;
	size_t lines;

	must(j != NULL && strlen(journal_house(j)) < JOURNAL_HOUSE);
	lines = count_lines(j);
	journal_close(j);
	j = journal_open(path);
	must(j != NULL && count_lines(j) == lines);
	journal_rewind(j);
	must(count_lines(j) == lines);
	commit_init(&c);
	commit_set_text(&c, "meta", "house", "x");
	must(journal_write(j, &c, 7, NOW) == 0);
	must(journal_fence(j) == 7);
	journal_rewind(j);
	must(count_lines(j) == lines + 1);
	commit_clear(&c);
	journal_close(j);
}

static void
try_attempt(const void *data, size_t size)
{
	struct attempt *a = attempt_new(fuzz_file(data, size));

	(void)attempt_begin(a, "alarm 0 1-1");
	attempt_end(a);
	must(attempt_begin(a, "another"));
	attempt_free(a);
}

static void
try_audit(const char *data, size_t size)
{
	char line[AUDIT_LINE_MAX];
	struct audit_action action;
	struct audit a;

	audit_init(&a, "Kahu", "host", 300000, NOW);
	audit_restore(&a, data, size, NOW);
	for (int i = 0; i < 4; i++) {
		int64_t now_ms = NOW + i * INT64_C(100000);

		audit_turned(&a, i < 2 ? AUDIT_ACTIVE : AUDIT_OPENING, now_ms);
		while (audit_next(&a, now_ms, &action) != AUDIT_NOTHING)
			if (action.what == AUDIT_TELL)
				audit_told(&a, action.part, i > 1, now_ms);
	}
	audit_save(&a, NOW, line);
	audit_restore(&a, line, strlen(line), NOW);
}

static void
try_leases(const void *data, size_t size)
{
	struct lease_file *f = lease_file_new(fuzz_file(data, size));
	char token[64];

	if (lease_file_dead(f, "c0", token))
		must(!lease_file_dead(f, "c0", token));
	lease_file_hold(f, "c0", "fresh");
	must(!lease_file_dead(f, "c0", token));
	lease_file_free(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	switch (*data % 4) {
	case 0:
		try_journal(text, size - 1);
		break;
	case 1:
		try_attempt(text, size - 1);
		break;
	case 2:
		try_audit(text, size - 1);
		break;
	case 3:
		try_leases(text, size - 1);
		break;
	}
	free(text);
	return 0;
}

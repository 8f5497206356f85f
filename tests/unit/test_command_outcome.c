/* test_command_outcome: what it means how a command ended. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/command_outcome.h"

static void
ends_as(const struct program_result *r, enum sent sent, const char *wanted)
{
	char detail[160];

	assert_int_equal(command_outcome(r, 10000, detail, sizeof(detail)),
	    sent);
	assert_string_equal(detail, wanted);
}

static void
how_it_ended_decides(void **state)
{
	static const struct {
		enum program_end end;
		int code;
		const char *errors;
		enum sent sent;
		const char *detail;
	} table[] = {
		{ PROGRAM_EXITED, 0, "", SENT_HANDED_OVER,
		    "the command has it" },
		{ PROGRAM_EXITED, 0, "queued as 17\n", SENT_HANDED_OVER,
		    "the command has it: queued as 17" },
		{ PROGRAM_EXITED, 1, "", SENT_FAILED,
		    "the command ended with status 1" },
		{ PROGRAM_EXITED, 2, "no such pigeon\nin this loft\n",
		    SENT_FAILED,
		    "the command ended with status 2: no such pigeon" },
		{ PROGRAM_EXITED, 74, "", SENT_FAILED,
		    "the command ended with status 74" },
		{ PROGRAM_EXITED, 75, "asleep", SENT_FAILED_NOW,
		    "the command ended with status 75: asleep" },
		{ PROGRAM_EXITED, 76, "", SENT_FAILED,
		    "the command ended with status 76" },
		{ PROGRAM_EXITED, 127, "", SENT_FAILED,
		    "the command ended with status 127" },
		{ PROGRAM_EXITED, 255, "", SENT_FAILED,
		    "the command ended with status 255" },
		{ PROGRAM_KILLED, SIGKILL, "", SENT_FAILED_NOW,
		    "the command was ended by signal 9" },
		{ PROGRAM_KILLED, SIGSEGV, "oh", SENT_FAILED_NOW,
		    "the command was ended by signal 11: oh" },
		{ PROGRAM_TIME_OVER, 0, "dialling", SENT_FAILED_NOW,
		    "the command did not end within 10 s: dialling" },
		{ PROGRAM_NO_TURN, 0, "", SENT_FAILED_NOW,
		    "the command had no turn within 10 s" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct program_result r = { .end = table[i].end,
			.code = table[i].code,
			.errors = table[i].errors,
			.errors_length = strlen(table[i].errors) };

		ends_as(&r, table[i].sent, table[i].detail);
	}
}

static void
what_cannot_be_run_is_told(void **state)
{
	static const struct {
		int code;
		enum sent sent;
		const char *why;
	} table[] = {
		{ ENOENT, SENT_FAILED, "No such file or directory" },
		{ ENOTDIR, SENT_FAILED, "Not a directory" },
		{ EISDIR, SENT_FAILED, "Is a directory" },
		{ EACCES, SENT_FAILED, "Permission denied" },
		{ EPERM, SENT_FAILED, "Operation not permitted" },
		{ ENOEXEC, SENT_FAILED, "Exec format error" },
		{ ELOOP, SENT_FAILED, "Too many levels of symbolic links" },
		{ ENAMETOOLONG, SENT_FAILED, "File name too long" },
		{ E2BIG, SENT_FAILED, "Argument list too long" },
		/* What our machine lacks, it may have later. */
		{ EMFILE, SENT_FAILED_NOW, "Too many open files" },
		{ EAGAIN, SENT_FAILED_NOW, "Resource temporarily unavailable" },
		{ ETXTBSY, SENT_FAILED_NOW, "Text file busy" },
	};
	char detail[160];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct program_result r = { .end = PROGRAM_NOT_STARTED,
			.code = table[i].code,
			.errors = "" };

		text_format(detail, sizeof(detail),
		    "the command cannot be run: %s", table[i].why);
		ends_as(&r, table[i].sent, detail);
	}
}

static void
what_it_says_is_one_plain_line(void **state)
{
	static const struct {
		const char *errors, *said;
	} table[] = {
		{ "\n\n  late words\n", ": late words" },
		{ "\r\n \t\n", "" },
		{ "dos\r\nline", ": dos" },
		{ "red \033[31m\a", ": red \\x1b[31m\\x07" },
		{ "M\xc4\x81ori \xff", ": M\xc4\x81ori \\xff" },
	};
	char detail[160], want[160];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct program_result r = { .end = PROGRAM_EXITED,
			.errors = table[i].errors };

		command_outcome(&r, 10000, detail, sizeof(detail));
		text_format(want, sizeof(want), "the command has it%s",
		    table[i].said);
		assert_string_equal(detail, want);
	}
}

static void
what_it_says_is_cut(void **state)
{
	char errors[PROGRAM_ERRORS_MAX + 1] = "", detail[40];
	const struct program_result r = { .end = PROGRAM_EXITED,
		.errors = errors };

	(void)state;
	memset(errors, 'x', PROGRAM_ERRORS_MAX);
	command_outcome(&r, 10000, detail, sizeof(detail));
	assert_string_equal(detail, "the command has it: xxxxxxxxxxxxxxxxxxx");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_it_ended_decides),
		cmocka_unit_test(what_cannot_be_run_is_told),
		cmocka_unit_test(what_it_says_is_one_plain_line),
		cmocka_unit_test(what_it_says_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

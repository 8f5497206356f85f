/* command_outcome: see command_outcome.h. */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "pager/command_outcome.h"

/* What another attempt would meet again. */
static bool
is_for_good(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case ENOEXEC:
	case ELOOP:
	case ENAMETOOLONG:
	case E2BIG:
		return true;
	default:
		return false;
	}
}

/* The first of its lines that says anything. */
static void
add_line(struct text *t, const struct program_result *r)
{
	const char *line = r->errors + strspn(r->errors, " \t\r\n");
	size_t length = strcspn(line, "\r\n");
	struct text first = { 0 };

	if (length == 0)
		return;
	text_add_bytes(&first, line, length);
	text_add(t, ": ");
	text_add_plain(t, first.data);
	text_clear(&first);
}

static enum sent
say_exit(struct text *t, int status)
{
	if (status == 0)
		text_add(t, "the command has it");
	else
		text_addf(t, "the command ended with status %d", status);
	if (status == 0)
		return SENT_HANDED_OVER;
	return status == COMMAND_LATER ? SENT_FAILED_NOW : SENT_FAILED;
}

static enum sent
say(struct text *t, const struct program_result *r, int64_t timeout_ms)
{
	char limit[40];

	text_duration(timeout_ms, limit, sizeof(limit));
	switch (r->end) {
	case PROGRAM_EXITED:
		return say_exit(t, r->code);
	case PROGRAM_KILLED:
		text_addf(t, "the command was ended by signal %d", r->code);
		return SENT_FAILED_NOW;
	case PROGRAM_TIME_OVER:
		text_addf(t, "the command did not end within %s", limit);
		return SENT_FAILED_NOW;
	case PROGRAM_NO_TURN:
		text_addf(t, "the command had no turn within %s", limit);
		return SENT_FAILED_NOW;
	default: /* PROGRAM_NOT_STARTED */
		text_addf(t, "the command cannot be run: %s",
		    strerror(r->code));
		return is_for_good(r->code) ? SENT_FAILED : SENT_FAILED_NOW;
	}
}

enum sent
command_outcome(const struct program_result *r, int64_t timeout_ms,
    char *detail, size_t room)
{
	struct text t = { 0 };
	enum sent sent = say(&t, r, timeout_ms);

	add_line(&t, r);
	text_copy(detail, room, t.data);
	text_clear(&t);
	return sent;
}

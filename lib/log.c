/* log: see log.h.  One write per line, so that lines of processes sharing a
 * stderr do not mix. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/text.h"

#define LINE_MAX_BYTES 2000

static const char *program = "sunwatch";
static bool debugging, to_journal, only_trouble;

void
log_init(const char *name, bool debug)
{
	program = name;
	debugging = debug;
	/* systemd sets this when stderr is a stream to the journal. */
	to_journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_only_trouble(void)
{
	only_trouble = true;
}

static void __attribute__((format(printf, 2, 0)))
write_line(int priority, const char *fmt, va_list ap, int error)
{
	char raw[LINE_MAX_BYTES];
	struct text line = { 0 };

	vsnprintf(raw, sizeof(raw), fmt, ap);
	if (to_journal)
		text_addf(&line, "<%d>", priority);
	else
		text_addf(&line, "%s: ", program);
	text_add_plain(&line, raw);
	if (error != 0)
		text_addf(&line, ": %s", strerror(error));
	text_add(&line, "\n");
	if (write(STDERR_FILENO, line.data, line.length) == -1) {
		/* Nobody to tell. */
	}
	text_clear(&line);
}

#define LOG(priority, error)                                                   \
	do {                                                                   \
		int saved_ = errno;                                            \
		va_list ap_;                                                   \
                                                                               \
		va_start(ap_, fmt);                                            \
		write_line(priority, fmt, ap_, error);                         \
		va_end(ap_);                                                   \
		errno = saved_;                                                \
	} while (0)

void
log_debug(const char *fmt, ...)
{
	if (debugging)
		LOG(7, 0);
}

void
log_info(const char *fmt, ...)
{
	if (!only_trouble)
		LOG(6, 0);
}

void
log_warn(const char *fmt, ...)
{
	LOG(4, errno);
}

void
log_warnx(const char *fmt, ...)
{
	LOG(4, 0);
}

void
fatal(const char *fmt, ...)
{
	LOG(2, errno);
	exit(1);
}

void
fatalx(const char *fmt, ...)
{
	LOG(2, 0);
	exit(1);
}

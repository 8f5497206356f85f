/*
 * channel_terminal: pages on standard output, or in a file or fifo.
 *
 * Never blocks: a terminal that was stopped, a fifo without reader or a full
 * disk is "failed for now".  What was written in part is failed as well; the
 * repeat says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/text.h"
#include "pager/channel.h"

struct terminal {
	char *file; /* NULL: standard output */
};

static void *
terminal_open(struct event_base *base, const struct channel_settings *s)
{
	struct terminal *t = mem_alloc(sizeof(*t));

	(void)base;
	if (s != NULL && s->file != NULL)
		t->file = mem_text(s->file);
	return t;
}

static void
terminal_close(void *channel)
{
	struct terminal *t = channel;

	free(t->file);
	free(t);
}

/* Standard output once more, so that not blocking is ours alone. */
static int
open_output(const struct terminal *t)
{
	int flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;

	if (t->file != NULL)
		return open(t->file, flags | O_CREAT, 0600);
	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISSOCK(st.st_mode))
		return dup(STDOUT_FILENO);
	return open("/proc/self/fd/1", flags);
}

static ssize_t
put(int fd, const char *text, size_t length)
{
	ssize_t n = send(fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n == -1 && errno == ENOTSOCK)
		n = write(fd, text, length);
	return n;
}

static void *
terminal_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	const struct terminal *t = channel;
	int fd = open_output(t);
	ssize_t n = -1;
	size_t length;
	char *text;

	answer->sent = SENT_FAILED_NOW;
	if (fd == -1) {
		text_format(answer->detail, CHANNEL_DETAIL_MAX,
		    "cannot open %s: %s",
		    t->file != NULL ? t->file : "standard output",
		    strerror(errno));
		return NULL;
	}
	text = terminal_text(out->message, isatty(fd) == 1);
	length = strlen(text);
	n = put(fd, text, length);
	if (n == (ssize_t)length) {
		answer->sent = SENT_HANDED_OVER;
		text_copy(answer->detail, CHANNEL_DETAIL_MAX, "written");
	} else
		text_format(answer->detail, CHANNEL_DETAIL_MAX,
		    "cannot write: %s",
		    n == -1 ? strerror(errno) : "not all was taken");
	free(text);
	close(fd);
	return NULL;
}

const struct channel_driver channel_terminal = {
	.name = "terminal",
	.open = terminal_open,
	.close = terminal_close,
	.send = terminal_send,
};

/*
 * control: see control.h.  One connection per question; the deadline is one
 * for connecting, sending and reading together.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/control.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/text.h"

#define SOCKET_NAME "pager.sock"

static int
connect_to(const char *peer, const char *path, char error[256])
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(a.sun_path)) {
		text_format(error, 256, "%s: the path is too long", path);
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == -1) {
		text_format(error, 256, "cannot reach %s at %s: %s", peer, path,
		    strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

/* Wait until fd is ready for what, or the deadline. */
static bool
wait_for(int fd, short what, int64_t until_us)
{
	struct pollfd p = { .fd = fd, .events = what };
	int64_t left_us;
	int ready;

	do {
		left_us = until_us - clock_monotonic_us();
		if (left_us <= 0)
			return false;
		ready = poll(&p, 1, (int)(left_us / 1000) + 1);
	} while (ready == 0 || (ready == -1 && errno == EINTR));
	return ready == 1;
}

static bool
send_all(int fd, const char *data, size_t length, int64_t until_us)
{
	while (length > 0) {
		ssize_t n;

		if (!wait_for(fd, POLLOUT, until_us))
			return false;
		n = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* One line without its end; false: none came whole. */
static bool
read_line(int fd, struct text *line, int64_t until_us)
{
	char part[4096];

	while (line->length <= CONTROL_ANSWER_MAX) {
		const char *end;
		ssize_t n;

		if (!wait_for(fd, POLLIN, until_us))
			return false;
		n = recv(fd, part, sizeof(part), MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return false;
		end = memchr(part, '\n', (size_t)n);
		text_add_bytes(line, part,
		    end != NULL ? (size_t)(end - part) : (size_t)n);
		if (end != NULL)
			return true;
	}
	return false;
}

static json_t *
exchange(const char *peer, int fd, const json_t *request, char error[256])
{
	int64_t until_us = clock_monotonic_us() + CONTROL_PATIENCE_MS * 1000;
	char *text = json_dumps(request, JSON_COMPACT);
	struct text line = { 0 };
	json_t *answer = NULL;
	json_error_t why;

	text_add(&line, text);
	text_add(&line, "\n");
	free(text);
	if (!send_all(fd, line.data, line.length, until_us))
		text_format(error, 256, "%s does not listen", peer);
	else {
		line.length = 0;
		if (!read_line(fd, &line, until_us))
			text_format(error, 256,
			    "no answer from %s; it may or may not have "
			    "been done",
			    peer);
		else if ((answer = json_loadb(line.data, line.length, 0,
			      &why)) == NULL)
			text_format(error, 256,
			    "the answer of %s is not JSON: %s", peer, why.text);
	}
	text_clear(&line);
	return answer;
}

json_t *
control_ask_at(const char *peer, const char *path, json_t *request,
    char error[256])
{
	int fd = connect_to(peer, path, error);
	json_t *answer = NULL;

	if (fd != -1) {
		answer = exchange(peer, fd, request, error);
		close(fd);
	}
	json_decref(request);
	if (answer != NULL && !json_is_object(answer)) {
		text_format(error, 256, "the answer of %s is no object", peer);
		json_decref(answer);
		return NULL;
	}
	return answer;
}

json_t *
control_ask(const char *path, json_t *request, char error[256])
{
	return control_ask_at("the pager", path, request, error);
}

bool
control_path(struct cli *c, char *out, size_t room)
{
	struct settings *s;

	if (c->socket != NULL) {
		text_copy(out, room, c->socket);
		return true;
	}
	if ((s = tree_parse(c)) == NULL)
		return false;
	text_format(out, room, "%s/" SOCKET_NAME, s->site.state_dir);
	settings_free(s);
	return true;
}

json_t *
control_pager(struct cli *c, const struct settings *s, json_t *request)
{
	char path[512], error[256];

	if (c->socket != NULL)
		text_copy(path, sizeof(path), c->socket);
	else if (s->site.state_dir != NULL)
		text_format(path, sizeof(path), "%s/" SOCKET_NAME,
		    s->site.state_dir);
	else {
		json_decref(request);
		return NULL; /* of a tree with mistakes */
	}
	return control_ask(path, request, error);
}

/* Fields of the wire, as the usage of commands calls them; those of one
   command first. */
static const struct {
	const char *field, *word;
	const char *command; /* NULL: of all */
} words[] = {
	{ "for", "--cover", "override away" },
	{ "for", "OTHER", "override swap" },
	{ "instead", "PERSON", "override away" },
	{ "instead", "PERSON", "override swap" },
	{ "at_ms", "--at", NULL },
	{ "channel", "--channel", NULL },
	{ "claimant", "--claimant", NULL },
	{ "client", "--client", NULL },
	{ "consent", "CONSENT", NULL },
	{ "evidence", "--evidence", NULL },
	{ "exclusion", "EXCLUSION", NULL },
	{ "eta_from_ms", "--eta", NULL },
	{ "eta_to_ms", "--eta", NULL },
	{ "for", "PERSON", NULL },
	{ "for_ms", "DURATION", NULL },
	{ "from_ms", "--from", NULL },
	{ "from_ms, to_ms", "--from, --to", NULL },
	{ "incident", "INCIDENT", NULL },
	{ "instead", "--instead", NULL },
	{ "next_ms", "--next", NULL },
	{ "note", "--note", NULL },
	{ "nth", "--nth", NULL },
	{ "other_at_ms", "--other", NULL },
	{ "override", "OVERRIDE", NULL },
	{ "rota", "--rota", NULL },
	{ "rule", "--rule", NULL },
	{ "scope", "SCOPE", NULL },
	{ "state", "--state", NULL },
	{ "subject", "SUBJECT", NULL },
	{ "text", "TEXT", NULL },
	{ "times", "--from, --to", NULL },
	{ "to", "PERSON", NULL },
	{ "to_ms", "--to", NULL },
	{ "why", "--why", NULL },
	{ "window", "WINDOW", NULL },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

/* Whether that is what a reason begins with, of this command. */
static bool
is_word(const struct cli *c, size_t i, const char *why, size_t length)
{
	return strlen(words[i].field) == length &&
	    strncmp(words[i].field, why, length) == 0 &&
	    (words[i].command == NULL ||
		strcmp(words[i].command, c->command->name) == 0);
}

/* Of words that stand alone names are told as they were typed. */
static bool
is_name(size_t i)
{
	return words[i].word[0] >= 'A' && words[i].word[0] <= 'Z' &&
	    strcmp(words[i].field, "text") != 0;
}

/* "incident: there is no such incident" is "INC-9: there is no such incident"
   to whoever has typed that. */
static void
say_name(struct cli *c, const char *typed, const char *why)
{
	if (strncmp(why, typed, strlen(typed)) == 0)
		cli_fail(c, "%s", why);
	else
		cli_fail(c, "%s: %s", typed, why);
}

/* "for_ms: at most 30 min" is "DURATION: at most 30 min" to its writer. */
static void
refused(struct cli *c, const json_t *request, const char *why)
{
	size_t length = strcspn(why, ":"), i = 0;
	const char *typed;

	while (i < WORDS && !is_word(c, i, why, length))
		i++;
	if (i == WORDS || strncmp(why + length, ": ", 2) != 0) {
		cli_fail(c, "%s", why);
		return;
	}
	typed = json_string_value(json_object_get(request, words[i].field));
	if (is_name(i) && typed != NULL && typed[0] != '\0')
		say_name(c, typed, why + length + 2);
	else
		cli_fail(c, "%s%s", words[i].word, why + length);
}

/* The answer, if it is a good one; the request is let go. */
static json_t *
take_answer(struct cli *c, json_t *request, json_t *answer, const char *error)
{
	const char *why = json_string_value(json_object_get(answer, "error"));
	bool is_good = json_is_true(json_object_get(answer, "ok"));

	if (answer == NULL)
		cli_fail(c, "%s", error);
	else if (c->json && !is_good)
		cli_print_json(c, json_incref(answer));
	else if (!is_good)
		refused(c, request, why != NULL ? why : "refused");
	json_decref(request);
	if (is_good)
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *
control_command(struct cli *c, json_t *request)
{
	char path[512], error[256] = "";
	json_t *answer;

	if (!control_path(c, path, sizeof(path))) {
		json_decref(request);
		return NULL;
	}
	answer = control_ask(path, json_incref(request), error);
	return take_answer(c, request, answer, error);
}

/* What was done, in the answer's words. */
static int
say_done(struct cli *c, json_t *answer)
{
	const char *text;

	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	text = json_string_value(json_object_get(answer, "text"));
	cli_plain(c, text != NULL ? text : "Done.");
	fputc('\n', c->out);
	json_decref(answer);
	return CLI_DONE;
}

int
control_run(struct cli *c, json_t *request, const char *as)
{
	json_t *answer;

	if (as != NULL)
		json_object_set_new(request, "as", json_string(as));
	answer = control_command(c, request);
	return answer != NULL ? say_done(c, answer) : CLI_FAILED;
}

/* One line each, as the collector said them. */
static void
print_lines(struct cli *c, const json_t *lines)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		cli_plain(c, json_string_value(line));
		fputc('\n', c->out);
	}
}

int
control_run_collector(struct cli *c, const struct settings *s, json_t *request,
    const char *as)
{
	const char *path =
	    c->socket_given ? c->socket : s->site.collector_socket;
	char error[256] = "";
	const json_t *warning;
	json_t *answer;
	size_t i;

	if (as != NULL)
		json_object_set_new(request, "as", json_string(as));
	answer =
	    control_ask_at("the collector", path, json_incref(request), error);
	answer = take_answer(c, request, answer, error);
	if (answer == NULL)
		return CLI_FAILED;
	json_array_foreach(json_object_get(answer, "warnings"), i, warning)
	    cli_fail(c, "warning: %s", json_string_value(warning));
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	print_lines(c, json_object_get(answer, "said"));
	json_decref(answer);
	return CLI_DONE;
}

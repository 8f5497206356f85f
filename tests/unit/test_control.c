/* test_control: the control socket; of its lines see test_control_line. */
#include <errno.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#include "lib/control.h"
#include "lib/control_line.h"
#include "lib/text.h"

#define IDS 200

/* A pager with a real socket, whose core only echoes. */
struct stage {
	struct event_base *base;
	struct desk *desk;
	struct control *control;
	char folder[64], path[128];
	uint64_t ids[IDS];
	size_t count;
	bool is_endless; /* takes as many as come */
};

#define LARGE (6 << 20)

static char *
large(void)
{
	char *json = mem_alloc(LARGE + 1);

	memset(json, 'x', LARGE);
	memcpy(json, "{\"text\":\"", 9);
	memcpy(json + LARGE - 2, "\"}", 2);
	return json;
}

static char *
query(void *arg, const char *json, size_t length, bool *ok)
{
	(void)arg, (void)length;
	*ok = true;
	if (strstr(json, "\"incidents\"") != NULL)
		return large();
	if (strstr(json, "\"status\"") == NULL)
		return NULL;
	return mem_text("{\"open\":0}");
}

static bool
command(void *arg, uint64_t id, const char *json, size_t length, const char *by)
{
	struct stage *s = arg;

	(void)json, (void)length, (void)by;
	if (s->is_endless)
		return true;
	if (s->count == IDS)
		return false;
	s->ids[s->count++] = id;
	return true;
}

static void
begin(struct stage *s)
{
	static const struct desk_backend backend = { query, command,
		"not now" };

	*s = (struct stage){ .base = event_base_new() };
	text_copy(s->folder, sizeof(s->folder), "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	text_format(s->path, sizeof(s->path), "%s/pager.sock", s->folder);
	s->desk = desk_new(&backend, s);
	s->control = control_new(s->base, s->desk, s->path);
	assert_non_null(s->control);
}

static void
end(struct stage *s)
{
	control_free(s->control);
	desk_free(s->desk);
	event_base_free(s->base);
	assert_int_equal(rmdir(s->folder), 0); /* the socket file is gone */
}

static void
on_lane(void *arg, bool ok, const char *json)
{
	(void)json;
	*(int *)arg += ok ? 1 : 100;
}

/* However many programs wait, a person's command is taken; each lane has room
   again when one of its own was answered. */
static void
test_programs_keep_no_person_out(void **state)
{
	struct stage s;
	const char *error = NULL;
	uint64_t first = 0, id = 0;
	int answered = 0, taken = 0;

	(void)state;
	begin(&s);
	s.is_endless = true;
	while ((id = desk_command_of(s.desk, DESK_PROGRAMS, "{}", 2, "alert:x",
		    on_lane, &answered, &error)) != 0) {
		first = first == 0 ? id : first;
		taken++;
	}
	assert_int_equal(taken, DESK_PROGRAMS_MAX);
	assert_string_equal(error,
	    "too many commands are waiting; try again soon");
	for (int i = 0; i < DESK_WAITING_MAX; i++)
		assert_int_not_equal(desk_command(s.desk, "{}", 2, "isla",
					 on_lane, &answered, &error),
		    0);
	assert_int_equal(desk_command(s.desk, "{}", 2, "isla", on_lane,
			     &answered, &error),
	    0);
	desk_answer(s.desk, first, true, "{}");
	assert_int_equal(answered, 1);
	assert_int_equal(desk_command(s.desk, "{}", 2, "isla", on_lane,
			     &answered, &error),
	    0);
	assert_int_not_equal(desk_command_of(s.desk, DESK_PROGRAMS, "{}", 2,
				 "alert:x", on_lane, &answered, &error),
	    0);
	end(&s);
}

static int
dial(const struct stage *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	text_copy(address.sun_path, sizeof(address.sun_path), s->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	return fd;
}

static void
turn(struct stage *s)
{
	for (int i = 0; i < 10; i++)
		event_base_loop(s->base, EVLOOP_NONBLOCK);
}

/* What has arrived; "(end)" for a closed connection. */
static char *
heard(struct stage *s, int fd)
{
	static char text[CONTROL_LINE_MAX];
	ssize_t got;

	turn(s);
	got = recv(fd, text, sizeof(text) - 1, 0);
	if (got == 0)
		return strcpy(text, "(end)");
	text[got > 0 ? got : 0] = '\0';
	return text;
}

static void
tell(struct stage *s, int fd, const char *line)
{
	assert_int_equal(send(fd, line, strlen(line), 0), strlen(line));
	turn(s);
}

static void
a_command_is_answered_after_its_commit(void **state)
{
	struct stage s;
	struct stat st;
	int fd;

	(void)state;
	begin(&s);
	assert_int_equal(stat(s.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	fd = dial(&s);
	tell(&s, fd, "{\"id\":1,\"command\":\"take\"}\n{\"id\":2,\"comm");
	assert_string_equal(heard(&s, fd), "");
	assert_int_equal(s.count, 1);
	desk_answer(s.desk, s.ids[0], true, "{\"text\":\"You have it.\"}");
	assert_string_equal(heard(&s, fd),
	    "{\"id\":1,\"ok\":true,\"text\":\"You have it.\"}\n");
	desk_answer(s.desk, s.ids[0], true, "{}"); /* late: nothing happens */
	tell(&s, fd, "and\":\"status\"}\n");
	assert_string_equal(heard(&s, fd),
	    "{\"id\":2,\"ok\":true,\"open\":0}\n");
	close(fd);
	end(&s);
}

static void
one_connection_may_not_fill_the_desk(void **state)
{
	struct stage s;
	int fd;

	(void)state;
	begin(&s);
	fd = dial(&s);
	for (int i = 0; i < CONTROL_WAITING_MAX + 4; i++)
		tell(&s, fd, "{\"command\":\"take\"}\n");
	assert_int_equal(s.count, CONTROL_WAITING_MAX);
	desk_answer(s.desk, s.ids[3], true, "{}");
	turn(&s);
	assert_int_equal(s.count, CONTROL_WAITING_MAX + 1);
	close(fd);
	turn(&s);
	end(&s);
}

/* Ended on its side, it still hears the answer; gone, it is forgotten. */
static void
who_goes_first_is_forgotten(void **state)
{
	struct stage s;
	int fd;

	(void)state;
	begin(&s);
	fd = dial(&s);
	tell(&s, fd, "{\"command\":\"take\"}\n");
	shutdown(fd, SHUT_WR);
	turn(&s);
	desk_answer(s.desk, s.ids[0], false, "{\"error\":\"no\"}");
	assert_string_equal(heard(&s, fd), "{\"ok\":false,\"error\":\"no\"}\n");
	assert_string_equal(heard(&s, fd), "(end)");
	close(fd);
	fd = dial(&s);
	tell(&s, fd, "{\"command\":\"take\"}\n");
	close(fd);
	turn(&s);
	desk_answer(s.desk, s.ids[1], true, "{}");
	turn(&s);
	end(&s);
}

/* Found in review: a list of many open incidents was never answered. */
static void
a_long_answer_comes_whole(void **state)
{
	size_t got = 0;
	struct stage s;
	char *part;
	int fd;

	(void)state;
	begin(&s);
	fd = dial(&s);
	tell(&s, fd, "{\"command\":\"incidents\"}\n");
	while (*(part = heard(&s, fd)) != '\0' && strcmp(part, "(end)") != 0)
		got += strlen(part);
	assert_int_equal(got, LARGE + strlen("\"ok\":true,") + 1);
	close(fd);
	turn(&s);
	end(&s);
}

static void
an_endless_line_ends_the_connection(void **state)
{
	struct stage s;
	char *long_line = mem_alloc(CONTROL_LINE_MAX + 1);
	size_t sent = 0;
	int fd;

	(void)state;
	begin(&s);
	memset(long_line, 'x', CONTROL_LINE_MAX);
	fd = dial(&s);
	for (int i = 0; i < 200 && sent < CONTROL_LINE_MAX; i++) {
		ssize_t n =
		    send(fd, long_line + sent, CONTROL_LINE_MAX - sent, 0);

		sent += n > 0 ? (size_t)n : 0;
		turn(&s);
	}
	assert_int_equal(sent, CONTROL_LINE_MAX);
	assert_string_equal(heard(&s, fd),
	    "{\"ok\":false,\"error\":\"a line is longer than 524288 "
	    "bytes\"}\n");
	assert_string_equal(heard(&s, fd), "(end)");
	close(fd);
	free(long_line);
	end(&s);
}

/* Each waits for an answer. */
static void
too_many_connections_are_turned_away(void **state)
{
	int fds[CONTROL_ALL_MAX], one_more;
	struct stage s;

	(void)state;
	begin(&s);
	for (int i = 0; i < CONTROL_ALL_MAX; i++) {
		fds[i] = dial(&s);
		tell(&s, fds[i], "{\"command\":\"take\"}\n");
	}
	one_more = dial(&s);
	assert_string_equal(heard(&s, one_more),
	    "{\"ok\":false,\"error\":\"too many connections; try again "
	    "soon\"}\n");
	close(one_more);
	desk_answer(s.desk, s.ids[0], true, "{\"text\":\"Done.\"}");
	assert_string_equal(heard(&s, fds[0]),
	    "{\"ok\":true,\"text\":\"Done.\"}\n");
	close(fds[0]);
	turn(&s);
	fds[0] = dial(&s);
	tell(&s, fds[0], "{\"command\":\"status\"}\n");
	assert_string_equal(heard(&s, fds[0]), "{\"ok\":true,\"open\":0}\n");
	for (int i = 0; i < CONTROL_ALL_MAX; i++)
		close(fds[i]);
	end(&s);
}

/* Found by a flood: half lines on every place kept the operator out. */
static void
half_lines_keep_no_operator_out(void **state)
{
	int fds[CONTROL_CONNECTIONS_MAX], caller;
	struct stage s;

	(void)state;
	begin(&s);
	for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
		fds[i] = dial(&s);
		tell(&s, fds[i],
		    i == 0 ? "{\"command\":\"take\"}\n{" : "{\"com");
	}
	caller = dial(&s);
	tell(&s, caller, "{\"command\":\"status\"}\n");
	assert_string_equal(heard(&s, caller), "{\"ok\":true,\"open\":0}\n");
	/* The oldest one went that waited for nothing. */
	assert_string_equal(heard(&s, fds[0]), "");
	assert_string_equal(heard(&s, fds[1]), "(end)");
	tell(&s, fds[2], "mand\":\"status\"}\n");
	assert_string_equal(heard(&s, fds[2]), "{\"ok\":true,\"open\":0}\n");
	close(caller);
	for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++)
		close(fds[i]);
	end(&s);
}

/* And: of many who came at once, one drove out the other unheard. */
static void
who_comes_among_many_is_heard(void **state)
{
	int caller, fds[CONTROL_CONNECTIONS_MAX * 2];
	const int count = CONTROL_CONNECTIONS_MAX * 2;
	struct stage s;

	(void)state;
	begin(&s);
	caller = dial(&s);
	(void)!send(caller, "{\"command\":\"take\"}\n", 19, 0);
	for (int i = 0; i < count; i++)
		fds[i] = dial(&s);
	turn(&s);
	assert_int_equal(s.count, 1);
	desk_answer(s.desk, s.ids[0], true, "{\"text\":\"Done.\"}");
	assert_string_equal(heard(&s, caller),
	    "{\"ok\":true,\"text\":\"Done.\"}\n");
	assert_string_equal(heard(&s, fds[0]), "(end)");
	assert_string_equal(heard(&s, fds[count - 1]), "");
	close(caller);
	for (int i = 0; i < count; i++)
		close(fds[i]);
	end(&s);
}

static void
a_second_pager_does_not_steal_the_socket(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	assert_null(control_new(s.base, s.desk, s.path));
	assert_int_equal(errno, EADDRINUSE);
	end(&s);
}

/*
 * Its queue is full, as that of a process that was stopped in the middle of
 * much work.  A connect that waits would wait for ever.
 */
static void
a_second_pager_does_not_wait_for_a_stopped_one(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fds[256], count = 0, failed;
	struct stage s;

	(void)state;
	begin(&s);
	text_copy(address.sun_path, sizeof(address.sun_path), s.path);
	do {
		fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		failed = connect(fds[count++], (struct sockaddr *)&address,
		    sizeof(address));
	} while (failed == 0 && count < 256);
	assert_int_equal(failed, -1);
	assert_int_equal(errno, EAGAIN);
	alarm(20);
	assert_null(control_new(s.base, s.desk, s.path));
	assert_int_equal(errno, EADDRINUSE);
	alarm(0);
	while (count > 0)
		close(fds[--count]);
	end(&s);
}

/* Who is there in its stead hears what comes; its file stays. */
static void
another_takes_the_place(void **state)
{
	struct control *first;
	struct stage s;
	int fd;

	(void)state;
	begin(&s);
	first = s.control;
	assert_true(control_is_current(first));
	s.control = control_take(s.base, s.desk, s.path);
	assert_non_null(s.control);
	assert_false(control_is_current(first));
	assert_true(control_is_current(s.control));
	control_free(first);
	fd = dial(&s);
	tell(&s, fd, "{\"command\":\"status\"}\n");
	assert_string_equal(heard(&s, fd), "{\"ok\":true,\"open\":0}\n");
	close(fd);
	end(&s);
}

/* And where nobody is it is as good as the other way. */
static void
an_empty_place_is_taken(void **state)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	struct stage s;

	(void)state;
	begin(&s);
	control_free(s.control);
	s.control = control_take(s.base, s.desk, s.path);
	assert_non_null(s.control);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_null(control_take(s.base, s.desk, path));
	assert_int_equal(errno, ENAMETOOLONG);
	assert_null(control_new(s.base, s.desk, path));
	assert_int_equal(errno, ENAMETOOLONG);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs_keep_no_person_out),
		cmocka_unit_test(a_command_is_answered_after_its_commit),
		cmocka_unit_test(one_connection_may_not_fill_the_desk),
		cmocka_unit_test(who_goes_first_is_forgotten),
		cmocka_unit_test(a_long_answer_comes_whole),
		cmocka_unit_test(an_endless_line_ends_the_connection),
		cmocka_unit_test(too_many_connections_are_turned_away),
		cmocka_unit_test(half_lines_keep_no_operator_out),
		cmocka_unit_test(who_comes_among_many_is_heard),
		cmocka_unit_test(a_second_pager_does_not_steal_the_socket),
		cmocka_unit_test(
		    a_second_pager_does_not_wait_for_a_stopped_one),
		cmocka_unit_test(another_takes_the_place),
		cmocka_unit_test(an_empty_place_is_taken),
	};

	signal(SIGPIPE, SIG_IGN); /* as the pager does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}

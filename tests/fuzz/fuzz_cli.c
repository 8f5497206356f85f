/*
 * fuzz_cli: what the pager answers to the command, and what it is given to
 * decode.  The first byte chooses the command; the rest is the answer, or the
 * file.
 *
 * Whatever it is, the command ends by itself with one of its exit statuses,
 * and what it prints has no control characters but its own line ends.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cli/commands.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static const struct cli_command *const commands[] = { &cmd_incidents,
	&cmd_incident, &cmd_take, &cmd_override_list, &cmd_override_add,
	&cmd_rota_show, &cmd_oncall, &cmd_decode, NULL };

static char socket_path[80], tree_path[80];
/* Its own, for argv may be moved about. */
static char words[][4][12] = {
	{ "incidents" },
	{ "incident", "1" },
	{ "take", "1" },
	{ "override", "list" },
	{ "rota", "show" },
	{ "oncall" },
	{ "incidents", "--all", "--json" },
	{ "decode" },
};
#define WORDS (sizeof(words) / sizeof(words[0]))
#define DECODE (WORDS - 1)

static struct {
	pthread_mutex_t lock;
	char *data; /* its own: a late answer may outlive its input */
	size_t size;
} answer = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The pager: hears one line, says the answer, hangs up. */
static void *
serve(void *arg)
{
	int listener = *(int *)arg, fd;
	char bin[4096];

	while ((fd = accept(listener, NULL, NULL)) != -1) {
		(void)!recv(fd, bin, sizeof(bin), 0);
		pthread_mutex_lock(&answer.lock);
		(void)!send(fd, answer.data, answer.size, MSG_NOSIGNAL);
		pthread_mutex_unlock(&answer.lock);
		shutdown(fd, SHUT_WR);
		while (recv(fd, bin, sizeof(bin), 0) > 0)
			;
		close(fd);
	}
	return NULL;
}

static void
remove_files(void)
{
	unlink(socket_path);
	unlink(tree_path);
	unlink(fuzz_file("", 0));
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static int listener;
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	pthread_t thread;
	FILE *f;

	(void)argc, (void)argv;
	text_format(tree_path, sizeof(tree_path), "%s/sunwatch-fuzz.%d.yaml",
	    fuzz_folder(), (int)getpid());
	text_format(socket_path, sizeof(socket_path),
	    "%s/sunwatch-fuzz.%d.sock", fuzz_folder(), (int)getpid());
	atexit(remove_files);
	f = fopen(tree_path, "w");
	must(f != NULL && fputs(fuzz_tree, f) >= 0 && fclose(f) == 0);
	text_copy(here.sun_path, sizeof(here.sun_path), socket_path);
	unlink(socket_path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(listener, (struct sockaddr *)&here, sizeof(here)) == 0);
	must(listen(listener, 8) == 0);
	must(pthread_create(&thread, NULL, serve, &listener) == 0);
	return 0;
}

static void
expect_printable(const char *said, size_t length)
{
	for (size_t i = 0; i < length; i++)
		must((unsigned char)said[i] >= ' ' || said[i] == '\n' ||
		    said[i] == '\t');
}

static void
run(size_t which, const char *file)
{
	char *out = NULL, *err = NULL, *argv[8] = { (char[]){ "sunwatch" } };
	size_t out_length, err_length;
	struct cli c = { .commands = commands,
		.conf = tree_path,
		.socket = socket_path,
		.out = open_memstream(&out, &out_length),
		.err = open_memstream(&err, &err_length) };
	int argc = 1, status;

	for (int i = 0; i < 4 && words[which][i][0] != '\0'; i++)
		argv[argc++] = words[which][i];
	if (file != NULL)
		argv[argc++] = mem_text(file);
	status = cli_run(&c, argc, argv);
	must(status >= CLI_DONE && status <= CLI_USAGE);
	fclose(c.out);
	fclose(c.err);
	expect_printable(out, out_length);
	expect_printable(err, err_length);
	must(status == CLI_DONE || err_length > 0 || out_length > 0);
	free(out);
	free(err);
	if (file != NULL)
		free(argv[argc - 1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t which;

	if (size == 0)
		return 0;
	which = data[0] % WORDS;
	pthread_mutex_lock(&answer.lock);
	free(answer.data);
	answer.data = fuzz_text(data + 1, size - 1);
	answer.size = size - 1;
	pthread_mutex_unlock(&answer.lock);
	run(which, which == DECODE ? fuzz_file(data + 1, size - 1) : NULL);
	return 0;
}

/*
 * fuzz_store: what comes from the other end of Redis's socket.
 *
 * The first byte: 0x80, our greeting is answered as it should be before the
 * rest; 0x40, the rest is a row of answers in few bytes (below), so that the
 * fuzzer gets their shapes wrong and not their framing; 0x0f, what is asked.
 *
 * Everything that was asked is told its end exactly once, whatever comes; no
 * record is handed on without a name and a value, and nothing is taken for
 * done that was not answered so.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "collector/liveness.h"
#include "collector/pages_model.h"
#include "collector/pages_reader.h"
#include "lib/commit.h"
#include "lib/store.h"
#include "lib/store_parts.h"
#include "tests/fuzz/fuzz.h"

#define ANSWER_MAX 8192

int LLVMFuzzerInitialize(int *argc, char ***argv);

static char path[80], address[100];
static struct event_base *base;
static int listener;
static int asked, ended;

static void
remove_socket(void)
{
	unlink(path);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sockaddr_un here = { .sun_family = AF_UNIX };

	(void)argc, (void)argv;
	text_format(path, sizeof(path), "%s/sunwatch-fuzz.%d.sock",
	    fuzz_folder(), (int)getpid());
	text_format(address, sizeof(address), "unix:%s", path);
	text_copy(here.sun_path, sizeof(here.sun_path), path);
	unlink(path);
	listener =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	must(bind(listener, (struct sockaddr *)&here, sizeof(here)) == 0);
	must(listen(listener, 8) == 0);
	atexit(remove_socket);
	base = event_base_new();
	return 0;
}

static void
turn(int times)
{
	while (times-- > 0)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

/*
 * Answers in few bytes: a kind, and what it needs; the depth is Redis's.
 *   0 nil  1 number (a byte)  2 text (a byte of length)  3 array (its count)
 *   4 error  5 "OK"  6 an id of a stream  7 an empty array
 */
static size_t
answer(const uint8_t *data, size_t size, struct text *out, int depth)
{
	static const char *const errors[] = { "ERR no", "NOSCRIPT No",
		"READONLY You", "NOAUTH a" };
	size_t at = 1, length;

	switch (data[0] & 7) {
	case 0:
		text_add(out, "$-1\r\n");
		break;
	case 1:
		text_addf(out, ":%d\r\n", size > at ? data[at] : 0);
		at++;
		break;
	case 2:
		length = size > at ? data[at++] % 32 : 0;
		if (length > size - at)
			length = size - at;
		text_addf(out, "$%zu\r\n", length);
		text_add_bytes(out, data + at, length);
		text_add(out, "\r\n");
		at += length;
		break;
	case 3:
		length = size > at ? data[at++] % 8 : 0;
		text_addf(out, "*%zu\r\n", depth > 0 ? length : 0);
		for (; depth > 0 && length > 0; length--) {
			static const uint8_t nil[] = { 0 };

			if (at < size)
				at += answer(data + at, size - at, out,
				    depth - 1);
			else
				answer(nil, 1, out, 0);
		}
		break;
	case 4:
		text_addf(out, "-%s\r\n", errors[data[0] >> 3 & 3]);
		break;
	case 5:
		text_add(out, "+OK\r\n");
		break;
	case 6:
		text_add(out, "$7\r\n1790-17\r\n");
		break;
	case 7:
		text_add(out, "*0\r\n");
		break;
	}
	return at < size ? at : size;
}

static void
greeting(struct text *out)
{
	for (int i = 0; i < STORE_SCRIPTS; i++)
		text_add(out,
		    "$40\r\n0123456789012345678901234567890123456789\r\n");
	for (const struct store_durability *d = store_durability;
	     d->name != NULL; d++)
		text_addf(out, "*2\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n",
		    strlen(d->name), d->name, strlen(d->wanted), d->wanted);
}

static void
on_changed(void *arg, bool up, const char *advisory)
{
	(void)arg, (void)up, (void)advisory;
}

static void
on_reply(void *arg, const struct redisReply *r)
{
	(void)arg, (void)r;
	ended++;
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	(void)arg;
	must(key != NULL && field != NULL && value != NULL);
	must(((const char *)value)[length] == '\0');
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	(void)arg;
	must(commit_is_id(id));
	must(data != NULL && data[length] == '\0');
}

static void
on_end(void *arg, bool ok)
{
	(void)arg, (void)ok;
	ended++;
}

static void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	(void)arg, (void)fence;
	must(outcome >= STORE_DONE && outcome <= STORE_NEWER);
	ended++;
}

static void
on_committed(void *arg, enum store_outcome outcome)
{
	on_leased(arg, outcome, 0);
}

static void
ask(struct store *s, unsigned what)
{
	static const char *const keys[] = { "meta", "pages", NULL };
	struct store_ingest part = { .agent = "a",
		.spool = "s",
		.from_seq = 1,
		.seq = 1,
		.envelope = "e",
		.length = 1 };
	struct commit c;

	commit_init(&c);
	commit_set_text(&c, "meta", "a", "b");
	asked += 7;
	for (unsigned i = 0; i < 7; i++)
		switch ((i + what) % 7) {
		case 0:
			store_load(s, "sw:{p}:", keys, on_field, on_end, NULL);
			break;
		case 1:
			store_read(s, "sw:{c0}:", "in", "", 10, on_entry,
			    on_end, NULL);
			break;
		case 2:
			store_have(s, 0, "a", "s", on_leased, NULL);
			break;
		case 3:
			store_lease(s, "sw:{p}:", "t", 0, 1000, on_leased,
			    NULL);
			break;
		case 4:
			store_commit(s, "sw:{p}:", "t", &c, on_committed, NULL);
			break;
		case 5:
			store_ingest(s, &part, on_leased, NULL);
			break;
		case 6:
			store_commandf(s, on_reply, NULL, "PING");
			break;
		}
	commit_clear(&c);
}

static void
say(int fd, const uint8_t *data, size_t size, unsigned how)
{
	struct text out = { 0 };
	size_t at = 0;

	if (how & 0x40)
		while (at < size && out.length < ANSWER_MAX)
			at += answer(data + at, size - at, &out, 4);
	else if (memchr(data, '*', size) == NULL || size < 64)
		text_add_bytes(&out, data, size);
	/* What hiredis would make of a count of millions is its own. */
	for (size_t i = 0; i + 6 < out.length; i++)
		if (out.data[i] == '*' &&
		    strspn(out.data + i + 1, "0123456789") > 4)
			out.length = i;
	if (out.length > 0)
		(void)!send(fd, out.data, out.length,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
	text_clear(&out);
}

/*
 * On a busy machine the store of the input before had time to try again; its
 * second connection, which nobody is behind, still waits to be accepted.
 */
static void
send_strays_away(void)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) != -1)
		close(fd);
	must(errno == EAGAIN);
}

static int
meet(void)
{
	int fd = -1;

	for (int i = 0; i < 1000 && fd == -1; i++) {
		turn(1);
		fd =
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	}
	must(fd != -1);
	return fd;
}

/* All of it is read, so that what it says later has room. */
static void
hear(int fd)
{
	char bin[16384];

	turn(2);
	while (recv(fd, bin, sizeof(bin), 0) > 0)
		;
}

static void
talk(struct store *s, const uint8_t *data, size_t size)
{
	unsigned how = size > 0 ? data[0] : 0;
	struct text good = { 0 };
	int fd = meet();

	hear(fd);
	if (how & 0x80) {
		greeting(&good);
		must(send(fd, good.data, good.length, MSG_NOSIGNAL) ==
		    (ssize_t)good.length);
		text_clear(&good);
		for (int i = 0; i < 1000 && !store_is_up(s); i++)
			turn(1);
		must(store_is_up(s));
		if ((how & 0x0f) < 8)
			ask(s, how & 0x0f);
		turn(3);
		hear(fd);
	}
	if (size > 1)
		say(fd, data + 1, size - 1, how);
	turn(3);
	hear(fd);
	close(fd);
	turn(3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = { 0 };
	/* However slow the machine is, silence is never what ends it. */
	struct store *s = store_new(base,
	    &(struct store_options){ .address = address,
		.timeout_ms = 86400000 },
	    on_changed, NULL);
	struct pages_model *m = pages_model_new(&settings);
	struct pages_reader *r = pages_reader_new(base, s, m, &settings);
	struct liveness *l = liveness_new(base, s, "fuzz");

	asked = ended = 0;
	send_strays_away();
	talk(s, data, size);
	pages_reader_free(r);
	store_free(s);
	liveness_free(l);
	must(asked == ended);
	pages_model_free(m);
	turn(1);
	return 0;
}

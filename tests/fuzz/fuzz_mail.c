/*
 * fuzz_mail: what a mail server says, through the real client: however odd
 * its answers, the mail ends with one outcome in plain words, and is taken
 * for handed over only after a 2xx.
 *
 * The bytes are said as soon as somebody connects, and then it hangs up.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/event.h>

#include "lib/fetch.h"
#include "tests/fuzz/fuzz.h"

static struct event_base *base;
static struct fetcher *fetcher;
static struct event *listener;
static char url[64];
static const uint8_t *answer;
static size_t answer_length;
static bool ended;

static void
on_connect(evutil_socket_t fd, short what, void *arg)
{
	struct timeval patience = { 1, 0 };
	int client = accept(fd, NULL, NULL);

	(void)what, (void)arg;
	if (client == -1)
		return;
	setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience,
	    sizeof(patience));
	(void)!send(client, answer, answer_length, MSG_NOSIGNAL);
	shutdown(client, SHUT_WR);
	/* What it says is not looked at; a reset would lose our words. */
	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	for (char bin[4096]; recv(client, bin, sizeof(bin), 0) > 0;)
		;
	close(client);
}

static void
begin(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd != -1 && bind(fd, (struct sockaddr *)&here, length) == 0);
	must(listen(fd, 8) == 0);
	must(getsockname(fd, (struct sockaddr *)&here, &length) == 0);
	text_format(url, sizeof(url), "smtp://127.0.0.1:%d",
	    ntohs(here.sin_port));
	base = event_base_new();
	fetcher = fetcher_new(base, &(struct fetcher_options){ 0 });
	must(base != NULL && fetcher != NULL);
	listener = event_new(base, fd, EV_READ | EV_PERSIST, on_connect, NULL);
	event_add(listener, NULL);
}

static void
on_done(void *arg, const struct fetch_result *r)
{
	(void)arg;
	ended = true;
	must_be_plain(r->error);
	must(r->failure != FETCH_OK || (r->status >= 200 && r->status <= 299));
	must((r->failure == FETCH_OK) == (r->error[0] == '\0'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const to[] = { "a@b.example", "c@d.example", NULL };
	struct fetch_request request = { .url = url,
		.mail_from = "p@b.example",
		.mail_to = to,
		.body = "Subject: a\n\nb\n",
		.body_length = 14,
		.timeout_ms = 20000 };

	if (base == NULL)
		begin();
	if (size > 0 && data[0] % 4 == 0) {
		request.user = "u";
		request.password = "p";
	}
	answer = size > 0 ? data + 1 : data;
	answer_length = size > 0 ? size - 1 : 0;
	ended = false;
	fetch_start(fetcher, &request, on_done, NULL);
	while (!ended)
		event_base_loop(base, EVLOOP_ONCE);
	return 0;
}

/*
 * fetch_letter: one mail by libcurl, in a thread; see fetch_mail.h.
 *
 * What goes over the line is libcurl's.  It is asked to show the replies, for
 * the server's own words, and the commands, to know which answer is missing
 * when time is up and that nobody waits for the one to QUIT.
 */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "lib/clock.h"
#include "lib/fetch_mail.h"

/* What libcurl's callbacks know. */
struct carrier {
	struct letter *letter;
	struct line *line;
	size_t sent;
	bool leaving; /* QUIT was said */
};

static const char no_handshake[] = "no end of the TLS handshake";

static const struct {
	const char *command, *awaited;
} commands[] = {
	{ "EHLO ", "no answer to EHLO" },
	{ "HELO ", "no answer to HELO" },
	{ "STARTTLS", "no answer to STARTTLS" },
	{ "MAIL FROM:", "no answer to MAIL FROM" },
	{ "RCPT TO:", "no answer to RCPT TO" },
	{ "DATA", "no answer to DATA" },
};

void
letter_free(struct letter *l)
{
	if (l == NULL)
		return;
	free(l->url);
	free(l->user);
	mem_wipe(l->password);
	free(l->from);
	free(l->body);
	curl_slist_free_all(l->to);
	curl_slist_free_all(l->resolve);
	X509_STORE_free(l->store);
	free(l);
}

/* A command was said; what libcurl says of itself is nothing to us. */
static int
on_debug(CURL *easy, curl_infotype type, char *data, size_t length, void *arg)
{
	struct carrier *c = arg;

	(void)easy;
	if (type != CURLINFO_HEADER_OUT || c->leaving)
		return 0;
	if (length == 6 && memcmp(data, "QUIT\r\n", 6) == 0) {
		c->leaving = true;
		line_listen_no_more(c->line);
		return 0;
	}
	c->letter->awaited = "no answer to the password";
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t n = strlen(commands[i].command);

		if (length >= n && memcmp(data, commands[i].command, n) == 0)
			c->letter->awaited = commands[i].awaited;
	}
	return 0;
}

/* "250 words" or "250-words". */
static bool
is_reply(const char *line, size_t length)
{
	return length >= 3 && line[0] >= '2' && line[0] <= '5' &&
	    isdigit((unsigned char)line[1]) &&
	    isdigit((unsigned char)line[2]) &&
	    (length == 3 || line[3] == ' ' || line[3] == '-');
}

/* A line of a reply. */
static size_t
on_reply(char *data, size_t size, size_t count, void *arg)
{
	struct carrier *c = arg;
	struct letter *l = c->letter;
	size_t length = size * count;

	if (c->leaving)
		return size * count;
	while (length > 0 && strchr("\r\n", data[length - 1]) != NULL)
		length--;
	if (length >= sizeof(l->reply))
		length = sizeof(l->reply) - 1;
	memcpy(l->reply, data, length);
	l->reply[length] = '\0';
	if (is_reply(data, length))
		return size * count;
	l->fault = LETTER_NO_SMTP;
	return 0;
}

static size_t
want_body(char *out, size_t size, size_t count, void *arg)
{
	struct carrier *c = arg;
	size_t left = c->letter->body_length - c->sent, room = size * count;

	if (left > room)
		left = room;
	memcpy(out, c->letter->body + c->sent, left);
	c->sent += left;
	c->letter->awaited = "no answer to the message";
	return left;
}

/* Asked whenever something has come, and once a second: go on? */
static int
on_progress(void *arg, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal,
    curl_off_t ulnow)
{
	struct carrier *c = arg;

	(void)dltotal, (void)dlnow, (void)ultotal, (void)ulnow;
	if (line_is_dropped(c->line))
		return 1;
	/* The bytes of the wire: libcurl hides a line that never ends. */
	if (!line_is_long(c->line, FETCH_HEAD_MAX))
		return 0;
	c->letter->fault = LETTER_TOO_MUCH;
	return 1;
}

static curl_socket_t
want_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct carrier *c = arg;
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	(void)purpose;
	if (fd == -1 || line_add(c->line, fd))
		return fd;
	close(fd);
	return CURL_SOCKET_BAD;
}

/* Also from curl_easy_cleanup(), when there is no letter any more. */
static int
on_close(void *arg, curl_socket_t fd)
{
	line_remove(arg, fd);
	return close(fd);
}

/* The store is the letter's own reference; OpenSSL locks what it holds. */
static CURLcode
want_tls(CURL *easy, void *ssl_ctx, void *arg)
{
	struct letter *l = ((struct carrier *)arg)->letter;

	(void)easy;
	l->awaited = no_handshake;
	if (l->store != NULL)
		SSL_CTX_set1_cert_store(ssl_ctx, l->store);
	SSL_CTX_set_options(ssl_ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	return CURLE_OK;
}

static void
prepare_line(CURL *easy, struct carrier *c)
{
	struct letter *l = c->letter;
	int64_t left_ms = (l->deadline_us - clock_monotonic_us()) / 1000;

	if (left_ms < 1)
		left_ms = 1;
	if (left_ms > INT_MAX)
		left_ms = INT_MAX;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)left_ms);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (long)(left_ms + 999) / 1000);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_RESOLVE, l->resolve);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, want_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, c);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, c->line);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, c);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, c);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, l->curl_error);
}

static void
prepare_tls(CURL *easy, struct carrier *c)
{
	bool demanded = c->letter->demanded;

	curl_easy_setopt(easy, CURLOPT_USE_SSL,
	    (long)(demanded ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, demanded ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, demanded ? 2L : 0L);
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, want_tls);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, c);
}

static void
prepare_mail(CURL *easy, struct carrier *c)
{
	struct letter *l = c->letter;

	curl_easy_setopt(easy, CURLOPT_URL, l->url);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, l->from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, l->to);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	if (l->password != NULL) {
		curl_easy_setopt(easy, CURLOPT_USERNAME,
		    l->user != NULL ? l->user : "");
		curl_easy_setopt(easy, CURLOPT_PASSWORD, l->password);
		curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS,
		    "AUTH=PLAIN;AUTH=LOGIN");
	}
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)l->body_length);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, want_body);
	curl_easy_setopt(easy, CURLOPT_READDATA, c);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, c);
}

/* What libcurl measured and remembers. */
static void
keep_outcome(CURL *easy, struct letter *l)
{
	curl_off_t connect = 0, app = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &l->status);
	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &l->os_error);
	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &l->verdict);
	curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
	curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &app);
	l->connect_us = connect;
	l->tls_us = app > connect ? app - connect : 0;
	if (l->awaited == NULL)
		l->awaited = connect > 0 ? "no greeting" : "no connection";
	else if (l->awaited == no_handshake && app > 0)
		l->awaited = "no greeting";
}

CURL *
letter_carry(struct letter *l, struct line *line)
{
	struct carrier c = { .letter = l, .line = line };
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		abort();
	if (clock_monotonic_us() >= l->deadline_us) {
		l->fault = LETTER_NO_TURN;
		return easy;
	}
	prepare_line(easy, &c);
	prepare_tls(easy, &c);
	prepare_mail(easy, &c);
	l->code = curl_easy_perform(easy);
	keep_outcome(easy, l);
	/* What it is about to lose; on_close() needs the line alone. */
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, NULL);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, NULL);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
	return easy;
}

/* fetch_mail: one message to one server; see fetch_inside.h. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/fetch_inside.h"

/* Lines end with CR LF in a message, however they came. */
char *
mail_body(const char *from, size_t length, size_t *out_length)
{
	char *out = mem_alloc(2 * length + 1);
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		if (from[i] == '\n' && (i == 0 || from[i - 1] != '\r'))
			out[n++] = '\r';
		out[n++] = from[i];
	}
	*out_length = n;
	return out;
}

bool
host_is_loopback(const char *host)
{
	struct in_addr in;

	if (inet_pton(AF_INET, host, &in) == 1)
		return ntohl(in.s_addr) >> 24 == 127;
	return strcmp(host, "::1") == 0 || strcasecmp(host, "localhost") == 0;
}

static size_t
give_body(char *to, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t left = f->body_length - f->body_sent, n = size * count;

	if (n > left)
		n = left;
	memcpy(to, f->body + f->body_sent, n);
	f->body_sent += n;
	return n;
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct fetch *f = arg;
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	(void)purpose;
	if (fd != -1 && f->socket_count < MAIL_SOCKETS_MAX)
		f->sockets[f->socket_count++] = fd;
	return fd;
}

static int
close_socket(void *arg, curl_socket_t fd)
{
	struct fetch *f = arg;

	for (int i = 0; i < f->socket_count; i++) {
		if (f->sockets[i] == fd)
			f->sockets[i] = f->sockets[--f->socket_count];
	}
	return close(fd);
}

/*
 * When all is said libcurl sends QUIT and then waits for the answer, not on
 * the event loop but inside, for as long as two minutes.  It need not: once
 * QUIT is out we stop listening, and it finds the connection ended.
 */
static int
on_talk(CURL *easy, curl_infotype type, char *data, size_t length, void *arg)
{
	struct fetch *f = arg;

	(void)easy;
	if (type == CURLINFO_HEADER_OUT && length == 6 &&
	    memcmp(data, "QUIT\r\n", 6) == 0) {
		for (int i = 0; i < f->socket_count; i++)
			shutdown(f->sockets[i], SHUT_RD);
	}
	return 0;
}

static void
prepare_sockets(struct fetch *f, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, f);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, f);
	curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_talk);
	curl_easy_setopt(easy, CURLOPT_DEBUGDATA, f);
	curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
	/* The connection's callbacks name f, which will not be there. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static void
prepare_secrecy(struct fetch *f, CURL *easy)
{
	bool demanded = f->password != NULL && !host_is_loopback(f->host);

	curl_easy_setopt(easy, CURLOPT_USE_SSL,
	    demanded ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
	if (!demanded) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (f->user != NULL)
		curl_easy_setopt(easy, CURLOPT_USERNAME, f->user);
	if (f->password != NULL)
		curl_easy_setopt(easy, CURLOPT_PASSWORD, f->password);
}

void
mail_prepare(struct fetch *f)
{
	CURL *easy = f->handle->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, keep_reply);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, f->mail_from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, f->mail_to);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(easy, CURLOPT_READDATA, f);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)f->body_length);
	prepare_secrecy(f, easy);
	prepare_sockets(f, easy);
}

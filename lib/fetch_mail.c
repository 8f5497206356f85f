/*
 * fetch_mail: the connection to a mail server; see fetch_mail.h.
 *
 * The addresses are tried one after the other until one connects.  TLS is a
 * layer over the plain connection, from the beginning (smtps) or after
 * STARTTLS; bev is always the outermost.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "lib/clock.h"
#include "lib/fetch_mail.h"

#define LINE_BYTES_MAX 2048
#define CONNECT_MS 10000 /* for each address but the last */

static void try_next(struct mail *);
static void on_event(struct bufferevent *, short, void *);
static void on_readable(struct bufferevent *, void *);

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

static void
drop_connection(struct mail *m)
{
	if (m->bev != NULL)
		bufferevent_free(m->bev);
	m->bev = NULL;
}

void
mail_free(struct mail *m)
{
	if (m == NULL)
		return;
	drop_connection(m);
	free(m->addresses);
	free(m);
}

/* Only when what must still be sent has gone. */
static void
on_written(struct bufferevent *bev, void *arg)
{
	struct mail *m = arg;

	(void)bev;
	if (m->at == SMTP_QUIT)
		fetch_ended(m->fetch);
}

/* What the certificate must say, when TLS was demanded. */
static bool
demand_name(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (resolve_is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
}

static void
secure(struct mail *m)
{
	struct fetch *f = m->fetch;
	SSL_CTX *ctx = trust_context(f->fetcher->trust);
	SSL *ssl = SSL_new(ctx);

	SSL_CTX_free(ctx); /* ssl keeps it */
	if (ssl == NULL)
		abort();
	if (!resolve_is_address(f->host))
		SSL_set_tlsext_host_name(ssl, f->host);
	if (m->demanded && !demand_name(ssl, f->host))
		abort();
	f->shaking_us = clock_monotonic_us();
	m->bev = bufferevent_openssl_filter_new(f->fetcher->base, m->bev, ssl,
	    BUFFEREVENT_SSL_CONNECTING,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (m->bev == NULL)
		abort();
	bufferevent_openssl_set_allow_dirty_shutdown(m->bev, 1);
	bufferevent_setcb(m->bev, on_readable, on_written, on_event, m);
	bufferevent_enable(m->bev, EV_READ | EV_WRITE);
}

static void
end_with(struct mail *m, enum fetch_failure failure, const char *error)
{
	why(m->fetch, failure, "%s", error);
	fetch_ended(m->fetch);
}

/* What to do after a line was heard; false: nothing more is to be read. */
static bool
obey(struct mail *m, enum smtp_do what)
{
	struct evbuffer *in = bufferevent_get_input(m->bev);

	switch (what) {
	case SMTP_WAIT:
		return true;
	case SMTP_SECURE:
		/* What was said in the clear is not to count afterwards. */
		if (evbuffer_get_length(in) > 0)
			end_with(m, FETCH_PROTOCOL,
			    "the mail server talks on before TLS begins");
		else
			secure(m);
		return false;
	case SMTP_DONE:
		if (m->at != SMTP_QUIT)
			fetch_ended(m->fetch);
		return false;
	}
	return false;
}

static void
on_readable(struct bufferevent *bev, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct mail *m = arg;
	struct fetch *f = m->fetch;
	size_t length;
	char *line;
	bool more = true;

	while (more && m->at != SMTP_QUIT &&
	    (line = evbuffer_readln(in, &length, EVBUFFER_EOL_CRLF)) != NULL) {
		f->head_seen += length;
		if (strlen(line) != length)
			line[0] = '\0'; /* which is no reply */
		more = obey(m, smtp_line(m, line));
		free(line);
	}
	if (more &&
	    (evbuffer_get_length(in) > LINE_BYTES_MAX ||
		f->head_seen > FETCH_HEAD_MAX))
		end_with(m, FETCH_PROTOCOL, "the mail server talks too much");
}

/* The connection stands, or its TLS does. */
static void
on_connected(struct mail *m)
{
	if (m->fetch->shaking_us != 0) {
		m->secured = true;
		if (m->at == SMTP_STARTTLS)
			smtp_hello(m);
		return;
	}
	m->connected = true;
	m->fetch->result.connect_us = clock_monotonic_us() - m->fetch->hop_us;
	if (m->fetch->tls)
		secure(m);
}

static void
tls_failed(struct mail *m)
{
	SSL *ssl = bufferevent_openssl_get_ssl(m->bev);
	long verdict = SSL_get_verify_result(ssl);
	const char *reason =
	    ERR_reason_error_string(bufferevent_get_openssl_error(m->bev));

	if (m->demanded && verdict != X509_V_OK)
		why_certificate(m->fetch, verdict);
	else
		why(m->fetch, FETCH_TLS, "no TLS: %s",
		    reason != NULL ? reason : "the connection was closed");
	fetch_ended(m->fetch);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct mail *m = arg;
	struct fetch *f = m->fetch;

	(void)bev;
	if (what & BEV_EVENT_CONNECTED) {
		on_connected(m);
	} else if (m->at == SMTP_QUIT) {
		fetch_ended(f);
	} else if (!m->connected) {
		why_connect(f, EVUTIL_SOCKET_ERROR());
		try_next(m);
	} else if (f->shaking_us != 0 && !m->secured) {
		tls_failed(m);
	} else if (f->reply[0] != '\0') {
		why(f, FETCH_PROTOCOL, "the connection was closed after: %s",
		    f->reply);
		fetch_ended(f);
	} else {
		end_with(m, FETCH_PROTOCOL,
		    "the connection was closed without a greeting");
	}
}

/* Take the next of "[2001:db8::1],192.0.2.1"; 0 when there is none. */
static socklen_t
next_address(struct mail *m, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	char *text = strsep(&m->next, ",");
	size_t length;

	memset(out, 0, sizeof(*out));
	if (text == NULL)
		return 0;
	length = strlen(text);
	if (text[0] == '[' && text[length - 1] == ']') {
		text[length - 1] = '\0';
		text++;
	}
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		return sizeof(*four);
	}
	inet_pton(AF_INET6, text, &six->sin6_addr);
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return sizeof(*six);
}

/* Connect to the next address; without one the last failure stands. */
static void
try_next(struct mail *m)
{
	int options = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;
	struct fetch *f = m->fetch;
	struct sockaddr_storage a;
	socklen_t length = next_address(m, (uint16_t)atoi(f->port), &a);
	int64_t until_us = clock_monotonic_us() + CONNECT_MS * 1000;

	drop_connection(m);
	if (length == 0) {
		fetch_ends_soon(f);
		return;
	}
	m->bev = bufferevent_socket_new(f->fetcher->base, -1, options);
	if (m->bev == NULL)
		abort();
	bufferevent_setcb(m->bev, on_readable, on_written, on_event, m);
	bufferevent_enable(m->bev, EV_READ | EV_WRITE);
	fetch_wake(f, m->next != NULL ? until_us : INT64_MAX);
	if (bufferevent_socket_connect(m->bev, (struct sockaddr *)&a,
		(int)length) == -1) {
		why_connect(f, errno);
		try_next(m);
	}
}

/* A limit may have passed. */
void
mail_timer(struct mail *m, int64_t now_us)
{
	struct fetch *f = m->fetch;
	const char *missing = smtp_awaited(m);

	if (!m->connected && now_us < f->deadline_us) {
		why(f, FETCH_TIMEOUT, "no connection within %d ms", CONNECT_MS);
		try_next(m);
		return;
	}
	if (now_us < f->deadline_us) { /* which was put off */
		fetch_wake(f, INT64_MAX);
		return;
	}
	if (!m->connected)
		missing = "no connection";
	else if (f->shaking_us != 0 && !m->secured)
		missing = "no end of the TLS handshake";
	if (m->at != SMTP_QUIT)
		why(f, FETCH_TIMEOUT, "%s within %lld ms", missing,
		    (long long)f->timeout_ms);
	fetch_ended(f);
}

/* Nothing but what may stand between < and >. */
static bool
is_mail_address(const char *a)
{
	size_t length = strlen(a);

	if (length == 0 || length > 320)
		return false;
	for (; *a != '\0'; a++) {
		if ((unsigned char)*a <= ' ' || *a == '<' || *a == '>' ||
		    *a == 0x7f)
			return false;
	}
	return true;
}

static bool
are_mail_addresses(const struct fetch *f)
{
	const struct curl_slist *to;

	for (to = f->mail_to; to != NULL; to = to->next) {
		if (!is_mail_address(to->data))
			return false;
	}
	return f->mail_to != NULL && is_mail_address(f->mail_from);
}

struct mail *
mail_start(struct fetch *f, const char *addresses)
{
	struct mail *m = mem_alloc(sizeof(*m));

	m->fetch = f;
	m->demanded = f->password != NULL && !host_is_loopback(f->host);
	m->addresses = mem_text(addresses != NULL ? addresses : f->host);
	m->next = m->addresses;
	f->hop_us = clock_monotonic_us();
	if (are_mail_addresses(f)) {
		try_next(m);
	} else {
		why(f, FETCH_REFUSED, "these are not mail addresses");
		fetch_ends_soon(f);
	}
	return m;
}

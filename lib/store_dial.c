/*
 * store_dial: from an address to a connection: names by c-ares, TLS by
 * OpenSSL.  Nothing here waits: names are looked up anew for each attempt,
 * and the store's silence timer bounds lookup, connecting and handshake.
 */
#include <sys/un.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/util.h>

#include <openssl/err.h>

#include "lib/resolve.h"
#include "lib/store_parts.h"
#include "lib/store_tls.h"
#include "lib/text.h"

static int
parse_unix(struct store *s, const char *path)
{
	struct sockaddr_un *sun = (struct sockaddr_un *)&s->where;

	if (*path == '\0' || strlen(path) >= sizeof(sun->sun_path))
		return -1;
	sun->sun_family = AF_UNIX;
	text_copy(sun->sun_path, sizeof(sun->sun_path), path);
	s->where_length = sizeof(*sun);
	return 0;
}

/* "host:port" or "[::1]:port"; the host without its brackets. */
static int
parse_host(struct store *s, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;
	char *end;
	long port;

	if (n == 0 || n >= sizeof(s->host) || colon[1] == '\0')
		return -1;
	port = strtol(colon + 1, &end, 10);
	if (*end != '\0' || port < 1 || port > 65535)
		return -1;
	if (text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	} else if (memchr(text, ':', n) != NULL)
		return -1;
	if (n == 0)
		return -1;
	text_format(s->host, sizeof(s->host), "%.*s", (int)n, text);
	s->port = (int)port;
	return 0;
}

int
store_dial_parse(struct store *s, const char *address)
{
	if (strncmp(address, "unix:", 5) == 0)
		return parse_unix(s, address + 5);
	s->is_tls = strncmp(address, "rediss:", 7) == 0;
	if (s->is_tls)
		return parse_host(s, address + 7);
	return strncmp(address, "tcp:", 4) == 0 ? parse_host(s, address + 4)
						: -1;
}

static struct bufferevent *
new_secure(struct store *s, char why[STORE_WHY])
{
	SSL *ssl = store_tls(s->ca_file, s->host, why);
	struct bufferevent *bev;

	if (ssl == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(s->base, -1, ssl,
	    BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL)
		text_copy(why, STORE_WHY, "no memory for TLS");
	else
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

/* Keep-alive, so that a host that is gone is noticed between commands, too. */
void
store_dial_tune(struct store *s)
{
	int fd = bufferevent_getfd(s->bev), on = 1, idle_s = 30;

	if (s->where.ss_family == AF_UNIX)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
}

void
store_dial_why(const struct store *s, short what, char why[STORE_WHY])
{
	SSL *ssl = s->is_tls ? bufferevent_openssl_get_ssl(s->bev) : NULL;
	unsigned long error =
	    ssl != NULL ? bufferevent_get_openssl_error(s->bev) : 0;
	const char *reason = ERR_reason_error_string(error);

	if (ssl != NULL)
		store_tls_why(ssl, why);
	if (ssl != NULL && why[0] != '\0')
		return;
	if (reason != NULL)
		text_format(why, STORE_WHY, "TLS: %s", reason);
	else if (what & BEV_EVENT_EOF)
		text_copy(why, STORE_WHY, "it closed the connection");
	else
		text_copy(why, STORE_WHY, strerror(EVUTIL_SOCKET_ERROR()));
}

static void
connect_now(struct store *s)
{
	char why[STORE_WHY] = "";

	s->bev = s->is_tls
	    ? new_secure(s, why)
	    : bufferevent_socket_new(s->base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (s->bev == NULL) {
		store_dial_failed(s, why[0] != '\0' ? why : strerror(errno));
		return;
	}
	store_dialled(s);
	if (bufferevent_socket_connect(s->bev, (struct sockaddr *)&s->where,
		s->where_length) != 0 &&
	    s->bev != NULL)
		store_dial_failed(s, strerror(EVUTIL_SOCKET_ERROR()));
}

/* A numeric address, without brackets. */
static bool
take_address(struct store *s, const char *host, size_t length)
{
	char text[300];

	text_format(text, sizeof(text),
	    memchr(host, ':', length) != NULL ? "[%.*s]:%d" : "%.*s:%d",
	    (int)length, host, s->port);
	s->where_length = sizeof(s->where);
	return evutil_parse_sockaddr_port(text, (struct sockaddr *)&s->where,
		   &s->where_length) == 0;
}

/* Of several addresses each has its turn, one an attempt. */
static bool
take_one(struct store *s, const char *addresses)
{
	unsigned count = 1, wanted;
	size_t n;

	for (const char *p = addresses; *p != '\0'; p++)
		count += *p == ',';
	wanted = s->attempt++ % count;
	for (; wanted > 0; wanted--)
		addresses = strchr(addresses, ',') + 1;
	n = strcspn(addresses, ",");
	if (addresses[0] == '[') {
		addresses++;
		n -= 2;
	}
	return take_address(s, addresses, n);
}

static void
on_found(void *arg, const struct resolve_result *r)
{
	struct store *s = arg;
	char why[STORE_WHY];

	s->lookup = NULL;
	if (r->failure == RESOLVE_OK && take_one(s, r->addresses)) {
		connect_now(s);
		return;
	}
	text_format(why, sizeof(why), "%s: %s", s->host,
	    r->failure != RESOLVE_OK ? r->error : "no usable address");
	store_dial_failed(s, why);
}

void
store_dial(struct store *s)
{
	if (s->host[0] == '\0' ||
	    (resolve_is_address(s->host) &&
		take_address(s, s->host, strlen(s->host)))) {
		connect_now(s);
		return;
	}
	if (s->resolver == NULL)
		s->resolver = resolver_new(s->base, NULL);
	s->lookup = resolve_start(s->resolver, s->host, s->timeout_ms, true,
	    on_found, s);
}

void
store_undial(struct store *s)
{
	if (s->lookup != NULL)
		resolve_cancel(s->lookup);
	s->lookup = NULL;
}

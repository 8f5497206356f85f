/*
 * fetch_guard: which addresses a guarded fetch may connect to; see
 * fetch_inside.h.
 *
 * libcurl asks for a socket for each address that it is about to connect to,
 * however it came by it: that is where it is judged, so that no name can mean
 * one address when it is looked at and another when it is used.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "lib/fetch_inside.h"

void
guard_init(struct guard *g, const struct fetch_request *req)
{
	char *const *text = req->allow_networks;
	size_t count = 0;

	g->on = req->guarded;
	while (g->on && text != NULL && text[count] != NULL)
		count++;
	if (count > 0)
		g->networks = mem_alloc(count * sizeof(*g->networks));
	for (size_t i = 0; i < count; i++)
		if (network_read(text[i], &g->networks[g->network_count]))
			g->network_count++;
}

void
guard_clear(struct guard *g)
{
	free(g->networks);
}

void
guard_own(struct fetch *f)
{
	struct guard *g = &f->guard;

	g->own_known = network_address_read(f->host, g->own);
	g->own_loopback = strcasecmp(f->host, "localhost") == 0;
}

static bool
is_loopback(const unsigned char *address)
{
	static const char *const networks[] = { "127.0.0.0/8", "::1" };
	struct network n;

	for (size_t i = 0; i < 2; i++)
		if (network_read(networks[i], &n) && network_holds(&n, address))
			return true;
	return false;
}

static bool
is_allowed(const struct guard *g, const unsigned char *address)
{
	if (network_is_public(address) ||
	    (g->own_known && memcmp(g->own, address, sizeof(g->own)) == 0) ||
	    (g->own_loopback && is_loopback(address)))
		return true;
	for (size_t i = 0; i < g->network_count; i++)
		if (network_holds(&g->networks[i], address))
			return true;
	return false;
}

static curl_socket_t
want_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *f = arg;
	struct guard *g = &f->guard;
	unsigned char address[16];

	(void)purpose;
	if (!network_address(&to->addr, address))
		return CURL_SOCKET_BAD;
	if (!is_allowed(g, address)) {
		network_text(address, g->refused);
		return CURL_SOCKET_BAD;
	}
	g->tried = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

void
guard_prepare(struct fetch *f)
{
	struct guard *g = &f->guard;

	if (!g->on)
		return;
	g->tried = false;
	g->refused[0] = '\0';
	curl_easy_setopt(f->handle->easy, CURLOPT_OPENSOCKETFUNCTION,
	    want_socket);
	curl_easy_setopt(f->handle->easy, CURLOPT_OPENSOCKETDATA, f);
}

bool
guard_refused(struct fetch *f)
{
	const struct guard *g = &f->guard;

	if (g->tried || g->refused[0] == '\0')
		return false;
	if (f->result.hops > 0)
		why(f, FETCH_REDIRECT,
		    "redirected to %.60s, at %s: not a public address, and "
		    "not in allow_networks",
		    f->host, g->refused);
	else
		why(f, FETCH_FORBIDDEN,
		    "%.60s is at %s: not a public address, and not in "
		    "allow_networks",
		    f->host, g->refused);
	return true;
}

/*
 * TLS for serve: contexts from PEM files, and sockets under them.
 */
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "lib/serve_parts.h"

static SSL_CTX *
fail(SSL_CTX *tls, const char *file, char error[160])
{
	char why[100];

	ERR_error_string_n(ERR_peek_last_error(), why, sizeof(why));
	ERR_clear_error();
	text_format(error, 160, "%s: %s", file, why);
	SSL_CTX_free(tls);
	return NULL;
}

SSL_CTX *
serve_tls_new(const char *certificate, const char *key, char error[160])
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	if (tls == NULL)
		return fail(tls, certificate, error);
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_options(tls,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
		SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
	if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1)
		return fail(tls, certificate, error);
	if (key == NULL)
		key = certificate;
	if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(tls) != 1)
		return fail(tls, key, error);
	return tls;
}

void
serve_tls_free(SSL_CTX *tls)
{
	SSL_CTX_free(tls);
}

struct bufferevent *
serve_tls_accept(struct event_base *base, int fd, SSL_CTX *tls)
{
	SSL *ssl = SSL_new(tls);
	struct bufferevent *bev;

	if (ssl == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(base, fd, ssl,
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	/* The end of the stream needs no proof: lengths say what is whole. */
	if (bev != NULL)
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

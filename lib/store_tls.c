/* store_tls: see store_tls.h. */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "lib/resolve.h"
#include "lib/store_tls.h"
#include "lib/text.h"

static void
openssl_error(const char *what, char why[STORE_WHY])
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	text_format(why, STORE_WHY, "%s: %s", what,
	    reason != NULL ? reason : "not usable");
	ERR_clear_error();
}

static SSL_CTX *
trust(const char *ca_file, char why[STORE_WHY])
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	if (tls == NULL) {
		openssl_error("TLS", why);
		return NULL;
	}
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	if ((ca_file != NULL ? SSL_CTX_load_verify_locations(tls, ca_file, NULL)
			     : SSL_CTX_set_default_verify_paths(tls)) == 1)
		return tls;
	openssl_error(ca_file != NULL ? ca_file : "authorities", why);
	SSL_CTX_free(tls);
	return NULL;
}

static bool
expect_name(SSL *ssl, const char *host)
{
	char name[256]; /* OpenSSL's macro would have it changed */

	text_copy(name, sizeof(name), host);
	if (resolve_is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
			   host) == 1;
	return SSL_set1_host(ssl, host) == 1 &&
	    SSL_set_tlsext_host_name(ssl, name) == 1;
}

SSL *
store_tls(const char *ca_file, const char *host, char why[STORE_WHY])
{
	SSL_CTX *tls = trust(ca_file, why);
	SSL *ssl = tls != NULL ? SSL_new(tls) : NULL;

	if (tls == NULL)
		return NULL;
	SSL_CTX_free(tls); /* the SSL has a reference of its own */
	if (ssl != NULL && expect_name(ssl, host))
		return ssl;
	openssl_error(host, why);
	SSL_free(ssl);
	return NULL;
}

void
store_tls_why(const SSL *ssl, char why[STORE_WHY])
{
	long verdict = SSL_get_verify_result(ssl);

	why[0] = '\0';
	if (verdict != X509_V_OK)
		text_format(why, STORE_WHY, "its certificate: %s",
		    X509_verify_cert_error_string(verdict));
}

/*
 * fetch_why: what went wrong, in plain words; see fetch_inside.h.
 *
 * libcurl's own messages hold foreign bytes, so ours are said instead; where
 * OpenSSL knows more than we do its words are added, escaped.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/x509_vfy.h>

#include "lib/fetch_inside.h"

const char *
fetch_failure_text(enum fetch_failure failure)
{
	static const char *const names[] = {
		[FETCH_OK] = "ok",
		[FETCH_DNS] = "dns",
		[FETCH_CONNECT] = "connect",
		[FETCH_TLS] = "tls",
		[FETCH_TIMEOUT] = "timeout",
		[FETCH_PROTOCOL] = "protocol",
		[FETCH_REDIRECT] = "redirect",
		[FETCH_TRUNCATED] = "truncated",
		[FETCH_REFUSED] = "refused",
		[FETCH_LATER] = "later",
		[FETCH_FORBIDDEN] = "forbidden",
		[FETCH_OURSELVES] = "ourselves",
	};

	return names[failure];
}

/* Foreign bytes may be among the arguments. */
void
why(struct fetch *f, enum fetch_failure failure, const char *fmt, ...)
{
	char raw[sizeof(f->error)];
	struct text plain = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_formatv(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_add_plain(&plain, raw);
	text_copy(f->error, sizeof(f->error),
	    plain.data != NULL ? plain.data : "");
	text_clear(&plain);
	f->failure = failure;
}

void
why_connect(struct fetch *f, int error)
{
	if (resolve_is_starved())
		why(f, FETCH_OURSELVES, "out of file descriptors");
	else if (error == ECONNREFUSED)
		why(f, FETCH_CONNECT, "connection refused");
	else if (error != 0)
		why(f, FETCH_CONNECT, "no connection: %s", strerror(error));
	else
		why(f, FETCH_CONNECT, "no connection");
}

void
why_certificate(struct fetch *f, long verdict)
{
	switch (verdict) {
	case X509_V_OK:
	case X509_V_ERR_UNSPECIFIED: /* libcurl before it compares names */
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		why(f, FETCH_TLS, "the certificate is not for this host");
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		why(f, FETCH_TLS, "the certificate has expired");
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		why(f, FETCH_TLS, "the certificate is not valid yet");
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		why(f, FETCH_TLS, "the certificate is signed by itself");
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		why(f, FETCH_TLS,
		    "the certificate's issuer is unknown, or an "
		    "intermediate certificate is not sent");
		break;
	default:
		why(f, FETCH_TLS, "the certificate is not accepted: %s",
		    X509_verify_cert_error_string(verdict));
	}
}

/* The connection broke: did an answer begin? */
static void
why_broken(struct fetch *f)
{
	if (f->head_whole)
		why(f, FETCH_TRUNCATED, "the answer broke off after %zu bytes",
		    f->result.body_seen);
	else if (f->answering)
		why(f, FETCH_TRUNCATED, "the answer broke off in its headers");
	else
		why(f, FETCH_PROTOCOL,
		    "the connection was closed without an answer");
}

static void
why_excess(struct fetch *f)
{
	if (f->excess == EXCESS_HEAD)
		why(f, FETCH_PROTOCOL, "the headers are larger than %d KiB",
		    FETCH_HEAD_MAX >> 10);
	else
		why(f, FETCH_PROTOCOL, "the answer is larger than %d MiB",
		    FETCH_BODY_SEEN_MAX >> 20);
}

/* What libcurl also says when one line is beyond its own limit (100 KiB). */
static void
why_memory(struct fetch *f)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(f->handle->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	if (sent > 0)
		why(f, FETCH_PROTOCOL, "a line of the answer is too long");
	else
		why(f, FETCH_OURSELVES, "out of memory");
}

static void
why_other(struct fetch *f, CURLcode code)
{
	switch (code) {
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		why_broken(f);
		break;
	case CURLE_OUT_OF_MEMORY:
		why_memory(f);
		break;
	case CURLE_FAILED_INIT:
		why(f, FETCH_OURSELVES, "libcurl could not begin (%d)",
		    (int)code);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		why(f, FETCH_PROTOCOL, "what came is no HTTP");
		break;
	default:
		why(f, FETCH_PROTOCOL, "%s (%d)", curl_easy_strerror(code),
		    (int)code);
	}
}

void
why_curl(struct fetch *f, CURLcode code)
{
	long detail = 0;

	if (f->excess != EXCESS_NONE) {
		why_excess(f);
		return;
	}
	switch (code) {
	case CURLE_OK:
		/* libcurl takes an end within the headers for theirs. */
		if (f->head_whole)
			why(f, FETCH_OK, "%s", "");
		else
			why_broken(f);
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
		why(f, FETCH_DNS, "the name has no address");
		break;
	case CURLE_COULDNT_CONNECT:
		if (guard_refused(f))
			break;
		curl_easy_getinfo(f->handle->easy, CURLINFO_OS_ERRNO, &detail);
		why_connect(f, (int)detail);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		curl_easy_getinfo(f->handle->easy, CURLINFO_SSL_VERIFYRESULT,
		    &detail);
		why_certificate(f, detail);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		why(f, FETCH_TLS, "no TLS: %s", f->handle->curl_error);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		why(f, FETCH_TIMEOUT, "libcurl gave up waiting");
		break;
	default:
		why_other(f, code);
	}
}

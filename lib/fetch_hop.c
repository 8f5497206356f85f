/*
 * fetch_hop: where a hop goes, and what libcurl is told about it; see
 * fetch_inside.h.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/fetch_inside.h"

/* Headers that are meant for one origin and no other. */
static const char *const private_headers[] = { "Authorization", "Cookie",
	"Host", NULL };
/* Headers that speak of a body. */
static const char *const body_headers[] = { "Content-Type", "Content-Encoding",
	"Expect", NULL };

static char *
url_part(CURLU *url, CURLUPart part, unsigned flags)
{
	char *from = NULL, *copy;

	if (curl_url_get(url, part, &from, flags) != CURLUE_OK)
		return NULL;
	copy = mem_text(from);
	curl_free(from);
	return copy;
}

static bool
is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x7f)
		text++;
	return *text == '\0';
}

/*
 * The host as it is looked up: no brackets, no last dot; NULL when there is
 * none.  A name beyond ASCII is none: URLs have it in punycode, and libcurl,
 * asked to write it so, depends on the locale and loses memory without one.
 */
static char *
url_host(CURLU *url)
{
	char *host = url_part(url, CURLUPART_HOST, 0);
	size_t length;

	if (host == NULL || !is_ascii(host)) {
		free(host);
		return NULL;
	}
	length = strlen(host);
	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		memmove(host, host + 1, length - 2);
		host[length - 2] = '\0';
		return host;
	}
	if (length > 1 && host[length - 1] == '.')
		host[length - 1] = '\0';
	/* So that libcurl looks up the very name that we hand over. */
	if (curl_url_set(url, CURLUPART_HOST, host, 0) != CURLUE_OK)
		host[0] = '\0';
	return host;
}

static int
aim_scheme(struct fetch *f, const char *scheme)
{
	bool web = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
	bool mail = strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0;

	f->tls = strcmp(scheme, "https") == 0 || strcmp(scheme, "smtps") == 0;
	f->mail = mail;
	return (f->mail_from != NULL ? mail : web) ? 0 : -1;
}

bool
host_is_loopback(const char *host)
{
	struct in_addr in;

	if (inet_pton(AF_INET, host, &in) == 1)
		return ntohl(in.s_addr) >> 24 == 127;
	return strcmp(host, "::1") == 0 || strcasecmp(host, "localhost") == 0;
}

bool
fetch_url_is_safe(const char *text)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL;
	bool safe = false;

	if (url == NULL)
		abort();
	if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
		scheme = url_part(url, CURLUPART_SCHEME, 0);
		host = url_host(url);
	}
	if (scheme != NULL && host != NULL && host[0] != '\0')
		safe = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && host_is_loopback(host));
	free(scheme);
	free(host);
	curl_url_cleanup(url);
	return safe;
}

int
hop_aim(struct fetch *f)
{
	char *scheme = url_part(f->url, CURLUPART_SCHEME, 0);
	int result = -1;

	free(f->host);
	free(f->port);
	f->port = url_part(f->url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	f->host = url_host(f->url);
	if (scheme == NULL || aim_scheme(f, scheme) == -1)
		why(f, FETCH_REDIRECT, "%s is nothing that is fetched here",
		    scheme != NULL ? scheme : "this");
	else if (f->host == NULL || f->host[0] == '\0' || f->port == NULL)
		why(f, FETCH_REDIRECT, "the URL names no host");
	else
		result = 0;
	free(scheme);
	return result;
}

/*
 * Hand the addresses over, and take back what this handle left in libcurl's
 * cache the last time: names would gather there for ever.
 */
static void
prepare_addresses(struct fetch *f, const char *addresses)
{
	struct handle *h = f->handle;
	struct text line = { 0 };

	if (h->left != NULL)
		f->resolve = curl_slist_append(f->resolve, h->left);
	free(h->left);
	h->left = NULL;
	if (addresses != NULL) {
		text_addf(&line, "+%s:%s:%s", f->host, f->port, addresses);
		f->resolve = curl_slist_append(f->resolve, line.data);
		text_clear(&line);
		text_addf(&line, "-%s:%s", f->host, f->port);
		h->left = text_take(&line);
	}
	curl_easy_setopt(h->easy, CURLOPT_RESOLVE, f->resolve);
}

/* What every hop is told, whatever it is. */
static void
prepare_common(struct fetch *f, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_CURLU, f->url);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, f);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, f->handle->curl_error);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* not by environment */
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, f->fresh ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, f->fresh ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, f);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
}

static void
prepare_tls(struct fetch *f, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	/* Or libcurl keeps our store as its own, over any newer one. */
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, trust_install);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, f);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, f->fresh ? 0L : 1L);
	/* AES-128 first: the cheapest of the three good ones. */
	curl_easy_setopt(easy, CURLOPT_TLS13_CIPHERS,
	    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
	    "TLS_CHACHA20_POLY1305_SHA256");
}

static void
prepare_request(struct fetch *f, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, keep_header);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, f->fetcher->user_agent);
	if (f->user != NULL)
		curl_easy_setopt(easy, CURLOPT_USERNAME, f->user);
	if (f->password != NULL)
		curl_easy_setopt(easy, CURLOPT_PASSWORD, f->password);
	if (f->body != NULL) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)f->body_length);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, f->body);
	}
	if (strcmp(f->method, "HEAD") == 0)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, f->method);
}

void
hop_prepare(struct fetch *f, const char *addresses)
{
	CURL *easy = f->handle->easy;

	curl_easy_reset(easy);
	f->handle->curl_error[0] = '\0';
	prepare_common(f, easy);
	guard_prepare(f);
	prepare_addresses(f, addresses);
	prepare_tls(f, easy);
	prepare_request(f, easy);
}

static bool
is_named(const char *header, const char *const *names)
{
	size_t length = strcspn(header, ":;");

	for (; *names != NULL; names++) {
		if (strlen(*names) == length &&
		    strncasecmp(*names, header, length) == 0)
			return true;
	}
	return false;
}

static void
drop_headers(struct fetch *f, const char *const *names)
{
	struct curl_slist *kept = NULL, *h;

	for (h = f->headers; h != NULL; h = h->next) {
		if (!is_named(h->data, names))
			kept = curl_slist_append(kept, h->data);
	}
	curl_slist_free_all(f->headers);
	f->headers = kept;
}

/* What a 303, and a POST at 301 and 302, turn into. */
static void
become_get(struct fetch *f)
{
	free(f->body);
	f->body = NULL;
	f->body_length = 0;
	free(f->method);
	f->method = mem_text("GET");
	drop_headers(f, body_headers);
}

/* Another origin: what was meant for the first is not for this one. */
static void
leave_origin(struct fetch *f)
{
	drop_headers(f, private_headers);
	free(f->user);
	mem_wipe(f->password);
	f->user = f->password = NULL;
	curl_url_set(f->url, CURLUPART_USER, NULL, 0);
	curl_url_set(f->url, CURLUPART_PASSWORD, NULL, 0);
}

static bool
is_redirect(const struct fetch *f)
{
	switch (f->result.status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return f->redirects > 0;
	}
	return false;
}

/* Take the next URL; -1 with failure and error when there is none. */
static int
turn_to(struct fetch *f, const char *location)
{
	unsigned flags =
	    CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_ALLOW_SPACE;
	char *host = mem_text(f->host), *port = mem_text(f->port);
	bool tls = f->tls;
	int result = -1;

	if (curl_url_set(f->url, CURLUPART_URL, location, flags) != CURLUE_OK)
		why(f, FETCH_REDIRECT, "redirected to what is no URL: %s",
		    location);
	else if (hop_aim(f) == -1)
		why(f, FETCH_REDIRECT, "redirected to what is not fetched: %s",
		    location);
	else
		result = 0;
	if (result == 0 &&
	    (tls != f->tls || strcasecmp(host, f->host) != 0 ||
		strcmp(port, f->port) != 0))
		leave_origin(f);
	free(host);
	free(port);
	return result;
}

int
hop_follow(struct fetch *f)
{
	int status = f->result.status;
	const char *location;
	char *copy;
	int result;

	if (!is_redirect(f) ||
	    (location = head_value(&f->result, "Location")) == NULL)
		return 1;
	if (f->result.hops >= f->redirects) {
		why(f, FETCH_REDIRECT, "redirected more than %d times",
		    f->redirects);
		return -1;
	}
	f->result.hops++;
	copy = mem_text(location);
	result = turn_to(f, copy);
	free(copy);
	if (status == 303 ? strcmp(f->method, "HEAD") != 0
			  : status < 303 && strcmp(f->method, "POST") == 0)
		become_get(f);
	return result;
}

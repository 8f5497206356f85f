/*
 * fetch_request: a copy of what is to be fetched, kept with the fetch; see
 * fetch_inside.h.
 */
#include <stdlib.h>

#include "lib/fetch_inside.h"

#define TIMEOUT_MS 30000

static CURLU *
parse_url(const char *text)
{
	CURLU *url = curl_url();

	if (url == NULL)
		abort();
	if (curl_url_set(url, CURLUPART_URL, text, CURLU_URLENCODE) ==
	    CURLUE_OK)
		return url;
	curl_url_cleanup(url);
	return NULL;
}

static struct curl_slist *
copy_list(const char *const *from)
{
	struct curl_slist *list = NULL;

	for (; from != NULL && *from != NULL; from++) {
		list = curl_slist_append(list, *from);
		if (list == NULL)
			abort();
	}
	return list;
}

static char *
copy_or_null(const char *from)
{
	return from != NULL ? mem_text(from) : NULL;
}

static void
copy_body(struct fetch *f, const struct fetch_request *req)
{
	if (req->mail_from != NULL) {
		f->body = mail_body(req->body != NULL ? req->body : "",
		    req->body_length, &f->body_length);
	} else if (req->body != NULL) {
		f->body = mem_copy(req->body, req->body_length);
		f->body_length = req->body_length;
		f->headers = curl_slist_append(f->headers, "Expect:");
	}
}

void
request_copy(struct fetch *f, const struct fetch_request *req)
{
	f->url = parse_url(req->url);
	f->headers = copy_list(req->headers);
	copy_body(f, req);
	f->method = mem_text(req->method != NULL ? req->method
		: req->body != NULL              ? "POST"
						 : "GET");
	f->timeout_ms = req->timeout_ms > 0 ? req->timeout_ms : TIMEOUT_MS;
	f->limit_ms[PHASE_CONNECT] = req->connect_ms;
	f->limit_ms[PHASE_TLS] = req->tls_ms;
	f->limit_ms[PHASE_FIRST_BYTE] = req->first_byte_ms;
	f->body_max = req->body_max;
	f->redirects = req->redirects;
	f->fresh = req->fresh || req->guarded;
	guard_init(&f->guard, req);
	f->mail_from = copy_or_null(req->mail_from);
	f->mail_to = copy_list(req->mail_to);
	f->user = copy_or_null(req->user);
	f->password = copy_or_null(req->password);
}

void
request_clear(struct fetch *f)
{
	curl_url_cleanup(f->url);
	curl_slist_free_all(f->headers);
	curl_slist_free_all(f->mail_to);
	free(f->method);
	free(f->body);
	free(f->mail_from);
	free(f->user);
	mem_wipe(f->password);
}

/*
 * fuzz_fetch: what a probed server sends, as we take it: header lines, where
 * a redirect leads, a body held against its endpoint.
 *
 * The first byte is the status of each answer; header lines follow, an empty
 * line ends an answer, and what is behind the last one is the body.
 *
 * No redirect leads to anything but a web server's name, another origin never
 * gets what was meant for the first, and what is told of it is plain.
 */
#include "agent/outcome.h"
#include "lib/fetch_inside.h"
#include "tests/fuzz/fuzz.h"

static const int statuses[] = { 301, 302, 303, 307, 308, 200, 304, 503 };

static struct fetch *
begin(int redirects)
{
	static const char *const headers[] = { "Authorization: Bearer t",
		"Cookie: a=b", "Content-Type: text/plain", "Accept: a/b" };
	struct fetch *f = mem_alloc(sizeof(*f));

	f->url = curl_url();
	must(f->url != NULL &&
	    curl_url_set(f->url, CURLUPART_URL, "https://u:p@a.example/x", 0) ==
		CURLUE_OK);
	f->method = mem_text(redirects % 2 == 0 ? "POST" : "GET");
	f->body = mem_text("body");
	f->body_length = 4;
	f->user = mem_text("user");
	f->password = mem_text("password");
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		f->headers = curl_slist_append(f->headers, headers[i]);
	f->redirects = redirects;
	f->body_max = 512;
	f->result.opaque = f;
	f->result.header = head_value;
	must(hop_aim(f) == 0);
	return f;
}

static void
end(struct fetch *f)
{
	head_clear(f);
	curl_url_cleanup(f->url);
	curl_slist_free_all(f->headers);
	free(f->method);
	free(f->body);
	free(f->user);
	free(f->password);
	free(f->host);
	free(f->port);
	free(f);
}

static bool
has_header(const struct fetch *f, const char *name)
{
	for (struct curl_slist *h = f->headers; h != NULL; h = h->next)
		if (strncmp(h->data, name, strlen(name)) == 0)
			return true;
	return false;
}

static void
expect_good_aim(const struct fetch *f)
{
	char *scheme = NULL;

	must(curl_url_get(f->url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK);
	must(strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	must(f->tls == (strcmp(scheme, "https") == 0));
	curl_free(scheme);
	must(!f->mail && f->host[0] != '\0' && f->port[0] != '\0');
	/* It goes into a line "+host:port:addresses". */
	must(strpbrk(f->host, "\r\n ,") == NULL);
	must(strspn(f->port, "0123456789") == strlen(f->port));
	if (strcasecmp(f->host, "a.example") == 0 && f->tls &&
	    strcmp(f->port, "443") == 0)
		return;
	must(!has_header(f, "Authorization") && !has_header(f, "Cookie"));
	must(f->user == NULL && f->password == NULL);
}

/* One line as libcurl hands it over, its end included; false: too much. */
static bool
give_line(struct fetch *f, const uint8_t *line, size_t length)
{
	char *copy = mem_copy(line, length);
	size_t taken = keep_header(copy, 1, length, f);

	free(copy);
	must(taken == length || (taken == 0 && f->excess == EXCESS_HEAD));
	return taken == length;
}

/* The lines of one answer; how far they reach. */
static size_t
give_head(struct fetch *f, const uint8_t *data, size_t size)
{
	size_t at = 0;

	f->head_whole = false;
	while (at < size && !f->head_whole) {
		const uint8_t *nl = memchr(data + at, '\n', size - at);
		size_t length =
		    nl != NULL ? (size_t)(nl - data) + 1 - at : size - at;

		if (!give_line(f, data + at, length))
			return size;
		at += length;
	}
	return at;
}

static void
judge(struct fetch *f, const uint8_t *body, size_t length, int64_t total_us)
{
	char *texts[] = { (char[]){ "welcome" }, NULL }, url[] = "https://a/";
	struct plan_endpoint e = { .url = url,
		.slow_ms = 5,
		.contains = texts };
	struct seen seen = { .status = f->result.status,
		.location = f->result.header(&f->result, "Location"),
		.total_us = total_us };
	struct observation o = { 0 };
	char *copy = mem_copy(body, length);

	must(keep_body(copy, 1, length, f) == length);
	free(copy);
	must(f->content.length <= f->body_max);
	seen.body = f->content.data;
	seen.body_length = f->content.length;
	seen.body_seen = f->result.body_seen;
	outcome_judge(&e, &seen, &o);
	must(o.outcome != OUTCOME_OK || f->result.status == 200);
	must(strlen(o.detail) < sizeof(o.detail));
	outcome_judge_canary(&seen, &o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetch *f;
	size_t at = 1;
	char *text;
	int moved;

	if (size < 1)
		return 0;
	f = begin(data[0] >> 5);
	f->result.status = statuses[data[0] & 7];
	do {
		head_clear(f);
		at += give_head(f, data + at, size - at);
		(void)head_value(&f->result, "Location");
		moved = hop_follow(f);
		must(f->result.hops <= f->redirects);
		if (moved == 0)
			expect_good_aim(f);
		must((moved == -1) == (f->failure != FETCH_OK));
		must_be_plain(f->error);
	} while (moved == 0 && at < size);
	judge(f, data + at, size - at, (int64_t)size);
	end(f);
	text = fuzz_text(data + 1, size - 1);
	(void)fetch_url_is_safe(text);
	free(text);
	return 0;
}

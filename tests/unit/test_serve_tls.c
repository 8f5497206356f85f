/* serve with libcurl, in a process of its own, for what a real client does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>

#include <stdio.h>

#include <curl/curl.h>

#include "tests/unit/serve_story.h"

/* libcurl in a process of its own; 0 when it got what it wanted. */
static int
with_curl(const char *url, const char *ca, const char *body, size_t length)
{
	CURL *curl = curl_easy_init();
	long status = 0;
	FILE *sink = fopen("/dev/null", "w");
	int rc;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, sink);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	if (ca != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
	if (body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)length);
	}
	rc = (int)curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	fclose(sink);
	return rc != 0 ? rc : status == 200 ? 0 : 1;
}

static int
curl_says(struct story *s, const char *scheme, const char *path, const char *ca,
    const char *body, size_t length)
{
	char url[128];
	int status;
	pid_t pid;

	snprintf(url, sizeof(url), "%s://127.0.0.1:%d%s", scheme,
	    serve_port(s->serve), path);
	if ((pid = fork()) == 0)
		_exit(with_curl(url, ca, body, length));
	while (waitpid(pid, &status, WNOHANG) == 0)
		turn(s);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Large enough that libcurl asks first whether it may (100-continue). */
static void
curl_uploads(void **state)
{
	struct story *s = *state;
	char *body = mem_alloc(BIG);

	memset(body, 'x', BIG);
	assert_int_equal(curl_says(s, "http", "/hello", NULL, NULL, 0), 0);
	assert_int_equal(curl_says(s, "http", "/upload", NULL, body, BIG), 0);
	assert_int_equal(curl_says(s, "http", "/echo", NULL, body, BIG), 1);
	assert_int_equal(s->handled, 2);
	free(body);
}

/* Two certificates of our own making. */
struct pairs {
	char dir[32];
	struct {
		char certificate[64], key[64];
	} one, two;
};

static void
make_one(const char *dir, const char *name, char certificate[64], char key[64])
{
	char command[512];

	snprintf(certificate, 64, "%s/%s.pem", dir, name);
	snprintf(key, 64, "%s/%s.key", dir, name);
	snprintf(command, sizeof(command),
	    "openssl req -x509 -newkey ec -pkeyopt "
	    "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=%s "
	    "-addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s "
	    ">/dev/null 2>&1",
	    name, key, certificate);
	assert_int_equal(system(command), 0);
}

static void
make_pairs(struct pairs *p)
{
	strcpy(p->dir, "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	make_one(p->dir, "one", p->one.certificate, p->one.key);
	make_one(p->dir, "two", p->two.certificate, p->two.key);
}

static void
remove_pairs(const struct pairs *p)
{
	unlink(p->one.certificate);
	unlink(p->one.key);
	unlink(p->two.certificate);
	unlink(p->two.key);
	assert_int_equal(rmdir(p->dir), 0);
}

static void
open_tls(struct story *s, const struct pairs *p)
{
	serve_free(s->serve);
	open_serve(s,
	    &(struct serve_options){ .certificate = p->one.certificate,
		.key = p->one.key });
}

static int
trusts(struct story *s, const char *certificate)
{
	return curl_says(s, "https", "/hello", certificate, NULL, 0);
}

static void
tls(void **state)
{
	struct story *s = *state;
	char *body = mem_alloc(BIG);
	struct pairs p;

	make_pairs(&p);
	open_tls(s, &p);
	assert_int_equal(trusts(s, p.one.certificate), 0);
	assert_int_equal(curl_says(s, "https", "/upload", p.one.certificate,
			     body, BIG),
	    0);
	assert_int_equal(curl_says(s, "https", "/big", p.one.certificate, NULL,
			     0),
	    0);
	assert_int_equal(trusts(s, p.two.certificate),
	    CURLE_PEER_FAILED_VERIFICATION);
	assert_int_not_equal(curl_says(s, "http", "/hello", NULL, NULL, 0), 0);
	remove_pairs(&p);
	free(body);
}

/* At a reload: the new one if it is any good, and else the old one. */
static void
certificates_are_replaced(void **state)
{
	struct story *s = *state;
	char error[160];
	struct pairs p;

	make_pairs(&p);
	open_tls(s, &p);
	/* These do not belong together. */
	assert_int_equal(serve_certificate(s->serve, p.one.certificate,
			     p.two.key, error),
	    -1);
	assert_non_null(strstr(error, p.two.key));
	assert_int_equal(trusts(s, p.one.certificate), 0);
	serve_renew(s->serve, p.two.certificate, p.one.key);
	assert_int_equal(trusts(s, p.one.certificate), 0);
	serve_renew(s->serve, "/nonexistent", p.one.key);
	assert_int_equal(trusts(s, p.one.certificate), 0);
	serve_renew(s->serve, NULL, NULL);
	assert_int_equal(trusts(s, p.one.certificate), 0);

	serve_renew(s->serve, p.two.certificate, p.two.key);
	assert_int_equal(trusts(s, p.two.certificate), 0);
	assert_int_equal(trusts(s, p.one.certificate),
	    CURLE_PEER_FAILED_VERIFICATION);
	remove_pairs(&p);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(curl_uploads),
		STORY(tls),
		STORY(certificates_are_replaced),
	};

	curl_global_init(CURL_GLOBAL_ALL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

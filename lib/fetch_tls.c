/*
 * fetch_tls: one trust store for all connections; see fetch_inside.h.
 *
 * Left alone, libcurl parses the whole CA bundle for every connection, which
 * is nine tenths of what a probe costs.  Here the bundle is parsed when it
 * is first needed and again when its file changes.
 *
 * The memo.  Most of the rest is checking the same signatures of the same
 * chain again.  A chain that was verified is remembered: SHA-256 over the
 * DER of every certificate presented, in order, for as long as the store it
 * was verified against is in use, every certificate of the verified chain is
 * within its dates, and at most an hour.  Only the verdict "this chain leads
 * to a trusted root" is remembered.  That the server has the key
 * (CertificateVerify) is OpenSSL's to check and the host name libcurl's, in
 * every handshake.  What failed is never remembered.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <uthash.h>

#include "lib/certificates.h"
#include "lib/clock.h"
#include "lib/fetch_inside.h"
#include "lib/log.h"

#define SYSTEM_BUNDLE "/etc/ssl/certs/ca-certificates.crt"
#define LOOK_US 1000000 /* how often the bundle's file is looked at */
#define MEMO_MS 3600000
#define MEMO_MAX 4096 /* chains; then all are forgotten */
#define DIGEST 32

struct memo {
	UT_hash_handle hh;
	unsigned char digest[DIGEST];
	int64_t from_ms, until_ms; /* wall clock, as certificates have it */
};

struct trust {
	char *file;        /* NULL: made of a text, once */
	bool given;        /* not the system's */
	X509_STORE *store; /* NULL: not read yet, or not readable */
	struct stat seen;  /* of the file, when it was read */
	int64_t looked_us; /* 0: never */
	struct memo *memos;
};

static void
memo_clear(struct trust *t)
{
	struct memo *m, *next;

	HASH_ITER (hh, t->memos, m, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(t->memos, m);
		free(m);
	}
}

static X509_STORE *
new_store(void)
{
	X509_STORE *store = X509_STORE_new();

	if (store == NULL)
		fatalx("fetch: no memory for certificates");
	X509_STORE_set_flags(store,
	    X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
	return store;
}

/* The file as it is now, in place of what we had; or keep what we had. */
static void
load(struct trust *t)
{
	X509_STORE *store = new_store();

	if (X509_STORE_load_file(store, t->file) != 1) {
		log_warnx("%s: no certificates can be read%s", t->file,
		    t->store != NULL ? "; keeping the old ones" : "");
		ERR_clear_error();
		X509_STORE_free(store);
		return;
	}
	if (t->store != NULL)
		log_info("%s: changed and read again", t->file);
	X509_STORE_free(t->store);
	t->store = store;
	memo_clear(t);
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool
trust_ready(struct trust *t)
{
	int64_t now_us = clock_monotonic_us();
	struct stat now = { 0 };

	if (t->file == NULL)
		return true;
	if (t->looked_us == 0 || now_us - t->looked_us > LOOK_US) {
		(void)stat(t->file, &now); /* gone: load() complains */
		if (t->looked_us == 0 || !same_file(&now, &t->seen))
			load(t);
		t->looked_us = now_us;
		t->seen = now;
	}
	return t->store != NULL;
}

/* SHA-256 over all that was presented: the leaf, then the rest. */
static bool
digest_chain(X509_STORE_CTX *ctx, unsigned char digest[DIGEST])
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(ctx);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	X509 *certificate = X509_STORE_CTX_get0_cert(ctx);
	int count = chain != NULL ? sk_X509_num(chain) : 0;

	for (int i = -1; ok && i < count; i++) {
		unsigned char *der = NULL;
		int length;

		if (i >= 0)
			certificate = sk_X509_value(chain, i);
		length = i2d_X509(certificate, &der);
		ok = length > 0 && EVP_DigestUpdate(md, der, (size_t)length);
		OPENSSL_free(der);
	}
	ok = ok && EVP_DigestFinal_ex(md, digest, NULL);
	EVP_MD_CTX_free(md);
	return ok;
}

/* The earliest end of a certificate in the chain that was built. */
static int64_t
chain_until_ms(X509_STORE_CTX *ctx, int64_t now_ms)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	int64_t until_ms = now_ms + MEMO_MS;

	for (int i = 0; i < sk_X509_num(chain); i++) {
		const ASN1_TIME *end =
		    X509_get0_notAfter(sk_X509_value(chain, i));
		int days = 0, seconds = 0;
		int64_t left_ms;

		if (!ASN1_TIME_diff(&days, &seconds, NULL, end))
			return now_ms;
		left_ms = ((int64_t)days * 86400 + seconds) * 1000;
		if (now_ms + left_ms < until_ms)
			until_ms = now_ms + left_ms;
	}
	return until_ms;
}

static void
memo_add(struct trust *t, X509_STORE_CTX *ctx,
    const unsigned char digest[DIGEST], int64_t now_ms)
{
	struct memo *m;

	if (HASH_COUNT(t->memos) >= MEMO_MAX)
		memo_clear(t);
	m = mem_alloc(sizeof(*m));
	memcpy(m->digest, digest, DIGEST);
	m->from_ms = now_ms;
	m->until_ms = chain_until_ms(ctx, now_ms);
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_ADD(hh, t->memos, digest, DIGEST, m);
}

/* OpenSSL asks whether the chain it was shown leads to a root of ours. */
static int
want_verdict(X509_STORE_CTX *ctx, void *arg)
{
	struct trust *t = arg;
	int64_t now_ms = clock_now_ms();
	unsigned char digest[DIGEST];
	struct memo *m = NULL;

	if (X509_STORE_CTX_get0_store(ctx) != t->store ||
	    !digest_chain(ctx, digest))
		return X509_verify_cert(ctx); /* begun with an older store */
	HASH_FIND(hh, t->memos, digest, DIGEST, m);
	if (m != NULL && m->from_ms <= now_ms && now_ms < m->until_ms) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}
	if (m != NULL) {
		HASH_DEL(t->memos, m);
		free(m);
	}
	if (X509_verify_cert(ctx) != 1)
		return 0;
	memo_add(t, ctx, digest, now_ms);
	return 1;
}

X509_STORE *
trust_store(struct trust *t)
{
	if (t->store != NULL)
		X509_STORE_up_ref(t->store);
	return t->store;
}

/*
 * Called by libcurl for each new SSL_CTX, as soon as the connection stands.
 * (It says itself only at the end of the handshake when that was.)
 */
CURLcode
trust_install(CURL *easy, void *ssl_ctx, void *arg)
{
	struct fetch *f = arg;
	struct trust *t = f->fetcher->trust;

	(void)easy;
	f->shaking_us = clock_monotonic_us();
	SSL_CTX_set1_cert_store(ssl_ctx, t->store);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, want_verdict, t);
	/*
	 * Many servers close without close_notify.  Where a length was
	 * announced libcurl notices what is missing; where none was there is
	 * nothing to compare with, and browsers take it as the end.
	 */
	SSL_CTX_set_options(ssl_ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	return CURLE_OK;
}

static struct trust *
trust_of_text(const char *pem)
{
	X509_STORE *store = new_store();
	struct trust *t;

	if (certificates_add(store, pem) <= 0) {
		log_warnx("fetch: the authorities given cannot be read");
		X509_STORE_free(store);
		return NULL;
	}
	t = mem_alloc(sizeof(*t));
	t->store = store;
	t->given = true;
	return t;
}

struct trust *
trust_new(const char *file, const char *pem)
{
	struct trust *t;

	if (pem != NULL)
		return trust_of_text(pem);
	if (file != NULL && access(file, R_OK) == -1) {
		log_warn("%s", file);
		return NULL;
	}
	t = mem_alloc(sizeof(*t));
	t->file = mem_text(file != NULL ? file : SYSTEM_BUNDLE);
	t->given = file != NULL;
	return t;
}

bool
trust_given(const struct trust *t)
{
	return t->given;
}

void
trust_free(struct trust *t)
{
	if (t == NULL)
		return;
	memo_clear(t);
	X509_STORE_free(t->store);
	free(t->file);
	free(t);
}

/* certificates: see certificates.h. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/certificates.h"
#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/log.h"
#include "lib/text.h"

static BIO *
bio_of(const char *pem, size_t length)
{
	BIO *in = BIO_new_mem_buf(pem, (int)length);

	if (in == NULL)
		fatalx("certificates: no memory");
	return in;
}

/* The next one; NULL: there is no more, or what follows is none. */
static X509 *
next(BIO *in, bool *is_end)
{
	X509 *one = PEM_read_bio_X509(in, NULL, NULL, NULL);

	*is_end = one == NULL &&
	    ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	return one;
}

int
certificates_add(X509_STORE *store, const char *pem)
{
	BIO *in = bio_of(pem, strlen(pem));
	bool is_end;
	int count = 0;
	X509 *one;

	while ((one = next(in, &is_end)) != NULL) {
		count += X509_STORE_add_cert(store, one) == 1;
		X509_free(one);
	}
	BIO_free(in);
	return is_end ? count : -1;
}

/* Every certificate of in to out; how many there were, or -1. */
static int
copy_all(BIO *in, BIO *out)
{
	bool is_end;
	int count = 0;
	X509 *one;

	while ((one = next(in, &is_end)) != NULL) {
		if (PEM_write_bio_X509(out, one) != 1)
			fatalx("certificates: no memory");
		count++;
		X509_free(one);
	}
	return is_end ? count : -1;
}

/* What stands in out, if that is what it should be. */
static char *
result(BIO *out, int count, size_t max, char why[CERTIFICATES_WHY])
{
	char *data;
	long length = BIO_get_mem_data(out, &data);

	if (count < 0)
		text_copy(why, CERTIFICATES_WHY,
		    "one of its certificates cannot be read");
	else if (count == 0)
		text_copy(why, CERTIFICATES_WHY, "there is no certificate");
	else if ((size_t)length > max)
		text_format(why, CERTIFICATES_WHY,
		    "its certificates are more than %zu bytes", max);
	else {
		char *pem = mem_alloc((size_t)length + 1);

		memcpy(pem, data, (size_t)length);
		return pem;
	}
	return NULL;
}

char *
certificates_read(const char *path, size_t max, char why[CERTIFICATES_WHY])
{
	const char *error = "";
	size_t length;
	char *text =
	    conf_slurp(path, CERTIFICATES_FILE_MAX, &length, NULL, &error);
	BIO *in, *out;
	char *pem;

	if (text == NULL) {
		text_copy(why, CERTIFICATES_WHY, error);
		return NULL;
	}
	in = bio_of(text, length);
	out = BIO_new(BIO_s_mem());
	if (out == NULL)
		fatalx("certificates: no memory");
	pem = result(out, copy_all(in, out), max, why);
	BIO_free(in);
	BIO_free(out);
	free(text);
	return pem;
}

/* twilio_sign: see twilio_sign.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/twilio_sign.h"

static int
by_name(const void *a, const void *b)
{
	const struct form_field *x = a, *y = b;
	int names = strcmp(x->name, y->name);

	return names != 0 ? names : strcmp(x->value, y->value);
}

static void
add_fields(struct text *t, const struct form *form)
{
	struct form_field sorted[FORM_FIELDS_MAX];

	memcpy(sorted, form->fields, form->count * sizeof(sorted[0]));
	qsort(sorted, form->count, sizeof(sorted[0]), by_name);
	for (size_t i = 0; i < form->count; i++) {
		if (i > 0 && by_name(&sorted[i - 1], &sorted[i]) == 0)
			continue;
		text_add(t, sorted[i].name);
		text_add(t, sorted[i].value);
	}
}

void
twilio_sign(const char *token, const char *url, const struct form *form,
    char signature[TWILIO_SIGNATURE])
{
	unsigned char digest[SIGN_SHA1];
	struct text t = { 0 }, base64 = { 0 };

	text_add(&t, url);
	if (form != NULL)
		add_fields(&t, form);
	sign_hmac_sha1(token, t.data, t.length, digest);
	base64_add(&base64, digest, sizeof(digest));
	text_copy(signature, TWILIO_SIGNATURE, base64.data);
	text_clear(&base64);
	text_clear(&t);
}

/* The URL with its default port said, or left out; as it is when it has
   another one. */
static void
other_form(const char *url, char other[TWILIO_URL_MAX])
{
	bool secure = strncmp(url, "https:", 6) == 0;
	const char *port = secure ? ":443" : ":80", *host = strstr(url, "://");
	size_t length, port_length = strlen(port), name;

	host = host == NULL ? url : host + 3;
	length = strcspn(host, "/?#");
	name = *host == '[' ? strcspn(host, "]") : 0; /* [2001:db8::1] */
	name += strcspn(host + name, ":/?#");
	if (name == length)
		text_format(other, TWILIO_URL_MAX, "%.*s%s%s",
		    (int)(host + length - url), url, port, host + length);
	else if (length - name == port_length &&
	    strncmp(host + name, port, port_length) == 0)
		text_format(other, TWILIO_URL_MAX, "%.*s%s",
		    (int)(host + name - url), url, host + length);
	else
		text_copy(other, TWILIO_URL_MAX, url);
}

bool
twilio_is_signed(const char *token, const char *url, const struct form *form,
    const char *signature)
{
	char wanted[2][TWILIO_SIGNATURE], other[TWILIO_URL_MAX];
	bool good, good_too;

	if (signature == NULL)
		return false;
	other_form(url, other);
	twilio_sign(token, url, form, wanted[0]);
	twilio_sign(token, other, form, wanted[1]);
	good = sign_equal(wanted[0], signature);
	good_too = sign_equal(wanted[1], signature);
	return good || good_too;
}

/* What follows "bodySHA256=" in the query. */
static void
claimed_hash(const char *url, char hash[SIGN_HEX])
{
	static const char name[] = "bodySHA256=";
	const char *p = strchr(url, '?');

	hash[0] = '\0';
	for (; p != NULL; p = strchr(p, '&'))
		if (strncmp(++p, name, sizeof(name) - 1) == 0) {
			p += sizeof(name) - 1;
			text_format(hash, SIGN_HEX, "%.*s",
			    (int)strcspn(p, "&"), p);
			return;
		}
}

bool
twilio_body_is_signed(const char *token, const char *url, const void *body,
    size_t length, const char *signature)
{
	char hash[SIGN_HEX], claimed[SIGN_HEX];
	bool good = twilio_is_signed(token, url, NULL, signature);

	sign_sha256(body, length, hash);
	claimed_hash(url, claimed);
	return sign_equal(hash, claimed) && good;
}

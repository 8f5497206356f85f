/* session: see session.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/session.h"
#include "lib/sign.h"
#include "lib/text.h"

#define PART_MAX 20 /* digits of a time, with their 0 */

static void
mac(const char *secret, const char *password, const char *parts, size_t length,
    char out[SIGN_HEX])
{
	struct text t = { 0 };

	text_add(&t, "sunwatch console session 1\n");
	text_addf(&t, "%s\n", password != NULL ? password : "");
	text_add_bytes(&t, parts, length);
	sign_hmac(secret, t.data, t.length, out);
	text_clear(&t);
}

void
session_write(const char *secret, const char *password, const struct session *s,
    char out[SESSION_TEXT])
{
	char code[SIGN_HEX];
	size_t length;

	text_format(out, SESSION_TEXT, "1~%c~%s~%" PRId64 "~%" PRId64 "~%s~",
	    s->way, s->person, s->begun_ms, s->seen_ms, s->id);
	length = strlen(out);
	mac(secret, password, out, length, code);
	text_format(out + length, SESSION_TEXT - length, "%s", code);
}

/* The part up to the next "~"; NULL: there is none that fits. */
static const char *
take_part(const char *p, char *out, size_t room)
{
	size_t length = strcspn(p, "~");

	if (p[length] != '~' || length == 0 || length >= room)
		return NULL;
	memcpy(out, p, length);
	out[length] = '\0';
	return p + length + 1;
}

static const char *
take_time(const char *p, int64_t *at_ms)
{
	char digits[PART_MAX];

	p = take_part(p, digits, sizeof(digits));
	if (p == NULL || strlen(digits) > 15 ||
	    strspn(digits, "0123456789") != strlen(digits))
		return NULL;
	*at_ms = strtoll(digits, NULL, 10);
	return p;
}

bool
session_read(const char *text, struct session *s)
{
	const char *p = text;
	char way[2];

	if (strncmp(p, "1~", 2) != 0 ||
	    (p = take_part(p + 2, way, sizeof(way))) == NULL ||
	    (p = take_part(p, s->person, sizeof(s->person))) == NULL ||
	    (p = take_time(p, &s->begun_ms)) == NULL ||
	    (p = take_time(p, &s->seen_ms)) == NULL ||
	    (p = take_part(p, s->id, sizeof(s->id))) == NULL)
		return false;
	s->way = way[0];
	return (s->way == SESSION_BY_PASSWORD || s->way == SESSION_BY_PROXY) &&
	    strlen(s->id) == SESSION_ID && strlen(p) == SESSION_CODE;
}

bool
session_is_ours(const char *secret, const char *password, const char *text)
{
	const char *last = strrchr(text, '~');
	char code[SIGN_HEX];

	if (last == NULL)
		return false;
	mac(secret, password, text, (size_t)(last + 1 - text), code);
	return sign_equal(code, last + 1);
}

bool
session_is_over(const struct session *s, const struct session_limits *limits,
    int64_t now_ms)
{
	return now_ms - s->seen_ms > limits->idle_ms ||
	    now_ms - s->begun_ms > limits->longest_ms ||
	    s->seen_ms - now_ms > SESSION_AHEAD_MS;
}

bool
session_is_stale(const struct session *s, const struct session_limits *limits,
    int64_t now_ms)
{
	return now_ms - s->seen_ms > limits->idle_ms / 20;
}

void
session_csrf(const char *secret, const struct session *s,
    char out[SESSION_CODE + 1])
{
	struct text t = { 0 };

	text_addf(&t, "sunwatch console form 1\n%s~%s", s->person, s->id);
	sign_hmac(secret, t.data, t.length, out);
	text_clear(&t);
}

bool
session_csrf_fits(const char *secret, const struct session *s,
    const char *given)
{
	char wanted[SESSION_CODE + 1];

	session_csrf(secret, s, wanted);
	return sign_equal_hash(given, wanted);
}

bool
session_origin_fits(const char *origin, const char *url, const char *host,
    bool tls)
{
	const char *scheme = tls ? "https://" : "http://";
	size_t length = strlen(scheme);

	if (origin == NULL)
		return false;
	if (url != NULL)
		return strcasecmp(origin, url) == 0;
	return host != NULL && strncasecmp(origin, scheme, length) == 0 &&
	    strcasecmp(origin + length, host) == 0;
}

/* link_token: see link_token.h. */
#include <string.h>

#include "lib/sign.h"
#include "lib/text.h"
#include "pager/link_token.h"

/* Letters, digits, dot and dash: needs no escaping in a URL. */
static bool
is_name(const char *s, size_t length, size_t room)
{
	if (length == 0 || length >= room)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= 'A' && s[i] <= 'Z') ||
			(s[i] >= '0' && s[i] <= '9') || s[i] == '.' ||
			s[i] == '-' || s[i] == '_'))
			return false;
	return true;
}

/* The purpose is part of what is signed: no other token fits here. */
static void
mac(const char *secret, const char *parts, size_t length,
    char out[LINK_MAC + 1])
{
	char hex[SIGN_HEX];
	struct text t = { 0 };

	text_add(&t, "sunwatch take link 1\n");
	text_add_bytes(&t, parts, length);
	sign_hmac(secret, t.data, t.length, hex);
	text_clear(&t);
	memcpy(out, hex, LINK_MAC);
	out[LINK_MAC] = '\0';
}

bool
link_token_make(const char *secret, const struct link_token *token, char *out,
    size_t room)
{
	char code[LINK_MAC + 1], parts[LINK_TOKEN_MAX];

	if (room > 0)
		*out = '\0';
	if (!is_name(token->incident, strlen(token->incident), 24) ||
	    !is_name(token->person, strlen(token->person), 64) ||
	    !is_name(token->intent, strlen(token->intent), 24))
		return false;
	text_format(parts, sizeof(parts), "%s~%s~%s~", token->incident,
	    token->person, token->intent);
	if (strlen(parts) + LINK_MAC >= room)
		return false;
	mac(secret, parts, strlen(parts), code);
	return text_format(out, room, "%s%s", parts, code);
}

/* Copy the part up to the next "~"; NULL when there is none that fits. */
static const char *
take_part(const char *p, char *out, size_t room)
{
	size_t length = strcspn(p, "~");

	if (p[length] != '~' || !is_name(p, length, room))
		return NULL;
	memcpy(out, p, length);
	out[length] = '\0';
	return p + length + 1;
}

bool
link_token_read(const char *secret, const char *text, struct link_token *out)
{
	char code[LINK_MAC + 1];
	const char *p = text;

	if (strnlen(text, LINK_TOKEN_MAX) >= LINK_TOKEN_MAX)
		return false;
	if ((p = take_part(p, out->incident, sizeof(out->incident))) == NULL ||
	    (p = take_part(p, out->person, sizeof(out->person))) == NULL ||
	    (p = take_part(p, out->intent, sizeof(out->intent))) == NULL)
		return false;
	mac(secret, text, (size_t)(p - text), code);
	return sign_equal(code, p);
}

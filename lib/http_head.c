/*
 * Requests as RFC 9112 has them, without what only causes trouble.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/http_head.h"

#define LENGTH_DIGITS_MAX 15

size_t
http_head_size(const char *data, size_t length)
{
	const char *end = memmem(data, length, "\r\n\r\n", 4);

	return end == NULL ? 0 : (size_t)(end - data) + 4;
}

static bool
is_token(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) &&
		    strchr("!#$%&'*+-.^_`|~", *s) == NULL)
			return false;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* %41 -> A; -1 when the two digits are not there or mean zero. */
static int
hex_pair(const char *s, size_t left)
{
	int high, low;

	if (left < 3 || (high = hex_digit(s[1])) < 0 ||
	    (low = hex_digit(s[2])) < 0)
		return -1;
	return high * 16 + low == 0 ? -1 : high * 16 + low;
}

static bool
decode_path(char *path)
{
	char *out = path;
	int c;

	for (; *path != '\0'; path++) {
		c = (unsigned char)*path;
		if (c == '%') {
			if ((c = hex_pair(path, strlen(path))) < 0)
				return false;
			path += 2;
		}
		if (c < ' ' || c == 127)
			return false;
		*out++ = (char)c;
	}
	*out = '\0';
	return true;
}

/* "/a?b" or "http://host/a?b", as proxies send it. */
static bool
take_target(struct http_head *h, char *target)
{
	char *mark;

	if (strncasecmp(target, "http://", 7) == 0)
		target = strchr(target + 7, '/');
	else if (strncasecmp(target, "https://", 8) == 0)
		target = strchr(target + 8, '/');
	if (target == NULL || *target != '/')
		return false;
	h->path = target;
	h->query = "";
	if ((mark = strchr(target, '?')) != NULL) {
		*mark = '\0';
		h->query = mark + 1;
	}
	return decode_path(h->path);
}

/* "GET /path HTTP/1.1" */
static int
take_request_line(struct http_head *h, char *line, const char **error)
{
	char *target, *version;

	*error = "the request line is not METHOD /path HTTP/1.1";
	if ((target = strchr(line, ' ')) == NULL)
		return 400;
	*target++ = '\0';
	if ((version = strchr(target, ' ')) == NULL)
		return 400;
	*version++ = '\0';
	h->method = line;
	if (!is_token(line) || strncmp(version, "HTTP/", 5) != 0)
		return 400;
	if (strcmp(version, "HTTP/1.1") != 0 &&
	    strcmp(version, "HTTP/1.0") != 0) {
		*error = "only HTTP/1.1 is spoken here";
		return 505;
	}
	h->keep_alive = strcmp(version, "HTTP/1.1") == 0;
	if (!take_target(h, target)) {
		*error = "the path is not a path";
		return 400;
	}
	return 0;
}

static bool
is_clean(const char *value)
{
	for (; *value != '\0'; value++)
		if (((unsigned char)*value < ' ' && *value != '\t') ||
		    *value == 127)
			return false;
	return true;
}

/* "Name: value" */
static int
take_field(struct http_head *h, char *line, const char **error)
{
	char *colon = strchr(line, ':'), *end;
	struct http_field *f;

	if (h->count == HTTP_FIELDS_MAX) {
		*error = "too many header fields";
		return 431;
	}
	*error = "a header field is not Name: value";
	if (colon == NULL)
		return 400;
	*colon++ = '\0';
	colon += strspn(colon, " \t");
	for (end = colon + strlen(colon);
	     end > colon && strchr(" \t", end[-1]) != NULL; end--)
		;
	*end = '\0';
	if (!is_token(line) || !is_clean(colon))
		return 400;
	f = &h->fields[h->count++];
	f->name = line;
	f->value = colon;
	return 0;
}

size_t
http_head_count(const struct http_head *h, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < h->count; i++)
		if (strcasecmp(h->fields[i].name, name) == 0)
			n++;
	return n;
}

const char *
http_head_field(const struct http_head *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->count; i++)
		if (strcasecmp(h->fields[i].name, name) == 0)
			return h->fields[i].value;
	return NULL;
}

static bool
take_length(struct http_head *h)
{
	const char *value = http_head_field(h, "Content-Length");
	size_t digits;

	if (value == NULL)
		return true;
	digits = strspn(value, "0123456789");
	if (digits == 0 || digits > LENGTH_DIGITS_MAX ||
	    value[digits] != '\0' || http_head_count(h, "Content-Length") != 1)
		return false;
	for (; *value != '\0'; value++)
		h->length = h->length * 10 + (*value - '0');
	return true;
}

/* What the fields together say about body and connection. */
static int
take_framing(struct http_head *h, const char **error)
{
	const char *connection = http_head_field(h, "Connection");
	const char *expect = http_head_field(h, "Expect");

	if (http_head_field(h, "Transfer-Encoding") != NULL) {
		*error = "a body needs a Content-Length, not chunks";
		return 411;
	}
	if (!take_length(h)) {
		*error = "Content-Length is not one number";
		return 400;
	}
	if (http_head_count(h, "Host") > 1 ||
	    (h->keep_alive && http_head_count(h, "Host") == 0)) {
		*error = "there must be one Host";
		return 400;
	}
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0) {
		*error = "Expect knows only 100-continue";
		return 417;
	}
	h->wants_continue = expect != NULL && h->keep_alive;
	if (connection != NULL && strcasestr(connection, "close") != NULL)
		h->keep_alive = false;
	return 0;
}

/* Cut the next line off; NULL when a line feed stands alone. */
static char *
next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (end == NULL || end == line || end[-1] != '\r')
		return NULL;
	end[-1] = '\0';
	*rest = end + 1;
	return line;
}

int
http_head_parse(char *text, size_t length, struct http_head *h,
    const char **error)
{
	char *rest = text, *line;
	int status;

	memset(h, 0, sizeof(*h));
	*error = "the request is not HTTP";
	if (length < 4 || memcmp(text + length - 4, "\r\n\r\n", 4) != 0)
		return 400;
	text[length - 2] = '\0';
	if (strlen(text) != length - 2 || (line = next_line(&rest)) == NULL)
		return 400;
	status = take_request_line(h, line, error);
	while (status == 0 && *rest != '\0') {
		*error = "a line does not end in CR LF";
		if ((line = next_line(&rest)) == NULL)
			return 400;
		status = take_field(h, line, error);
	}
	return status != 0 ? status : take_framing(h, error);
}

/* One value: up to the next '&', '+' for a space. */
static const char *
decode_value(const char *in, size_t length, char *out, size_t room)
{
	size_t i, n = 0;
	int c;

	for (i = 0; i < length; i++) {
		c = (unsigned char)in[i];
		if (c == '+')
			c = ' ';
		else if (c == '%') {
			if ((c = hex_pair(in + i, length - i)) < 0)
				return NULL;
			i += 2;
		}
		if (c == '\0' || n + 1 >= room)
			return NULL;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return out;
}

/* What stands behind "key=", or NULL. */
static const char *
find_value(const char *text, size_t length, const char *key, size_t *size)
{
	size_t wanted = strlen(key);
	const char *end = text + length, *amp;

	for (; text < end; text = amp < end ? amp + 1 : end) {
		if ((amp = memchr(text, '&', (size_t)(end - text))) == NULL)
			amp = end;
		*size = (size_t)(amp - text);
		if (*size > wanted && text[wanted] == '=' &&
		    memcmp(text, key, wanted) == 0) {
			*size -= wanted + 1;
			return text + wanted + 1;
		}
	}
	return NULL;
}

const char *
http_param(const char *text, size_t length, const char *key, char *out,
    size_t room)
{
	size_t size;
	const char *value = find_value(text, length, key, &size);

	return value == NULL ? NULL : decode_value(value, size, out, room);
}

bool
http_param_given(const char *text, size_t length, const char *key)
{
	size_t size;

	return find_value(text, length, key, &size) != NULL && size > 0;
}

/*
 * fetch_smtp: what is said to a mail server, and what its replies mean; see
 * fetch_mail.h.  RFC 5321, with STARTTLS and AUTH (PLAIN, LOGIN).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <openssl/evp.h>

#include "lib/fetch_mail.h"

static void __attribute__((format(printf, 3, 4)))
say(struct mail *m, enum smtp_at at, const char *fmt, ...)
{
	struct evbuffer *out = bufferevent_get_output(m->bev);
	va_list ap;

	m->at = at;
	va_start(ap, fmt);
	evbuffer_add_vprintf(out, fmt, ap);
	va_end(ap);
	evbuffer_add(out, "\r\n", 2);
}

static void
say_base64(struct mail *m, enum smtp_at at, const char *before,
    const char *data, size_t length)
{
	unsigned char *coded = mem_alloc(length / 3 * 4 + 8);

	EVP_EncodeBlock(coded, (const unsigned char *)data, (int)length);
	say(m, at, "%s%s", before, coded);
	explicit_bzero(coded, length / 3 * 4 + 8);
	free(coded);
}

/* Our name, as far as it is one. */
static void
our_name(char *out, size_t room)
{
	if (gethostname(out, room) == -1)
		out[0] = '\0';
	out[room - 1] = '\0';
	for (const char *p = out; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && *p != '.' && *p != '-')
			out[0] = '\0';
	}
	if (out[0] == '\0')
		text_copy(out, room, "localhost");
}

void
smtp_hello(struct mail *m)
{
	char name[128];

	our_name(name, sizeof(name));
	m->offers_tls = m->offers_plain = m->offers_login = false;
	m->offers_8bit = false;
	say(m, SMTP_EHLO, "EHLO %s", name);
}

static enum smtp_do
refuse(struct mail *m, int code, const char *words)
{
	why(m->fetch, code < 500 ? FETCH_LATER : FETCH_REFUSED,
	    "the mail server says: %s", words);
	return SMTP_DONE;
}

/* One of the lines that tell what the server can do. */
static void
hear_offer(struct mail *m, const char *what)
{
	if (strcasecmp(what, "STARTTLS") == 0)
		m->offers_tls = true;
	if (strcasecmp(what, "8BITMIME") == 0)
		m->offers_8bit = true;
	if (strncasecmp(what, "AUTH", 4) == 0) {
		m->offers_plain |= strcasestr(what, "PLAIN") != NULL;
		m->offers_login |= strcasestr(what, "LOGIN") != NULL;
	}
}

static bool
is_8bit(const struct fetch *f)
{
	for (size_t i = 0; i < f->body_length; i++) {
		if ((unsigned char)f->body[i] >= 0x80)
			return true;
	}
	return false;
}

static void
say_from(struct mail *m)
{
	struct fetch *f = m->fetch;

	say(m, SMTP_FROM, "MAIL FROM:<%s>%s", f->mail_from,
	    m->offers_8bit && is_8bit(f) ? " BODY=8BITMIME" : "");
}

static enum smtp_do
say_password(struct mail *m)
{
	struct fetch *f = m->fetch;
	const char *user = f->user != NULL ? f->user : "";
	struct text both = { 0 };

	if (m->offers_plain) {
		text_add_bytes(&both, "", 1);
		text_add_bytes(&both, user, strlen(user) + 1);
		text_add(&both, f->password);
		say_base64(m, SMTP_AUTH, "AUTH PLAIN ", both.data, both.length);
		explicit_bzero(both.data, both.length);
		text_clear(&both);
		return SMTP_WAIT;
	}
	if (m->offers_login) {
		say(m, SMTP_AUTH_USER, "AUTH LOGIN");
		return SMTP_WAIT;
	}
	why(f, FETCH_REFUSED, "the mail server takes no password");
	return SMTP_DONE;
}

/* The server has told what it can do. */
static enum smtp_do
after_hello(struct mail *m)
{
	if (!m->secured && m->offers_tls) {
		say(m, SMTP_STARTTLS, "STARTTLS");
		return SMTP_WAIT;
	}
	if (!m->secured && m->demanded) {
		why(m->fetch, FETCH_TLS, "the mail server offers no TLS");
		return SMTP_DONE;
	}
	if (m->fetch->password != NULL)
		return say_password(m);
	say_from(m);
	return SMTP_WAIT;
}

static void
say_to(struct mail *m, const struct curl_slist *to)
{
	m->to = to;
	say(m, SMTP_TO, "RCPT TO:<%s>", to->data);
}

/* One recipient accepted is enough; the others are heard all the same. */
static enum smtp_do
after_to(struct mail *m, int code, const char *words)
{
	if (code / 100 == 2) {
		m->accepted++;
	} else {
		m->refused = code;
		text_copy(m->refusal, sizeof(m->refusal), words);
	}
	if (m->to->next != NULL)
		say_to(m, m->to->next);
	else if (m->accepted > 0)
		say(m, SMTP_DATA, "DATA");
	else
		return refuse(m, m->refused, m->refusal);
	return SMTP_WAIT;
}

/* The message; a line that begins with a dot gets another. */
static void
say_message(struct mail *m)
{
	struct evbuffer *out = bufferevent_get_output(m->bev);
	const char *p = m->fetch->body, *end = p + m->fetch->body_length;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t length =
		    eol != NULL ? (size_t)(eol - p) + 1 : (size_t)(end - p);

		if (*p == '.')
			evbuffer_add(out, ".", 1);
		evbuffer_add(out, p, length);
		p += length;
		if (eol == NULL)
			evbuffer_add(out, "\r\n", 2);
	}
	say(m, SMTP_MESSAGE, ".");
}

static enum smtp_do
after_message(struct mail *m)
{
	why(m->fetch, FETCH_OK, "%s", "");
	say(m, SMTP_QUIT, "QUIT"); /* nobody waits for the answer */
	return SMTP_DONE;
}

/* What each answer must begin with, and what is missing without it. */
static const struct {
	int hundred;
	const char *awaited;
} expected[] = {
	[SMTP_GREETING] = { 2, "no greeting" },
	[SMTP_EHLO] = { 2, "no answer to EHLO" },
	[SMTP_HELO] = { 2, "no answer to HELO" },
	[SMTP_STARTTLS] = { 2, "no answer to STARTTLS" },
	[SMTP_AUTH] = { 2, "no answer to the password" },
	[SMTP_AUTH_USER] = { 3, "no answer to AUTH" },
	[SMTP_AUTH_PASSWORD] = { 3, "no answer to the user's name" },
	[SMTP_FROM] = { 2, "no answer to MAIL FROM" },
	[SMTP_TO] = { 0, "no answer to RCPT TO" }, /* after_to() decides */
	[SMTP_DATA] = { 3, "no answer to DATA" },
	[SMTP_MESSAGE] = { 2, "no answer to the message" },
	[SMTP_QUIT] = { 0, "no end" },
};

const char *
smtp_awaited(const struct mail *m)
{
	return expected[m->at].awaited;
}

static enum smtp_do
unexpected(struct mail *m, int code, const char *words)
{
	char name[128];

	if (m->at == SMTP_EHLO && code / 100 == 5) {
		our_name(name, sizeof(name));
		say(m, SMTP_HELO, "HELO %s", name);
		return SMTP_WAIT;
	}
	if (code >= 400)
		return refuse(m, code, words);
	why(m->fetch, FETCH_PROTOCOL, "the mail server is out of step: %s",
	    words);
	return SMTP_DONE;
}

static enum smtp_do
hear(struct mail *m, int code, const char *words)
{
	struct fetch *f = m->fetch;
	int hundred = expected[m->at].hundred;

	if (hundred != 0 && code / 100 != hundred)
		return unexpected(m, code, words);
	switch (m->at) {
	case SMTP_GREETING:
		smtp_hello(m);
		return SMTP_WAIT;
	case SMTP_EHLO:
	case SMTP_HELO:
		return after_hello(m);
	case SMTP_STARTTLS:
		return SMTP_SECURE;
	case SMTP_AUTH_USER:
		say_base64(m, SMTP_AUTH_PASSWORD, "", f->user, strlen(f->user));
		return SMTP_WAIT;
	case SMTP_AUTH_PASSWORD:
		say_base64(m, SMTP_AUTH, "", f->password, strlen(f->password));
		return SMTP_WAIT;
	case SMTP_AUTH:
		say_from(m);
		return SMTP_WAIT;
	case SMTP_FROM:
		say_to(m, f->mail_to);
		return SMTP_WAIT;
	case SMTP_TO:
		return after_to(m, code, words);
	case SMTP_DATA:
		say_message(m);
		return SMTP_WAIT;
	case SMTP_MESSAGE:
		return after_message(m);
	case SMTP_QUIT:
		break;
	}
	return SMTP_DONE;
}

enum smtp_do
smtp_line(struct mail *m, char *line)
{
	struct fetch *f = m->fetch;
	size_t digits = strspn(line, "0123456789");

	text_copy(f->reply, sizeof(f->reply), line);
	if (digits != 3 || line[0] < '2' || line[0] > '5' ||
	    strchr(" -", line[3]) == NULL) {
		why(f, FETCH_PROTOCOL, "what came is no SMTP");
		return SMTP_DONE;
	}
	f->result.status = atoi(line);
	if (m->at == SMTP_EHLO && line[3] != '\0')
		hear_offer(m, line + 4);
	if (line[3] == '-')
		return SMTP_WAIT;
	return hear(m, f->result.status, line);
}

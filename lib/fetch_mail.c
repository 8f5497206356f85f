/*
 * fetch_mail: mail, as the event loop sees it; see fetch_mail.h.
 *
 * A letter takes from its fetch what is to be sent, goes to a thread, and
 * comes back with libcurl's word, which becomes ours here.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/fetch_mail.h"
#include "lib/log.h"

#define GRACE_US 2000000 /* for a thread to say itself that it was late */

/* Lines end with CR LF in a message, however they came. */
char *
mail_body(const char *from, size_t length, size_t *out_length)
{
	char *out = mem_alloc(2 * length + 1);
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		if (from[i] == '\n' && (i == 0 || from[i - 1] != '\r'))
			out[n++] = '\r';
		out[n++] = from[i];
	}
	*out_length = n;
	return out;
}

static void
why_refused(struct fetch *f, const struct letter *l)
{
	why(f, l->status < 500 ? FETCH_LATER : FETCH_REFUSED,
	    "the mail server says: %s", l->reply);
}

static void
why_closed(struct fetch *f, const struct letter *l)
{
	if (l->reply[0] != '\0')
		why(f, FETCH_PROTOCOL, "the connection was closed after: %s",
		    l->reply);
	else
		why(f, FETCH_PROTOCOL,
		    "the connection was closed without a greeting");
}

/* The server's no, or what libcurl did not expect. */
static void
why_no(struct fetch *f, const struct letter *l)
{
	if (l->status >= 400)
		why_refused(f, l);
	else if (l->code == CURLE_USE_SSL_FAILED)
		why(f, FETCH_TLS, "the mail server offers no TLS");
	else if (l->code == CURLE_LOGIN_DENIED)
		why(f, FETCH_REFUSED, "the mail server takes no password");
	else if (l->code == CURLE_WEIRD_SERVER_REPLY && l->status == 220)
		why(f, FETCH_PROTOCOL,
		    "the mail server talks on before TLS begins");
	else
		why(f, FETCH_PROTOCOL,
		    "the mail server is out of step or gone after: %s",
		    l->reply);
}

static void
why_code(struct fetch *f, const struct letter *l)
{
	switch (l->code) {
	case CURLE_OK:
		why(f, FETCH_OK, "%s", "");
		break;
	case CURLE_COULDNT_CONNECT:
		why_connect(f, (int)l->os_error);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		why_certificate(f, l->verdict);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		why(f, FETCH_TLS, "no TLS: %s", l->curl_error);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		why(f, FETCH_TIMEOUT, "%s within %lld ms", l->awaited,
		    (long long)f->timeout_ms);
		break;
	case CURLE_SEND_ERROR: /* RCPT, too */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_REMOTE_ACCESS_DENIED:
	case CURLE_LOGIN_DENIED:
	case CURLE_USE_SSL_FAILED:
		why_no(f, l);
		break;
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		why_closed(f, l);
		break;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		why(f, FETCH_OURSELVES, "libcurl could not begin (%d)",
		    (int)l->code);
		break;
	default:
		why(f, FETCH_PROTOCOL, "%s (%d)", curl_easy_strerror(l->code),
		    (int)l->code);
	}
}

static void
why_no_turn(struct fetch *f)
{
	why(f, FETCH_OURSELVES, "waited %lld ms for a turn",
	    (long long)f->timeout_ms);
}

static void
why_letter(struct fetch *f, const struct letter *l)
{
	switch (l->fault) {
	case LETTER_FINE:
		why_code(f, l);
		break;
	case LETTER_TOO_MUCH:
		why(f, FETCH_PROTOCOL, "the mail server talks too much");
		break;
	case LETTER_NO_SMTP:
		why(f, FETCH_PROTOCOL, "what came is no SMTP");
		break;
	case LETTER_NO_TURN:
		why_no_turn(f);
		break;
	}
}

static void
deliver(struct letter *l)
{
	struct fetch *f = l->fetch;

	f->letter = NULL;
	f->result.status = (int)l->status;
	f->result.connect_us = l->connect_us;
	f->result.tls_us = l->tls_us;
	why_letter(f, l);
	if (f->failure == FETCH_OK)
		text_add(&f->content, l->reply);
	letter_free(l);
	fetch_ended(f);
}

/* What ends here may drop others, so they are taken one by one. */
static void
on_posted(evutil_socket_t fd, short what, void *arg)
{
	struct fetcher *fr = arg;
	struct letter *l;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof(count)) == -1)
		log_debug("fetch: nothing is done");
	while ((l = post_take(fr->post)) != NULL)
		deliver(l);
}

int
mail_init(struct fetcher *fr)
{
	int fd;

	fr->post = post_new(&fd);
	fr->posted =
	    event_new(fr->base, fd, EV_READ | EV_PERSIST, on_posted, fr);
	return fr->posted != NULL ? event_add(fr->posted, NULL) : -1;
}

void
mail_clear(struct fetcher *fr)
{
	event_free(fr->posted);
	post_free(fr->post);
}

void
mail_drop(struct fetch *f)
{
	if (f->letter != NULL)
		post_drop(f->fetcher->post, f->letter);
	f->letter = NULL;
}

/* The deadline: libcurl has the same. */
void
mail_timer(struct fetch *f, int64_t now_us)
{
	enum letter_stage stage = post_stage(f->fetcher->post, f->letter);

	if (now_us < f->deadline_us) { /* which was put off */
		limits_wake(f, INT64_MAX);
		return;
	}
	if (stage == LETTER_QUEUED) {
		why_no_turn(f);
		fetch_ended(f);
		return;
	}
	if (stage == LETTER_CARRIED && f->overdue) {
		why(f, FETCH_TIMEOUT, "no end within %lld ms",
		    (long long)f->timeout_ms);
		fetch_ended(f);
		return;
	}
	f->overdue = true;
	f->deadline_us = now_us + GRACE_US;
	limits_wake(f, INT64_MAX);
}

/* Nothing but what may stand between < and >. */
static bool
is_mail_address(const char *a)
{
	size_t length = strlen(a);

	if (length == 0 || length > 320)
		return false;
	for (; *a != '\0'; a++) {
		if ((unsigned char)*a <= ' ' || *a == '<' || *a == '>' ||
		    *a == 0x7f)
			return false;
	}
	return true;
}

static bool
are_mail_addresses(const struct fetch *f)
{
	const struct curl_slist *to;

	for (to = f->mail_to; to != NULL; to = to->next) {
		if (!is_mail_address(to->data))
			return false;
	}
	return f->mail_to != NULL && is_mail_address(f->mail_from);
}

/* Without a password in it, which would go unverified. */
static char *
url_text(CURLU *url)
{
	char *from, *copy;

	curl_url_set(url, CURLUPART_USER, NULL, 0);
	curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(url, CURLUPART_OPTIONS, NULL, 0);
	if (curl_url_get(url, CURLUPART_URL, &from, 0) != CURLUE_OK)
		abort();
	copy = mem_text(from);
	curl_free(from);
	return copy;
}

/* A thread may not share what the fetch has: it goes over. */
static char *
take(char **from)
{
	char *taken = *from;

	*from = NULL;
	return taken;
}

static struct letter *
letter_new(struct fetch *f, const char *addresses)
{
	struct letter *l = mem_alloc(sizeof(*l));
	struct text line = { 0 };

	l->fetch = f;
	l->url = url_text(f->url);
	l->demanded = trust_given(f->fetcher->trust) ||
	    ((f->tls || f->password != NULL) && !host_is_loopback(f->host));
	l->from = take(&f->mail_from);
	l->user = take(&f->user);
	l->password = take(&f->password);
	l->body = take(&f->body);
	l->body_length = f->body_length;
	l->to = f->mail_to;
	f->mail_to = NULL;
	l->store = trust_store(f->fetcher->trust);
	l->deadline_us = f->deadline_us;
	if (addresses != NULL) {
		text_add(&line, f->host);
		text_add(&line, ":");
		text_add(&line, f->port);
		text_add(&line, ":");
		text_add(&line, addresses);
		l->resolve = curl_slist_append(NULL, line.data);
		text_clear(&line);
	}
	return l;
}

void
mail_start(struct fetch *f, const char *addresses)
{
	struct letter *l;

	if (!are_mail_addresses(f)) {
		why(f, FETCH_REFUSED, "these are not mail addresses");
		fetch_ends_soon(f);
		return;
	}
	l = letter_new(f, addresses);
	if (post_give(f->fetcher->post, l) == -1) {
		letter_free(l);
		why(f, FETCH_OURSELVES, "there is no thread for mail");
		fetch_ends_soon(f);
		return;
	}
	f->letter = l;
	limits_wake(f, INT64_MAX);
}

/* poster: see poster.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/fetch.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/hook_outcome.h"
#include "pager/poster.h"

#define HEADERS_MAX 8

struct poster {
	struct fetcher *fetcher; /* NULL: ca_file cannot be read */
	char *url;
	char *authorization; /* "Authorization: Bearer ...", or NULL */
	int64_t timeout_ms;
};

struct posting {
	struct fetch *fetch;
	struct delivery *delivery;
	void (*outcome)(const struct hook_answer *, struct channel_answer *);
};

static struct poster *
make(struct event_base *base, const struct channel_settings *s, const char *url)
{
	const struct fetcher_options options = { .ca_file = s->ca_file };
	struct poster *p = mem_alloc(sizeof(*p));

	p->fetcher = fetcher_new(base, &options);
	if (p->fetcher == NULL)
		log_warnx("%s: cannot be set up; check ca_file", s->name);
	p->url = mem_text(url != NULL ? url : "");
	p->timeout_ms = s->timeout_ms;
	return p;
}

struct poster *
poster_new(struct event_base *base, const struct channel_settings *s)
{
	struct poster *p = make(base, s, s->url);
	struct text header = { 0 };

	if (s->token != NULL) {
		text_addf(&header, "Authorization: Bearer %s", s->token);
		p->authorization = text_take(&header);
	}
	return p;
}

struct poster *
poster_new_basic(struct event_base *base, const struct channel_settings *s,
    const char *url, const char *user, const char *password)
{
	struct poster *p = make(base, s, url);
	struct text both = { 0 }, header = { 0 };

	text_addf(&both, "%s:%s", user, password);
	text_add(&header, "Authorization: Basic ");
	base64_add(&header, both.data, both.length);
	mem_wipe(text_take(&both));
	p->authorization = text_take(&header);
	return p;
}

void
poster_free(struct poster *p)
{
	fetcher_free(p->fetcher);
	free(p->url);
	mem_wipe(p->authorization);
	free(p);
}

static void
on_answered(void *arg, const struct fetch_result *r)
{
	struct posting *p = arg;
	const struct hook_answer a = {
		.trouble = r->failure == FETCH_OK ? NULL : r->error,
		.status = r->status,
		.retry_after = r->header(r, "Retry-After"),
		.body = r->body,
	};
	struct channel_answer answer;

	p->outcome(&a, &answer);
	delivery_done(p->delivery, &answer);
	free(p);
}

void *
poster_send(struct poster *p, const struct poster_letter *letter,
    struct delivery *delivery, struct channel_answer *answer)
{
	static const char json[] = "Content-Type: application/json";
	const char *all[HEADERS_MAX] = { letter->type != NULL ? letter->type
							      : json };
	const struct fetch_request request = { .url = p->url,
		.headers = all,
		.body = letter->body,
		.body_length = strlen(letter->body),
		.body_max =
		    letter->answer_max > 0 ? letter->answer_max : HOOK_BODY_MAX,
		.timeout_ms = p->timeout_ms };
	size_t count = 1;
	struct posting *posting;

	if (p->fetcher == NULL) {
		answer->sent = SENT_FAILED_NOW;
		text_copy(answer->detail, sizeof(answer->detail),
		    "cannot be set up; check ca_file");
		return NULL;
	}
	if (p->authorization != NULL)
		all[count++] = p->authorization;
	for (const char *const *h = letter->headers;
	     h != NULL && *h != NULL && count < HEADERS_MAX - 1; h++)
		all[count++] = *h;
	posting = mem_alloc(sizeof(*posting));
	posting->delivery = delivery;
	posting->outcome =
	    letter->outcome != NULL ? letter->outcome : hook_outcome;
	posting->fetch =
	    fetch_start(p->fetcher, &request, on_answered, posting);
	return posting;
}

void
poster_cancel(void *under_way)
{
	struct posting *p = under_way;

	fetch_cancel(p->fetch);
	free(p);
}

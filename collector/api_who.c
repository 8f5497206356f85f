/* api_who: see api_who.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/api_who.h"
#include "lib/clock.h"
#include "lib/hash_free.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/text.h"

#define SAY_DENIED_MS 60000 /* at most one line in this time */

/* How many requests a reader may still make. */
struct quota {
	char name[64];
	int64_t left_milli, at_us;
	UT_hash_handle hh;
};

struct api_who {
	struct quota *quotas;
	int64_t said_denied_us;
};

/* ---- who ---- */

static bool
has_token(const struct reader_settings *r, const char *hash)
{
	bool found = false;

	CONF_EACH (char *const, t, &r->tokens)
		found |= sign_equal_hash(*t, hash);
	return found;
}

/* All are compared, so that time tells nothing about which. */
static const struct reader_settings *
find_reader(const struct settings *s, const char *token)
{
	const struct reader_settings *found = NULL;
	char hash[SIGN_HEX];

	sign_sha256(token, strlen(token), hash);
	CONF_EACH (const struct reader_settings, r, &s->readers)
		if (has_token(r, hash) && found == NULL)
			found = r;
	return found;
}

const struct reader_settings *
api_who_asks(struct api_who *w, const struct settings *s,
    struct serve_request *r)
{
	const char *token = serve_bearer(r);
	const struct reader_settings *reader =
	    token != NULL ? find_reader(s, token) : NULL;
	int64_t now_us = clock_monotonic_us();

	if (reader != NULL)
		return reader;
	if (token != NULL &&
	    (w->said_denied_us == 0 ||
		now_us - w->said_denied_us >= SAY_DENIED_MS * 1000)) {
		w->said_denied_us = now_us;
		log_warnx("api: %s turned away: its token is nobody's",
		    serve_peer(r));
	}
	serve_set_header(r, "WWW-Authenticate", "Bearer");
	serve_fail(r, 401, "%s",
	    token == NULL ? "there is no Authorization: Bearer token"
			  : "this token is nobody's");
	return NULL;
}

/* ---- how often ---- */

static struct quota *
quota_of(struct api_who *w, const char *name, int64_t now_us)
{
	struct quota *q;

	HASH_FIND_STR(w->quotas, name, q);
	if (q != NULL)
		return q;
	q = mem_alloc(sizeof(*q));
	text_copy(q->name, sizeof(q->name), name);
	q->left_milli = API_BURST * 1000;
	q->at_us = now_us;
	HASH_ADD_STR(w->quotas, name, q);
	return q;
}

bool
api_who_may(struct api_who *w, const struct reader_settings *r)
{
	int64_t now_us = clock_monotonic_us();
	struct quota *q = quota_of(w, r->name, now_us);
	int64_t earned_milli = (now_us - q->at_us) / 1000 * API_RATE;

	if (earned_milli > 0) {
		q->left_milli += earned_milli;
		q->at_us = now_us;
	}
	if (q->left_milli > API_BURST * 1000)
		q->left_milli = API_BURST * 1000;
	if (q->left_milli < 1000)
		return false;
	q->left_milli -= 1000;
	return true;
}

/* ---- life ---- */

struct api_who *
api_who_new(void)
{
	return mem_alloc(sizeof(struct api_who));
}

void
api_who_forget(struct api_who *w)
{
	HASH_FREE_ITEMS(w->quotas);
}

void
api_who_free(struct api_who *w)
{
	if (w == NULL)
		return;
	api_who_forget(w);
	free(w);
}

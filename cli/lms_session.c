/* lms_session: see lms_session.h. */
#include <string.h>

#include "cli/lms_session.h"
#include "lib/sign.h"

struct lms_session *
lms_session_find(struct lms_sessions *all, const char *id)
{
	if (id == NULL || *id == '\0')
		return NULL;
	for (size_t i = 0; i < LMS_SESSIONS_MAX; i++)
		if (sign_equal(all->items[i].id, id))
			return &all->items[i];
	return NULL;
}

struct lms_session *
lms_session_start(struct lms_sessions *all)
{
	struct lms_session *s = &all->items[all->next];

	all->next = (all->next + 1) % LMS_SESSIONS_MAX;
	*s = (struct lms_session){ 0 };
	sign_random(s->id, LMS_ID_LENGTH);
	return s;
}

void
lms_session_end(struct lms_session *s)
{
	*s = (struct lms_session){ 0 };
}

const char *
lms_session_offer(struct lms_session *s)
{
	sign_random(s->token, LMS_ID_LENGTH);
	return s->token;
}

bool
lms_session_spend(struct lms_session *s, const char *token)
{
	bool right =
	    token != NULL && s->token[0] != '\0' && sign_equal(s->token, token);

	s->token[0] = '\0';
	return right;
}

void
lms_session_enter(struct lms_session *s)
{
	sign_random(s->id, LMS_ID_LENGTH);
	sign_random(s->key, sizeof(s->key) - 1);
	s->logged_in = true;
}

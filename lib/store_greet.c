/*
 * The greeting: what is settled with Redis before it counts as up.
 *
 * All of it is sent at once; store->greetings counts the answers that are
 * still to come, and any of them may set store->fault instead.
 */
#include <stdarg.h>
#include <string.h>

#include "lib/store_parts.h"

/* The last answer of the greeting has come: open for business. */
static void
greeted(struct store *s)
{
	if (--s->greetings > 0 || s->fault != NULL)
		return;
	store_opened(s);
}

static void
on_auth(void *arg, const redisReply *r)
{
	struct store *s = arg;

	if (r == NULL)
		return;
	if (r->type == REDIS_REPLY_ERROR)
		s->fault = "it does not accept the password";
	greeted(s);
}

/* SCRIPT LOAD answers in the order in which it was asked. */
static void
on_loaded(void *arg, const redisReply *r)
{
	struct store *s = arg;
	int i;

	if (r == NULL)
		return;
	for (i = 0; i < STORE_SCRIPTS && s->sha[i][0] != '\0'; i++)
		;
	if (r->type != REDIS_REPLY_STRING || r->len != 40 || i == STORE_SCRIPTS)
		s->fault = "it does not take our scripts";
	else
		text_copy(s->sha[i], sizeof(s->sha[i]), r->str);
	greeted(s);
}

const struct store_durability store_durability[] = {
	{ "appendonly", "yes" },
	{ "appendfsync", "always" },
	{ "no-appendfsync-on-rewrite", "no" },
	{ "maxmemory-policy", "noeviction" },
	{ NULL, NULL },
};

static const char *
wanted_of(const char *name)
{
	const struct store_durability *d = store_durability;

	while (d->name != NULL && strcmp(d->name, name) != 0)
		d++;
	return d->wanted;
}

static void
on_setting(void *arg, const redisReply *r)
{
	struct store *s = arg;
	struct text *t = &s->advisory;
	const char *wanted, *name, *is;

	if (r == NULL)
		return;
	if (r->type != REDIS_REPLY_ARRAY || r->elements != 2 ||
	    r->element[0]->type != REDIS_REPLY_STRING ||
	    r->element[1]->type != REDIS_REPLY_STRING) {
		if (t->length == 0)
			text_add(t, "its settings cannot be read");
		greeted(s);
		return;
	}
	name = r->element[0]->str;
	is = r->element[1]->str;
	wanted = wanted_of(name);
	if (wanted == NULL || strcmp(is, wanted) != 0)
		text_addf(t, "%s%s is %s, must be %s",
		    t->length > 0 ? "; " : "", name, is,
		    wanted != NULL ? wanted : "absent");
	greeted(s);
}

static void
greet(struct store *s, store_reply *reply, const char *fmt, ...)
{
	va_list ap;

	s->greetings++;
	va_start(ap, fmt);
	store_vcommand(s, reply, s, fmt, ap);
	va_end(ap);
}

void
store_greet(struct store *s)
{
	const struct store_durability *d;
	int i;

	s->greetings = 0;
	memset(s->sha, 0, sizeof(s->sha));
	text_clear(&s->advisory);
	if (s->password != NULL)
		greet(s, on_auth, "AUTH %s", s->password);
	for (i = 0; i < STORE_SCRIPTS; i++)
		greet(s, on_loaded, "SCRIPT LOAD %s", store_script_texts[i]);
	for (d = store_durability; d->name != NULL; d++)
		greet(s, on_setting, "CONFIG GET %s", d->name);
}

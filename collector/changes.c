/* changes: see changes.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/changes.h"
#include "lib/sign.h"

struct kept {
	char id[CHANGE_ID];
	enum change_kind kind;
	unsigned whom;
	char *clients, *endpoints, *json; /* NULL: its place is empty */
	size_t size;
};

struct changes {
	char *secret;
	uint64_t first,
	    last; /* numbers; first is last + 1 when there is none */
	size_t bytes;
	struct kept ring[CHANGES_MAX]; /* by number */
};

static const char *
kind_text(enum change_kind kind)
{
	switch (kind) {
	case CHANGE_STATE:
		return "state";
	case CHANGE_OUTAGE:
		return "outage";
	case CHANGE_MAINTENANCE:
		return "maintenance";
	case CHANGE_INCIDENT:
		break;
	}
	return "incident";
}

static void
make_id(const struct changes *c, uint64_t number, char id[CHANGE_ID])
{
	char text[24], hex[SIGN_HEX];

	text_format(text, sizeof(text), "%llu", (unsigned long long)number);
	sign_hmac(c->secret, text, strlen(text), hex);
	hex[CHANGE_ID - 1] = '\0';
	memcpy(id, hex, CHANGE_ID);
}

struct changes *
changes_new(const char *secret)
{
	struct changes *c = mem_alloc(sizeof(*c));

	c->secret = mem_text(secret);
	c->first = 1;
	return c;
}

static void
drop_first(struct changes *c)
{
	struct kept *k = &c->ring[c->first++ % CHANGES_MAX];

	c->bytes -= k->size;
	free(k->clients);
	free(k->endpoints);
	free(k->json);
	*k = (struct kept){ 0 };
}

/* Whoever was told the last is not up to it either. */
void
changes_forget(struct changes *c)
{
	while (c->first <= c->last)
		drop_first(c);
	c->first = ++c->last + 1;
}

void
changes_free(struct changes *c)
{
	if (c == NULL)
		return;
	while (c->first <= c->last)
		drop_first(c);
	free(c->secret);
	free(c);
}

static char *
only_named(const struct change *change)
{
	struct text t = { 0 };

	text_addf(&t, "{\"version\":1,\"%s\":{\"%s\":\"%s\"},\"cut\":true}",
	    kind_text(change->kind),
	    change->kind == CHANGE_INCIDENT ||
		    change->kind == CHANGE_MAINTENANCE
		? "id"
		: "endpoint",
	    change->name);
	return text_take(&t);
}

void
changes_add(struct changes *c, const struct change *change)
{
	char *json = change->json;
	struct kept *k;

	if (json == NULL)
		return;
	if (strlen(json) > CHANGE_BYTES_MAX) {
		free(json);
		json = only_named(change);
	}
	if (c->last - c->first + 1 == CHANGES_MAX)
		drop_first(c);
	k = &c->ring[++c->last % CHANGES_MAX];
	make_id(c, c->last, k->id);
	k->kind = change->kind;
	k->whom = change->whom;
	k->clients = mem_text(change->clients);
	k->endpoints = mem_text(change->endpoints);
	k->json = json;
	k->size = strlen(json) + strlen(k->clients) + strlen(k->endpoints);
	c->bytes += k->size;
	while (c->bytes > CHANGES_BYTES) /* one alone is far smaller */
		drop_first(c);
}

uint64_t
changes_last(const struct changes *c)
{
	return c->last;
}

void
changes_id(const struct changes *c, char id[CHANGE_ID])
{
	make_id(c, c->last, id);
}

bool
changes_find(const struct changes *c, const char *id, uint64_t *number)
{
	char before[CHANGE_ID];

	make_id(c, c->first - 1, before);
	if (strcmp(before, id) == 0) {
		*number = c->first - 1;
		return true;
	}
	for (uint64_t n = c->last; n >= c->first; n--)
		if (strcmp(c->ring[n % CHANGES_MAX].id, id) == 0) {
			*number = n;
			return true;
		}
	return false;
}

bool
changes_reach(const struct changes *c, uint64_t number)
{
	return number + 1 >= c->first;
}

/* Whether a word stands in " a b c "; "": any does. */
static bool
has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	if (length == 0)
		return true;
	for (const char *p = words; (p = strstr(p, word)) != NULL; p++)
		if (p > words && p[-1] == ' ' && p[length] == ' ')
			return true;
	return false;
}

/* An endpoint's client is asked for with it. */
static bool
is_about(const struct kept *k, const char *endpoint)
{
	return strcmp(k->endpoints, " * ") == 0 ||
	    has_word(k->endpoints, endpoint);
}

static bool
is_for(const struct kept *k, const struct change_filter *f)
{
	const char *client = f->reader != NULL ? f->reader : f->client;
	unsigned whom =
	    f->reader != NULL ? CHANGE_FOR_CLIENTS : CHANGE_FOR_OPERATORS;

	return (k->whom & whom) != 0 && has_word(k->clients, client) &&
	    is_about(k, f->endpoint);
}

uint64_t
changes_next(const struct changes *c, uint64_t after,
    const struct change_filter *f, struct text *out)
{
	uint64_t n = after + 1 > c->first ? after + 1 : c->first;

	for (; n <= c->last; n++) {
		const struct kept *k = &c->ring[n % CHANGES_MAX];

		if (!is_for(k, f))
			continue;
		text_addf(out, "id: %s\nevent: %s\ndata: ", k->id,
		    kind_text(k->kind));
		text_add(out, k->json);
		text_add(out, "\n\n");
		return n;
	}
	return 0;
}

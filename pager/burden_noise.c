/* burden_noise: what calls people most, and for nothing. */
#include <string.h>

#include "lib/hash_free.h"
#include "lib/text.h"
#include "pager/burden_parts.h"

struct source {
	char name[192];
	size_t incidents; /* that called somebody */
	size_t pages, nights;
	size_t untaken; /* over by themselves before anybody took them */
	size_t idle;    /* taken, and over by themselves with nothing done */
	UT_hash_handle hh;
};

static struct source *
source(struct source **all, const char *name)
{
	struct source *s;

	HASH_FIND_STR(*all, name, s);
	if (s != NULL)
		return s;
	s = mem_alloc(sizeof(*s));
	text_copy(s->name, sizeof(s->name), name);
	HASH_ADD_STR(*all, name, s);
	return s;
}

/* What an incident called for goes to the account of its source. */
static void
count(struct source *s, const struct burden_incident *inc, size_t pages,
    size_t nights)
{
	s->incidents++;
	s->pages += pages;
	s->nights += nights;
	if (!inc->by_itself)
		return;
	s->untaken += inc->taken_ms == 0;
	s->idle += inc->taken_ms != 0 && !inc->acted;
}

static int
loudest(const struct source *x, const struct source *y)
{
	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return strcmp(x->name, y->name);
}

static json_t *
source_json(const struct source *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(s->name));
	json_object_set_new(o, "incidents",
	    json_integer((json_int_t)s->incidents));
	json_object_set_new(o, "pages", json_integer((json_int_t)s->pages));
	json_object_set_new(o, "night_pages",
	    json_integer((json_int_t)s->nights));
	json_object_set_new(o, "untaken", json_integer((json_int_t)s->untaken));
	json_object_set_new(o, "without_action",
	    json_integer((json_int_t)s->idle));
	return o;
}

/* The loudest of them; they are gone then. */
static json_t *
list(struct source *all)
{
	json_t *out = json_array();

	HASH_SORT(all, loudest);
	for (const struct source *s = all;
	     s != NULL && json_array_size(out) < BURDEN_NOISY_MAX;
	     s = s->hh.next)
		json_array_append_new(out, source_json(s));
	HASH_FREE_ITEMS(all);
	return out;
}

json_t *
burden_noise_json(const struct burden *b)
{
	struct source *subjects = NULL, *clients = NULL;
	json_t *o = json_object();

	for (const struct burden_incident *inc = b->incidents; inc != NULL;
	     inc = inc->hh.next) {
		size_t pages = 0, nights = 0;
		char client[64];

		for (const struct burden_page *p = inc->pages; p != NULL;
		     p = p->before)
			if (p->insists && burden_is_within(b, p->first_ms)) {
				pages++;
				nights += p->night;
			}
		if (pages == 0 || inc->subject[0] == '\0')
			continue;
		count(source(&subjects, inc->subject), inc, pages, nights);
		text_format(client, sizeof(client), "%.*s",
		    (int)strcspn(inc->subject, "/"), inc->subject);
		count(source(&clients, client), inc, pages, nights);
	}
	json_object_set_new(o, "subjects", list(subjects));
	json_object_set_new(o, "clients", list(clients));
	return o;
}

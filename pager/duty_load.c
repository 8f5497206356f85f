/* Records of the pager's group, read again after a start. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_heartbeats.h"
#include "pager/duty_rotas.h"

#define NUMBER_MAX (UINT64_C(1) << 56) /* as in lib/record.c */

char *
duty_intent_encode(const struct intent *i)
{
	json_t *o = json_object();
	char *text;

	record_set_int(o, "kind", (int)i->kind);
	record_set_text(o, "channel", channel_text(i->channel));
	record_set_text(o, "person", i->person);
	record_set_text(o, "incident", i->incident);
	record_set_text(o, "note", i->note);
	record_set_int(o, "call", i->call);
	record_set_int(o, "step", (int64_t)i->step);
	record_set_int(o, "made_ms", i->made_ms);
	text = record_dump(o);
	json_decref(o);
	return text;
}

/* Numbers are only given out upwards, in whatever order the records come; a
   damaged one that nobody can have given out moves nothing. */
static void
at_least(uint64_t *last, uint64_t number)
{
	if (number > *last && number <= NUMBER_MAX)
		*last = number;
}

typedef int loader(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);

static int
load_meta(struct duty *d, const char *field, const char *value, size_t length,
    char error[160])
{
	char text[40];
	unsigned long shard;

	(void)error;
	if (length >= sizeof(text))
		return 0; /* another's, like the secret */
	memcpy(text, value, length);
	text[length] = '\0';
	if (strcmp(field, "incident") == 0)
		at_least(&d->last_incident, strtoull(text, NULL, 10));
	else if (strcmp(field, "intent") == 0)
		at_least(&d->last_intent, strtoull(text, NULL, 10));
	else if (strcmp(field, "override") == 0)
		at_least(&d->last_override, strtoull(text, NULL, 10));
	else if (strcmp(field, "digest") == 0)
		d->digest_ms = strtoll(text, NULL, 10);
	else if (strncmp(field, "position:", 9) == 0) {
		shard = strtoul(field + 9, NULL, 10);
		if (shard < DUTY_SHARDS_MAX)
			text_copy(d->positions[shard], sizeof(d->positions[0]),
			    text);
	}
	return 0;
}

static int
load_incident(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	struct incident *inc = incident_decode(value, length, error), *old;

	if (inc == NULL)
		return -1;
	if (strcmp(inc->id, field) != 0) {
		text_format(error, 160, "says it is %s", inc->id);
		incident_free(inc);
		return -1;
	}
	/* Its page may have come first: it is kept there meanwhile. */
	HASH_FIND_STR(d->incidents, inc->id, old);
	if (old != NULL) {
		inc->page = old->page;
		HASH_DEL(d->incidents, old);
		incident_free(old);
	}
	HASH_ADD_STR(d->incidents, id, inc);
	at_least(&d->last_incident, inc->number);
	return 0;
}

static int
load_page(struct duty *d, const char *field, const char *value, size_t length,
    char error[160])
{
	struct incident *inc = duty_find(d, field);
	struct page page;

	if (page_decode(value, length, &page, error) != 0)
		return -1;
	if (inc == NULL) {
		unsigned long long number;

		if (strncmp(field, "INC-", 4) != 0 ||
		    (number = strtoull(field + 4, NULL, 10)) == 0 ||
		    number > NUMBER_MAX) {
			text_format(error, 160, "not an incident's name");
			return -1;
		}
		inc = incident_new(number, 0);
		if (strcmp(inc->id, field) != 0) { /* or there were two of it */
			text_format(error, 160, "would be that of %s", inc->id);
			incident_free(inc);
			return -1;
		}
		HASH_ADD_STR(d->incidents, id, inc);
		/* Nor is its number given to another. */
		at_least(&d->last_incident, number);
	}
	inc->page = page;
	return 0;
}

static int
load_intent(struct duty *d, const char *field, const char *value, size_t length,
    char error[160])
{
	json_t *o = json_loadb(value, length, 0, NULL);
	const char *channel = record_string(o, "channel");
	int kind = channel == NULL ? -1 : channel_parse(channel);
	unsigned long long number = 0;
	struct intent *i;

	if (strncmp(field, "i-", 2) == 0)
		number = strtoull(field + 2, NULL, 10);
	if (kind < 0 || number == 0 || number > NUMBER_MAX ||
	    record_string(o, "person") == NULL) {
		text_format(error, 160, "not the record of an intent");
		json_decref(o);
		return -1;
	}
	i = mem_alloc(sizeof(*i));
	text_copy(i->id, sizeof(i->id), field);
	i->state = INTENT_NEW;
	i->after = INTENT_LOADED;
	i->kind = (enum message_kind)record_choice(o, "kind", MESSAGE_KINDS,
	    MESSAGE_CALL);
	i->channel = (enum channel_kind)kind;
	record_text(o, "person", i->person, sizeof(i->person));
	if (i->kind != MESSAGE_TEST && i->kind != MESSAGE_DIGEST &&
	    i->kind != MESSAGE_ROTA && i->kind != MESSAGE_CONTACT)
		record_text(o, "incident", i->incident, sizeof(i->incident));
	record_text(o, "note", i->note, sizeof(i->note));
	i->due.owner = i;
	i->due.rank = number;
	i->call = (unsigned)record_choice(o, "call", INT_MAX, 0);
	i->step = (size_t)record_choice(o, "step", PAGE_STEPS_MAX, 0);
	i->made_ms = record_int(o, "made_ms", 0);
	i->written = true;
	json_decref(o);
	HASH_ADD_STR(d->intents, id, i);
	at_least(&d->last_intent, number);
	return 0;
}

static int
load_override(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = json_loadb(value, length, 0, NULL);
	struct override v = { 0 };
	bool good;

	record_text(o, "rota", v.rota, sizeof(v.rota));
	record_text(o, "person", v.person, sizeof(v.person));
	record_text(o, "instead", v.instead, sizeof(v.instead));
	record_text(o, "with", v.with, sizeof(v.with));
	record_text(o, "uid", v.uid, sizeof(v.uid));
	record_text(o, "time", v.time, sizeof(v.time));
	record_text(o, "source", v.source, sizeof(v.source));
	record_text(o, "by", v.by, sizeof(v.by));
	good = (v.person[0] != '\0' || v.instead[0] != '\0') &&
	    (v.rota[0] != '\0' || v.instead[0] != '\0') &&
	    strncmp(field, "o-", 2) == 0 &&
	    d->override_count < DUTY_OVERRIDES_MAX;
	v.from_ms = record_int(o, "from_ms", 0);
	v.to_ms = record_int(o, "to_ms", 0);
	json_decref(o);
	if (!good || v.from_ms >= v.to_ms) {
		text_format(error, 160, "not the record of an override");
		return -1;
	}
	text_copy(v.id, sizeof(v.id), field);
	v.who = settings_person(d->settings, v.person);
	d->overrides = mem_grow(d->overrides,
	    (d->override_count + 1) * sizeof(*d->overrides));
	d->overrides[d->override_count++] = v;
	at_least(&d->last_override, strtoull(field + 2, NULL, 10));
	return 0;
}

static const struct {
	const char *key;
	loader *load;
} loaders[] = {
	{ "meta", load_meta },
	{ "incidents", load_incident },
	{ "pages", load_page },
	{ "intents", load_intent },
	{ "overrides", load_override },
	{ "contacts", duty_load_contact },
	{ "rotas", rotas_load_version },
	{ "changes", rotas_load_change },
	{ "past", rotas_load_row },
	{ "calendars", rotas_load_feed },
	{ "sessions", duty_load_sessions },
	{ "heartbeats", heartbeats_load },
};

int
duty_load(struct duty *d, const char *key, const char *field, const void *value,
    size_t length, char error[160])
{
	for (size_t i = 0; i < sizeof(loaders) / sizeof(loaders[0]); i++)
		if (strcmp(key, loaders[i].key) == 0)
			return loaders[i].load(d, field, value, length, error);
	return 0; /* not one of ours to read */
}

static int
by_number(const struct incident *a, const struct incident *b)
{
	return a->number < b->number ? -1 : a->number > b->number;
}

static int
by_id(const struct intent *a, const struct intent *b)
{
	return strcmp(a->id, b->id);
}

static int
by_making(const void *a, const void *b)
{
	const struct override *x = a, *y = b;
	unsigned long long m = strtoull(x->id + 2, NULL, 10),
			   n = strtoull(y->id + 2, NULL, 10);

	return m < n ? -1 : m > n;
}

/* A page whose incident could not be read, or an open one without a page:
   somebody hears of it. */
static void
mend(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;

	if (inc->opened_ms == 0) {
		inc->opened_ms = inc->since_ms = now_ms;
		inc->severity = 2;
		text_copy(inc->subject, sizeof(inc->subject),
		    "operations/unreadable");
		text_copy(inc->text, sizeof(inc->text),
		    "its record could not be read; it was being paged");
		(void)incident_add_member(inc, inc->subject, "");
		inc->members[0].severity = 2;
		inc->members[0].since_ms = now_ms;
		duty_dirty(d, inc);
	}
	/* One of a release that knew no plans. */
	if (inc->calls_as == 0 && inc->closed_ms == 0)
		duty_weigh(d, inc, now_ms);
	duty_policy(d, inc, &policy);
	if (inc->closed_ms == 0 && policy.ladder != NULL &&
	    (inc->page.call == 0 || inc->page.state == PAGE_CLOSED)) {
		page_open(&inc->page, &policy, now_ms);
		duty_dirty(d, inc);
	}
}

/* A watch that is kept is an override, too, and moves all of them. */
static void
follow_rotas(struct duty *d, int64_t now_ms)
{
	size_t count = d->override_count;
	struct override *was = NULL;

	if (count > 0)
		was = mem_copy(d->overrides, count * sizeof(*was));
	rotas_follow(d, NULL, was, count, now_ms);
	free(was);
}

void
duty_start(struct duty *d, int64_t now_ms)
{
	struct incident *inc, *next;

	HASH_SORT(d->incidents, by_number);
	HASH_SORT(d->intents, by_id);
	duty_resume_turns(d);
	if (d->override_count > 0)
		qsort(d->overrides, d->override_count, sizeof(*d->overrides),
		    by_making);
	HASH_ITER (hh, d->incidents, inc, next)
		mend(d, inc, now_ms);
	for (inc = d->incidents; inc != NULL; inc = inc->hh.next) {
		duty_touch(d, inc);
		if (inc->closed_ms == 0)
			duty_index(d, inc);
	}
	duty_link_intents(d);
	duty_resume_digest(d);
	d->started = true;
	duty_resume_storms(d, now_ms);
	follow_rotas(d, now_ms);
	heartbeats_follow(d, true, now_ms);
	duty_release_left(d, now_ms);
	duty_forget_contacts(d);
	duty_resume_intents(d, now_ms);
	duty_break(d, now_ms);
}

/* calendar_named: see calendar_named.h and calendar_covers.h. */
#include <string.h>
#include <strings.h>

#include "lib/calendar_named.h"
#include "lib/text.h"

#define BLANKS " \t"
#define SECOND " (second)"
#define NAME_ROOM 200

static const struct person *
find_person(const struct settings *s, const char *name)
{
	CONF_EACH (const struct person, p, &s->people)
		if (strcasecmp(p->name, name) == 0)
			return p;
	return NULL;
}

static const struct rota *
find_rota(const struct settings *s, const char *name)
{
	CONF_EACH (const struct rota, r, &s->rotas)
		if (strcasecmp(r->name, name) == 0)
			return r;
	return NULL;
}

static const struct person *
find_mail(const struct settings *s, const char *address)
{
	if (address == NULL)
		return NULL;
	if (strncasecmp(address, "mailto:", 7) == 0)
		address += 7;
	CONF_EACH (const struct person, p, &s->people)
		if (p->email != NULL && strcasecmp(p->email, address) == 0)
			return p;
	return NULL;
}

static bool
has_declined(icalproperty *attendee)
{
	icalparameter *p =
	    icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);

	return p != NULL &&
	    icalparameter_get_partstat(p) == ICAL_PARTSTAT_DECLINED;
}

/* One of the guests may be ours; of two nobody could say whose hours they
   are. */
static bool
by_attendee(struct import *in, icalcomponent *event,
    const struct covers_given *given, struct named *n)
{
	icalproperty *p;
	char what[160];

	for (p = icalcomponent_get_first_property(event,
		 ICAL_ATTENDEE_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(event,
			    ICAL_ATTENDEE_PROPERTY)) {
		const struct person *who =
		    find_mail(given->settings, icalproperty_get_attendee(p));

		if (who == NULL || who == n->person || has_declined(p))
			continue;
		if (n->person != NULL) {
			text_format(what, sizeof(what),
			    "its ATTENDEEs are two people, %.40s and %.40s",
			    n->person->name, who->name);
			return event_refuse(in, event, what);
		}
		n->person = who;
	}
	return true;
}

/* Without what stands around it. */
static char *
trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS, text[length - 1]) != NULL)
		text[--length] = '\0';
	return text;
}

static bool
cut_end(char *text, const char *end)
{
	size_t length = strlen(text), cut = strlen(end);

	if (length <= cut || strcasecmp(text + length - cut, end) != 0)
		return false;
	text[length - cut] = '\0';
	return true;
}

/* "support: aroha"; a rota that is named with nobody of ours is a mistake, and
   so is one of ours with what is no rota: it would be hours of another. */
static bool
by_parts(struct import *in, icalcomponent *event, const struct settings *s,
    const char *before, const char *after, struct named *n)
{
	const struct person *who = find_person(s, after);
	char what[160];

	n->rota = find_rota(s, before);
	if (n->rota == NULL) {
		if (strcasecmp(before, "On watch") == 0)
			n->rota = find_rota(s, after);
		if (n->rota != NULL || n->person != NULL || who == NULL)
			return true;
		text_format(what, sizeof(what),
		    "its SUMMARY names %s, and there is no rota \"%.60s\"",
		    who->name, before);
		return event_refuse(in, event, what);
	}
	if (n->person == NULL)
		n->person = who;
	if (n->person != NULL)
		return true;
	text_format(what, sizeof(what),
	    "its SUMMARY names \"%.60s\", who is not one of the people", after);
	return event_refuse(in, event, what);
}

static bool
by_summary(struct import *in, icalcomponent *event, const struct settings *s,
    struct named *n)
{
	const char *summary = icalcomponent_get_summary(event);
	char copy[NAME_ROOM], *text, *colon;
	bool second;

	if (summary == NULL || strlen(summary) >= sizeof(copy))
		return true;
	text_copy(copy, sizeof(copy), summary);
	text = trim(copy);
	second = cut_end(text, SECOND);
	colon = strchr(text, ':');
	if (colon == NULL) {
		if (n->person == NULL)
			n->person = find_person(s, text);
		return true;
	}
	*colon = '\0';
	if (!by_parts(in, event, s, trim(text), trim(colon + 1), n))
		return false;
	n->second = second && n->rota != NULL;
	return true;
}

/* The value of an X-SUNWATCH- property, or NULL. */
static const char *
own_word(icalcomponent *event, const char *name)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(event, ICAL_X_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_X_PROPERTY)) {
		const char *is = icalproperty_get_x_name(p);

		if (is != NULL && strcasecmp(is, name) == 0)
			return icalproperty_get_x(p);
	}
	return NULL;
}

static bool
by_own_words(struct import *in, icalcomponent *event, const struct settings *s,
    struct named *n)
{
	const char *person = own_word(event, "X-SUNWATCH-PERSON");
	const char *rota = own_word(event, "X-SUNWATCH-ROTA");
	const char *place = own_word(event, "X-SUNWATCH-PLACE");
	char what[160];

	if (place != NULL && strcasecmp(place, "second") == 0)
		n->second = true;
	if (n->person == NULL && person != NULL &&
	    (n->person = find_person(s, person)) == NULL) {
		text_format(what, sizeof(what),
		    "X-SUNWATCH-PERSON: %.60s is not one of the people",
		    person);
		return event_refuse(in, event, what);
	}
	if (n->rota == NULL && rota != NULL &&
	    (n->rota = find_rota(s, rota)) == NULL) {
		text_format(what, sizeof(what),
		    "X-SUNWATCH-ROTA: there is no rota %.60s", rota);
		return event_refuse(in, event, what);
	}
	return true;
}

bool
event_named(struct import *in, icalcomponent *event,
    const struct covers_given *given, struct named *n)
{
	*n = (struct named){ 0 };
	if (!by_attendee(in, event, given, n) ||
	    !by_summary(in, event, given->settings, n) ||
	    !by_own_words(in, event, given->settings, n))
		return false;
	if (n->rota == NULL)
		n->rota = given->rota;
	if (n->person == NULL)
		n->person = given->person;
	if (n->person != NULL)
		return true;
	return event_refuse(in, event,
	    "it names nobody: it takes an ATTENDEE with the mail address of "
	    "one of the people, or a SUMMARY as \"support: aroha\"");
}

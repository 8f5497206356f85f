/*
 * What became of what was sent to somebody last, by each way: whether a way
 * was ever seen to work is a question one asks before it is needed.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_words.h"

#define DAY_MS INT64_C(86400000)

static struct contact *
find(const struct duty *d, const char *person, enum channel_kind channel)
{
	for (size_t i = 0; i < d->contact_count; i++)
		if (d->contacts[i].channel == channel &&
		    strcmp(d->contacts[i].person, person) == 0)
			return &d->contacts[i];
	return NULL;
}

/* NULL: there are too many already. */
static struct contact *
find_or_add(struct duty *d, const char *person, enum channel_kind channel)
{
	struct contact *c = find(d, person, channel);

	if (c != NULL || d->contact_count >= DUTY_CONTACTS_MAX)
		return c;
	d->contacts = mem_grow(d->contacts,
	    (d->contact_count + 1) * sizeof(*d->contacts));
	c = &d->contacts[d->contact_count++];
	*c = (struct contact){ .channel = channel };
	text_copy(c->person, sizeof(c->person), person);
	return c;
}

static void
name_field(const struct contact *c, char field[80])
{
	text_format(field, 80, "%s %s", c->person, channel_text(c->channel));
}

static void
write_contact(struct duty *d, const struct contact *c)
{
	json_t *o = json_object();
	char field[80];

	record_set_int(o, "handed_ms", c->handed_ms);
	record_set_int(o, "failed_ms", c->failed_ms);
	record_set_int(o, "broken_ms", c->broken_ms);
	record_set_text(o, "broken", c->broken);
	name_field(c, field);
	duty_write_record(d, "contacts", field, o);
}

struct contact *
duty_contact(struct duty *d, const char *person, enum channel_kind channel)
{
	return find_or_add(d, person, channel);
}

/* By the first other way; who has none is not told. */
static void
tell_owner(struct duty *d, const struct contact *c, int64_t now_ms)
{
	const struct person *p = settings_person(d->settings, c->person);
	const struct reach *ways = p == NULL ? NULL : p->reach.items;
	char note[160];

	text_format(note, sizeof(note), "%s: %s", channel_text(c->channel),
	    c->broken);
	for (size_t i = 0; p != NULL && i < p->reach.count; i++)
		if (ways[i].channel != c->channel) {
			(void)duty_intent(d, MESSAGE_CONTACT, NULL, p, i, note,
			    now_ms);
			return;
		}
}

void
duty_break_contact(struct duty *d, const char *person,
    enum channel_kind channel, const char *why, int64_t now_ms)
{
	struct contact *c = find_or_add(d, person, channel);
	char text[200];

	if (c == NULL || c->broken_ms != 0)
		return;
	c->broken_ms = now_ms;
	text_copy(c->broken, sizeof(c->broken), why);
	text_format(text, sizeof(text), "%s by %s: %s", person,
	    channel_text(channel), why);
	duty_journal(d, NULL, "pager", "contact broken", text, now_ms);
	write_contact(d, c);
	tell_owner(d, c, now_ms);
}

void
duty_mend_contact(struct duty *d, const char *person, enum channel_kind channel)
{
	struct contact *c = find(d, person, channel);

	if (c == NULL || c->broken_ms == 0)
		return;
	c->broken_ms = 0;
	c->broken[0] = '\0';
	write_contact(d, c);
}

void
duty_say_contact(struct duty_words *w, const struct intent *i,
    struct message *m)
{
	char word[16];

	text_format(word, sizeof(word), "%.*s", (int)strcspn(i->note, ":"),
	    i->note);
	text_format(m->subject, sizeof(m->subject),
	    "You cannot be reached by %s", word);
	text_format(m->sms, sizeof(m->sms), "You cannot be reached by %s",
	    word);
	text_addf(w->text,
	    "A message to %s could not be delivered, and none will be until "
	    "you see to it.\n\n",
	    i->person);
	duty_say_plain(w, i->note);
	text_addf(w->text,
	    "\n\nIt is tried all the same at each page, and your other ways "
	    "follow at once.  Once it is mended, \"sunwatch page-test "
	    "%s\" shows whether it works.\n",
	    i->person);
}

/* Written when it is another word than the last, and once a day. */
void
duty_note_contact(struct duty *d, const char *person, enum channel_kind channel,
    bool handed, int64_t now_ms)
{
	struct contact *c = find_or_add(d, person, channel);
	int64_t *said_ms;

	if (c == NULL)
		return;
	said_ms = handed ? &c->handed_ms : &c->failed_ms;
	if (*said_ms >= (handed ? c->failed_ms : c->handed_ms) &&
	    *said_ms != 0 && now_ms - *said_ms < DAY_MS)
		return;
	*said_ms = now_ms;
	write_contact(d, c);
}

int
duty_load_contact(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = json_loadb(value, length, 0, NULL);
	const char *space = strchr(field, ' ');
	int channel = space == NULL ? -1 : channel_parse(space + 1);
	struct contact *c;
	char person[64];

	if (channel < 0 || !json_is_object(o)) {
		text_format(error, 160, "not the record of a contact");
		json_decref(o);
		return -1;
	}
	text_format(person, sizeof(person), "%.*s", (int)(space - field),
	    field);
	c = find_or_add(d, person, (enum channel_kind)channel);
	if (c == NULL) {
		text_format(error, 160, "one contact too many");
		json_decref(o);
		return -1;
	}
	c->handed_ms = record_int(o, "handed_ms", 0);
	c->failed_ms = record_int(o, "failed_ms", 0);
	c->broken_ms = record_int(o, "broken_ms", 0);
	(void)record_text(o, "broken", c->broken, sizeof(c->broken));
	json_decref(o);
	return 0;
}

/* Of those who have left nothing is kept. */
void
duty_forget_contacts(struct duty *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->contact_count; i++) {
		char field[80];

		if (settings_person(d->settings, d->contacts[i].person) !=
		    NULL) {
			d->contacts[kept++] = d->contacts[i];
			continue;
		}
		name_field(&d->contacts[i], field);
		commit_unset(&d->pending, "contacts", field);
	}
	d->contact_count = kept;
}

json_t *
duty_contacts_json(const struct duty *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->contact_count; i++) {
		const struct contact *c = &d->contacts[i];
		json_t *o = json_object();

		record_set_text(o, "person", c->person);
		record_set_text(o, "channel", channel_text(c->channel));
		record_set_int(o, "handed_ms", c->handed_ms);
		record_set_int(o, "failed_ms", c->failed_ms);
		record_set_int(o, "broken_ms", c->broken_ms);
		record_set_text(o, "broken", c->broken);
		json_array_append_new(list, o);
	}
	return list;
}

/*
 * The digest: what calls nobody (severity 4, or by its plan) is told once a day,
 * at nine in the morning of whoever is on watch then, in one message for each
 * ladder: what is open, and what has ended since the last one.
 *
 * The instant follows from what is kept (the last digest, the incidents, the
 * rota), so that a restart neither repeats nor forgets one.  However the
 * settings change, 20 h lie between two, and no more than 44 h.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "pager/duty_words.h"

#define DIGEST_MINUTES (9 * 60)                 /* of the reader's day */
#define DIGEST_LEAST_MS (20 * INT64_C(3600000)) /* between two */
#define DIGEST_SHOWN 50
#define DAY_MS INT64_C(86400000)
#define WATCHES_MAX 50 /* of a day, looked at for one whose morning it is */

bool
duty_is_for_digest(const struct incident *inc)
{
	return incident_urgency(inc) == 4 && !inc->is_storm &&
	    (inc->closed_ms == 0 || inc->digest_ms == 0);
}

/* Since when there is something to tell; NEVER: there is nothing. */
static int64_t
something_since(const struct duty *d)
{
	const struct heap_node *first = heap_first(&d->telling);

	return first != NULL ? first->at_ms : NEVER;
}

/* Who answers for the first level of a ladder that has anybody. */
static const struct person *
reader_of(const struct duty *d, const struct ladder *ladder, int64_t at_ms,
    int64_t *until_ms)
{
	const struct page_policy policy = { .settings = d->settings,
		.ladder = ladder,
		.overrides = d->overrides,
		.override_count = d->override_count };
	struct ladder_people people = { .until_ms = NEVER };

	for (int i = 0; i < (int)ladder->levels.count && people.count == 0; i++)
		page_people(&policy, i, 0, at_ms, &people);
	*until_ms = people.until_ms;
	return people.count > 0 ? people.items[0] : NULL;
}

static int64_t
next_morning(const char *zone, int64_t from_ms)
{
	int64_t day = civil_days(civil_date_at(zone, from_ms, NULL));
	int64_t at_ms;

	at_ms = civil_first_ms(zone, civil_from_days(day), DIGEST_MINUTES);
	if (at_ms < from_ms)
		at_ms = civil_first_ms(zone, civil_from_days(day + 1),
		    DIGEST_MINUTES);
	return at_ms;
}

/* The first morning of somebody on watch, at or after this instant. */
static int64_t
morning_of_watch(const struct duty *d, const struct ladder *ladder,
    int64_t from_ms)
{
	int64_t from = from_ms, end_ms = from_ms + DAY_MS, until_ms;

	for (int i = 0; i < WATCHES_MAX && from < end_ms; i++) {
		const struct person *p = reader_of(d, ladder, from, &until_ms);
		int64_t at_ms;

		if (p == NULL)
			break;
		at_ms = next_morning(p->zone, from);
		if (at_ms < until_ms && at_ms < end_ms)
			return at_ms;
		from = until_ms;
	}
	/* Nobody's morning: a day after the last one, then. */
	return end_ms - (d->digest_ms != 0 ? DIGEST_LEAST_MS : 0);
}

/* From when on the next digest may go; NEVER: there is none. */
static int64_t
digest_from(const struct duty *d)
{
	int64_t from_ms = something_since(d);

	if (from_ms == NEVER || duty_first_ladder(d) == NULL)
		return NEVER;
	if (d->digest_ms != 0 && d->digest_ms + DIGEST_LEAST_MS > from_ms)
		return d->digest_ms + DIGEST_LEAST_MS;
	return from_ms;
}

int64_t
duty_digest_deadline(const struct duty *d)
{
	int64_t from_ms = digest_from(d);

	if (from_ms == NEVER)
		return NEVER;
	if (from_ms == d->digest_from_ms)
		return d->digest_due_ms; /* rotas are costly to ask */
	return morning_of_watch(d, duty_first_ladder(d), from_ms);
}

static bool
is_of_ladder(const struct duty *d, const struct incident *inc,
    const char *ladder)
{
	struct page_policy policy;

	duty_policy(d, inc, &policy);
	return policy.ladder != NULL &&
	    strcmp(policy.ladder->name, ladder) == 0;
}

static void
send_digest(struct duty *d, const struct ladder *ladder, int64_t now_ms)
{
	const struct person *person;
	int64_t until_ms;
	size_t count = 0;
	char note[160];

	person = reader_of(d, ladder, now_ms, &until_ms);
	if (person == NULL || person->reach.count == 0)
		return;
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next) {
		if (!duty_is_for_digest(inc) ||
		    !is_of_ladder(d, inc, ladder->name))
			continue;
		count++;
		if (inc->closed_ms == 0)
			continue;
		inc->digest_ms = now_ms;
		duty_dirty(d, inc);
	}
	if (count == 0)
		return;
	text_format(note, sizeof(note), "%lld %s", (long long)now_ms,
	    ladder->name);
	(void)duty_intent(d, MESSAGE_DIGEST, NULL, person, 0, note, now_ms);
	duty_journal(d, NULL, "pager", "digest", person->name, now_ms);
}

void
duty_run_digest(struct duty *d, int64_t now_ms)
{
	if (d->digest_ms > now_ms)
		d->digest_ms = now_ms; /* the clock went back */
	d->digest_due_ms = duty_digest_deadline(d);
	d->digest_from_ms = digest_from(d);
	if (d->digest_due_ms > now_ms)
		return;
	CONF_EACH (const struct ladder, ladder, &d->settings->ladders)
		send_digest(d, ladder, now_ms);
	d->digest_ms = now_ms;
	d->meta_dirty = true;
}

/*
 * It reached nobody, by any way: what has ended is told by the next one.  What
 * is open is in that anyway.
 */
void
duty_digest_lost(struct duty *d, const struct intent *lost)
{
	const char *ladder = strchr(lost->note, ' ');
	int64_t digest_ms = strtoll(lost->note, NULL, 10);
	const struct intent *i;

	if (lost->kind != MESSAGE_DIGEST || ladder == NULL)
		return;
	TAILQ_FOREACH (i, &d->loose, of_incident)
		if (i != lost && i->kind == MESSAGE_DIGEST &&
		    strcmp(i->note, lost->note) == 0)
			return; /* another way is tried, or was the one */
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->digest_ms == digest_ms && inc->digest_ms != 0 &&
		    is_of_ladder(d, inc, ladder + 1)) {
			inc->digest_ms = 0;
			duty_dirty(d, inc);
		}
}

/* A crash came between the parts of a commit: it was not made after all. */
void
duty_resume_digest(struct duty *d)
{
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->digest_ms > d->digest_ms) {
			inc->digest_ms = 0;
			duty_dirty(d, inc);
		}
}

static void
add_row(struct duty_words *w, const struct incident *inc)
{
	char title[160];

	duty_title(w->duty, inc, title, sizeof(title));
	text_addf(w->text, "  %s ", inc->id);
	if (inc->severity != 4)
		text_addf(w->text, "S%d ", inc->severity);
	text_addf(w->text, "%s ", title);
	duty_say_plain(w, inc->text[0] != '\0' ? inc->text : "has failed");
	text_add(w->text, ", since ");
	duty_say_clock(w, inc->since_ms);
	if (inc->page.owner[0] != '\0')
		text_addf(w->text, "; %s has it", inc->page.owner);
	if (inc->closed_ms != 0) {
		text_add(w->text, "; ");
		duty_say_plain(w, inc->ended);
	}
	text_add(w->text, "\n");
}

static size_t
add_rows(struct duty_words *w, const char *ladder, int64_t digest_ms, bool open)
{
	size_t count = 0;

	for (const struct incident *inc = w->duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		if (incident_urgency(inc) != 4 || inc->is_storm ||
		    (inc->closed_ms == 0) != open ||
		    (!open && inc->digest_ms != digest_ms) ||
		    !is_of_ladder(w->duty, inc, ladder))
			continue;
		if (count++ == 0)
			text_add(w->text,
			    open ? "\nOpen:\n" : "\nEnded since the last:\n");
		if (count <= DIGEST_SHOWN)
			add_row(w, inc);
	}
	if (count > DIGEST_SHOWN)
		text_addf(w->text, "  and %zu more\n", count - DIGEST_SHOWN);
	return count;
}

void
duty_say_digest(struct duty_words *w, const struct intent *i, struct message *m)
{
	const char *ladder = strchr(i->note, ' ');
	int64_t digest_ms = strtoll(i->note, NULL, 10);
	size_t open, ended;

	ladder = ladder == NULL ? "" : ladder + 1;
	text_add(w->text,
	    "What calls nobody. Nothing is asked of you at once.\n");
	open = add_rows(w, ladder, digest_ms, true);
	ended = add_rows(w, ladder, digest_ms, false);
	text_format(m->subject, sizeof(m->subject),
	    "Digest of ladder %.60s: %zu open, %zu ended", ladder, open, ended);
	text_format(m->sms, sizeof(m->sms),
	    "Digest of ladder %.60s: %zu open, %zu ended", ladder, open, ended);
	text_format(m->thread, sizeof(m->thread), "digest.%.60s", ladder);
}

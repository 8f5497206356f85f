/* Storms: from the sixth page of a ladder within a minute one calls for all. */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_parts.h"

#define STORM_OVER "each of its incidents ended or is paged alone"

/* Are there as many pages of this ladder that began within the last minute,
   this one too?  The latest are the last. */
static bool
is_stormy(const struct duty *d, const char *ladder, int64_t now_ms)
{
	const struct UT_hash_table *all = d->incidents->hh.tbl;
	const struct incident *inc = ELMT_FROM_HH(all, all->tail);
	size_t count = 0;

	for (; inc != NULL && now_ms - inc->opened_ms < DUTY_STORM_MS;
	     inc = inc->hh.prev) {
		count += !inc->is_storm &&
		    page_insists(incident_urgency(inc)) &&
		    strcmp(incident_ladder(inc), ladder) == 0;
		if (count >= DUTY_STORM_FROM)
			return true;
	}
	return false;
}

static void
say_subject(const char *ladder, char subject[80])
{
	text_format(subject, 80, "storm/%s", ladder);
}

/* The storm that calls now; one that somebody has is left to them. */
static struct incident *
find_storm(const struct duty *d, const char *ladder)
{
	const struct duty_group *g;
	char subject[80];

	say_subject(ladder, subject);
	g = duty_group(d->subjects, subject);
	for (size_t i = 0; g != NULL && i < g->count; i++)
		if (g->items[i]->is_storm &&
		    g->items[i]->page.state == PAGE_CALLING)
			return g->items[i];
	return NULL;
}

static struct incident *
open_storm(struct duty *d, const struct incident *first, int64_t now_ms)
{
	struct incident *storm;
	char subject[80];

	say_subject(incident_ladder(first), subject);
	storm = duty_create(d, subject, "", incident_ladder(first), now_ms);
	storm->is_storm = true;
	storm->severity = storm->auto_severity = first->severity;
	storm->kind = first->kind;
	storm->since_ms = first->since_ms;
	text_copy(storm->text, sizeof(storm->text),
	    "many incidents within a minute");
	(void)incident_add_member(storm, subject, "");
	storm->members[0].severity = first->severity;
	storm->members[0].since_ms = first->since_ms;
	duty_index(d, storm);
	incident_note(storm, now_ms, "pager",
	    "storm: from the sixth page within 60 s one page calls for all");
	duty_journal_more(d, storm, "pager", "storm", subject,
	    json_pack("{s:i, s:i, s:I}", "severity", storm->severity,
		"calls_as", incident_urgency(storm), "since_ms",
		(json_int_t)storm->since_ms),
	    now_ms);
	duty_begin_page(d, storm, now_ms);
	return storm;
}

static void
join(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct incident *storm = find_storm(d, incident_ladder(inc));

	if (storm == NULL)
		storm = open_storm(d, inc, now_ms);
	text_copy(inc->storm, sizeof(inc->storm), storm->id);
	LIST_INSERT_HEAD(&storm->joined, inc, of_storm);
	incident_note(inc, now_ms, "pager", "joins the storm's page");
	duty_journal(d, inc, "pager", "joined storm", storm->id, now_ms);
	storm->members_untold = true;
	if (inc->severity < storm->severity) {
		int was = storm->severity;

		storm->severity = storm->auto_severity = inc->severity;
		duty_severity_changed(d, storm, was, "pager", now_ms);
	} else
		page_hurry(&storm->page, now_ms + DUTY_STORM_MS);
	duty_dirty(d, storm);
	duty_dirty(d, inc);
}

void
duty_join_storm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	if (is_stormy(d, incident_ladder(inc), now_ms))
		join(d, inc, now_ms);
}

/* A storm lasts while one of its incidents does. */
static void
may_be_over(struct duty *d, struct incident *storm, const char *ended,
    int64_t now_ms)
{
	if (storm->closed_ms != 0 || !LIST_EMPTY(&storm->joined))
		return;
	if (storm->member_count > 0)
		storm->members[0].until_ms = now_ms;
	duty_resolve(d, storm, "pager", ended, now_ms);
}

void
duty_left_storm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct incident *storm = duty_find(d, inc->storm);

	if (storm == NULL)
		return;
	LIST_REMOVE(inc, of_storm);
	may_be_over(d, storm, STORM_OVER, now_ms);
}

void
duty_leave_storm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct incident *storm = duty_find(d, inc->storm);

	if (inc->storm[0] == '\0')
		return;
	duty_journal(d, inc, "pager", "left storm", inc->storm, now_ms);
	inc->storm[0] = '\0';
	duty_begin_page(d, inc, now_ms);
	if (storm == NULL)
		return;
	LIST_REMOVE(inc, of_storm);
	may_be_over(d, storm, STORM_OVER, now_ms);
}

void
duty_move_storm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct incident *storm = duty_find(d, inc->storm);

	LIST_REMOVE(inc, of_storm);
	join(d, inc, now_ms);
	may_be_over(d, storm, "its incidents are called for by another ladder",
	    now_ms);
}

void
duty_end_storm(struct duty *d, struct incident *storm, int64_t now_ms)
{
	while (!LIST_EMPTY(&storm->joined))
		duty_leave_storm(d, LIST_FIRST(&storm->joined), now_ms);
}

void
duty_show_storm(struct duty *d, struct incident *storm)
{
	const struct page *page = &storm->page;
	bool calls = page->state == PAGE_CALLING &&
	    page_insists(incident_urgency(storm));
	struct incident *inc;

	if (calls == storm->joined_calls &&
	    strcmp(page->owner, storm->joined_owner) == 0)
		return;
	storm->joined_calls = calls;
	text_copy(storm->joined_owner, sizeof(storm->joined_owner),
	    page->owner);
	LIST_FOREACH (inc, &storm->joined, of_storm)
		duty_touch(d, inc);
}

/* Its storm could not be read, or is over: its own page calls. */
static void
resume(struct duty *d, struct incident *inc)
{
	struct incident *storm = duty_find(d, inc->storm);

	if (inc->storm[0] == '\0' || inc->closed_ms != 0)
		return;
	if (storm != NULL && storm->is_storm && storm->closed_ms == 0) {
		LIST_INSERT_HEAD(&storm->joined, inc, of_storm);
		return;
	}
	inc->storm[0] = '\0';
	duty_dirty(d, inc);
}

/* A crash may have come between the last end and the storm's. */
void
duty_resume_storms(struct duty *d, int64_t now_ms)
{
	struct incident *inc;

	for (inc = d->incidents; inc != NULL; inc = inc->hh.next)
		resume(d, inc);
	for (inc = d->incidents; inc != NULL; inc = inc->hh.next)
		if (inc->is_storm)
			may_be_over(d, inc, STORM_OVER, now_ms);
}

/* Of its ladder: those that have a page of their own, too. */
bool
duty_is_in_storm(const struct incident *storm, const struct incident *inc)
{
	return inc->closed_ms == 0 && !inc->is_storm &&
	    strcmp(incident_ladder(inc), storm->ladder) == 0;
}

void
duty_raise_with_storm(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct incident *storm = duty_find(d, inc->storm);
	int was;

	if (storm == NULL || storm->severity <= inc->severity)
		return;
	was = storm->severity;
	storm->severity = storm->auto_severity = inc->severity;
	duty_severity_changed(d, storm, was, "pager", now_ms);
}

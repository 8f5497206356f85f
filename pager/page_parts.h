#ifndef PAGER_PAGE_PARTS_H
#define PAGER_PAGE_PARTS_H

#include "pager/page.h"

/* page_parts: shared between the files of page, for nobody else. */

int64_t page_earlier(int64_t a_ms, int64_t b_ms);
const struct level *page_level(const struct ladder *, int level);
/* A level that an edited ladder no longer has counts as its first. */
void page_fit(struct page *, const struct page_policy *);
int64_t page_patience(const struct page *, const struct page_policy *);
/* How long a level is left alone once it was called. */
int64_t page_level_ms(const struct page *, const struct page_policy *);
/* How long until the same way is tried again; NEVER: it is not. */
int64_t page_again_after(const struct page *, const struct page_policy *);
/* Call a level, from its first way to reach on. */
void page_begin_level(struct page *, const struct page_policy *, int level,
    int64_t now_ms);
/* Call from the beginning: direct, if there is one, then the ladder. */
void page_restart(struct page *, const struct page_policy *, int64_t now_ms);

/* page_people.c: those whom a level calls at once. */
/* No way of anybody who has not answered can get through any more. */
bool page_level_failed(const struct page *, const struct page_policy *);
/* Before a level is left: did anything get through, or may it have? */
void page_note_alive(struct page *);
/* Called now, or NULL. */
struct page_callee *page_callee(struct page *, const char *person);
/* Are these, and nobody else, those who are called now? */
bool page_calls(const struct page *, const struct ladder_people *);
/* How long after the first a way to reach somebody begins. */
int64_t page_delay(const struct person *, size_t step);
/* They are called now, as far as they are to be; others are not. */
void page_call_people(struct page *, const struct page_policy *,
    struct ladder_people *, int64_t now_ms);
/* The level once more, as its people are others; who declined stays so. */
void
page_renew_level(struct page *, const struct page_policy *, int64_t now_ms);
/* Of a level's people those who would be called at an instant. */
void page_choose(const struct page *, const struct page_policy *, int level,
    int64_t at_ms, struct ladder_people *);
/* Does this level want the answer of all? */
bool page_wants_all(const struct page_policy *, int level);
void page_note_answer(struct page *, const char *person, int64_t now_ms);
void page_forget_answer(struct page *, const char *person);

#endif

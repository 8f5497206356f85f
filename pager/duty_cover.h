#ifndef PAGER_DUTY_COVER_H
#define PAGER_DUTY_COVER_H

#include "pager/duty_request.h"
#include "pager/duty_rotas.h"

/* duty_cover: what the files of overrides share. */

#define COVER_WHY 240
#define COVER_SPAN_MAX_MS (400 * INT64_C(86400000))
#define IMPORT_EVENTS_MAX 2000
#define IMPORT_TIMES_MAX 2000

/*
 * May these hours of a rota become somebody's, with these overrides?  False:
 * why not; already: that person has them all.
 */
bool cover_check(const struct rota *, const struct override *list, size_t count,
    const struct override *, bool *already, char why[COVER_WHY]);

/* "o-12: moana has support from ... to ...". */
void
cover_say(const struct override *, const struct duty *, char *out, size_t room);
/* Those that count for nothing any more make room. */
void cover_forget(struct duty *, int64_t now_ms);
/* Those that are not forgotten yet. */
size_t cover_count(const struct duty *, int64_t now_ms);
/* Room for so many more; false: refused. */
bool cover_has_room(struct request *, size_t count);
/* All of them together; there is room. */
void cover_make(struct request *, struct override *all, size_t count);
/* It, and whatever was made with it. */
void cover_undo(struct duty *, const struct override *, const char *by,
    int64_t now_ms);

/* duty_import.c: what one event of a calendar says now. */
void cover_import_one(struct request *, const struct override *);

/* Steps of these; pages are to be looked at anew afterwards. */
const struct override *cover_put(struct duty *, const struct override *);
void cover_take_out(struct duty *, size_t index, int64_t now_ms);

#endif

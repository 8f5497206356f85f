#ifndef PAGER_DUTY_COVER_H
#define PAGER_DUTY_COVER_H

#include "pager/duty_request.h"
#include "pager/duty_rotas.h"

/* duty_cover: what the files of overrides share. */

/* "o-12: moana has support from ... to ...". */
void
cover_say(const struct override *, const struct duty *, char *out, size_t room);
/* Room for so many more; false: refused. */
bool cover_has_room(struct request *, size_t count);
/* All of them together; there is room. */
void cover_make(struct request *, struct override *all, size_t count);
/* It, and whatever was made with it. */
void cover_undo(struct duty *, const struct override *, const char *by,
    int64_t now_ms);

#endif

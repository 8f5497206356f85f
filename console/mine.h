#ifndef CONSOLE_MINE_H
#define CONSOLE_MINE_H

#include "console/hours.h"

/* mine: what the files of "my watches" share. */

#define MINE_AHEAD_MS (60 * INT64_C(86400000))
#define MINE_PAST_MS (30 * INT64_C(86400000))
#define MINE_ROWS_MAX 100 /* of a list; others are counted */

#define MINE_FIELD 96 /* bytes of a field of a form */

/* The answers, in the order in which they are asked for. */
struct mine {
	const struct console_view *view;
	const char *name; /* whose page it is */
	const json_t *watches, *past, *overrides, *contacts, *calendar;
};

/* console/mine_reach.c */
void mine_add_reach(struct text *, const struct mine *);
void mine_add_calendar(struct text *, const struct mine *);
/* console/mine_forms.c: overrides, and forms to make one. */
void mine_add_overrides(struct text *, const struct mine *);
/* console/mine_act.c */
json_t *mine_act(const struct console_view *, char error[160]);

/* What was pressed last is one of these: its notice belongs to this part. */
bool mine_is_pressed(const struct console_view *, const char *const *actions);
/* A form of which the browser shows the notice. */
void mine_add_form(struct text *, const struct mine *);

#endif

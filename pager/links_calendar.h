#ifndef PAGER_LINKS_CALENDAR_H
#define PAGER_LINKS_CALENDAR_H

struct desk;
struct serve_request;

/*
 * links_calendar: GET /calendar/TOKEN.ics, the watches of a person, a rota or
 * the team.  secret NULL: not known yet.
 */
void links_calendar(struct desk *, const char *secret, struct serve_request *);

#endif

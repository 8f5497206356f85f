#ifndef COLLECTOR_API_WHO_H
#define COLLECTOR_API_WHO_H

#include <stdbool.h>

#include "lib/settings.h"

/* api_who: who asks the read API, and how often. */

#define API_RATE 20  /* requests a second of one reader ... */
#define API_BURST 60 /* ... after so many at once */

struct api_who;
struct serve_request;

struct api_who *api_who_new(void);
void api_who_free(struct api_who *);
/* The reader whose token is shown; NULL: there is none, and it is answered. */
const struct reader_settings *
api_who_asks(struct api_who *, const struct settings *, struct serve_request *);
/* One request more; false: too many. */
bool api_who_may(struct api_who *, const struct reader_settings *);
/* Readers are others now. */
void api_who_forget(struct api_who *);

#endif

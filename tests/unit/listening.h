#ifndef TESTS_LISTENING_H
#define TESTS_LISTENING_H

/* Somebody who hears what has changed in a house; cmocka.h is included before
   it. */
#include "collector/changes.h"
#include "collector/changes_find.h"
#include "tests/unit/api_house.h"

struct listening {
	struct house *house;
	struct changes *changes;
	uint64_t heard;
};

static inline void
on_changed(void *arg, enum pages_part part, const struct records *was,
    const struct records *now)
{
	struct listening *l = arg;

	changes_find_in(l->changes, &l->house->view, part, was, now);
}

/* From now on; changes_free() when it has ended. */
static inline void
listen_to(struct listening *l, struct house *h)
{
	*l = (struct listening){ .house = h, .changes = changes_new("s") };
	pages_model_watch(h->model, on_changed, l);
}

#endif

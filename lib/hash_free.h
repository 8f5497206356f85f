#ifndef LIB_HASH_FREE_H
#define LIB_HASH_FREE_H

#include <stdlib.h>

#include <uthash.h>

/* Free every item of a table that has nothing more of its own; the table is
   empty then. */
#define HASH_FREE_ITEMS(head)                                                  \
	do {                                                                   \
		__typeof__(head) item_, next_;                                 \
		HASH_ITER (hh, head, item_, next_) {                           \
			/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */       \
			HASH_DEL(head, item_);                                 \
			free(item_);                                           \
		}                                                              \
	} while (0)

#endif

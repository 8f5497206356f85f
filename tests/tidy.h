/*
 * For clang-tidy: what uthash does with its tables happens elsewhere.  Followed
 * into its macros the analyser takes several times as long, and believes that
 * a table ends with an element and yet goes on; and that what is taken out of a
 * queue is still its head.
 */
#include <sys/queue.h>
#include <uthash.h>

void *tidy_add(void *head, const void *key, size_t length, void *element);
void *tidy_delete(void *head, void *element);
void *tidy_find(const void *head, const void *key, size_t length);
void *tidy_sort(void *head, ...); /* whatever it compares */
void tidy_remove(void *head, void *element);
void *tidy_first(const void *head);

#undef HASH_ADD_KEYPTR
#undef HASH_DELETE
#undef HASH_FIND
#undef HASH_SRT
#undef HASH_CLEAR
#undef TAILQ_REMOVE
#undef TAILQ_FIRST
#undef TAILQ_EMPTY
#define HASH_ADD_KEYPTR(hh, head, key, length, element)                        \
	((head) = tidy_add(head, key, length, element))
#define HASH_DELETE(hh, head, element) ((head) = tidy_delete(head, element))
#define HASH_FIND(hh, head, key, length, out)                                  \
	((out) = tidy_find(head, key, length))
#define HASH_SRT(hh, head, compare) ((head) = tidy_sort(head, compare))
#define HASH_CLEAR(hh, head) ((head) = NULL)
#define TAILQ_REMOVE(head, element, entry) tidy_remove(head, element)
#define TAILQ_FIRST(head) ((__typeof__((head)->tqh_first))tidy_first(head))
#define TAILQ_EMPTY(head) (TAILQ_FIRST(head) == NULL)

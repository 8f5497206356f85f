#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * text: growing buffers, escaping, and how durations and counts are said.
 */

struct text {
	char *data; /* 0-terminated; NULL while nothing was added */
	size_t length, room;
};

void text_clear(struct text *);
void text_add(struct text *, const char *);
void text_add_bytes(struct text *, const void *, size_t length);
void text_addf(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void text_addv(struct text *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));
void text_add_html(struct text *, const char *); /* & < > " ' escaped */
/* For terminals and logs: control characters and bad UTF-8 as \xNN. */
void text_add_plain(struct text *, const char *);
char *text_take(struct text *); /* the caller's to free; never NULL */

/* snprintf that never leaves half a UTF-8 character; true if all fitted. */
bool text_format(char *out, size_t room, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool text_formatv(char *out, size_t room, const char *fmt, va_list)
    __attribute__((format(printf, 3, 0)));
/* Copy, cut at room - 1 on a character's edge. */
void text_copy(char *out, size_t room, const char *);
/* -1, and why in an error of the size that all have. */
int text_refuse(char error[160], const char *why);
/* NULL is as good as "". */
bool text_differs(const char *, const char *);
/* NULL is like NULL alone. */
bool text_is_same(const char *, const char *);

/* "45 s", "12 min", "3 h 20 min", "2 d 4 h". */
void text_duration(int64_t ms, char *out, size_t room);

/* Memory that is always there: ends the process when there is none. */
void *mem_alloc(size_t size); /* zeroed */
void *mem_grow(void *, size_t size);
/* Room for one behind count items, in an array that grows by this alone: twice
   as much each time, so that many of them cost no more each than a few. */
void *mem_room(void *, size_t count, size_t size);
char *mem_text(const char *);
void *mem_copy(const void *, size_t size);
/* Free a text after it was overwritten; NULL: nothing. */
void mem_wipe(char *secret);

#endif

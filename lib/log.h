#ifndef LIB_LOG_H
#define LIB_LOG_H

#include <stdbool.h>

/*
 * log: one line per change to stderr, with <N> priority prefixes when the
 * journal reads it.  Control characters are escaped; errno is kept.
 */

void log_init(const char *program, bool debug);
/* From here on only warnings and worse: a command says itself what it does. */
void log_only_trouble(void);
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void
fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void
fatalx(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif

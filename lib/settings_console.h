#ifndef LIB_SETTINGS_CONSOLE_H
#define LIB_SETTINGS_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/conf.h"

/* settings_console: who may do what in the console, and how one gets in. */

/* Each may do what those before it may; console/role.h has what. */
enum console_role { CONSOLE_VIEWER, CONSOLE_RESPONDER, CONSOLE_LEAD };

struct console_settings {
	struct conf_place place;
	char *
	    url; /* as browsers reach it, no slash at its end; NULL: as asked */
	/* The field in which a proxy says who is in; NULL: none does. */
	char *proxy_header;
	struct conf_list proxies;    /* char *: networks that may say so */
	int64_t idle_ms, longest_ms; /* of a session */
};

/* "scrypt:15:8:1:SALT:HASH", both in hex. */
#define CONSOLE_SALT 16
#define CONSOLE_HASH 32
struct console_password {
	unsigned log_n, r, p;
	unsigned char salt[CONSOLE_SALT];
	unsigned char hash[CONSOLE_HASH];
};
#define CONSOLE_PASSWORD_TEXT 128 /* with its 0 */
#define CONSOLE_LOG_N 15          /* 32 MiB, of which one is reckoned at once */
#define CONSOLE_LOG_N_MIN 14
#define CONSOLE_LOG_N_MAX 17
#define CONSOLE_R 8
#define CONSOLE_P 1
/* False: not of this form, or weaker or dearer than is sensible. */
bool settings_password_read(const char *text, struct console_password *);
void settings_password_write(const struct console_password *,
    char out[CONSOLE_PASSWORD_TEXT]);

#endif

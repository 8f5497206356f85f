#ifndef LIB_NOTIFY_H
#define LIB_NOTIFY_H

#include <stdint.h>

/*
 * notify: what a service manager is told, and what it wants to hear.
 *
 * systemd's protocol, sd_notify(3): a datagram to the socket that the
 * environment names.  Without one nobody wants to know, and nothing is said.
 */

void notify_manager(const char *state); /* "READY=1" and the like */
/* How often "WATCHDOG=1" is wanted at least, in microseconds; 0: never. */
int64_t notify_watchdog_us(void);

#endif

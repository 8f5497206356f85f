#ifndef AGENT_EXCHANGE_H
#define AGENT_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/prober.h"

/*
 * exchange: the collector's answers, read (docs/protocol.md).
 *
 * They come from a server that was verified, but are checked like any other
 * foreign bytes: what is missing is unknown, what has a wrong type is left
 * out, what is too much is not read.
 */

#define EXCHANGE_MAX 65536 /* bytes of an answer */
#define ORDERS_MAX 1000    /* in one answer */

struct exchange {
	struct prober_answer answer;     /* have, ages and their two times */
	bool unreadable[WIRE_PARTS_MAX]; /* by part of the request */
	char complaint[200];             /* what was refused or is wrong; "" */
};

/* 0, or -1: not JSON, or no object. */
int exchange_parse(const char *json, size_t length, struct exchange *);

/* Call order() for each endpoint to be looked at; 0 or -1 as above. */
int orders_parse(const char *json, size_t length,
    void (*order)(void *arg, const char *endpoint), void *arg);

#endif

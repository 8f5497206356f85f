#ifndef LIB_LEDGER_WINDOWS_H
#define LIB_LEDGER_WINDOWS_H

#include "lib/ledger.h"
#include "lib/sla.h"
#include "lib/window.h"

/*
 * ledger_windows: what was announced, as facts of an account.
 *
 * Each time of an announcement is a window of its own, with when it was
 * announced and what was said of it later; those that touch the period by any
 * of it, sorted by their begins.  What of them is excluded is the account's
 * question.
 */

/* Endpoints are those of the facts; a window of none of them is left out. */
void ledger_window_facts(const struct ledger *, struct sla_facts *);

#endif

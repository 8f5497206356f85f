#ifndef COLLECTOR_PAGES_WINDOWS_H
#define COLLECTOR_PAGES_WINDOWS_H

#include "collector/pages_view.h"
#include "lib/ledger.h"

/* pages_windows: announced maintenance as a client's page shows it. */

/* Borrows from the ledger; what is its own is released by unview. */
void pages_windows_view(const struct ledger *, struct view *);
void pages_windows_unview(struct view *);

#endif

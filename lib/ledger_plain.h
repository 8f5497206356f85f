#ifndef LIB_LEDGER_PLAIN_H
#define LIB_LEDGER_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ledger.h"

/*
 * ledger_plain: a stretch as ledger_encode_stretch() writes it, read without
 * a JSON parser.
 *
 * A house has hundreds of thousands of them, and reads all when it starts.
 * False: it is written in another way, or is not sound; out is not touched, and
 * whoever asks has it read as JSON, which says what is wrong.
 */
bool ledger_plain_stretch(const char *, size_t length, struct ledger_stretch *);

#endif

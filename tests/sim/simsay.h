#ifndef TESTS_SIM_SIMSAY_H
#define TESTS_SIM_SIMSAY_H

#include "tests/sim/world.h"

/*
 * simsay: people who claim that time is not to count, clients who agree or
 * dispute it, notes on outages, terms that change; and people who say what
 * makes no sense, which is refused and changes nothing (promise 9).
 */

void says_plan(struct world *);

#endif

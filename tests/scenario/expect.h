#ifndef TESTS_SCENARIO_EXPECT_H
#define TESTS_SCENARIO_EXPECT_H

#include "lib/ledger.h"
#include "tests/scenario/scenario.h"

/* What can be claimed (claims.c). */
claim claim_message, claim_state, claim_fact, claim_booked, claim_incident,
    claim_severity, claim_members, claim_open, claim_answer, claim_told,
    claim_silence;

#endif

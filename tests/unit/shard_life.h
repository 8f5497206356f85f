#ifndef TESTS_UNIT_SHARD_LIFE_H
#define TESTS_UNIT_SHARD_LIFE_H

/* A tree of one client and one endpoint, seen from two regions. */
#include "tests/unit/shard_tree.h"
#include "tests/unit/shard_world.h"

#define HEAD                                                                   \
	SITE(", late_accept: 2d")                                              \
	"agents:\n" AGENT("akl-1", "auckland") AGENT("lon-1", "london")        \
	    PEOPLE GOLD "clients:\n"                                           \
			"  - name: acme\n"                                     \
			"    title: A client\n"                                \
			"    sla: gold\n"                                      \
			"    zone: UTC\n"                                      \
			"    endpoints:\n"

static const char tree[] = HEAD
    "      - { name: learn, url: 'https://learn.example/', interval: 1m }\n";

#endif

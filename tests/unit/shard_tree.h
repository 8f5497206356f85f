#ifndef TESTS_UNIT_SHARD_TREE_H
#define TESTS_UNIT_SHARD_TREE_H

/*
 * A tree for shards, up to its clients: three agents, one person, one ladder;
 * and its parts, for trees with other agents.
 */

#define TOKEN "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define AGENT(name, region)                                                    \
	"  - { name: " name ", region: " region ","                            \
	" token_sha256: " TOKEN " }\n"
#define SITE(more)                                                             \
	"site: { name: Kahu, url: 'https://status.kahu.example'" more " }\n"   \
	"redis: unix:/nowhere\n"
#define PEOPLE                                                                 \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [mail 0s] }\n"                                                \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example }" \
	"\n"                                                                   \
	"ladders:\n"                                                           \
	"  - { name: standard, levels: [ { call: person isla } ] }\n"
#define GOLD                                                                   \
	"slas:\n"                                                              \
	"  - { name: gold, guarantee: 99.9% }\n"
#define SHARD_TREE                                                             \
	SITE("")                                                               \
	"agents:\n" AGENT("akl-1", "auckland") AGENT("lon-1", "london")        \
	    AGENT("nyc-1", "new-york") PEOPLE GOLD

#endif

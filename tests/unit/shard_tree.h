#ifndef TESTS_UNIT_SHARD_TREE_H
#define TESTS_UNIT_SHARD_TREE_H

/* A tree for shards, up to its clients: three agents, one person, one ladder. */

#define TOKEN "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define SHARD_TREE                                                             \
	"site: { name: Kahu, url: 'https://status.kahu.example' }\n"           \
	"redis: unix:/nowhere\n"                                               \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: lon-1, region: london, token_sha256: " TOKEN " }\n"       \
	"  - { name: nyc-1, region: new-york, token_sha256: " TOKEN " }\n"     \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [mail 0s] }\n"                                                \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example "  \
	"}\n"                                                                  \
	"ladders:\n"                                                           \
	"  - { name: standard, levels: [ { call: person isla } ] }\n"          \
	"slas:\n"                                                              \
	"  - { name: gold, guarantee: 99.9% }\n"

#endif

#ifndef TESTS_UNIT_WHEN_STORY_H
#define TESTS_UNIT_WHEN_STORY_H

/* Clients whose ladder depends on the hour: isla and then tom by day, maya
   and then moana otherwise. */
#include "tests/unit/duty_story.h"

#define LADDERS                                                                \
	"ladders:\n"                                                           \
	"  - name: night\n"                                                    \
	"    levels:\n"                                                        \
	"      - { call: person maya, patience: 5m }\n"                        \
	"      - { call: person moana, patience: 5m }\n"                       \
	"  - name: day\n"                                                      \
	"    levels:\n"                                                        \
	"      - { call: person isla, patience: 5m }\n"                        \
	"      - { call: person tom, patience: 5m }\n"                         \
	"  - name: own\n"                                                      \
	"    levels: [{ call: person tom, patience: 5m }]\n"

#define WHEN_HEAD(site)                                                        \
	HEAD_OF(site)                                                          \
	"  - { name: maya, zone: America/New_York, email: m@kahu.example,"     \
	" reach: [mail 0s] }\n"                                                \
	"  - { name: moana, zone: Pacific/Auckland, email: o@kahu.example,"    \
	" reach: [mail 0s] }\n"                                                \
	"heartbeats:\n"                                                        \
	"  - { name: backup, every: 1d, client: acme, token_sha256: "          \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a20 }\n" \
	"  - { name: cron, every: 1d, client: acme, ladder: own, "             \
	"token_sha256: "                                                       \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a21 }\n" \
	"alerts:\n"                                                            \
	"  - { name: watcher, client: acme, key_sha256: "                      \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a18 }\n" \
	"  - { name: other, client: acme, ladder: own, key_sha256: "           \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a19 "    \
	"}\n" LADDERS

#define CLIENT(name, zone, more)                                               \
	"  - name: " name "\n"                                                 \
	"    zone: " zone "\n"                                                 \
	"    sla: gold\n" more "    endpoints:\n"

#define ENDPOINT(name, client, more)                                           \
	"      - { name: " name ", url: 'https://" name "." client             \
	".example/'" more " }\n"

#define ACME_OF(more)                                                          \
	CLIENT("acme", "Europe/London", more)                                  \
	ENDPOINT("learn", "acme", "")                                          \
	ENDPOINT("lab", "acme", ", ladder: own")                               \
	ENDPOINT("e1", "acme", "")                                             \
	ENDPOINT("e2", "acme", "")                                             \
	ENDPOINT("e3", "acme", "")                                             \
	ENDPOINT("e4", "acme", "")                                             \
	ENDPOINT("e5", "acme", "")                                             \
	ENDPOINT("e6", "acme", "")                                             \
	ENDPOINT("e7", "acme", "")

static const char when_tree[] = WHEN_HEAD(
    ", ladder_when: [ { hours: 8x5, ladder: day } ]") "calendars:\n"
						      "  - { name: dark, "
						      "hours: 'daily "
						      "22:00-06:00' }\n"
						      "  - { name: lunch, "
						      "hours: 'mon-fri "
						      "12:00-13:00' }\n"
						      "clients:\n" ACME_OF(
							  "") CLIENT("birch",
							  "Pacific/Auckland",
							  "") ENDPOINT("learn",
							  "birch",
							  "") CLIENT("cedar",
							  "Europe/London",
							  "    ladder_when: "
							  "[]\n") ENDPOINT("lea"
									   "rn",
							  "cedar",
							  "") CLIENT("dogwood",
							  "Europe/London",
							  "    ladder_when: [ "
							  "{ hours: dark, "
							  "ladder: own } ]\n")
							  ENDPOINT("learn",
							      "dogwood",
							      "") CLIENT("elm",
							      "Europe/London",
							      "    calendars:\n"
							      "      - { name: "
							      "exams, hours: "
							      "'sat "
							      "10:00-12:00', "
							      "exceptions: "
							      "['2026-05-04.."
							      "2026-05-15 "
							      "mon-fri "
							      "08:00-22:00'] "
							      "}\n"
							      "      - { name: "
							      "lunch, zone: "
							      "Pacific/"
							      "Auckland,"
							      " hours: "
							      "'mon-fri "
							      "13:00-14:00' }\n"
							      "    "
							      "ladder_when:\n"
							      "      - { "
							      "hours: exams, "
							      "ladder: own }\n"
							      "      - { "
							      "hours: 8x5, "
							      "ladder: day }\n")
							      ENDPOINT("learn",
								  "elm",
								  "") CLIENT("f"
									     "i"
									     "r",
								  "Europe/"
								  "London",
								  "    "
								  "ladder_when:"
								  "\n"
								  "      - { "
								  "hours: "
								  "lunch, "
								  "ladder: own "
								  "}\n"
								  "      - { "
								  "hours: 8x5, "
								  "ladder: day "
								  "}\n")
								  ENDPOINT("lea"
									   "rn",
								      "fir",
								      "") CLIENT("gum",
								      "Europe/"
								      "London",
								      "    "
								      "calendar"
								      "s: [ { "
								      "name: "
								      "lunch, "
								      "zone: "
								      "Pacific/"
								      "Auckland"
								      " } ]\n"
								      "    "
								      "ladder_"
								      "when: [ "
								      "{ "
								      "hours: "
								      "lunch, "
								      "ladder: "
								      "own } "
								      "]\n")
								      ENDPOINT(
									  "lear"
									  "n",
									  "gum",
									  "");

#endif

#ifndef TESTS_FUZZ_FUZZ_TREE_H
#define TESTS_FUZZ_FUZZ_TREE_H

/* fuzz_tree: a small tree whose names the corpora use. */
#include "lib/settings.h"
#include "tests/fuzz/fuzz.h"

static const char fuzz_tree[] =
    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
    "redis: unix:/nowhere\n"
    "agents:\n"
    "  - { name: akl-1, region: auckland, token_sha256: "
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "  - { name: lon-1, region: london, token_sha256: "
    "8f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "  - { name: nyc-1, region: new-york, token_sha256: "
    "7f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "people:\n"
    "  - { name: aroha, zone: Pacific/Auckland, email: a@kahu.example, "
    "phone: '+64211234567', reach: [terminal 0s] }\n"
    "  - { name: isla, zone: Europe/London, email: i@kahu.example, "
    "reach: [terminal 0s] }\n"
    "channels: [{ kind: terminal }]\n"
    "rotas: [{ name: support, max_watch: 24h, watches: [{ zone: "
    "Europe/London, takes_over: '08:00', people: [isla] }] }]\n"
    "ladders: [{ name: standard, levels: [{ call: rota support, "
    "patience: 5m }] }]\n"
    "clients:\n"
    "  - { name: acme, title: 'A & <B>', zone: Pacific/Auckland, sla: gold, "
    "endpoints: [{ name: learn, url: 'https://learn.acme.example/' }, "
    "{ name: web, url: 'https://web.acme.example/' }] }\n";

/* The same one for the whole run. */
static inline struct settings *
fuzz_settings(void)
{
	static struct settings *s;
	struct conf_errors errors = { 0 };

	if (s == NULL)
		s = settings_from_text(fuzz_tree, &errors);
	must(s != NULL);
	return s;
}

#endif

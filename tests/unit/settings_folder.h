#ifndef TESTS_SETTINGS_FOLDER_H
#define TESTS_SETTINGS_FOLDER_H

/* Trees for the tests of settings, as texts and in folders; after cmocka.h. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/settings.h"
#include "lib/text.h"

#define HASH_A                                                                 \
	"1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014"
#define HASH_B                                                                 \
	"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
#define HASH_C                                                                 \
	"fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"

#define SITE "site: { name: Kahu, url: \"https://status.kahu.example/\" }\n"
#define AGENTS                                                                 \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: " HASH_A " }\n"    \
	"  - { name: lon-1, region: london, token_sha256: " HASH_B " }\n"      \
	"  - { name: nyc-1, region: new-york, token_sha256: " HASH_C " }\n"
#define PEOPLE                                                                 \
	"people:\n"                                                            \
	"  - { name: aroha, zone: Pacific/Auckland, reach: terminal }\n"       \
	"  - { name: isla, zone: Europe/London, reach: terminal }\n"           \
	"  - { name: maya, zone: America/New_York, reach: terminal }\n"
#define LADDERS                                                                \
	"rotas:\n"                                                             \
	"  - name: support\n"                                                  \
	"    watches:\n"                                                       \
	"      - { zone: Pacific/Auckland, takes_over: \"08:00\", people: "    \
	"aroha, days: [mon, sun] }\n"                                          \
	"      - { zone: Europe/London, takes_over: \"08:00\", people: "       \
	"[isla, maya] }\n"                                                     \
	"ladders:\n"                                                           \
	"  - name: standard\n"                                                 \
	"    levels:\n"                                                        \
	"      - { call: person aroha, patience: 3m }\n"                       \
	"      - { call: rota support }\n"                                     \
	"  - { name: second, levels: [ { call: person maya } ] }\n"
#define TREE SITE AGENTS PEOPLE LADDERS
#define CLIENT                                                                 \
	"defaults: { interval: 40s, slow: 3s, contains: site, notes: site }\n" \
	"platforms:\n"                                                         \
	"  - { name: c-1, defaults: { interval: 50s, quorum: 3, "              \
	"contains: [one, two] } }\n"                                           \
	"client:\n"                                                            \
	"  name: acme\n  zone: UTC\n  sla: bronze\n"                           \
	"  defaults: { quorum: 1, ladder: second }\n"                          \
	"  endpoints:\n"                                                       \
	"    - { name: a, url: \"https://a.example\", platform: c-1, "         \
	"severity: S3 }\n"                                                     \
	"    - { name: b, url: \"https://b.example\", interval: 4s, "          \
	"counts: false, contains: [] }\n"

/* A folder of files that a test writes and removes again. */
struct folder {
	char path[32];
	char last[400]; /* what in_folder() made last */
};

static inline const char *
in_folder(struct folder *f, const char *name)
{
	snprintf(f->last, sizeof(f->last), "%s/%s", f->path, name);
	return f->last;
}

static inline void
put(struct folder *f, const char *name, const char *text)
{
	FILE *fp = fopen(in_folder(f, name), "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

static inline void
begin(struct folder *f)
{
	strcpy(f->path, "/tmp/test_settings_XXXXXX");
	assert_non_null(mkdtemp(f->path));
}

static inline void
end(struct folder *f)
{
	struct dirent *d;
	DIR *dir = opendir(f->path);

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.')
			unlink(in_folder(f, d->d_name));
	closedir(dir);
	assert_int_equal(rmdir(f->path), 0);
}

/* The tree, of which nothing is complained. */
static inline struct settings *
sound(struct settings *s, struct conf_errors *errors)
{
	CONF_EACH (const struct conf_complaint, c, &errors->list)
		print_error("%s\n", c->text);
	assert_non_null(s);
	assert_int_equal(errors->list.count, 0);
	return s;
}

static inline struct settings *
from_text(const char *yaml)
{
	struct conf_errors errors = { 0 };

	return sound(settings_from_text(yaml, &errors), &errors);
}

static inline const struct endpoint *
endpoint(const struct settings *s, const char *id)
{
	const struct endpoint *e = settings_endpoint(s, id);

	assert_non_null(e);
	return e;
}

#endif

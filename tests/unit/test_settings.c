#include <dirent.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

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

/* A folder of files that a test writes and removes again. */
struct folder {
	char path[32];
	char last[128]; /* what in_folder() made last */
};

static const char *
in_folder(struct folder *f, const char *name)
{
	snprintf(f->last, sizeof(f->last), "%s/%s", f->path, name);
	return f->last;
}

static void
put(struct folder *f, const char *name, const char *text)
{
	FILE *fp = fopen(in_folder(f, name), "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

static void
begin(struct folder *f)
{
	strcpy(f->path, "/tmp/test_settings_XXXXXX");
	assert_non_null(mkdtemp(f->path));
}

static void
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
static struct settings *
sound(struct settings *s, struct conf_errors *errors)
{
	CONF_EACH (const struct conf_complaint, c, &errors->list)
		print_error("%s\n", c->text);
	assert_non_null(s);
	assert_int_equal(errors->list.count, 0);
	return s;
}

static struct settings *
from_text(const char *yaml)
{
	struct conf_errors errors = { 0 };

	return sound(settings_from_text(yaml, &errors), &errors);
}

static const struct endpoint *
endpoint(const struct settings *s, const char *id)
{
	const struct endpoint *e = settings_endpoint(s, id);

	assert_non_null(e);
	return e;
}

/* The example loads, and no file in conf/ is forgotten by it. */
static void
test_the_example(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	size_t yaml = 0;
	const char *folders[] = { "conf", "conf/clients.d" };
	struct dirent *d;
	DIR *dir;

	(void)state;
	s = sound(settings_load("conf/sunwatch.yaml", &errors), &errors);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(dir = opendir(folders[i]));
		while ((d = readdir(dir)) != NULL)
			yaml += strstr(d->d_name, ".yaml") != NULL;
		closedir(dir);
	}
	assert_int_equal(s->files.count, yaml);
	assert_string_equal(*(char **)s->files.items, "conf/sunwatch.yaml");
	assert_string_equal(settings_client(s, "acme")->title,
	    "Acme University");
	assert_int_equal(settings_client(s, "acme")->sla->guarantee_milli,
	    99950);
	assert_int_equal(endpoint(s, "acme/library")->probe.interval_ms, 60000);
	assert_string_equal(endpoint(s, "birch/old-learn")->disabled,
	    "moves to cluster-lon-1 in March");
	settings_free(s);
}

/* What the design brief shows an operator writing. */
static void
test_the_sample(void **state)
{
	struct conf_errors errors = { 0 };
	struct folder f;
	struct settings *s;
	const struct endpoint *e;

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml",
	    "site: { name: Kahu LMS Hosting, "
	    "url: \"https://status.kahu.example\" }\n"
	    "redis: unix:/run/sunwatch/redis.sock\n" AGENTS
	    "canaries: [\"https://one.example/\", \"https://two.example/\", "
	    "\"https://three.example/\"]\n"
	    "platforms:\n  - { name: cluster-akl-2 }\n"
	    "people:\n"
	    "  - { name: aroha, zone: Pacific/Auckland, "
	    "email: aroha@kahu.example, phone: \"+64211234567\", "
	    "reach: [terminal 0s, mail 1m] }\n"
	    "  - { name: wiremu, zone: Pacific/Auckland, reach: terminal }\n"
	    "  - { name: isla, zone: Europe/London, reach: terminal }\n"
	    "  - { name: tom, zone: Europe/London, reach: terminal }\n"
	    "  - { name: maya, zone: America/New_York, reach: terminal }\n"
	    "  - { name: diego, zone: America/New_York, reach: terminal }\n"
	    "  - { name: moana, zone: Pacific/Auckland, reach: terminal }\n"
	    "rotas:\n"
	    "  - name: support\n"
	    "    watches:\n"
	    "      - { zone: Pacific/Auckland, takes_over: \"08:00\", "
	    "people: [aroha, wiremu], rotate: weekly }\n"
	    "      - { zone: Europe/London,    takes_over: \"08:00\", "
	    "people: [isla, tom],     rotate: weekly }\n"
	    "      - { zone: America/New_York, takes_over: \"09:00\", "
	    "people: [maya, diego],   rotate: weekly }\n"
	    "  - name: consultants\n"
	    "    watches:\n"
	    "      - { zone: Europe/London, takes_over: \"08:00\", "
	    "people: [tom] }\n"
	    "ladders:\n"
	    "  - name: standard\n"
	    "    levels:\n"
	    "      - { call: rota support,     patience: 5m }\n"
	    "      - { call: rota consultants, patience: 10m }\n"
	    "      - { call: person moana,     patience: 10m }\n"
	    "include: [slas.yaml, channels.yaml, \"*.client.yaml\"]\n");
	put(&f, "slas.yaml", "slas: []\n");
	put(&f, "channels.yaml",
	    "channels:\n  - { kind: mail, server: \"smtp://[::1]:25\", "
	    "from: sunwatch@kahu.example }\n");
	put(&f, "acme.client.yaml",
	    "client:\n"
	    "  name: acme\n"
	    "  title: Acme University\n"
	    "  sla: gold\n"
	    "  zone: Pacific/Auckland\n"
	    "  contact: moana\n"
	    "  status_page: { host: status.acme.example, access: public }\n"
	    "  endpoints:\n"
	    "    - name: learn\n"
	    "      url: https://learn.acme.example/\n"
	    "      platform: cluster-akl-2\n"
	    "      interval: 30s\n"
	    "      runbook: https://wiki.kahu.example/cluster-akl-2\n");
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	end(&f);
	assert_string_equal(s->redis.address, "unix:/run/sunwatch/redis.sock");
	assert_int_equal(s->canaries.count, 3);
	e = endpoint(s, "acme/learn");
	assert_string_equal(e->platform->name, "cluster-akl-2");
	assert_string_equal(e->ladder->name, "standard");
	assert_int_equal(e->probe.quorum, 2);
	assert_int_equal(e->client->sla->guarantee_milli, 99950);
	assert_string_equal(e->client->contact, "moana");
	settings_free(s);
}

static void
test_people_and_calls(void **state)
{
	struct settings *s = from_text(TREE);
	const struct rota *rota = settings_rota(s, "support");
	const struct ladder *ladder = settings_ladder(s, "standard");
	const struct level *levels = ladder->levels.items;
	const struct watch *watches = rota->watches.items;

	(void)state;
	assert_ptr_equal(levels[0].person, settings_person(s, "aroha"));
	assert_int_equal(levels[0].call, CALL_PERSON);
	assert_int_equal(levels[0].patience_ms, 180000);
	assert_ptr_equal(levels[1].rota, rota);
	assert_int_equal(levels[1].call, CALL_ROTA);
	assert_ptr_equal(watches[1].members[1], settings_person(s, "maya"));
	assert_int_equal(watches[0].day_mask, 0x41);
	assert_int_equal(watches[1].day_mask, 0x7f);
	assert_int_equal(watches[0].takes_over_min, 480);
	assert_null(settings_person(s, "nobody"));
	assert_null(settings_rota(s, NULL));
	settings_free(s);
}

/* Without a word about it: the first ladder, and all of its last level. */
static void
test_operations_by_default(void **state)
{
	struct settings *s = from_text(TREE);
	char *const *names = s->site.last_resort.items;

	(void)state;
	assert_string_equal(s->site.ladder->name, "standard");
	assert_int_equal(s->site.last_resort.count, 3);
	assert_string_equal(names[0], "aroha");
	assert_string_equal(names[1], "isla");
	assert_string_equal(names[2], "maya");
	assert_string_equal(s->site.url, "https://status.kahu.example");
	assert_string_equal(s->site.links, "https://status.kahu.example");
	settings_free(s);
	s = from_text("site: { name: K, url: \"https://k.example\", "
		      "operations_ladder: second }\n" AGENTS PEOPLE LADDERS);
	assert_string_equal(s->site.ladder->name, "second");
	assert_int_equal(s->site.last_resort.count, 1);
	assert_string_equal(*(char **)s->site.last_resort.items, "maya");
	settings_free(s);
}

static void
test_reach_by_rising_delay(void **state)
{
	struct settings *s = from_text(SITE
	    "people:\n  - name: aroha\n    zone: UTC\n"
	    "    reach: [mail 5m, { channel: mail, delay: 1m }, terminal]\n");
	const struct reach *r = settings_person(s, "aroha")->reach.items;

	(void)state;
	assert_int_equal(r[0].channel, CHANNEL_TERMINAL);
	assert_int_equal(r[0].delay_ms, 0);
	assert_int_equal(r[1].delay_ms, 60000);
	assert_int_equal(r[2].delay_ms, 300000);
	settings_free(s);
}

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

/* Endpoint before client before platform before site. */
static void
test_most_specific_wins(void **state)
{
	struct settings *s = from_text(TREE CLIENT);
	const struct endpoint *a = endpoint(s, "acme/a");
	const struct endpoint *b = endpoint(s, "acme/b");

	(void)state;
	assert_int_equal(a->probe.interval_ms, 50000);
	assert_int_equal(a->probe.quorum, 1);
	assert_int_equal(a->probe.slow_ms, 3000);
	assert_int_equal(a->probe.contains.count, 2);
	assert_string_equal(a->probe.notes, "site");
	assert_string_equal(a->ladder->name, "second");
	assert_int_equal(a->probe.severity, 3);
	assert_true(a->probe.counts);
	assert_int_equal(b->probe.interval_ms, 4000);
	assert_int_equal(b->probe.contains.count, 0);
	assert_int_equal(b->probe.severity, 1);
	assert_false(b->probe.counts);
	assert_null(b->platform);
	assert_int_equal(__builtin_popcountll(a->probe.given), 1);
	assert_int_equal(__builtin_popcountll(b->probe.given), 3);
	settings_free(s);
}

/* A default never outlasts what was written; what was written stays. */
static void
test_defaults_give_way(void **state)
{
	struct settings *s = from_text(TREE CLIENT);
	const struct probe_settings *b = &endpoint(s, "acme/b")->probe;

	(void)state;
	assert_int_equal(b->interval_ms, 4000);
	assert_int_equal(b->timeout_ms, 4000);
	assert_int_equal(b->slow_ms, 3000);
	settings_free(s);
}

static void
test_terms(void **state)
{
	struct settings *s = from_text(
	    TREE "slas:\n"
		 "  - { name: gold, guarantee: 99.99% }\n"
		 "  - { name: silver, coverage_floor: 98% }\n"
		 "clients:\n"
		 "  - { name: a, zone: UTC, sla: gold, endpoints: [] }\n"
		 "  - { name: b, zone: UTC, sla: silver, endpoints: [] }\n"
		 "  - { name: c, zone: UTC, sla: bronze, endpoints: [] }\n"
		 "  - name: d\n    zone: UTC\n    sla: gold\n"
		 "    slas: [ { name: gold, coverage_floor: 97% } ]\n"
		 "  - name: e\n    zone: UTC\n    sla: own\n"
		 "    slas: [ { name: own, guarantee: 95% } ]\n");
	static const struct {
		const char *client;
		int64_t guarantee, floor;
	} want[] = {
		{ "a", 99990, 99000 },
		{ "b", 99900, 98000 },
		{ "c", 99500, 99000 },
		{ "d", 99990, 97000 },
		{ "e", 95000, 99000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct sla *a = settings_client(s, want[i].client)->sla;

		assert_int_equal(a->guarantee_milli, want[i].guarantee);
		assert_int_equal(a->coverage_floor_milli, want[i].floor);
	}
	settings_free(s);
}

/* Globs are sorted, files come in reading order, the first ladder stays. */
static void
test_includes(void **state)
{
	struct conf_errors errors = { 0 };
	struct folder f;
	struct settings *s;
	const char *order[] = { "sunwatch.yaml", "b.yaml", "z.yaml", "c-1.yaml",
		"c-2.yaml" };

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml",
	    SITE AGENTS "canaries: \"https://zero.example\"\n"
			"include: [b.yaml, \"c-*.yaml\", \"none-*.yaml\"]\n");
	put(&f, "b.yaml",
	    "include: z.yaml\n"
	    "ladders: [ { name: b, levels: [ { call: person isla } ] } ]\n");
	put(&f, "z.yaml", PEOPLE LADDERS "canaries: \"https://one.example\"\n");
	put(&f, "c-2.yaml", "client: { name: two, zone: UTC, sla: gold }\n");
	put(&f, "c-1.yaml",
	    "clients: [ { name: one, zone: UTC, sla: gold } ]\n");
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	assert_int_equal(s->files.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(((char **)s->files.items)[i],
		    in_folder(&f, order[i]));
	assert_string_equal(s->site.ladder->name, "b");
	assert_int_equal(s->clients.count, 2);
	assert_string_equal(((struct client *)s->clients.items)->name, "one");
	assert_int_equal(s->canaries.count, 2);
	settings_free(s);
	end(&f);
}

/* The same tree elsewhere has the same hash; one letter makes another. */
static void
test_hash(void **state)
{
	struct conf_errors errors = { 0 };
	char hashes[3][65];
	struct folder f;
	struct settings *s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin(&f);
		put(&f, "sunwatch.yaml", TREE "include: more.yaml\n");
		put(&f, "more.yaml", i < 2 ? "slas: []\n" : "slas: [ ]\n");
		s = sound(settings_load(in_folder(&f, "sunwatch.yaml"),
			      &errors),
		    &errors);
		memcpy(hashes[i], s->hash, sizeof(hashes[i]));
		settings_free(s);
		end(&f);
	}
	assert_int_equal(strlen(hashes[0]), 64);
	assert_string_equal(hashes[0], hashes[1]);
	assert_string_not_equal(hashes[0], hashes[2]);
}

/* The kept tree needs neither the files nor what held the secrets. */
static void
test_kept(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s, *kept;
	struct folder f, state_dir;
	struct stat st;
	const char *path;

	(void)state;
	begin(&f);
	begin(&state_dir);
	put(&f, "sunwatch.yaml",
	    TREE CLIENT "redis: { address: \"tcp:127.0.0.1:6379\", "
			"password: \"file:password\" }\ninclude: more.yaml\n");
	put(&f, "more.yaml", "slas:\n  - { name: gold, guarantee: 98% }\n");
	put(&f, "password", "s3cr\xc3\xa9t\n");
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	end(&f);
	path = in_folder(&state_dir, "kept");
	put(&state_dir, "kept", "an older one, readable by all");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(settings_keep(s, path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	kept = sound(settings_kept(SETTINGS_FOR_ALL, path, &errors), &errors);
	assert_string_equal(kept->hash, s->hash);
	assert_string_equal(kept->redis.password, "s3cr\xc3\xa9t");
	assert_int_equal(kept->files.count, 2);
	assert_string_equal(endpoint(kept, "acme/a")->url, "https://a.example");
	settings_free(s);
	/* And what was read back can be kept again. */
	assert_int_equal(settings_keep(kept, path), 0);
	settings_free(kept);
	kept = sound(settings_kept(SETTINGS_FOR_ALL, path, &errors), &errors);
	assert_string_equal(kept->redis.password, "s3cr\xc3\xa9t");
	settings_free(kept);
	end(&state_dir);
}

static void
test_keeping_fails_cleanly(void **state)
{
	static const char *const no_trees[] = { "", "{}", "[1]", "\xff",
		"{\"sunwatch_kept\": 2, \"files\": [], \"secrets\": {}}",
		"{\"sunwatch_kept\": 1, \"files\": [], \"secrets\": {}}",
		"{\"sunwatch_kept\": 1, \"files\": [1], \"secrets\": {}}" };
	struct conf_errors errors = { 0 };
	struct settings *s = from_text(TREE);
	struct folder f;
	DIR *dir;
	int left = 0;

	(void)state;
	begin(&f);
	assert_int_equal(settings_keep(s, in_folder(&f, "no/such")), -1);
	assert_int_equal(mkdir(in_folder(&f, "kept"), 0700), 0);
	assert_int_equal(settings_keep(s, in_folder(&f, "kept")), -1);
	assert_int_equal(rmdir(in_folder(&f, "kept")), 0);
	/* No half-written file is left lying about. */
	assert_non_null(dir = opendir(f.path));
	while (readdir(dir) != NULL)
		left++;
	closedir(dir);
	assert_int_equal(left, 2);
	for (size_t i = 0; i < sizeof(no_trees) / sizeof(no_trees[0]); i++) {
		put(&f, "kept", no_trees[i]);
		assert_null(settings_kept(SETTINGS_FOR_ALL,
		    in_folder(&f, "kept"), &errors));
		assert_int_equal(errors.list.count, 1);
		conf_errors_clear(&errors);
	}
	settings_free(s);
	end(&f);
}

/* oncall answers from a tree that check would refuse. */
static void
test_parse_is_lenient(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	struct folder f;

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml",
	    SITE "listen: { pages: \"192.0.2.1:80\" }\n"
		 "redis: { password: \"file:/nowhere\" }\n"
		 "people:\n  - { name: aroha, zone: UTC }\n"
		 "ladders:\n  - { name: a, levels: [ { call: person aroha } ] "
		 "}\n"
		 "client: { name: acme, zone: UTC, sla: gold, endpoints: [ "
		 "{ name: a, url: \"https://a.example\", quorum: 9 } ] }\n");
	assert_null(settings_load(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_int_equal(errors.list.count, 4);
	conf_errors_clear(&errors);
	s = sound(settings_parse(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	assert_null(s->redis.password);
	settings_free(s);
	put(&f, "sunwatch.yaml",
	    SITE "ladders:\n  - { name: a, levels: [ { call: person x } ] }\n");
	assert_null(settings_parse(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_int_equal(errors.list.count, 1);
	conf_errors_clear(&errors);
	end(&f);
}

/* A client must never move to another shard: these hold for ever. */
static void
test_shards(void **state)
{
	static const struct {
		const char *client;
		unsigned of_4;
	} want[] = { { "acme", 3 }, { "birch", 1 }, { "cedar", 0 },
		{ "dogwood", 0 } };
	struct settings *one = from_text(SITE);
	struct settings *four = from_text(SITE "shards: 4\n");

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		assert_int_equal(settings_shard(one, want[i].client), 0);
		assert_int_equal(settings_shard(four, want[i].client),
		    want[i].of_4);
	}
	settings_free(one);
	settings_free(four);
}

static void
test_wildcards_in_the_folder(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	struct folder f;
	char path[64];

	(void)state;
	begin(&f);
	snprintf(path, sizeof(path), "%s/a[b]*", f.path);
	assert_int_equal(mkdir(path, 0700), 0);
	put(&f, "a[b]*/sunwatch.yaml", TREE "include: \"s*.yml\"\n");
	put(&f, "a[b]*/slas.yml", "slas: [ { name: a, guarantee: 9% } ]\n");
	s = sound(settings_load(in_folder(&f, "a[b]*/sunwatch.yaml"), &errors),
	    &errors);
	assert_int_equal(s->slas.count, 1);
	settings_free(s);
	unlink(in_folder(&f, "a[b]*/sunwatch.yaml"));
	unlink(in_folder(&f, "a[b]*/slas.yml"));
	assert_int_equal(rmdir(path), 0);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_example),
		cmocka_unit_test(test_the_sample),
		cmocka_unit_test(test_people_and_calls),
		cmocka_unit_test(test_operations_by_default),
		cmocka_unit_test(test_reach_by_rising_delay),
		cmocka_unit_test(test_most_specific_wins),
		cmocka_unit_test(test_defaults_give_way),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_keeping_fails_cleanly),
		cmocka_unit_test(test_parse_is_lenient),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_wildcards_in_the_folder),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}

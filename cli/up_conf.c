/*
 * up_conf: the tree that "sunwatch up" writes for the demonstration.
 *
 * It is an ordinary tree in an ordinary shape, made to be read and changed;
 * only the times are short, so that one need not wait for things to happen.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/up.h"
#include "console/scrypt.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"

int
up_free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t length = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (const struct sockaddr *)&a, length) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &length) == -1)
		fatal("no free port on loopback");
	close(fd);
	return ntohs(a.sin_port);
}

bool
up_write_file(struct cli *c, const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t length = strlen(text);
	ssize_t n = -1;

	if (fd != -1) {
		n = write(fd, text, length);
		if (close(fd) == -1)
			n = -1;
	}
	if (n == (ssize_t)length)
		return true;
	cli_fail(c, "%s: %s", path, strerror(errno));
	return false;
}

static void
write_site(struct text *t, const char *folder, const char *redis,
    const struct up_ports *p)
{
	text_addf(t,
	    "# The demonstration of \"sunwatch up\": everything on "
	    "loopback, short times.\n"
	    "site:\n"
	    "  name: Kahu LMS Hosting\n"
	    "  url: \"http://127.0.0.1:%d\"\n"
	    "  links: \"http://127.0.0.1:%d\"\n"
	    "  state_dir: \"%s/state\"\n"
	    "  operations_ladder: standard\n"
	    "  last_resort: [moana]\n"
	    "  silence_max: 1m\n"
	    "  collector_silence: 20s\n"
	    "redis: \"%s\"\n"
	    "listen:\n"
	    "  agents: \"127.0.0.1:%d\"\n"
	    "  pages: \"127.0.0.1:%d\"\n"
	    "  pager: \"127.0.0.1:%d\"\n"
	    "  metrics: \"127.0.0.1:%d\"\n"
	    "  console: { address: \"127.0.0.1:%d\" }\n",
	    p->pages, p->pager, folder, redis, p->agents, p->pages, p->pager,
	    p->metrics, p->console);
	text_addf(t,
	    "canaries:\n"
	    "  - \"http://127.0.0.1:%d/canary/1\"\n"
	    "  - \"http://127.0.0.1:%d/canary/2\"\n"
	    "  - \"http://127.0.0.1:%d/canary/3\"\n"
	    "defaults: { interval: 2s, timeout: 1s, slow: 500ms, "
	    "ladder: standard }\n"
	    "channels:\n"
	    "  - { kind: terminal }\n",
	    p->canaries, p->canaries, p->canaries);
}

static void
write_agents(struct text *t, const struct up_agent agents[UP_DEMO_AGENTS])
{
	char hash[SIGN_HEX];

	text_add(t, "agents:\n");
	for (int i = 0; i < UP_DEMO_AGENTS; i++) {
		sign_sha256(agents[i].token, strlen(agents[i].token), hash);
		text_addf(t,
		    "  - { name: %s, region: %s, token_sha256: \"%s\" }\n",
		    agents[i].name, agents[i].region, hash);
	}
}

static void
write_people(struct text *t, const char *hash)
{
	static const struct {
		const char *name, *zone;
	} people[] = {
		{ "aroha", "Pacific/Auckland" },
		{ "wiremu", "Pacific/Auckland" },
		{ "isla", "Europe/London" },
		{ "tom", "Europe/London" },
		{ "maya", "America/New_York" },
		{ "diego", "America/New_York" },
		{ "hana", "Pacific/Auckland" },
		{ "rhys", "Europe/London" },
		{ "alma", "America/New_York" },
		{ "moana", "Pacific/Auckland" },
	};

	text_add(t, "people:\n");
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		text_addf(t, "  - { name: %s, zone: %s, reach: [terminal 0s]",
		    people[i].name, people[i].zone);
		if (strcmp(people[i].name, UP_DEMO_LEAD) == 0)
			text_addf(t, ", role: lead, password_scrypt: \"%s\"",
			    hash);
		text_add(t, " }\n");
	}
}

static void
write_rotas(struct text *t)
{
	text_add(t,
	    "rotas:\n"
	    "  - name: support\n"
	    "    watches:\n"
	    "      - { zone: Pacific/Auckland, takes_over: \"08:00\", "
	    "people: [aroha, wiremu], rotate: weekly }\n"
	    "      - { zone: Europe/London, takes_over: \"08:00\", "
	    "people: [isla, tom], rotate: weekly }\n"
	    "      - { zone: America/New_York, takes_over: \"09:00\", "
	    "people: [maya, diego], rotate: weekly }\n"
	    "  - name: consultants\n"
	    "    watches:\n"
	    "      - { zone: Pacific/Auckland, takes_over: \"08:00\", "
	    "people: [hana] }\n"
	    "      - { zone: Europe/London, takes_over: \"08:00\", "
	    "people: [rhys] }\n"
	    "      - { zone: America/New_York, takes_over: \"09:00\", "
	    "people: [alma] }\n"
	    "ladders:\n"
	    "  - name: standard\n"
	    "    levels:\n"
	    "      - { call: rota support, patience: 15s }\n"
	    "      - { call: rota consultants, patience: 15s }\n"
	    "      - { call: person moana, patience: 15s }\n"
	    "include: [\"clients.d/*.yaml\"]\n");
}

static bool
write_acme(struct cli *c, const char *folder, const struct up_ports *p)
{
	struct text t = { 0 };
	char path[400];
	bool written;

	text_addf(&t,
	    "client:\n"
	    "  name: acme\n"
	    "  title: Acme University\n"
	    "  sla: gold\n"
	    "  zone: Pacific/Auckland\n"
	    "  contact: moana\n"
	    "  publish: now\n"
	    "  endpoints:\n"
	    "    - name: learn\n"
	    "      url: \"http://127.0.0.1:%d/\"\n"
	    "      platform: training\n"
	    "      contains: [\"page-site-index\"]\n"
	    "    - name: login\n"
	    "      url: \"http://127.0.0.1:%d/login/index.php\"\n"
	    "      platform: training\n"
	    "      contains: ['name=\"logintoken\"', "
	    "'name=\"username\"']\n",
	    p->lms, p->lms);
	text_format(path, sizeof(path), "%s/clients.d/acme.yaml", folder);
	written = up_write_file(c, path, t.data);
	text_clear(&t);
	return written;
}

static bool
write_harbour(struct cli *c, const char *folder, const struct up_ports *p)
{
	struct text t = { 0 };
	char path[400];
	bool written;

	text_addf(&t,
	    "client:\n"
	    "  name: harbour\n"
	    "  title: Harbour College\n"
	    "  sla: silver\n"
	    "  zone: Europe/London\n"
	    "  contact: moana\n"
	    "  endpoints:\n"
	    "    - name: learn\n"
	    "      url: \"http://127.0.0.1:%d/\"\n"
	    "      contains: [\"Harbour College\"]\n",
	    p->panel);
	text_format(path, sizeof(path), "%s/clients.d/harbour.yaml", folder);
	written = up_write_file(c, path, t.data);
	text_clear(&t);
	return written;
}

bool
up_write_demo(struct up *up, const char *redis)
{
	char path[400], hash[CONSOLE_PASSWORD_TEXT];
	struct cli *c = up->cli;
	struct text t = { 0 };
	bool written;

	text_format(path, sizeof(path), "%s/clients.d", up->folder);
	if (mkdir(path, 0700) == -1 && errno != EEXIST) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!scrypt_write(up->password, hash)) {
		cli_fail(c, "the hash of a password cannot be reckoned");
		return false;
	}
	write_site(&t, up->folder, redis, &up->ports);
	write_agents(&t, up->agents);
	text_add(&t,
	    "platforms:\n"
	    "  - { name: training, title: Training LMS }\n");
	write_people(&t, hash);
	write_rotas(&t);
	text_format(path, sizeof(path), "%s/sunwatch.yaml", up->folder);
	written = up_write_file(c, path, t.data) &&
	    write_acme(c, up->folder, &up->ports) &&
	    write_harbour(c, up->folder, &up->ports);
	text_clear(&t);
	return written;
}

static json_t *
address_json(int port)
{
	char text[32];

	text_format(text, sizeof(text), "127.0.0.1:%d", port);
	return json_string(text);
}

static json_t *
url_json(int port)
{
	char text[48];

	text_format(text, sizeof(text), "http://127.0.0.1:%d", port);
	return json_string(text);
}

static json_t *
tokens_json(const struct up *up)
{
	json_t *tokens = json_object();
	char hash[SIGN_HEX];

	for (size_t i = 0; i < up->agent_count; i++) {
		const struct up_agent *a = &up->agents[i];

		sign_sha256(a->token, strlen(a->token), hash);
		json_object_set_new(tokens, a->name, json_string(hash));
	}
	return tokens;
}

bool
up_write_stage(struct up *up, const char *redis)
{
	char path[400], state[300];
	json_t *stage;
	char *text;
	bool written;

	text_format(state, sizeof(state), "%s/state", up->folder);
	text_format(up->stage, sizeof(up->stage), "%s/stage.json", up->folder);
	text_copy(path, sizeof(path), up->stage);
	stage = json_pack("{s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, "
			  "s:o, s:o}",
	    "state_dir", state, "url", url_json(up->ports.pages), "links",
	    url_json(up->ports.pager), "redis", redis, "agents_address",
	    address_json(up->ports.agents), "pages_address",
	    address_json(up->ports.pages), "pager_address",
	    address_json(up->ports.pager), "metrics_address",
	    address_json(up->ports.metrics), "alerts_address",
	    address_json(up->ports.alerts), "console_address",
	    address_json(up->ports.console), "console",
	    url_json(up->ports.console), "tokens", tokens_json(up));
	text = json_dumps(stage, JSON_INDENT(2));
	written = up_write_file(up->cli, path, text);
	free(text);
	json_decref(stage);
	return written;
}

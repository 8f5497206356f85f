/* up_programs: see up_programs.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/tree.h"
#include "cli/up_programs.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/ladder.h"
#include "lib/rota.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TOKEN_LENGTH 48
#define DAYS 400 /* that rotas are proven for */

static const struct {
	const char *name, *region;
} demo_agents[UP_DEMO_AGENTS] = {
	{ "akl-1", "auckland" },
	{ "lon-1", "london" },
	{ "nyc-1", "new-york" },
};

/* ---- before anything is started ---- */

static void
find_ports(struct up_ports *p)
{
	p->agents = up_free_port();
	p->pages = up_free_port();
	p->pager = up_free_port();
	p->metrics = up_free_port();
	p->alerts = up_free_port();
	p->console = up_free_port();
	p->lms = up_free_port();
	p->panel = up_free_port();
	p->canaries = up_free_port();
}

static void
add_agent(struct up *up, const char *name, const char *region)
{
	struct up_agent *a = &up->agents[up->agent_count++];

	text_copy(a->name, sizeof(a->name), name);
	text_copy(a->region, sizeof(a->region), region);
	sign_random(a->token, TOKEN_LENGTH);
}

/* Each agent's token in a file that only we can read. */
static bool
write_tokens(struct up *up)
{
	char path[400];

	for (size_t i = 0; i < up->agent_count; i++) {
		text_format(path, sizeof(path), "%s/agents/%s.token",
		    up->folder, up->agents[i].name);
		if (!up_write_file(up->cli, path, up->agents[i].token))
			return false;
	}
	return true;
}

/* For "demo break" and whoever else wants to find us. */
static bool
write_facts(struct up *up)
{
	json_t *facts = json_pack("{s:i, s:s, s:s, s:i, s:i, s:i, s:i, s:i}",
	    "pid", (int)getpid(), "folder", up->folder, "conf", up->conf,
	    "agents_port", up->ports.agents, "pages_port", up->ports.pages,
	    "pager_port", up->ports.pager, "lms_port", up->ports.lms,
	    "switch_port", up->ports.panel);
	char *text = json_dumps(facts, JSON_INDENT(2)), path[400];
	bool written;

	text_format(path, sizeof(path), "%s/up.json", up->folder);
	written = up_write_file(up->cli, path, text);
	free(text);
	json_decref(facts);
	return written;
}

static void
add_redis(struct up *up)
{
	char dir[300], sock[300];
	const char *argv[] = { "redis-server", "--port", "0", "--unixsocket",
		sock, "--unixsocketperm", "700", "--dir", dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always",
		"--no-appendfsync-on-rewrite", "no", "--maxmemory-policy",
		"noeviction", "--daemonize", "no", NULL };

	text_format(dir, sizeof(dir), "%s/redis", up->folder);
	text_format(sock, sizeof(sock), "%s/redis/redis.sock", up->folder);
	up_child_add(up, "redis", false, argv)->phase = UP_STORE;
}

static void
add_daemons(struct up *up)
{
	const char *evaluate[] = { "sunwatch-collector", "-f", up->conf,
		"--role", "evaluate", NULL };
	const char *pages[] = { "sunwatch-collector", "-f", up->conf, "--role",
		"pages", NULL };
	const char *pager[] = { "sunwatch-pager", "-f", up->conf, NULL };

	up_child_add(up, "collector", false, evaluate);
	up_child_add(up, "pages", false, pages);
	up_child_add(up, "pager", true, pager);
}

static void
add_agents(struct up *up)
{
	char url[64], token[400], state[400];
	const char *argv[] = { "sunwatch-agent", "-c", url, "-t", token, "-s",
		state, "-A", up->ca_file, NULL };

	if (up->ca_file[0] == '\0')
		argv[7] = NULL;

	text_format(url, sizeof(url), "http://127.0.0.1:%d", up->ports.agents);
	for (size_t i = 0; i < up->agent_count; i++) {
		const char *name = up->agents[i].name;

		text_format(token, sizeof(token), "%s/agents/%s.token",
		    up->folder, name);
		text_format(state, sizeof(state), "%s/agents/%s", up->folder,
		    name);
		mkdir(state, 0700);
		up_child_add(up, name, false, argv)->phase = UP_AGENTS;
	}
}

static void
add_lms(struct up *up)
{
	char port[16], panel[16], canaries[16];
	const char *argv[] = { "sunwatch", "demo", "lms", "--port", port,
		"--switch-port", panel, "--canary-port", canaries, NULL };

	text_format(port, sizeof(port), "%d", up->ports.lms);
	text_format(panel, sizeof(panel), "%d", up->ports.panel);
	text_format(canaries, sizeof(canaries), "%d", up->ports.canaries);
	up_child_add(up, "lms", false, argv);
}

/* Our own tree, written now. */
static bool
prepare_demo(struct up *up, const char *redis)
{
	for (int i = 0; i < UP_DEMO_AGENTS; i++)
		add_agent(up, demo_agents[i].name, demo_agents[i].region);
	text_format(up->conf, sizeof(up->conf), "%s/sunwatch.yaml", up->folder);
	sign_random(up->password, UP_PASSWORD);
	return write_tokens(up) && up_write_demo(up, redis);
}

/* The operator's tree as it is; only places and tokens are ours. */
static bool
prepare_own(struct up *up, const char *redis)
{
	struct settings *s = tree_check(up->cli);

	if (s == NULL)
		return false;
	CONF_EACH (const struct agent_settings, a, &s->agents)
		if (up->agent_count < UP_AGENTS_MAX)
			add_agent(up, a->name, a->region);
	if (s->site.ca_file != NULL)
		text_copy(up->ca_file, sizeof(up->ca_file), s->site.ca_file);
	settings_free(s);
	if (realpath(up->cli->conf, up->conf) == NULL) {
		cli_fail(up->cli, "%s: %s", up->cli->conf, strerror(errno));
		return false;
	}
	return write_tokens(up) && up_write_stage(up, redis) &&
	    setenv("SUNWATCH_STAGE", up->stage, 1) == 0;
}

bool
up_prepare(struct up *up, const char *redis)
{
	char address[400];

	find_ports(&up->ports);
	text_format(address, sizeof(address), "unix:%s/redis/redis.sock",
	    up->folder);
	up->demo = !up->cli->conf_given;
	if (redis == NULL)
		add_redis(up);
	else
		text_copy(address, sizeof(address), redis);
	if (!(up->demo ? prepare_demo(up, address)
		       : prepare_own(up, address)) ||
	    !write_facts(up))
		return false;
	add_daemons(up);
	add_agents(up);
	if (up->demo)
		add_lms(up);
	return true;
}

/* ---- starting ---- */

void
up_start_store(struct up *up)
{
	if (up->children[0].phase == UP_STORE)
		up_child_start(&up->children[0]);
}

void
up_start_rest(struct up *up)
{
	for (size_t i = 0; i < up->count; i++)
		if (up->children[i].began_ms == 0)
			up_child_start(&up->children[i]);
}

bool
up_all_started(const struct up *up)
{
	return up->count == 0 || up->children[up->count - 1].began_ms != 0;
}

static bool
listens(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes;

	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	yes = fd != -1 &&
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
	if (fd != -1)
		close(fd);
	return yes;
}

/* Connected; and when there is something to ask, answered with a '+'. */
static bool
answers(const char *path, const char *ask)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct timeval patience = { 1, 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char first = 0;
	bool yes;

	text_copy(a.sun_path, sizeof(a.sun_path), path);
	yes = fd != -1 &&
	    connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
	if (yes && ask != NULL) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		    sizeof(patience));
		yes = send(fd, ask, strlen(ask), MSG_NOSIGNAL) ==
			(ssize_t)strlen(ask) &&
		    recv(fd, &first, 1, 0) == 1 && first == '+';
	}
	if (fd != -1)
		close(fd);
	return yes;
}

const char *
up_missing(const struct up *up)
{
	char path[400];

	text_format(path, sizeof(path), "%s/redis/redis.sock", up->folder);
	if (up->children[0].phase == UP_STORE && !answers(path, "PING\r\n"))
		return "redis";
	if (!up_all_started(up))
		return NULL;
	if (!listens(up->ports.agents))
		return "collector";
	if (!listens(up->ports.pages))
		return "pages";
	text_format(path, sizeof(path), "%s/state/pager.sock", up->folder);
	if (!answers(path, NULL))
		return "pager";
	if (up->demo && !listens(up->ports.console))
		return "console";
	return up->demo && !listens(up->ports.lms) ? "lms" : NULL;
}

/* ---- welcome ---- */

/* The terminal is the one place that has the demonstration's password. */
static void
say_console(struct up *up, const struct settings *s)
{
	if (s->listen_console.address == NULL)
		return;
	fprintf(up->cli->out, "  console       http://%s/",
	    s->listen_console.address);
	if (up->demo)
		fprintf(up->cli->out, "  log in as %s with %s", UP_DEMO_LEAD,
		    up->password);
	fprintf(up->cli->out, "\n");
}

static void
say_watch(struct up *up, const struct settings *s)
{
	const struct rota *r = s->rotas.items;
	struct stretch now, next;
	int64_t now_ms = clock_now_ms();
	char until[40];

	if (s->rotas.count == 0 || !rota_at(r, NULL, 0, now_ms, &now) ||
	    now.person == NULL || !rota_at(r, NULL, 0, now.to_ms, &next))
		return;
	civil_clock(now.person->zone, now.to_ms, until, sizeof(until));
	fprintf(up->cli->out, "  on watch      %s until %s, then %s\n",
	    now.person->name, until,
	    next.person != NULL ? next.person->name : "nobody");
}

/* A start takes a tree that a reload would refuse. */
static void
say_faults(struct up *up, const struct settings *s)
{
	int64_t now_ms = clock_now_ms();
	size_t faults = 0;

	CONF_EACH (const struct rota, r, &s->rotas)
		faults += rota_prove(r, NULL, 0, now_ms, DAYS, NULL, NULL);
	CONF_EACH (const struct ladder, l, &s->ladders)
		faults += ladder_prove(l, NULL, 0, now_ms, DAYS, NULL, NULL);
	if (faults > 0)
		fprintf(up->cli->out,
		    "  beware        rotas and ladders have %zu fault%s, a "
		    "reload "
		    "would refuse them: sunwatch check\n",
		    faults, faults == 1 ? "" : "s");
}

void
up_welcome(struct up *up)
{
	struct cli *c = up->cli;
	struct settings *s;
	FILE *f = c->out;

	c->conf = up->conf;
	if ((s = tree_parse(c)) == NULL)
		return;
	up_say(up, "everything is up; Ctrl-C ends it");
	CONF_EACH (const struct client, client, &s->clients)
		fprintf(f, "  status page   http://127.0.0.1:%d/c/%s/\n",
		    up->ports.pages, client->name);
	if (up->demo)
		fprintf(f,
		    "  training LMS  http://127.0.0.1:%d/\n"
		    "  break it at   http://127.0.0.1:%d/switch\n",
		    up->ports.lms, up->ports.panel);
	say_console(up, s);
	say_watch(up, s);
	say_faults(up, s);
	fprintf(f,
	    "  elsewhere     export SUNWATCH_CONF=%s%s%s PATH=%s:$PATH; "
	    "sunwatch incidents\n"
	    "  logs          %s/log/\n",
	    up->conf, up->demo ? "" : " SUNWATCH_STAGE=", up->stage, up->bin,
	    up->folder);
	fflush(f);
	settings_free(s);
}

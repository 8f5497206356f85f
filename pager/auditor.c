/*
 * auditor: see auditor.h.
 *
 * One tick does everything: hear the pager, look, act, remember.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/crash.h"
#include "lib/disk.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/auditor.h"
#include "pager/auditor_parts.h"

#define TICK_MS 250
#define BEAT_US 1000000

/* The line is small; one that is torn is forgotten, which costs a grace. */
static void
remember(struct auditor *a)
{
	char line[AUDIT_LINE_MAX];

	if (a->audit.pager == AUDIT_STANDBY)
		return;
	if (!audit_is_fine(&a->audit)) {
		audit_save(&a->audit, clock_now_ms(), line);
		if (disk_replace(a->path, line, strlen(line)) == -1)
			log_warn("%s", a->path);
		a->remembers = true;
	} else if (a->remembers) {
		unlink(a->path);
		a->remembers = false;
	}
}

static void
take_up(struct auditor *a)
{
	char line[AUDIT_LINE_MAX];
	int fd = open(a->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd != -1 ? read(fd, line, sizeof(line)) : 0;

	if (fd == -1)
		return;
	close(fd);
	a->remembers = true;
	if (n > 0)
		audit_restore(&a->audit, line, (size_t)n, clock_now_ms());
}

/* A stopped process hears of it only when it goes on. */
static void
end_pager(struct auditor *a, const struct audit_action *x)
{
	const char *what = x->part == AUDIT_LOOP
	    ? "the pager stands still"
	    : "the pager turns and does not page";

	if (!a->supervised) {
		if (!x->again)
			log_warnx("%s; nobody would start it again", what);
		return;
	}
	log_warnx("%s; ending it, to be started again", what);
	if (getppid() != a->pager)
		return;
	kill(a->pager, x->again ? SIGKILL : SIGABRT);
	kill(a->pager, SIGCONT);
}

static void
act(struct auditor *a)
{
	struct audit_action x;
	bool acted = false;

	while (audit_next(&a->audit, clock_now_ms(), &x) != AUDIT_NOTHING) {
		remember(a); /* that it is begun; its end may be ours */
		if (x.what == AUDIT_TELL)
			auditor_tell(a, &x);
		else
			end_pager(a, &x);
		acted = true;
	}
	if (acted)
		remember(a);
}

static void
hear(struct auditor *a, char word)
{
	static const struct {
		enum audit_pager word;
		const char *means;
	} words[] = { { AUDIT_ACTIVE, "is active" },
		{ AUDIT_STANDBY, "stands by" },
		{ AUDIT_OPENING, "is neither active nor standing by" } };
	enum audit_pager was = a->audit.pager;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].word != (enum audit_pager)word)
			continue;
		audit_turned(&a->audit, words[i].word, clock_now_ms());
		if (words[i].word != was)
			log_debug("the pager %s", words[i].means);
	}
}

static void
on_heard(evutil_socket_t fd, short what, void *arg)
{
	struct auditor *a = arg;
	char words[4096];
	ssize_t n = recv(fd, words, sizeof(words), MSG_DONTWAIT);

	(void)what;
	if (n > 0)
		hear(a, words[n - 1]);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		event_base_loopbreak(a->base); /* the pager has gone */
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct auditor *a = arg;
	int64_t now_us = clock_monotonic_us();

	(void)fd, (void)what;
	if (clock_guard_look(&a->guard) != CLOCK_STEADY) {
		log_warnx("the clock jumped, or we were held up");
		audit_break(&a->audit, clock_now_ms());
	}
	if (getppid() != a->pager) {
		event_base_loopbreak(a->base);
		return;
	}
	if (now_us - a->beaten_us >= BEAT_US) {
		a->beaten_us = now_us;
		/* A pager that is stopped does not take it. */
		(void)!send(AUDITOR_FD, "b", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	if (a->looked_us == 0 ||
	    now_us - a->looked_us >= a->look_every_ms * 1000) {
		a->looked_us = now_us;
		auditor_look(a);
		if (!audit_is_fine(&a->audit) || a->remembers)
			remember(a);
	}
	act(a);
}

/* The first look is not later than it must be: lives may be short. */
static void
on_store(void *arg, bool up, const char *advisory)
{
	struct auditor *a = arg;

	(void)advisory; /* the pager says so */
	if (up && a->look == NULL)
		a->looked_us = 0;
}

static void
make_audit(struct auditor *a)
{
	const struct site *site = &a->settings->site;
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	audit_init(&a->audit, site->name != NULL ? site->name : "", host,
	    site->silence_max_ms, clock_now_ms());
	a->audit.slack_ms =
	    PATIENCE_MS("SUNWATCH_AUDIT_SLACK_MS", AUDIT_SLACK_MS);
	a->audit.grace_ms =
	    PATIENCE_MS("SUNWATCH_AUDIT_GRACE_MS", AUDIT_GRACE_MS);
	a->audit.loop_ms = PATIENCE_MS("SUNWATCH_AUDIT_LOOP_MS", AUDIT_LOOP_MS);
	a->look_every_ms = PATIENCE_MS("SUNWATCH_AUDIT_MS", AUDITOR_LOOK_MS);
	text_format(a->path, sizeof(a->path), "%s/pager.auditor",
	    site->state_dir);
	text_format(a->journal, sizeof(a->journal), "%s/pager.journal",
	    site->state_dir);
	if (site->link_secret != NULL)
		text_copy(a->secret, sizeof(a->secret), site->link_secret);
	take_up(a);
}

static void
make_loop(struct auditor *a)
{
	const struct timeval tick = { 0, TICK_MS * 1000 };
	const struct redis_settings *redis = &a->settings->redis;
	const struct store_options options = { .address = redis->address,
		.ca_file = redis->ca_file,
		.password = redis->password };

	a->base = event_base_new();
	if (a->base == NULL)
		fatalx("no event loop");
	a->tick = event_new(a->base, -1, EV_PERSIST, on_tick, a);
	a->heard =
	    event_new(a->base, AUDITOR_FD, EV_READ | EV_PERSIST, on_heard, a);
	if (a->tick == NULL || a->heard == NULL ||
	    event_add(a->tick, &tick) == -1 || event_add(a->heard, NULL) == -1)
		fatalx("no timers");
	a->store = store_new(a->base, &options, on_store, a);
	if (a->store == NULL)
		fatalx("%s: not an address of Redis", redis->address);
	a->channels = channels_new(a->base, a->settings);
}

/* What is meant for the pager is not ours: it ends us when it ends. */
static void
leave_alone(void)
{
	prctl(PR_SET_NAME, "sunwatch-audit");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	unsetenv("NOTIFY_SOCKET"); /* nobody but the pager's loop says so */
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
auditor_run(struct settings *settings)
{
	struct auditor *a = mem_alloc(sizeof(*a));

	a->settings = settings;
	a->pager = getppid();
	a->supervised = getenv("NOTIFY_SOCKET") != NULL;
	leave_alone();
	make_audit(a);
	make_loop(a);
	event_base_dispatch(a->base);
	auditor_forget_look(a);
	store_free(a->store);
	channels_free(a->channels);
	event_free(a->tick);
	event_free(a->heard);
	event_base_free(a->base);
	settings_free(a->settings);
	free(a);
}

/*
 * fetch_post: the threads that carry mail; see fetch_mail.h.
 *
 * One lock is over all that is shared: the two lists, and the sockets of each
 * line, so that dropping a letter can end its connection from outside.  A
 * thread is never waited for, but for a moment when all ends.
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/tcp.h>

#include "lib/clock.h"
#include "lib/fetch_mail.h"
#include "lib/log.h"

#define IDLE_SECONDS 10
#define FAREWELL_SECONDS 2
#define LINE_SOCKETS 4 /* libcurl tries two addresses at a time */

struct post {
	pthread_mutex_t lock;
	pthread_cond_t called; /* there is a letter, or closing */
	pthread_cond_t left;   /* a thread has ended */
	struct letter_list queue, done;
	int queued, idle, threads;
	int fd;        /* an eventfd */
	bool closing;  /* threads end */
	bool orphaned; /* the last thread frees the post */
};

/* One connection's sockets; on its thread's stack. */
struct line {
	struct post *post;
	int fds[LINE_SOCKETS]; /* -1: none */
	bool dropped;
};

static void
lock(struct post *p)
{
	if (pthread_mutex_lock(&p->lock) != 0)
		abort();
}

static void
unlock(struct post *p)
{
	if (pthread_mutex_unlock(&p->lock) != 0)
		abort();
}

/* False: the time is over. */
static bool
wait_for(struct post *p, pthread_cond_t *what, const struct timespec *until)
{
	return pthread_cond_timedwait(what, &p->lock, until) != ETIMEDOUT;
}

static struct timespec
in_seconds(int seconds)
{
	int64_t now_us = clock_monotonic_us();

	return (struct timespec){ .tv_sec = now_us / 1000000 + seconds,
		.tv_nsec = now_us % 1000000 * 1000 };
}

static void
destroy(struct post *p)
{
	close(p->fd);
	pthread_cond_destroy(&p->called);
	pthread_cond_destroy(&p->left);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

bool
line_add(struct line *l, int fd)
{
	bool added = false;

	lock(l->post);
	for (int i = 0; i < LINE_SOCKETS && !added && !l->dropped; i++) {
		if (l->fds[i] == -1) {
			l->fds[i] = fd;
			added = true;
		}
	}
	unlock(l->post);
	return added;
}

void
line_remove(struct line *l, int fd)
{
	lock(l->post);
	for (int i = 0; i < LINE_SOCKETS; i++) {
		if (l->fds[i] == fd)
			l->fds[i] = -1;
	}
	unlock(l->post);
}

bool
line_is_dropped(struct line *l)
{
	bool dropped;

	lock(l->post);
	dropped = l->dropped;
	unlock(l->post);
	return dropped;
}

/* Only its own thread adds and removes, so it may look without the lock. */
bool
line_is_long(struct line *l, uint64_t bytes_max)
{
	for (int i = 0; i < LINE_SOCKETS; i++) {
		struct tcp_info info = { 0 };
		socklen_t length = sizeof(info);

		if (l->fds[i] != -1 &&
		    getsockopt(l->fds[i], IPPROTO_TCP, TCP_INFO, &info,
			&length) == 0 &&
		    info.tcpi_bytes_received > bytes_max)
			return true;
	}
	return false;
}

/* With the lock held, or from the line's own thread. */
static void
shut(struct line *l, int how)
{
	for (int i = 0; i < LINE_SOCKETS; i++) {
		if (l->fds[i] != -1)
			shutdown(l->fds[i], how);
	}
}

void
line_listen_no_more(struct line *l)
{
	shut(l, SHUT_RD);
}

/* The letter goes back, or away when nobody waits for it. */
static void
give_back(struct post *p, struct letter *letter)
{
	const uint64_t one = 1;
	bool dropped;

	lock(p);
	dropped = letter->line->dropped;
	letter->line = NULL;
	if (!dropped) {
		letter->stage = LETTER_DONE;
		TAILQ_INSERT_TAIL(&p->done, letter, entry);
		if (write(p->fd, &one, sizeof(one)) == -1)
			abort(); /* it counts to 2^64 */
	}
	unlock(p);
	if (dropped)
		letter_free(letter);
}

/* The answer to QUIT is waited for by nobody: the letter is back already. */
static void
carry(struct post *p, struct letter *letter, struct line *line)
{
	CURL *easy = letter_carry(letter, line);

	give_back(p, letter);
	line_listen_no_more(line);
	curl_easy_cleanup(easy);
}

/* The next letter, under the lock; NULL: there was none for long. */
static struct letter *
await(struct post *p)
{
	struct timespec until = in_seconds(IDLE_SECONDS);
	struct letter *letter = NULL;
	bool patient = true;

	p->idle++;
	while (!p->closing && patient && TAILQ_EMPTY(&p->queue))
		patient = wait_for(p, &p->called, &until);
	p->idle--;
	if (!p->closing)
		letter = TAILQ_FIRST(&p->queue);
	if (letter == NULL)
		return NULL;
	TAILQ_REMOVE(&p->queue, letter, entry);
	p->queued--;
	return letter;
}

static void *
work(void *arg)
{
	struct post *p = arg;
	struct letter *letter;
	bool last;

	lock(p);
	while ((letter = await(p)) != NULL) {
		struct line line = { .post = p, .fds = { -1, -1, -1, -1 } };

		letter->stage = LETTER_CARRIED;
		letter->line = &line;
		unlock(p);
		carry(p, letter, &line);
		lock(p);
	}
	p->threads--;
	last = p->threads == 0 && p->orphaned;
	pthread_cond_signal(&p->left);
	unlock(p);
	if (last)
		destroy(p);
	return NULL;
}

/* Signals are the event loop's; nobody joins. */
static int
start_thread(struct post *p)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attr, work, p);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (error != 0)
		log_warnx("fetch: no thread for mail: %s", strerror(error));
	else
		p->threads++;
	return error == 0 ? 0 : -1;
}

int
post_give(struct post *p, struct letter *letter)
{
	int result = 0;

	lock(p);
	letter->stage = LETTER_QUEUED;
	TAILQ_INSERT_TAIL(&p->queue, letter, entry);
	p->queued++;
	if (p->queued > p->idle && p->threads < POST_THREADS &&
	    start_thread(p) == -1 && p->threads == 0) {
		TAILQ_REMOVE(&p->queue, letter, entry);
		p->queued--;
		result = -1;
	}
	pthread_cond_signal(&p->called);
	unlock(p);
	return result;
}

struct letter *
post_take(struct post *p)
{
	struct letter *letter;

	lock(p);
	letter = TAILQ_FIRST(&p->done);
	if (letter != NULL)
		TAILQ_REMOVE(&p->done, letter, entry);
	unlock(p);
	return letter;
}

enum letter_stage
post_stage(struct post *p, const struct letter *letter)
{
	enum letter_stage stage;

	lock(p);
	stage = letter->stage;
	unlock(p);
	return stage;
}

void
post_drop(struct post *p, struct letter *letter)
{
	lock(p);
	switch (letter->stage) {
	case LETTER_QUEUED:
		TAILQ_REMOVE(&p->queue, letter, entry);
		p->queued--;
		break;
	case LETTER_CARRIED: /* its thread frees it */
		letter->line->dropped = true;
		shut(letter->line, SHUT_RDWR);
		letter = NULL;
		break;
	case LETTER_DONE:
		TAILQ_REMOVE(&p->done, letter, entry);
		break;
	}
	unlock(p);
	letter_free(letter);
}

struct post *
post_new(int *fd)
{
	struct post *p = mem_alloc(sizeof(*p));
	pthread_condattr_t attr;

	p->fd = *fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd == -1)
		fatal("fetch: eventfd");
	TAILQ_INIT(&p->queue);
	TAILQ_INIT(&p->done);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->called, &attr);
	pthread_cond_init(&p->left, &attr);
	pthread_condattr_destroy(&attr);
	return p;
}

void
post_free(struct post *p)
{
	struct timespec until = in_seconds(FAREWELL_SECONDS);
	bool patient = true, gone;

	lock(p);
	p->closing = true;
	pthread_cond_broadcast(&p->called);
	while (p->threads > 0 && patient)
		patient = wait_for(p, &p->left, &until);
	gone = p->threads == 0;
	p->orphaned = !gone;
	unlock(p);
	if (gone)
		destroy(p);
}

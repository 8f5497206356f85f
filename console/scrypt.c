/*
 * scrypt: see scrypt.h.
 *
 * The loop's side owns every job: it is in the map until it is answered or
 * forgotten.  The thread takes copies out of one queue and puts answers into
 * another; a byte in the pipe says that there is one.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <uthash.h>

#include "console/scrypt.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"

#define MEMORY_MAX (256 << 20)
#define NICE 10

struct asked {
	uint64_t id;
	scrypt_done *done;
	void *arg;
	UT_hash_handle hh;
};

/* Goes to the thread, and comes back with right. */
struct job {
	uint64_t id;
	struct console_password wanted;
	char password[SCRYPT_PASSWORD_MAX + 1];
	bool right;
	STAILQ_ENTRY(job) entry;
};
STAILQ_HEAD(jobs, job);

struct scrypt {
	struct asked *asked; /* the loop's alone */
	uint64_t last;
	struct event *event;
	int pipe[2];
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct jobs todo, done; /* under the lock, as is: */
	int waiting;
	bool ending;
};

static bool
derive(const struct console_password *p, const char *password,
    unsigned char out[CONSOLE_HASH])
{
	return EVP_PBE_scrypt(password, strlen(password), p->salt, CONSOLE_SALT,
		   UINT64_C(1) << p->log_n, p->r, p->p, MEMORY_MAX, out,
		   CONSOLE_HASH) == 1;
}

bool
scrypt_write(const char *password, char out[CONSOLE_PASSWORD_TEXT])
{
	struct console_password p = { .log_n = CONSOLE_LOG_N,
		.r = CONSOLE_R,
		.p = CONSOLE_P };
	char salt[2 * CONSOLE_SALT + 1];

	sign_random(salt, 2 * CONSOLE_SALT);
	(void)sign_unhex(salt, p.salt, CONSOLE_SALT);
	if (!derive(&p, password, p.hash))
		return false;
	settings_password_write(&p, out);
	return true;
}

static void
job_free(struct job *j)
{
	OPENSSL_cleanse(j, sizeof(*j));
	free(j);
}

static void
reckon(struct job *j)
{
	unsigned char hash[CONSOLE_HASH];

	j->right = derive(&j->wanted, j->password, hash) &&
	    CRYPTO_memcmp(hash, j->wanted.hash, CONSOLE_HASH) == 0;
	OPENSSL_cleanse(hash, sizeof(hash));
}

/* The next one, or NULL at the end. */
static struct job *
next_job(struct scrypt *s)
{
	struct job *j = NULL;

	pthread_mutex_lock(&s->lock);
	while (!s->ending && STAILQ_EMPTY(&s->todo))
		pthread_cond_wait(&s->more, &s->lock);
	if (!s->ending) {
		j = STAILQ_FIRST(&s->todo);
		STAILQ_REMOVE_HEAD(&s->todo, entry);
	}
	pthread_mutex_unlock(&s->lock);
	return j;
}

static void *
work(void *arg)
{
	struct scrypt *s = arg;
	struct job *j;

	/* On Linux this is the thread's alone. */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	while ((j = next_job(s)) != NULL) {
		reckon(j);
		pthread_mutex_lock(&s->lock);
		STAILQ_INSERT_TAIL(&s->done, j, entry);
		pthread_mutex_unlock(&s->lock);
		while (write(s->pipe[1], "", 1) == -1)
			usleep(1000); /* full: the loop is about to read */
	}
	return NULL;
}

static struct job *
take_done(struct scrypt *s)
{
	struct job *j;

	pthread_mutex_lock(&s->lock);
	j = STAILQ_FIRST(&s->done);
	if (j != NULL) {
		STAILQ_REMOVE_HEAD(&s->done, entry);
		s->waiting--;
	}
	pthread_mutex_unlock(&s->lock);
	return j;
}

static void
on_done(evutil_socket_t fd, short what, void *arg)
{
	struct scrypt *s = arg;
	struct job *j;
	char bytes[64];

	(void)what;
	(void)!read(fd, bytes, sizeof(bytes));
	while ((j = take_done(s)) != NULL) {
		struct asked *a;
		uint64_t id = j->id;
		bool right = j->right;

		job_free(j);
		HASH_FIND(hh, s->asked, &id, sizeof(id), a);
		if (a == NULL)
			continue;
		HASH_DEL(s->asked, a);
		a->done(a->arg, right);
		free(a);
	}
}

static bool
begin(struct scrypt *s, struct event_base *base)
{
	sigset_t all, was;
	int failed;

	if (pipe(s->pipe) == -1)
		return false;
	evutil_make_socket_nonblocking(s->pipe[0]);
	evutil_make_socket_nonblocking(s->pipe[1]);
	evutil_make_socket_closeonexec(s->pipe[0]);
	evutil_make_socket_closeonexec(s->pipe[1]);
	s->event =
	    event_new(base, s->pipe[0], EV_READ | EV_PERSIST, on_done, s);
	if (s->event == NULL || event_add(s->event, NULL) == -1)
		fatalx("console: no event");
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was); /* signals are the loop's */
	failed = pthread_create(&s->thread, NULL, work, s);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (failed == 0)
		return true;
	event_free(s->event);
	close(s->pipe[0]);
	close(s->pipe[1]);
	return false;
}

struct scrypt *
scrypt_new(struct event_base *base)
{
	struct scrypt *s = mem_alloc(sizeof(*s));

	STAILQ_INIT(&s->todo);
	STAILQ_INIT(&s->done);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	if (begin(s, base))
		return s;
	free(s);
	return NULL;
}

static void
drop(struct jobs *jobs)
{
	struct job *j;

	while ((j = STAILQ_FIRST(jobs)) != NULL) {
		STAILQ_REMOVE_HEAD(jobs, entry);
		job_free(j);
	}
}

void
scrypt_free(struct scrypt *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	drop(&s->todo);
	drop(&s->done);
	while (s->asked != NULL) {
		struct asked *a = s->asked;

		HASH_DEL(s->asked, a);
		free(a);
	}
	event_free(s->event);
	close(s->pipe[0]);
	close(s->pipe[1]);
	pthread_cond_destroy(&s->more);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

uint64_t
scrypt_ask(struct scrypt *s, const struct console_password *wanted,
    const char *password, scrypt_done *done, void *arg)
{
	struct asked *a;
	struct job *j;
	bool full;

	pthread_mutex_lock(&s->lock);
	full = s->waiting >= SCRYPT_WAITING_MAX;
	s->waiting += !full;
	pthread_mutex_unlock(&s->lock);
	if (full)
		return 0;
	a = mem_alloc(sizeof(*a));
	*a = (struct asked){ .id = ++s->last, .done = done, .arg = arg };
	HASH_ADD(hh, s->asked, id, sizeof(a->id), a);
	j = mem_alloc(sizeof(*j));
	j->id = a->id;
	j->wanted = *wanted;
	text_copy(j->password, sizeof(j->password), password);
	pthread_mutex_lock(&s->lock);
	STAILQ_INSERT_TAIL(&s->todo, j, entry);
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	return s->last;
}

void
scrypt_forget(struct scrypt *s, uint64_t id)
{
	struct asked *a;

	HASH_FIND(hh, s->asked, &id, sizeof(id), a);
	if (a == NULL)
		return;
	HASH_DEL(s->asked, a);
	free(a);
}

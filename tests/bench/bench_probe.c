/*
 * What a probe costs, beside prometheus-blackbox-exporter on the same nginx.
 *
 * A page of 10 KB, a fresh connection for every probe, one text looked for
 * in it; over HTTPS with full verification of chain and name against the
 * system's roots and one of ours.  Ours goes through fetch and outcome as
 * the agent does it, in a process of its own; blackbox_exporter is asked
 * over kept connections.  Both are warm when it counts.  Runs are interleaved; printed is one line of JSON
 * for each protocol: medians of CPU microseconds (user and system) of the
 * prober alone.  Without blackbox_exporter its figures are null.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "agent/outcome.h"
#include "lib/fetch.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

#define ROUNDS 5
#define IN_FLIGHT 16
#define WARM 50 /* probes before anything is counted */
#define WANTED "Log in"
#define BLACKBOX "prometheus-blackbox-exporter"

struct bench {
	char dir[64], bundle[128];
	uint16_t http, https, blackbox;
	pid_t nginx, blackbox_pid; /* 0: not there */
};

struct run {
	struct event_base *base;
	struct fetcher *fetcher;
	struct fetch_request request;
	struct plan_endpoint *endpoint; /* NULL: asking blackbox */
	int left, under_way, good;
};

static void
write_conf(struct bench *b)
{
	b->http = lab_port();
	b->https = lab_port();
	b->blackbox = lab_port();
	lab_write(b->dir, "nginx.conf",
	    "daemon off; worker_processes 1; pid nginx.pid; user root;\n"
	    "events { worker_connections 2048; }\n"
	    "http { access_log off; client_body_temp_path t1;\n"
	    "proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4;\n"
	    "scgi_temp_path t5; default_type text/html;\n"
	    "ssl_protocols TLSv1.3; ssl_session_cache off;\n"
	    "server { listen 127.0.0.1:%u; root page; }\n"
	    "server { listen 127.0.0.1:%u ssl; root page;\n"
	    "ssl_certificate good-chain.pem; ssl_certificate_key good.key; }"
	    "}\n",
	    b->http, b->https);
	lab_write(b->dir, "blackbox.yml",
	    "modules:\n  page:\n    prober: http\n    timeout: 5s\n"
	    "    http:\n      preferred_ip_protocol: ip4\n"
	    "      enable_http2: false\n"
	    "      fail_if_body_not_matches_regexp: [\"" WANTED "\"]\n");
}

static void
start_servers(struct bench *b)
{
	const char *const nginx[] = { "nginx", "-p", b->dir, "-c", "nginx.conf",
		"-e", "error.log", NULL };
	char conf[128], address[64], roots[192];
	const char *const blackbox[] = { "env", roots, BLACKBOX, conf, address,
		NULL };

	snprintf(conf, sizeof(conf), "--config.file=%s/blackbox.yml", b->dir);
	snprintf(address, sizeof(address), "--web.listen-address=127.0.0.1:%u",
	    b->blackbox);
	snprintf(roots, sizeof(roots), "SSL_CERT_FILE=%s", b->bundle);
	b->nginx = lab_start(b->dir, "nginx", nginx);
	lab_wait(b->http);
	if (system("command -v " BLACKBOX " >/dev/null") != 0)
		return;
	b->blackbox_pid = lab_start(b->dir, "blackbox", blackbox);
	lab_wait(b->blackbox);
}

static void
open_bench(struct bench *b)
{
	char here[512], script[1024];

	if (getcwd(here, sizeof(here)) == NULL)
		lab_panic("here");
	lab_open(b->dir);
	snprintf(script, sizeof(script),
	    "%s/tests/make-certificates; mkdir page; "
	    "cat /etc/ssl/certs/ca-certificates.crt ca.pem >bundle.pem; "
	    "{ echo '<title>Learn</title>'; head -c 7600 /dev/urandom | "
	    "base64 -w 76; echo '" WANTED "'; } >page/index.html",
	    here);
	lab_run(b->dir, script);
	snprintf(b->bundle, sizeof(b->bundle), "%s/bundle.pem", b->dir);
	write_conf(b);
	start_servers(b);
}

static void begin_probe(struct run *);

static void
on_done(void *arg, const struct fetch_result *f)
{
	struct seen seen = { .error = f->error,
		.failed =
		    f->failure == FETCH_OK ? REASON_NONE : REASON_PROTOCOL,
		.status = f->status,
		.total_us = f->total_us,
		.connect_us = f->connect_us,
		.tls_us = f->tls_us,
		.first_byte_us = f->first_byte_us,
		.body = f->body,
		.body_length = f->body_length,
		.body_seen = f->body_seen };
	struct observation o = { 0 };
	struct run *r = arg;

	r->under_way--;
	if (r->endpoint != NULL) {
		outcome_judge(r->endpoint, &seen, &o);
		r->good += o.outcome == OUTCOME_OK;
	} else {
		r->good += strstr(f->body, "probe_success 1") != NULL;
	}
	if (f->failure != FETCH_OK)
		fprintf(stderr, "%s\n", f->error);
	if (r->left > 0)
		begin_probe(r);
	else if (r->under_way == 0)
		event_base_loopbreak(r->base);
}

static void
begin_probe(struct run *r)
{
	r->left--;
	r->under_way++;
	fetch_start(r->fetcher, &r->request, on_done, r);
}

static double
cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static bool
fetch_all(struct run *r, int count)
{
	r->good = 0;
	r->left = count;
	for (int i = 0; i < IN_FLIGHT && r->left > 0; i++)
		begin_probe(r);
	event_base_dispatch(r->base);
	return r->good == count;
}

/* CPU microseconds for each of count fetches, once warm; NAN: failed. */
static double
run(const struct bench *b, const char *url, struct plan_endpoint *e, int count)
{
	struct fetcher_options o = { .ca_file = b->bundle };
	struct run r = { .endpoint = e };
	double before;
	bool good;

	r.base = event_base_new();
	r.fetcher = fetcher_new(r.base, &o);
	r.request = (struct fetch_request){ .url = url,
		.timeout_ms = 10000,
		.body_max = 65536,
		.redirects = 3,
		.fresh = e != NULL };
	good = fetch_all(&r, WARM);
	before = cpu_us();
	good = fetch_all(&r, count) && good;
	before = (cpu_us() - before) / count;
	fetcher_free(r.fetcher);
	event_base_free(r.base);
	return good ? before : NAN;
}

/* The same in a process of its own, which is what it returns. */
static double
run_apart(const struct bench *b, const char *url, struct plan_endpoint *e,
    int count)
{
	double figure = NAN;
	int ends[2];
	pid_t pid;

	if (pipe(ends) == -1)
		lab_panic("pipe");
	pid = fork();
	if (pid == 0) {
		figure = run(b, url, e, count);
		if (write(ends[1], &figure, sizeof(figure)) == -1)
			_exit(1);
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &figure, sizeof(figure)) != sizeof(figure))
		figure = NAN;
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return figure;
}

static double
measure_ours(const struct bench *b, const char *url, int count)
{
	char text[] = WANTED;
	char *contains[] = { text, NULL }, *lacks[] = { NULL };
	struct plan_endpoint e = { .id = text,
		.platform = text,
		.url = mem_text(url),
		.contains = contains,
		.lacks = lacks,
		.timeout_ms = 10000 };
	double figure = run_apart(b, url, &e, count);

	free(e.url);
	return figure;
}

static double
process_cpu_us(pid_t pid)
{
	unsigned long user = 0, system = 0;
	char path[64];
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	in = fopen(path, "r");
	if (in == NULL ||
	    fscanf(in,
		"%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		&user, &system) != 2)
		lab_panic(path);
	fclose(in);
	return (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

static double
measure_blackbox(const struct bench *b, const char *url, int count)
{
	char ask[256];
	double before;

	if (b->blackbox_pid == 0)
		return NAN;
	snprintf(ask, sizeof(ask),
	    "http://127.0.0.1:%u/probe?module=page&target=%s", b->blackbox,
	    url);
	before = process_cpu_us(b->blackbox_pid);
	if (isnan(run_apart(b, ask, NULL, count)))
		return NAN;
	return (process_cpu_us(b->blackbox_pid) - before) / (count + WARM);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *figures)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (isnan(figures[i]))
			return NAN;
	}
	qsort(figures, ROUNDS, sizeof(*figures), by_size);
	return figures[ROUNDS / 2];
}

static void
print(const char *key, double figure, const char *after)
{
	if (isnan(figure))
		printf("\"%s\": null%s", key, after);
	else
		printf("\"%s\": %.3g%s", key, figure, after);
}

/* 0 when the goal is met, or there is nothing to compare with. */
static int
compare(const struct bench *b, const char *protocol, uint16_t port, int count,
    double goal)
{
	double ours[ROUNDS], theirs[ROUNDS], us, them;
	char url[64];

	snprintf(url, sizeof(url), "%s://127.0.0.1:%u/", protocol, port);
	measure_blackbox(b, url, WARM);
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = measure_ours(b, url, count);
		theirs[i] = measure_blackbox(b, url, count);
	}
	us = median(ours);
	them = median(theirs);
	printf("{\"bench\": \"probe\", \"protocol\": \"%s\", \"probes\": %d, "
	       "\"rounds\": %d, ",
	    protocol, count, ROUNDS);
	print("cpu_us", us, ", ");
	print("blackbox_cpu_us", them, ", ");
	print("ratio", us / them, ", ");
	printf("\"goal_ratio\": %.2g}\n", goal);
	fflush(stdout);
	return isnan(us) || (!isnan(them) && us > goal * them);
}

int
main(void)
{
	struct bench b = { 0 };
	int bad;

	open_bench(&b);
	bad = compare(&b, "http", b.http, 2000, 0.2);
	bad |= compare(&b, "https", b.https, 800, 0.7);
	lab_stop(b.nginx);
	lab_stop(b.blackbox_pid);
	lab_close(b.dir);
	return bad;
}

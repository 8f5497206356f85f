/* The pieces of the agent's shell that can be looked at alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <event2/event.h>

#include "agent/agent.h"
#include "agent/planfile.h"
#include "lib/certificates.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

struct world {
	char dir[64];
};

static int
begin(void **state)
{
	struct world *w = mem_alloc(sizeof(*w));

	lab_open(w->dir);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct world *w = *state;

	lab_close(w->dir);
	free(w);
	return 0;
}

static int
parse(const char *json, struct exchange *x)
{
	return exchange_parse(json, strlen(json), x);
}

static void
test_a_whole_exchange(void **state)
{
	struct exchange x;

	(void)state;
	assert_int_equal(parse("{\"version\":1,\"agent\":\"akl-1\","
			       "\"received_at_ms\":1000,\"sent_at_ms\":1002,"
			       "\"have\":[{\"shard\":0,\"seq\":57},"
			       "{\"shard\":3,\"seq\":0}],"
			       "\"ages\":{\"pager_ms\":1200,"
			       "\"auditor_ms\":null,\"commit_ms\":0},"
			       "\"refused\":[{\"part\":0,\"count\":2,"
			       "\"error\":\"times\"}]}",
			     &x),
	    0);
	assert_int_equal(x.answer.their_received_ms, 1000);
	assert_int_equal(x.answer.their_sent_ms, 1002);
	assert_int_equal(x.answer.have_count, 2);
	assert_int_equal(x.answer.have[0].have, 57);
	assert_int_equal(x.answer.have[1].shard, 3);
	assert_int_equal(x.answer.pager_age_ms, 1200);
	assert_true(x.answer.auditor_age_ms == NEVER);
	assert_int_equal(x.answer.commit_age_ms, 0);
	assert_string_equal(x.complaint, "observations are refused: times");
	assert_false(x.unreadable[0]);
}

static void
test_unreadable_parts(void **state)
{
	struct exchange x;

	(void)state;
	assert_int_equal(parse("{\"unreadable\":[{\"part\":1,\"error\":\"odd\"}"
			       ","
			       "{\"part\":64},{\"part\":-1},{\"part\":\"1\"},"
			       "7]}",
			     &x),
	    0);
	assert_true(x.unreadable[1]);
	for (size_t i = 0; i < WIRE_PARTS_MAX; i++)
		assert_int_equal(x.unreadable[i], i == 1);
	assert_string_equal(x.complaint, "a part is unreadable: odd");
}

/* Whatever comes, nothing is believed that was not said. */
static void
test_odd_exchanges(void **state)
{
	static const char *const none[] = { "", "{", "[]", "7", "null",
		"{\"have\":[],\"have\":[]}", "{\"a\":\xff}" };
	static const char *const empty[] = { "{}", "{\"have\":7}",
		"{\"have\":[7,null,{}]}",
		"{\"have\":[{\"shard\":-1,\"seq\":1}]}",
		"{\"have\":[{\"shard\":64,\"seq\":1}]}",
		"{\"have\":[{\"shard\":0,\"seq\":-1}]}",
		"{\"have\":[{\"shard\":0,\"seq\":\"1\"}]}",
		"{\"ages\":[],\"received_at_ms\":-5,\"sent_at_ms\":1.5}",
		"{\"ages\":{\"pager_ms\":-1}}", "{\"unreadable\":{}}",
		/* Sums of such numbers would be beyond an int64_t. */
		"{\"have\":[{\"shard\":0,\"seq\":9223372036854775807}]}",
		"{\"received_at_ms\":9223372036854775806}",
		"{\"sent_at_ms\":9223372036854775807}",
		"{\"ages\":{\"pager_ms\":9223372036854775806}}" };
	struct exchange x;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(parse(none[i], &x), -1);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		assert_int_equal(parse(empty[i], &x), 0);
		assert_int_equal(x.answer.have_count, 0);
		assert_int_equal(x.answer.their_received_ms, 0);
		assert_int_equal(x.answer.their_sent_ms, 0);
		assert_true(x.answer.pager_age_ms == NEVER);
		assert_true(x.answer.commit_age_ms == NEVER);
	}
}

static void
test_no_more_shards_than_there_can_be(void **state)
{
	struct text json = { 0 };
	struct exchange x;

	(void)state;
	text_add(&json, "{\"have\":[");
	for (int i = 0; i < 200; i++)
		text_addf(&json, "%s{\"shard\":%d,\"seq\":1}", i ? "," : "",
		    i % WIRE_PARTS_MAX);
	text_add(&json, "]}");
	assert_int_equal(parse(json.data, &x), 0);
	assert_int_equal(x.answer.have_count, WIRE_PARTS_MAX);
	text_clear(&json);
}

static void
on_order(void *arg, const char *endpoint)
{
	text_addf(arg, "%s ", endpoint);
}

static void
test_orders(void **state)
{
	static const char json[] =
	    "{\"version\":1,\"orders\":[{\"endpoint\":\"acme/learn\","
	    "\"at_ms\":1},{},7,{\"endpoint\":5},{\"endpoint\":\"b/c\"}]}";
	struct text seen = { 0 };

	(void)state;
	assert_int_equal(orders_parse(json, sizeof(json) - 1, on_order, &seen),
	    0);
	assert_string_equal(seen.data, "acme/learn b/c ");
	assert_int_equal(orders_parse("{}", 2, on_order, &seen), 0);
	assert_int_equal(orders_parse("[]", 2, on_order, &seen), -1);
	assert_string_equal(seen.data, "acme/learn b/c ");
	text_clear(&seen);
}

static void
test_plan_is_kept_whole(void **state)
{
	static const char json[] =
	    "{\"version\":1,\"tag\":\"t1\",\"agent\":\"akl-1\","
	    "\"region\":\"auckland\",\"site\":\"Kahu\",\"shards\":1,"
	    "\"canary_interval_ms\":30000,\"collector_silence_ms\":60000,"
	    "\"endpoints\":[]}";
	struct world *w = *state;
	struct plan *plan;
	struct stat st;
	char path[128];

	assert_null(planfile_load(w->dir));
	assert_int_equal(planfile_save(w->dir, json, sizeof(json) - 1), 0);
	plan = planfile_load(w->dir);
	assert_non_null(plan);
	assert_string_equal(plan->tag, "t1");
	plan_free(plan);
	snprintf(path, sizeof(path), "%s/plan.json", w->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	lab_write(w->dir, "plan.json", "{\"version\":1");
	assert_null(planfile_load(w->dir)); /* cut short: as if there is none */
	assert_int_equal(planfile_save("/nonexistent", json, 2), -1);
}

static struct plan *
bare_plan(void)
{
	static const char json[] =
	    "{\"version\":1,\"tag\":\"t1\",\"agent\":\"akl-1\","
	    "\"region\":\"auckland\",\"site\":\"Kahu\",\"shards\":1,"
	    "\"canary_interval_ms\":30000,\"collector_silence_ms\":60000,"
	    "\"endpoints\":[]}";
	char error[160];

	return plan_decode(json, sizeof(json) - 1, error);
}

/* Two whole records of a spool, as the prober makes them. */
static size_t
make_records(struct text *out)
{
	struct prober *p = prober_new("0123456789abcdef", 1000);
	struct prober_action what;

	prober_plan(p, bare_plan(), 1000);
	while (prober_next(p, 1000, &what) == PROBER_RECORD) {
		text_add_bytes(out, what.record.data, what.record.length);
		wire_bytes_clear(&what.record);
	}
	prober_free(p);
	assert_true(out->length > 0);
	return prober_record_length(out->data, out->length);
}

static int
count_record(void *arg, const char *records, size_t length)
{
	size_t *bytes = arg;

	assert_int_equal(prober_record_length(records, length), length);
	*bytes += length;
	return 0;
}

static off_t
size_of(const struct world *w, const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void
test_spool_comes_back(void **state)
{
	struct world *w = *state;
	struct text records = { 0 };
	struct spoolfile *s;
	size_t bytes = 0, one = make_records(&records);

	s = spoolfile_open(w->dir);
	assert_non_null(s);
	assert_null(spoolfile_open(w->dir)); /* one agent at a time */
	assert_int_equal(spoolfile_read(s, count_record, &bytes), 0);
	assert_int_equal(bytes, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(spoolfile_append(s, records.data, one, false),
		    0);
	spoolfile_close(s);
	s = spoolfile_open(w->dir);
	assert_int_equal(spoolfile_read(s, count_record, &bytes), 0);
	assert_int_equal(bytes, 3 * one);
	assert_int_equal(spoolfile_append(s, records.data, one, true), 0);
	assert_int_equal(size_of(w, "spool"), one);
	assert_int_equal(size_of(w, "spool.new"), -1);
	assert_int_equal(spoolfile_append(s, records.data, one, false), 0);
	assert_int_equal(size_of(w, "spool"), 2 * one);
	spoolfile_close(s);
	text_clear(&records);
}

static int
times_in(const char *text, const char *words)
{
	int times = 0;

	while ((text = strstr(text, words)) != NULL) {
		text += strlen(words);
		times++;
	}
	return times;
}

/* Said once, what is there stays whole, and it goes on when there is room. */
static void
test_spool_on_a_full_disk(void **state)
{
	struct world *w = *state;
	struct text records = { 0 };
	size_t bytes = 0, one = make_records(&records);
	struct spoolfile *s = spoolfile_open(w->dir);
	struct rlimit before, limit;
	int err = dup(STDERR_FILENO), log[2];
	char said[4096];
	ssize_t length;

	assert_int_equal(spoolfile_append(s, records.data, one, false), 0);
	assert_int_equal(pipe(log), 0); /* no file: those are full */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = one + one / 2;
	signal(SIGXFSZ, SIG_IGN);
	fflush(stderr);
	dup2(log[1], STDERR_FILENO);
	close(log[1]);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(spoolfile_append(s, records.data, one, false),
		    -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(size_of(w, "spool"), one);
	assert_int_equal(spoolfile_append(s, records.data, one, false), 0);
	fflush(stderr);
	dup2(err, STDERR_FILENO);
	close(err);
	length = read(log[0], said, sizeof(said) - 1);
	assert_true(length > 0);
	said[length] = '\0';
	close(log[0]);
	assert_int_equal(times_in(said, "cannot be written"), 1);
	assert_int_equal(times_in(said, "can be written again"), 1);
	spoolfile_close(s);
	s = spoolfile_open(w->dir);
	assert_int_equal(spoolfile_read(s, count_record, &bytes), 0);
	assert_int_equal(bytes, 2 * one);
	spoolfile_close(s);
	text_clear(&records);
}

/* A torn record at any byte is cut off, what stands before it stays. */
static void
test_spool_torn_anywhere(void **state)
{
	struct world *w = *state;
	struct text records = { 0 };
	size_t one = make_records(&records);

	for (size_t cut = 1; cut < one; cut++) {
		struct spoolfile *s = spoolfile_open(w->dir);
		size_t bytes = 0;

		spoolfile_append(s, records.data, one, true);
		spoolfile_append(s, records.data, cut, false);
		spoolfile_close(s);
		s = spoolfile_open(w->dir);
		assert_int_equal(spoolfile_read(s, count_record, &bytes), 0);
		assert_int_equal(bytes, one);
		assert_int_equal(size_of(w, "spool"), one);
		spoolfile_close(s);
	}
	assert_int_equal(size_of(w, "spool.damaged"), -1);
	text_clear(&records);
}

/*
 * Power was lost: the file has grown, what should be in its last record or
 * behind it never came to the disk.
 */
static void
test_spool_after_loss_of_power(void **state)
{
	static const char zeros[256];
	struct world *w = *state;
	struct text records = { 0 };
	size_t one = make_records(&records);

	assert_true(one < sizeof(zeros));
	for (size_t came = 0; came < one; came++) {
		struct spoolfile *s = spoolfile_open(w->dir);
		size_t bytes = 0;

		spoolfile_append(s, records.data, one, true);
		spoolfile_append(s, records.data, came, false);
		spoolfile_append(s, zeros, one - came, false);
		spoolfile_close(s);
		s = spoolfile_open(w->dir);
		assert_int_equal(spoolfile_read(s, count_record, &bytes), 0);
		assert_int_equal(bytes, one);
		assert_int_equal(size_of(w, "spool"), one);
		spoolfile_close(s);
	}
	assert_int_equal(size_of(w, "spool.damaged"), -1);
	text_clear(&records);
}

static void
test_spool_damaged(void **state)
{
	struct world *w = *state;
	struct text records = { 0 };
	size_t bytes = 0, one = make_records(&records);
	struct spoolfile *s = spoolfile_open(w->dir);

	if (records.data == NULL)
		abort();
	records.data[one - 1] = (char)~records.data[one - 1];
	spoolfile_append(s, records.data, one, false);
	records.data[one - 1] = (char)~records.data[one - 1];
	spoolfile_append(s, records.data, one, false);
	spoolfile_close(s);
	s = spoolfile_open(w->dir);
	assert_int_equal(spoolfile_read(s, count_record, &bytes), -1);
	assert_int_equal(bytes, 0);
	assert_int_equal(size_of(w, "spool.damaged"), 2 * one);
	assert_int_equal(size_of(w, "spool"), 0);
	assert_int_equal(spoolfile_append(s, records.data, one, false), 0);
	spoolfile_close(s);
	text_clear(&records);
}

/* Writes what the prober has to write; how often that was refused. */
static int
write_down(struct prober *p, struct spoolfile *s, int64_t now_ms)
{
	struct prober_action what;
	int refused = 0;

	while (prober_next(p, now_ms, &what) != PROBER_NOTHING) {
		if (what.what != PROBER_RECORD)
			continue;
		if (spoolfile_append(s, what.record.data, what.record.length,
			what.whole) == -1) {
			prober_unwritten(p, now_ms);
			refused++;
		}
		wire_bytes_clear(&what.record);
	}
	return refused;
}

static int
bring_back(void *arg, const char *records, size_t length)
{
	return prober_replay(arg, records, length);
}

/* Without its head a spool is not one, whatever was written after it. */
static void
test_spool_begun_on_a_full_disk(void **state)
{
	struct world *w = *state;
	struct spoolfile *s = spoolfile_open(w->dir);
	struct prober *p = prober_new("0123456789abcdef", 1000);
	char path[128];

	text_format(path, sizeof(path), "%s/spool.new", w->dir);
	assert_int_equal(mkdir(path, 0700), 0); /* as good as no room */
	prober_plan(p, bare_plan(), 1000);
	assert_int_equal(write_down(p, s, 1000), 1);
	assert_int_equal(write_down(p, s, 2000), 0); /* not yet again */
	assert_int_equal(write_down(p, s, 1000 + PROBER_REWRITE_MS), 1);
	assert_int_equal(rmdir(path), 0);
	prober_break(p, 2000 + PROBER_REWRITE_MS);
	assert_int_equal(write_down(p, s, 1000 + 2 * PROBER_REWRITE_MS), 0);
	prober_free(p);
	spoolfile_close(s);
	s = spoolfile_open(w->dir);
	p = prober_new("fedcba9876543210", 1000);
	assert_int_equal(spoolfile_read(s, bring_back, p), 0);
	assert_string_equal(prober_spool(p), "0123456789abcdef");
	spoolfile_close(s);
	prober_free(p);
}

static void
test_the_mail_to_the_last_resort(void **state)
{
	char from[] = "sunwatch@kahu.example", one[] = "moana@kahu.example",
	     bad[] = "eve@x>\nBcc: y@z", two[] = "tom@kahu.example",
	     three[] = "isla@kahu.example", site[] = "Kahu";
	char *to[] = { one, bad, two, three, NULL };
	struct agent a = { .mail_from = from, .mail_to = to, .site = site };
	size_t length;
	char *mail =
	    tell_text(&a, "K\xc4\x81hu is silent.\nBcc: eve@evil.example",
		"key/1", 1795320127000, &length);

	(void)state;
	assert_int_equal(strlen(mail), length);
	assert_non_null(strstr(mail,
	    "\r\nFrom: \"Kahu\"\r\n <sunwatch@kahu.example>\r\n"
	    "To: <moana@kahu.example>,\r\n <tom@kahu.example>,\r\n"
	    " <isla@kahu.example>\r\n"
	    "Subject: =?UTF-8?B?"));
	assert_true(strstr(mail, "\nBcc") > strstr(mail, "\r\n\r\n"));
	assert_non_null(strstr(mail, "Date: Sun, 22 Nov 2026 04:02:07 +0000"));
	assert_non_null(strstr(mail, "X-Sunwatch-Merge-Key: key/1\r\n"));
	assert_non_null(
	    strstr(mail, "\r\n\r\nK=C4=81hu is silent.\r\nBcc: eve"));
	free(mail);
}

static struct fetcher *
mails_of(struct agent *a, char *ca)
{
	char from[] = "sunwatch@kahu.example", to[] = "moana@kahu.example",
	     server[] = "smtp://127.0.0.1:1", name[] = "akl-1";
	char *all[] = { to, NULL };
	const struct plan plan = { .agent = name,
		.region = name,
		.site = name,
		.mail_server = server,
		.mail_from = from,
		.mail_to = all,
		.mail_ca = ca };
	struct prober_action what = { .what = PROBER_TELL };

	text_copy(what.text, sizeof(what.text), "silence");
	text_copy(what.merge_key, sizeof(what.merge_key), "key");
	tell_plan(a, &plan);
	tell(a, &what);
	assert_non_null(a->mail);
	tell_cancel(a);
	return a->mails;
}

/* By the authorities of the plan, the newest ones; bad ones keep no mail. */
static void
test_a_private_authority_of_the_mail_server(void **state)
{
	struct agent a = { .base = event_base_new() };
	struct world *w = *state;
	char path[128], why[CERTIFICATES_WHY], bad[] = "none", *pem;

	lab_run(w->dir,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -keyout self.key -out self.pem -subj /CN=mail.test");
	snprintf(path, sizeof(path), "%s/self.pem", w->dir);
	pem = certificates_read(path, PLAN_CA_MAX, why);
	assert_non_null(mails_of(&a, pem));
	assert_false(a.mails_stale);
	assert_non_null(mails_of(&a, bad));
	assert_non_null(mails_of(&a, NULL));
	free(pem);
	fetcher_free(a.mails);
	event_base_free(a.base);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_exchange),
		cmocka_unit_test(test_unreadable_parts),
		cmocka_unit_test(test_odd_exchanges),
		cmocka_unit_test(test_no_more_shards_than_there_can_be),
		cmocka_unit_test(test_orders),
		T(test_plan_is_kept_whole),
		T(test_spool_comes_back),
		T(test_spool_on_a_full_disk),
		T(test_spool_torn_anywhere),
		T(test_spool_after_loss_of_power),
		T(test_spool_damaged),
		T(test_spool_begun_on_a_full_disk),
		cmocka_unit_test(test_the_mail_to_the_last_resort),
		T(test_a_private_authority_of_the_mail_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

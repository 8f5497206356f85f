/* tell: the last resort is told by mail, by the agent itself; see agent.h. */
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/mail.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TIMEOUT_MS 30000
#define SUBJECT_MAX 120

static void
clear(struct agent *a)
{
	for (char **to = a->mail_to; to != NULL && *to != NULL; to++)
		free(*to);
	free(a->mail_to);
	free(a->mail_server);
	free(a->mail_from);
	free(a->mail_user);
	if (a->mail_password != NULL)
		explicit_bzero(a->mail_password, strlen(a->mail_password));
	free(a->mail_password);
	free(a->mail_ca);
	free(a->site);
	free(a->name);
	free(a->region);
	a->mail_to = NULL;
	a->mail_server = a->mail_from = a->mail_user = NULL;
	a->mail_password = a->mail_ca = a->site = a->name = a->region = NULL;
}

static char *
copy(const char *from)
{
	return from != NULL ? mem_text(from) : NULL;
}

/* The plan will be the prober's: keep what is needed to tell. */
void
tell_plan(struct agent *a, const struct plan *plan)
{
	size_t count = 0;

	a->mails_stale =
	    a->mails_stale || text_differs(a->mail_ca, plan->mail_ca);
	clear(a);
	a->mail_ca = copy(plan->mail_ca);
	a->mail_server = copy(plan->mail_server);
	a->mail_from = copy(plan->mail_from);
	a->mail_user = copy(plan->mail_user);
	a->mail_password = copy(plan->mail_password);
	a->site = copy(plan->site);
	a->name = copy(plan->agent);
	a->region = copy(plan->region);
	while (plan->mail_to != NULL && plan->mail_to[count] != NULL)
		count++;
	a->mail_to = mem_alloc((count + 1) * sizeof(*a->mail_to));
	for (size_t i = 0; i < count; i++)
		a->mail_to[i] = mem_text(plan->mail_to[i]);
}

/* One thread for what all agents tell of the same silence. */
static void
add_ids(struct text *t, const char *merge_key, const char *domain)
{
	char hash[SIGN_HEX], id[33];

	sign_sha256(merge_key, strlen(merge_key), hash);
	sign_random(id, 32);
	text_addf(t, "Message-ID: <%s@%s>\r\n", id, domain);
	text_addf(t, "References: <%.32s@%s>\r\n", hash, domain);
	mail_add_text(t, "X-Sunwatch-Merge-Key", merge_key);
}

/*
 * To all of them, in the one line that there may be of it (many servers refuse
 * a second one); who is no address is left out.
 */
static void
add_people(struct text *t, const struct agent *a)
{
	const char *before = "To: ";

	for (char **to = a->mail_to; *to != NULL; to++) {
		if (!mail_address_is_good(*to))
			continue;
		text_addf(t, "%s<%s>", before, *to);
		before = ",\r\n ";
	}
	if (before[0] == ',')
		text_add(t, "\r\n");
}

char *
tell_text(const struct agent *a, const char *text, const char *merge_key,
    int64_t now_ms, size_t *length)
{
	char subject[SUBJECT_MAX];
	struct text t = { 0 };

	text_copy(subject, sizeof(subject), text);
	mail_add_date(&t, now_ms);
	mail_add_mailbox(&t, "From", a->site, a->mail_from);
	add_people(&t, a);
	mail_add_text(&t, "Subject", subject);
	add_ids(&t, merge_key, strchr(a->mail_from, '@') + 1);
	mail_end_header(&t);
	mail_add_body(&t, text, strlen(text));
	mail_add_line(&t, "");
	mail_add_line(&t,
	    "This agent writes by itself, because those who should do it are "
	    "silent.");
	mail_add_line(&t, "Other agents may write the same.");
	*length = t.length;
	return text_take(&t);
}

static void
on_mailed(void *arg, const struct fetch_result *r)
{
	struct agent *a = arg;
	int64_t now_ms = agent_now(a);

	a->mail = NULL;
	CRASH_POINT("agent-told");
	if (r->failure == FETCH_OK)
		log_info("last resort: told by mail");
	else
		log_warnx("last resort: not told: %s", r->error);
	prober_told(a->prober, r->failure == FETCH_OK, now_ms);
	agent_turn_soon(a);
}

/*
 * A mail server is not the collector's relation: it is verified by what the
 * plan says, or else by the system's authorities.
 */
static void
make_mails(struct agent *a)
{
	struct fetcher_options o = { .user_agent = AGENT_NAME,
		.ca_pem = a->mail_ca };

	if (a->mails != NULL && !a->mails_stale)
		return;
	fetcher_free(a->mails);
	a->mails = fetcher_new(a->base, &o);
	a->mails_stale = false;
	if (a->mails != NULL)
		return;
	log_warnx("last resort: mail_ca of the plan cannot be used");
	o.ca_pem = NULL;
	a->mails = fetcher_new(a->base, &o);
}

void
tell(struct agent *a, const struct prober_action *what)
{
	struct fetch_request request = { .url = a->mail_server,
		.timeout_ms = TIMEOUT_MS,
		.mail_from = a->mail_from,
		.mail_to = (const char *const *)a->mail_to,
		.user = a->mail_user,
		.password = a->mail_password };
	char *body;

	log_warnx("%s", what->text);
	if (a->mail_server == NULL || a->mail_from == NULL ||
	    !mail_address_is_good(a->mail_from) || a->mail_to == NULL ||
	    a->mail_to[0] == NULL) {
		log_warnx("last resort: the plan names nobody to tell");
		prober_told(a->prober, false, clock_now_ms());
		return;
	}
	make_mails(a);
	if (a->mails == NULL) {
		prober_told(a->prober, false, clock_now_ms());
		return;
	}
	body = tell_text(a, what->text, what->merge_key, clock_now_ms(),
	    &request.body_length);
	request.body = body;
	CRASH_POINT("agent-before-tell");
	a->mail = fetch_start(a->mails, &request, on_mailed, a);
	free(body);
}

void
tell_cancel(struct agent *a)
{
	if (a->mail != NULL)
		fetch_cancel(a->mail);
	a->mail = NULL;
	clear(a);
}

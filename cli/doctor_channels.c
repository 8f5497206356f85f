/* doctor_channels: whether each way to people leads anywhere. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <curl/curl.h>

#include "cli/doctor.h"
#include "lib/text.h"
#include "pager/incident.h"

#define CONNECT_MS 5000L

/* A connection, with TLS where there is any, and no word on it. */
static void
look_at_server(struct doctor *d, const struct channel_settings *s,
    const char *url, const char *protocols)
{
	CURL *easy = curl_easy_init();
	CURLcode code;

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, CONNECT_MS);
	if (s->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, s->ca_file);
	code = curl_easy_perform(easy);
	curl_easy_cleanup(easy);
	if (code == CURLE_OK)
		doctor_find(d, FINDING_GOOD, "channel", "%s: %s answers",
		    s->name, url);
	else
		doctor_find(d, FINDING_BAD, "channel", "%s: %s: %s", s->name,
		    url, curl_easy_strerror(code));
}

/* By its mode alone: it is the pager's user who is to run it. */
static void
look_at_command(struct doctor *d, const struct channel_settings *s)
{
	const char *path = *(char *const *)s->run.items;
	struct stat st;

	if (stat(path, &st) == -1)
		doctor_find(d, FINDING_BAD, "channel", "%s: %s: %s", s->name,
		    path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 0111) == 0)
		doctor_find(d, FINDING_BAD, "channel",
		    "%s: %s is no program that can be run", s->name, path);
	else if ((st.st_mode & S_IWOTH) != 0)
		doctor_find(d, FINDING_DOUBT, "channel",
		    "%s: everybody may write to %s", s->name, path);
	else
		doctor_find(d, FINDING_GOOD, "channel", "%s: %s can be run",
		    s->name, path);
}

static bool
only_terminal(const struct person *p)
{
	CONF_EACH (const struct reach, r, &p->reach)
		if (r->channel != CHANNEL_TERMINAL)
			return false;
	return true;
}

/* Nobody may be on a ladder whom no message reaches. */
static void
look_at_people(struct doctor *d)
{
	struct text near = { 0 };

	CONF_EACH (const struct person, p, &d->settings->people)
		if (p->reach.count == 0)
			doctor_find(d, FINDING_BAD, "people",
			    "%s cannot be reached at all", p->name);
		else if (only_terminal(p))
			text_addf(&near, "%s%s", near.length > 0 ? ", " : "",
			    p->name);
	if (near.length > 0)
		doctor_find(d, FINDING_DOUBT, "people",
		    "reached only where the pager's terminal is: %s",
		    near.data);
	text_clear(&near);
}

void
doctor_channels(struct doctor *d)
{
	CONF_EACH (const struct channel_settings, s, &d->settings->channels)
		if (s->kind == CHANNEL_MAIL && s->server != NULL)
			look_at_server(d, s, s->server, "smtp,smtps");
		else if ((s->kind == CHANNEL_WEBHOOK ||
			     s->kind == CHANNEL_NTFY) &&
		    s->url != NULL)
			look_at_server(d, s, s->url, "http,https");
		else if (s->kind == CHANNEL_SMS)
			look_at_server(d, s, settings_twilio_url(s),
			    "http,https");
		else if (s->kind == CHANNEL_COMMAND)
			look_at_command(d, s);
		else
			doctor_find(d, FINDING_GOOD, "channel", "%s", s->name);
	look_at_people(d);
}

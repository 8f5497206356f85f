/* doctor_certificate: those that the listeners show, and how long they last. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "cli/doctor.h"
#include "lib/text.h"

#define SOON_DAYS 21

static void
report(struct doctor *d, const char *name, const char *file, const X509 *x)
{
	time_t now = (time_t)(d->now_ms / 1000);
	int days = 0, seconds = 0;
	ASN1_TIME *at = ASN1_TIME_set(NULL, now);

	if (at == NULL ||
	    ASN1_TIME_diff(&days, &seconds, at, X509_get0_notAfter(x)) != 1)
		doctor_find(d, FINDING_BAD, "tls", "listen.%s: %s: %s", name,
		    file, "its end cannot be read");
	else if (days < 0 || seconds < 0)
		doctor_find(d, FINDING_BAD, "tls",
		    "listen.%s: %s ended %d days ago", name, file, -days);
	else if (X509_cmp_time(X509_get0_notBefore(x), &now) > 0)
		doctor_find(d, FINDING_BAD, "tls",
		    "listen.%s: %s is not valid yet", name, file);
	else
		doctor_find(d, days < SOON_DAYS ? FINDING_DOUBT : FINDING_GOOD,
		    "tls", "listen.%s: %s is good for %d days", name, file,
		    days);
	ASN1_TIME_free(at);
}

static void
look_at(struct doctor *d, const char *name, const struct listen *l)
{
	FILE *f = fopen(l->certificate, "re");
	X509 *x = f != NULL ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

	if (f == NULL)
		doctor_find(d, FINDING_BAD, "tls", "listen.%s: %s: %s", name,
		    l->certificate, strerror(errno));
	else if (x == NULL)
		doctor_find(d, FINDING_BAD, "tls",
		    "listen.%s: %s holds no certificate", name, l->certificate);
	else
		report(d, name, l->certificate, x);
	X509_free(x);
	if (f != NULL)
		fclose(f);
}

void
doctor_certificates(struct doctor *d)
{
	const struct {
		const char *name;
		const struct listen *listen;
	} all[] = {
		{ "agents", &d->settings->listen_agents },
		{ "pages", &d->settings->listen_pages },
		{ "pager", &d->settings->listen_pager },
		{ "metrics", &d->settings->listen_metrics },
		{ "alerts", &d->settings->listen_alerts },
		{ "console", &d->settings->listen_console },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].listen->certificate != NULL)
			look_at(d, all[i].name, all[i].listen);
}

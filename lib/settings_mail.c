/* settings_mail: what a tree says of mail and keeps in another file. */
#include <stdlib.h>

#include "lib/certificates.h"
#include "lib/log.h"
#include "lib/plan.h"
#include "lib/settings.h"

void
settings_read_mail_ca(struct settings *s)
{
	const struct channel_settings *mail = settings_channel(s, CHANNEL_MAIL);
	char why[CERTIFICATES_WHY];

	free(s->mail_ca);
	s->mail_ca = NULL;
	if (mail == NULL || mail->ca_file == NULL)
		return;
	s->mail_ca = certificates_read(mail->ca_file, PLAN_CA_MAX, why);
	if (s->mail_ca == NULL)
		log_warnx("%s: not given to agents: %s", mail->ca_file, why);
}

/*
 * lms_switch: where the training LMS is broken and healed, on a port that
 * no failure touches; see lms.h.
 */
#include <string.h>

#include "cli/lms.h"
#include "lib/text.h"

static void
show_switch(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	struct text form = { 0 };

	for (int i = 0; i < LMS_FAILURES; i++)
		text_addf(&form,
		    "<p><label><input type=\"radio\" name=\"kind\" "
		    "value=\"%s\"%s> %s: %s</label></p>",
		    lms_failure_text((enum lms_failure)i),
		    (int)l->failure == i ? " checked" : "",
		    lms_failure_text((enum lms_failure)i),
		    lms_failure_meaning((enum lms_failure)i));
	lms_page(r, 200, "Break the training LMS",
	    "<body><h1>The training LMS: %s</h1>"
	    "<form method=\"post\" action=\"/switch\">%s"
	    "<button>Set</button></form></body>",
	    lms_failure_meaning(l->failure), form.data);
	text_clear(&form);
}

static void
set_switch(void *arg, struct serve_request *r)
{
	struct lms *l = arg;
	char kind[32];
	int failure;

	if (serve_form(r, "kind", kind, sizeof(kind)) == NULL) {
		serve_fail(r, 400, "kind: missing");
		return;
	}
	if ((failure = lms_failure_parse(kind)) == -1) {
		serve_fail(r, 400, "kind: \"%s\" is no kind of failure", kind);
		return;
	}
	lms_break(l, (enum lms_failure)failure);
	serve_set_header(r, "Location", "/switch");
	serve_answerf(r, 303, "text/plain", "%s\n", kind);
}

static void
steady(void *arg, struct serve_request *r)
{
	(void)arg;
	lms_page(r, 200, "Harbour College",
	    "<body><h1>Harbour College</h1><p>A site that no switch "
	    "touches.</p></body>");
}

static void
canary(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answer(r, 200, "text/plain", "tweet\n", 6);
}

const struct serve_route lms_panel_routes[] = {
	{ "GET", "/", 0, steady },
	{ "GET", "/switch", 0, show_switch },
	{ "POST", "/switch", 256, set_switch },
	{ NULL },
};

const struct serve_route lms_canary_routes[] = {
	{ "GET", "/canary/*", 0, canary },
	{ NULL },
};

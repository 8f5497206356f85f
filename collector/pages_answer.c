/* pages_answer: see pages_answer.h. */
#include "collector/pages_access.h"
#include "collector/pages_answer.h"
#include "collector/pages_view.h"
#include "lib/serve.h"
#include "lib/text.h"

void
pages_answer(struct serve_request *r, int status, const void *body,
    size_t length)
{
	serve_set_header(r, "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors 'none'");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_set_header(r, "Referrer-Policy", "no-referrer");
	serve_answer(r, status, "text/html; charset=utf-8", body, length);
}

void
pages_notice(struct serve_request *r, int status, const char *title,
    const char *html)
{
	struct text t = { 0 };

	view_notice(title, html, &t);
	serve_set_header(r, "Cache-Control", "no-store");
	pages_answer(r, status, t.data, t.length);
	text_clear(&t);
}

static void
ask_for_token(struct serve_request *r)
{
	pages_notice(r, 401, "Access token wanted",
	    "<p>There is no such page, or it needs its access "
	    "token.</p>\n<form method=\"post\"><label>Token <input "
	    "type=\"password\" name=\"token\" "
	    "autocomplete=\"current-password\"></label> "
	    "<button>Show</button></form>");
}

void
pages_refuse(struct serve_request *r, const struct settings *s)
{
	if (access_any_private(s))
		ask_for_token(r);
	else
		pages_notice(r, 404, "Not found",
		    "<p>There is no such page.</p>");
}

void
pages_no_report(struct serve_request *r)
{
	pages_notice(r, 404, "Not found", "<p>There is no such report.</p>");
}

void
pages_refuse_report(struct serve_request *r, const struct client *c)
{
	if (access_is_possible(c, ACCESS_REPORTS))
		ask_for_token(r);
	else
		pages_no_report(r);
}

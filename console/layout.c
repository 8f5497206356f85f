/* layout: see layout.h. */
#include <string.h>

#include "console/layout.h"
#include "console/role.h"

static void
add_head(struct text *t, const char *title)
{
	text_add(t,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">"
	    "<meta name=\"robots\" content=\"noindex\">"
	    "<link rel=\"stylesheet\" href=\"/console.css\">"
	    "<link rel=\"icon\" href=\"data:,\">"
	    "<script src=\"/console.js\" defer></script><title>");
	text_add_html(t, title);
	text_add(t,
	    " - Sunwatch</title></head>\n<body>\n"
	    "<a class=\"skip\" href=\"#main\">Skip to what this page is "
	    "about</a>\n");
}

static void
add_navigation(struct text *t, const struct console_page *here)
{
	text_add(t, "<nav aria-label=\"Pages\"><ul>\n");
	for (size_t i = 0; console_pages[i] != NULL; i++) {
		const struct console_page *p = console_pages[i];

		if (p->label == NULL)
			continue;
		text_add(t, "<li><a href=\"");
		text_add_html(t, p->path);
		text_addf(t, "\"%s>",
		    p == here ? " aria-current=\"page\"" : "");
		text_add_html(t, p->label);
		text_add(t, "</a></li>\n");
	}
	text_add(t, "</ul></nav>\n");
}

static void
add_who(struct text *t, const struct console_view *v)
{
	text_add(t, "<div class=\"who\">");
	console_add_form(t, v, "/logout");
	text_add(t, "<span>");
	text_add_html(t, v->person->name);
	text_addf(t, ", %s</span> ",
	    role_text((enum console_role)v->person->role));
	text_add(t, "<button>Log out</button></form></div>\n");
}

char *
console_layout(const struct console_page *page, const struct console_view *v,
    const char *inside)
{
	struct text t = { 0 };

	add_head(&t, page->title);
	text_add(&t, "<header>");
	add_navigation(&t, page);
	add_who(&t, v);
	text_add(&t,
	    "<p id=\"live\" role=\"status\"></p></header>\n"
	    "<main id=\"main\" tabindex=\"-1\">\n");
	text_add(&t, inside);
	text_add(&t, "</main>\n<footer><p>Times are those of ");
	text_add_html(&t, v->person->zone);
	text_add(&t, ", as of ");
	console_add_full(&t, v, v->now_ms);
	text_add(&t, ".</p></footer>\n</body></html>\n");
	return text_take(&t);
}

static void
add_door_form(struct text *t, const struct console_door *d)
{
	text_add(t,
	    "<form method=\"post\" action=\"/login\">"
	    "<p><label for=\"name\">Name</label>"
	    "<input id=\"name\" name=\"name\" autocomplete=\"username\" "
	    "autocapitalize=\"none\" spellcheck=\"false\" required "
	    "maxlength=\"63\" value=\"");
	text_add_html(t, d->name != NULL ? d->name : "");
	text_add(t,
	    "\"></p>\n<p><label for=\"password\">Password</label>"
	    "<input id=\"password\" name=\"password\" type=\"password\" "
	    "autocomplete=\"current-password\" required "
	    "maxlength=\"200\"></p>\n"
	    "<input type=\"hidden\" name=\"next\" value=\"");
	text_add_html(t, d->next != NULL ? d->next : "/");
	text_add(t, "\"><button>Log in</button></form>\n");
}

char *
console_door_page(const struct console_door *d)
{
	struct text t = { 0 };

	add_head(&t, d->form ? "Log in" : "Console");
	text_add(&t, "<main id=\"main\" tabindex=\"-1\">\n<h1>");
	text_add(&t, d->form ? "Log in</h1>\n" : "Sunwatch</h1>\n");
	if (d->notice != NULL) {
		text_addf(&t, "<p class=\"notice%s\" role=\"%s\">",
		    d->refused ? " refused" : "",
		    d->refused ? "alert" : "status");
		text_add_html(&t, d->notice);
		text_add(&t, "</p>\n");
	}
	if (d->form)
		add_door_form(&t, d);
	else
		text_add(&t, "<p><a href=\"/\">To the console</a></p>\n");
	text_add(&t, "</main>\n</body></html>\n");
	return text_take(&t);
}

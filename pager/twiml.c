/* twiml: see twiml.h. */
#include "lib/text.h"
#include "pager/twiml.h"

static void
add_xml(struct text *t, const char *text)
{
	struct text plain = { 0 };

	text_add_plain(&plain, text);
	text_add_html(t, plain.data);
	text_clear(&plain);
}

char *
twiml_message(const char *text)
{
	struct text t = { 0 };

	text_add(&t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>");
	if (text != NULL && text[0] != '\0') {
		text_add(&t, "<Message>");
		add_xml(&t, text);
		text_add(&t, "</Message>");
	}
	text_add(&t, "</Response>\n");
	return text_take(&t);
}

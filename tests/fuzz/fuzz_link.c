/*
 * fuzz_link: a token that we did not make is never good, and whatever JSON
 * an incident is, its page is one page without script.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pager/link_page.h"
#include "pager/link_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char name[] = "aroha", zone[] = "Pacific/Auckland";
static struct person person = { .name = name, .zone = zone };
static struct settings settings = { .people = { &person, 1 } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	struct link_view view = { .settings = &settings,
		.person = &person,
		.now_ms = 1795312800000 };
	char again[LINK_TOKEN_MAX], *text = malloc(length + 1), *html;
	struct link_token token;

	memcpy(text, data, length);
	text[length] = '\0';
	if (link_token_read("secret", text, &token)) {
		/* Only what we would have made is good. */
		assert(link_token_make("secret", &token, again, sizeof(again)));
		assert(strcmp(text, again) == 0);
	}
	view.incident = view.notice = text;
	html = link_page(&view);
	assert(strstr(html, "<script") == NULL);
	assert(strstr(html, "</html>\n") == html + strlen(html) - 8);
	free(html);
	free(text);
	return 0;
}

/*
 * fuzz_http: a request head is refused with a reason, or whole and clean.
 * The first line of the data is a query as well.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/http_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect_clean(const char *text)
{
	for (; *text != '\0'; text++)
		assert((unsigned char)*text >= ' ' || *text == '\t');
}

static void
expect_good(const struct http_head *h)
{
	size_t i;

	assert(h->method[0] != '\0' && h->path[0] == '/');
	expect_clean(h->method);
	expect_clean(h->path);
	assert(h->count <= HTTP_FIELDS_MAX && h->length >= 0);
	for (i = 0; i < h->count; i++) {
		expect_clean(h->fields[i].name);
		expect_clean(h->fields[i].value);
		assert(http_head_field(h, h->fields[i].name) != NULL);
	}
	assert(http_head_field(h, "Transfer-Encoding") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	char *text = malloc(length + 1), value[16];
	size_t size = http_head_size((const char *)data, length);
	struct http_head head;
	const char *error = NULL, *found;
	int status;

	assert(size <= length);
	memcpy(text, data, length);
	text[length] = '\0';
	found = http_param(text, length, "a", value, sizeof(value));
	assert(found == NULL || strlen(found) < sizeof(value));
	/* Whole heads as the server cuts them, and whatever else. */
	status = http_head_parse(text, size > 0 ? size : length, &head, &error);
	if (status == 0)
		expect_good(&head);
	else
		assert(status >= 400 && status <= 505 && error != NULL);
	free(text);
	return 0;
}

/*
 * fuzz_form: what a browser hands in (forms, cookies), and how instants and
 * addresses are written by people.
 *
 * A button that is not refused is a command of the link's own person; nothing
 * is cut, and nothing comes through that was not asked for.
 */
#include <jansson.h>
#include <sys/socket.h>

#include "cli/when.h"
#include "lib/civil.h"
#include "lib/serve.h"
#include "lib/serve_parts.h"
#include "pager/link_form.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_tree.h"

#define NOW INT64_C(1795348800000)

static void
try_form(const char *body, size_t length)
{
	static const struct link_token token = { "INC-000042", "aroha",
		"i-000000123" };
	char error[160] = "";
	char *command = link_form(body, length, &token, fuzz_settings(), error);
	const char *note;
	json_t *o;

	if (command == NULL) {
		must(error[0] != '\0');
		return;
	}
	o = json_loads(command, JSON_REJECT_DUPLICATES, NULL);
	must(o != NULL);
	must(strcmp(json_string_value(json_object_get(o, "person")), "aroha") ==
	    0);
	must(strcmp(json_string_value(json_object_get(o, "incident")),
		 "INC-000042") == 0);
	must(json_is_string(json_object_get(o, "command")));
	note = json_string_value(json_object_get(o, "note"));
	must(note == NULL || strlen(note) <= LINK_NOTE_MAX);
	json_decref(o);
	free(command);
}

static void
try_cookie(const char *text)
{
	char value[16];

	if (serve_cookie_find(text, "sid", value, sizeof(value)))
		must(strlen(value) < sizeof(value) &&
		    strchr(value, ';') == NULL);
}

static void
try_instant(const char *text)
{
	char why[160], utc[40];
	int64_t at_ms, to_ms;
	struct civil_date date;

	if (civil_parse(text, &at_ms)) {
		must(at_ms >= -INT64_C(86400000) &&
		    at_ms < INT64_C(3200000000000));
		civil_utc(at_ms, utc, sizeof(utc));
		must(civil_parse(utc, &to_ms) && to_ms / 1000 == at_ms / 1000);
	}
	if (civil_date_parse(text, &date))
		must(date.month >= 1 && date.month <= 12);
	if (when_range(text, "Pacific/Auckland", NOW, &at_ms, &to_ms, why))
		must(at_ms < to_ms);
}

static void
try_address(const char *text)
{
	struct sockaddr_storage where;
	unsigned char key[16];
	char peer[46];

	if (serve_address_parse(text, &where) == 0)
		return;
	(void)serve_address_key((const struct sockaddr *)&where, true, key,
	    peer);
	must(peer[0] != '\0' && strlen(peer) < sizeof(peer));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	try_form(text, size);
	try_cookie(text);
	try_instant(text);
	try_address(text);
	free(text);
	return 0;
}

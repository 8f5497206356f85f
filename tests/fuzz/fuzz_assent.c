/*
 * assent: commands of people as the collector's socket hands them in: whom one
 * is about, and which shards are asked.  The first byte says how many there
 * are.
 */
#include "tests/fuzz/fuzz.h"

#include "collector/assent.h"
#include "collector/scope.h"
#include "tests/fuzz/fuzz_tree.h"

/* Clients in the order of their names, each once. */
static void
check_scope(const struct settings *s, const json_t *request, bool past)
{
	char error[200] = "";
	struct scope scope;

	if (!(past ? scope_read_past : scope_read)(s, request, &scope, error))
		must(error[0] != '\0');
	for (size_t i = 0; i < scope.count; i++) {
		must(scope.items[i].whole || scope.items[i].count > 0);
		must(i == 0 ||
		    scope.items[i - 1].client != scope.items[i].client);
	}
	scope_clear(&scope);
}

static void
check_assent(const struct settings *s, const json_t *request)
{
	char error[300] = "";
	uint64_t shards = assent_shards(s, request, error);
	struct assent a = { 0 };
	json_t *answer;

	must((shards == 0) == (error[0] != '\0'));
	must(s->shards == 64 || shards >> s->shards == 0);
	if (!assent_is_clear(&a, s, request, error))
		must(error[0] != '\0');
	answer = assent_answer(&a);
	must(json_is_object(answer));
	json_decref(answer);
	assent_clear(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *s = fuzz_settings();
	json_t *request;

	if (size < 1)
		return 0;
	s->shards = 1 + data[0] % 64;
	request = json_loadb((const char *)data + 1, size - 1,
	    JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(request)) {
		check_scope(s, request, false);
		check_scope(s, request, true);
		check_assent(s, request);
	}
	json_decref(request);
	return 0;
}

/* fuzz_exchange: nothing beyond the limits is believed of an answer. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agent/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
on_order(void *arg, const char *endpoint)
{
	int *count = arg;

	assert(strlen(endpoint) <= WIRE_NAME_MAX);
	assert(++*count <= ORDERS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	struct exchange x;
	int count = 0;

	if (exchange_parse((const char *)data, length, &x) == 0) {
		assert(x.answer.have_count <= WIRE_PARTS_MAX);
		for (size_t i = 0; i < x.answer.have_count; i++)
			assert(x.answer.have[i].shard < WIRE_PARTS_MAX &&
			    x.answer.have[i].have >= 0);
		assert(x.answer.pager_age_ms >= 0);
		assert(x.answer.their_sent_ms >= 0);
	}
	orders_parse((const char *)data, length, on_order, &count);
	return 0;
}

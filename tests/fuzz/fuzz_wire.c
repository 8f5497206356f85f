/*
 * Batches from hostile bytes: request, part, envelope and observation.
 *
 * What is accepted is written again and read again, and is then the same;
 * what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
part_again(const struct wire_decoded *d)
{
	char error[160];
	struct wire_decoded *back;
	struct wire_bytes once, twice;

	wire_encode_part(&d->part, &once);
	if (once.length <= WIRE_PART_MAX) {
		back = wire_decode_part(once.data, once.length, error);
		must(back != NULL && back->refused == 0);
		must(back->part.count == d->part.count);
		wire_encode_part(&back->part, &twice);
		must(twice.length == once.length);
		must(memcmp(once.data, twice.data, once.length) == 0);
		wire_bytes_clear(&twice);
		wire_decoded_free(back);
	}
	wire_bytes_clear(&once);
}

static void
try_part(const char *data, size_t size)
{
	char error[160];
	struct wire_decoded *d = wire_decode_part(data, size, error);

	must((d == NULL) == (error[0] != '\0'));
	if (d == NULL)
		return;
	must((d->refused == 0) == (d->error[0] == '\0'));
	part_again(d);
	wire_decoded_free(d);
}

static void
try_request(const char *data, size_t size)
{
	static struct wire_request r;
	char error[160];

	if (wire_decode_request(data, size, &r, error) != 0) {
		must(error[0] != '\0');
		return;
	}
	for (size_t i = 0; i < r.count; i++)
		try_part(r.parts[i].data, r.parts[i].length);
}

static void
try_envelope(const char *data, size_t size)
{
	char buffer[160], error[160];
	struct wire_envelope e;

	if (wire_decode_envelope(data, size, &e, buffer, error) != 0) {
		must(error[0] != '\0');
		return;
	}
	must(strlen(e.agent) <= 63 && strlen(e.region) <= 63);
	try_part(e.part, e.part_length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	char endpoint[WIRE_NAME_MAX + 1], error[160];
	struct observation o;

	try_part(bytes, size);
	try_request(bytes, size);
	try_envelope(bytes, size);
	if (wire_decode_observation(bytes, size, &o, endpoint, error) == 0)
		must(o.endpoint == endpoint && strlen(o.detail) < DETAIL_MAX);
	return 0;
}

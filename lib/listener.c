/* listener: see listener.h. */
#include "lib/listener.h"
#include "lib/serve.h"
#include "lib/settings.h"

struct serve *
listener_new(struct event_base *base, const struct listen *l,
    const struct serve_route *routes, void *arg, char error[160])
{
	const struct serve_options options = {
		.address = l->address,
		.certificate = l->certificate,
		.key = l->key,
		.per_address_max = (int)l->connections,
		.rate = (int)l->rate,
	};

	return serve_new(base, &options, routes, arg, error);
}

void
listener_configure(struct serve *s, const struct listen *l)
{
	serve_limit(s, (int)l->connections, (int)l->rate);
	serve_renew(s, l->certificate, l->key);
}

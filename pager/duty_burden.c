/* duty_burden: who was on watch, for the reckoning of what that asked. */
#include "pager/burden.h"
#include "pager/duty_rotas.h"

void
duty_burden(const struct duty *d, struct burden *b, int64_t now_ms)
{
	for (size_t i = 0; i < d->rotas->row_count; i++) {
		const struct rota_row *row = &d->rotas->rows[i];

		burden_had(b,
		    &(struct burden_hours){ row->rota, row->person,
			row->secondary, row->uid, row->from_ms, row->to_ms });
	}
	CONF_EACH (const struct rota, rota, &d->settings->rotas)
		burden_since(b, rota, d->overrides, d->override_count, now_ms);
}

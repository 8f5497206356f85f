#ifndef CLI_ROTAS_H
#define CLI_ROTAS_H

#include "cli/cli.h"
#include "lib/ladder.h"
#include "lib/rota.h"
#include "lib/settings.h"

/* rotas: what "check" and "rota check" share. */

#define ROTAS_DAYS 400 /* promise 7 */

/*
 * Prove one rota from an instant on and print every fault, or one line that
 * there is none.  Faults go into list as objects instead when it is not
 * NULL.  Return how many are not waived.
 */
size_t rotas_prove(struct cli *, const struct rota *, const struct override *,
    size_t count, int64_t from_ms, int days, json_t *list);

/* Does each ladder have somebody to call all the time?  The same, of all. */
size_t rotas_prove_ladders(struct cli *, const struct settings *,
    const struct override *, size_t count, int64_t from_ms, int days,
    json_t *list);

/* --from and --days, as far as given; false: complained about. */
bool rotas_period(struct cli *, const struct cli_arguments *, int64_t *from_ms,
    int64_t *days);

#endif

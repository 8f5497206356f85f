/*
 * Long lists of incidents.  A message has to leave by every channel, so rows
 * have an end; what follows is listed by number, in ranges, and none is left
 * out without a word.
 */
#include <inttypes.h>

#include "pager/duty_words.h"

/* Those without a row of their own. */
struct rest {
	size_t count, unnamed;
	uint64_t from, to; /* the range that is being put together; 0: none */
	struct text numbers;
};

static void
end_range(struct rest *r)
{
	const char *comma = r->numbers.length > 0 ? ", " : "";

	if (r->from == 0)
		return;
	if (r->numbers.length >= LIST_NUMBERS_MAX)
		r->unnamed += (size_t)(r->to - r->from + 1);
	else if (r->from == r->to)
		text_addf(&r->numbers, "%sINC-%06" PRIu64, comma, r->from);
	else
		text_addf(&r->numbers, "%sINC-%06" PRIu64 " to INC-%06" PRIu64,
		    comma, r->from, r->to);
	r->from = 0;
}

static void
add_number(struct rest *r, uint64_t number)
{
	r->count++;
	if (r->from == 0 || number != r->to + 1) {
		end_range(r);
		r->from = number;
	}
	r->to = number;
}

static void
say_rest(struct duty_words *w, struct rest *r, const char *where)
{
	end_range(r);
	if (r->count == 0)
		return;
	text_addf(w->text, "  and %zu more: %s", r->count, r->numbers.data);
	if (r->unnamed > 0)
		text_addf(w->text, ", and %zu that are not listed here",
		    r->unnamed);
	text_addf(w->text, "\n  All of them with words: %s\n", where);
	text_clear(&r->numbers);
}

void
duty_say_list(struct duty_words *w, const char *where,
    bool wanted(const struct duty_words *, const struct incident *),
    void row(struct duty_words *, const struct incident *))
{
	size_t begin = w->text->length;
	struct rest rest = { 0 };

	for (int severity = 1; severity <= 4; severity++)
		for (const struct incident *inc = w->duty->incidents;
		     inc != NULL; inc = inc->hh.next) {
			if (inc->severity != severity || !wanted(w, inc))
				continue;
			if (w->text->length - begin < LIST_WORDS_MAX)
				row(w, inc);
			else
				add_number(&rest, inc->number);
		}
	say_rest(w, &rest, where);
}

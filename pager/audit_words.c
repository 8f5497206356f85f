/* audit_words: what the auditor has people told. */
#include "lib/civil.h"
#include "lib/text.h"
#include "pager/audit_parts.h"

static void
say_loop(const struct audit *a, const struct audit_case *c, int64_t now_ms,
    struct audit_action *out)
{
	char since[40], lasted[40];

	civil_utc(c->since_ms, since, sizeof(since));
	text_duration((out->over ? c->ended_ms : now_ms) - c->since_ms, lasted,
	    sizeof(lasted));
	if (out->over) {
		text_format(out->subject, sizeof(out->subject),
		    "Sunwatch's own auditor: the pager works again");
		text_format(out->text, sizeof(out->text),
		    "The pager of %s on %s works again. It stood still for %s, "
		    "since %s.",
		    a->site, a->host, lasted, since);
		return;
	}
	text_format(out->subject, sizeof(out->subject),
	    "Sunwatch's own auditor: the pager stands still");
	text_format(out->text, sizeof(out->text),
	    "The pager of %s on %s stands still since %s (%s). Pages may reach "
	    "nobody. %s%s",
	    a->site, a->host, since, lasted,
	    a->view.unheld > 0 ? "Open, and nobody has it: "
			       : "Nothing is known to wait for somebody.",
	    a->view.list);
}

static void
say_quiet(const struct audit *a, const struct audit_case *c,
    struct audit_action *out)
{
	char more[40] = "", lasted[40];

	if (out->over) {
		text_duration(c->ended_ms - c->since_ms, lasted,
		    sizeof(lasted));
		text_format(out->subject, sizeof(out->subject),
		    "Sunwatch's own auditor: %s is not quiet any more",
		    c->incident);
		text_format(out->text, sizeof(out->text),
		    "The pager of %s does again what it promises. %s had been "
		    "quiet for %s.",
		    a->site, c->incident, lasted);
		return;
	}
	text_copy(out->incident, sizeof(out->incident), c->incident);
	text_format(out->subject, sizeof(out->subject),
	    "Sunwatch's own auditor: %s is quieter than promised", c->incident);
	if (a->view.quiet > 1)
		text_format(more, sizeof(more), " So are %d more.",
		    a->view.quiet - 1);
	text_format(out->text, sizeof(out->text),
	    "%s, as far as is recorded.%s\nThe pager of %s does not do what it "
	    "promises. Please look after the incident, and after the pager.",
	    a->view.text, more, a->site);
}

void
audit_compose(const struct audit *a, enum audit_part part, int64_t now_ms,
    struct audit_action *out)
{
	const struct audit_case *c = &a->cases[part];
	char since[40];

	*out = (struct audit_action){ .what = AUDIT_TELL,
		.part = part,
		.over = c->state == AUDIT_TO_END,
		.repeat = c->repeat };
	civil_utc(c->since_ms, since, sizeof(since));
	if (part == AUDIT_LOOP) {
		since[13] = '\0'; /* the day and the hour */
		text_format(out->merge_key, sizeof(out->merge_key),
		    "sunwatch-silence/%.40s/%s", a->site, since);
		say_loop(a, c, now_ms, out);
	} else {
		text_format(out->merge_key, sizeof(out->merge_key),
		    "sunwatch-quiet/%.40s/%s/%s", a->site, c->incident, since);
		say_quiet(a, c, out);
	}
}

/* form: see form.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/form.h"
#include "lib/text.h"

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What a character stands for; used: how many bytes it takes; -1: nothing. */
static int
decode_one(const char *in, size_t left, size_t *used)
{
	*used = 1;
	if (*in == '+')
		return ' ';
	if (*in != '%')
		return *in == '\0' ? -1 : (unsigned char)*in;
	*used = 3;
	if (left < 3 || nibble(in[1]) < 0 || nibble(in[2]) < 0 ||
	    (in[1] == '0' && in[2] == '0'))
		return -1;
	return nibble(in[1]) << 4 | nibble(in[2]);
}

static bool
begin_field(struct form *f, char *at)
{
	if (f->count == FORM_FIELDS_MAX)
		return false;
	f->fields[f->count++] = (struct form_field){ at, NULL };
	return true;
}

/* "a=1&&b": as two fields, of which b has no value. */
static void
end_field(struct form *f, char *end)
{
	struct form_field *last = &f->fields[f->count - 1];

	*end = '\0';
	if (last->value == NULL)
		last->value = end;
	if (last->name[0] == '\0' && last->value == end)
		f->count--;
}

bool
form_read(const char *body, size_t length, struct form *f)
{
	char *out = mem_alloc(length + 1);
	size_t used;
	int c;

	f->count = 0;
	f->text = out;
	(void)begin_field(f, out);
	for (size_t i = 0; i < length; i += used) {
		struct form_field *last = &f->fields[f->count - 1];

		if ((c = decode_one(body + i, length - i, &used)) < 0)
			goto fail;
		if (body[i] == '&') {
			end_field(f, out++);
			if (!begin_field(f, out))
				goto fail;
		} else if (body[i] == '=' && last->value == NULL) {
			*out++ = '\0';
			last->value = out;
		} else
			*out++ = (char)c;
	}
	end_field(f, out);
	return true;
fail:
	form_clear(f);
	return false;
}

void
form_clear(struct form *f)
{
	free(f->text);
	f->text = NULL;
	f->count = 0;
}

const char *
form_value(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return f->fields[i].value;
	return "";
}

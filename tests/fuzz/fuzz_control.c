/* fuzz_control: whatever is written to the control socket gets one line back. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/control_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect_one_line(char *answer)
{
	size_t length = strlen(answer);

	assert(length > 1 && answer[length - 1] == '\n');
	assert(strchr(answer, '\n') == answer + length - 1);
	free(answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	struct control_line line;
	char error[160] = "", *text = malloc(length + 1);

	memcpy(text, data, length);
	text[length] = '\0';
	if (control_line_read(text, length, "root", &line, error) == 0) {
		assert(line.json != NULL && *line.by != '\0');
		assert(strncmp(line.by, "root", 4) == 0);
		expect_one_line(control_line_answer(line.id, true, line.json));
	} else {
		assert(line.json == NULL && *error != '\0');
		expect_one_line(control_line_refuse(line.id, error));
	}
	expect_one_line(control_line_answer("", false, text));
	control_line_clear(&line);
	free(text);
	return 0;
}

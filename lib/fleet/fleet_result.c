#include "fleet/fleet_result.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/stanza.h"

#define FIELD(name, member) {name, offsetof(struct fleet_result, member)}

/* Lines of text. */
static const struct {
	const char *name;
	size_t offset;	/* of a char * */
} fields[] = {
	FIELD("Error", error),
	FIELD("Host-Keys", host_keys),
	FIELD("Password-File", password_file),
};

static char **
place_of(const struct fleet_result *result, size_t i)
{
	return (char **)((char *)result + fields[i].offset);
}

static void
made_write(const struct run *run, struct buffer *text)
{
	auto_buffer struct buffer keys = {0};
	uint64_t used = 0;

	vector_each(key, &run->guest->host_keys)
		buffer_printf(&keys, "%s%s", keys.length ? "\n" : "",
		    key->fingerprint);
	vector_each(disk, &run->disks)
		used += disk->used;
	stanza_write(text, "Host-Keys", keys.data);
	stanza_write(text, "Password-File", run->password_file);
	buffer_printf(text, "Used: %llu\n", (unsigned long long)used);
}

void
fleet_result_write(const struct run *run, const char *error,
    struct buffer *text)
{
	if (error)
		stanza_write(text, "Error", error);
	else
		made_write(run, text);
}

/* Without what the stanza folds them with. */
static char *
lines_of(struct view value)
{
	struct buffer text = {0};
	struct view line;

	while (view_cut(&value, '\n', &line)) {
		if (text.length)
			buffer_text(&text, "\n");
		buffer_view(&text, view_trim(line));
	}
	return buffer_steal(&text);
}

void
fleet_result_read(struct fleet_result *result, struct view text)
{
	struct stanza_reader reader = stanza_reader("result", text);
	auto_stanza struct stanza stanza = {0};
	auto_error struct error ignored = {0};

	stanza_read(&reader, &stanza, &ignored);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct view value = stanza_get(&stanza, fields[i].name);

		free(*place_of(result, i));
		*place_of(result, i) = value.data ? lines_of(value) : NULL;
	}
	number_parse(stanza_get(&stanza, "Used"), &result->used, &ignored);
}

char *
fleet_result_fingerprint(const struct fleet_result *result)
{
	struct view rest = view_of(result->host_keys), line, word = {0};
	char *found = NULL;

	while (view_cut(&rest, '\n', &line)) {
		bool is_first_choice = view_ends(line, "(ED25519)");

		view_word(&line, &word);
		if (!view_word(&line, &word) || (found && !is_first_choice))
			continue;
		free(found);
		found = view_string(word);
	}
	return found;
}

void
fleet_result_release(struct fleet_result *result)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		free(*place_of(result, i));
	free(result->warnings);
	free(result->log);
	*result = (struct fleet_result){0};
}

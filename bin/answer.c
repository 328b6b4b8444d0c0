#include "bin/answer.h"

#include <ctype.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/stanza.h"
#include "bin/guest_json.h"
#include "bin/run_json.h"
#include "guest/description.h"
#include "make/run_manifest.h"

static void
answer_message(struct events *events, enum event_level level,
    const char *text)
{
	struct answer *answer = (struct answer *)events;

	if (level == EVENT_WARNING)
		json_array_append_new(json_object_get(answer->json,
		    "warnings"), json_string(text));
	else
		events_line(answer->terminal, level, text);
}

static void
answer_step(struct events *events, const char *name)
{
	events_step(((struct answer *)events)->terminal, name);
}

void
answer_begin(struct answer *answer, struct events *terminal)
{
	*answer = (struct answer){
		.events = {.message = answer_message, .step = answer_step},
		.terminal = terminal,
		.json = json_pack("{s:b, s:[]}", "changed", 0, "warnings"),
	};
}

static void
answer_set(struct answer *answer, const char *name, json_t *value)
{
	json_object_set_new(answer->json, name, value);
}

void
answer_changed(struct answer *answer)
{
	answer_set(answer, "changed", json_true());
}

/* --- what was asked for ---------------------------------------------------- */

/* A field's lines. */
static json_t *
value_json(struct view value)
{
	json_t *lines = json_array(), *line;
	struct view part;

	while (view_cut(&value, '\n', &part)) {
		part = view_trim(part);
		json_array_append_new(lines, json_stringn(part.data,
		    part.length));
	}
	if (json_array_size(lines) != 1)
		return lines;
	line = json_incref(json_array_get(lines, 0));
	json_decref(lines);
	return line;
}

static char *
member_name(struct view field)
{
	char *name = view_string(field);

	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
	return name;
}

int
answer_invocation(struct answer *answer, const struct guest *guest,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_stanza struct stanza stanza = {0};
	struct stanza_reader reader;
	json_t *arguments = json_pack("{s:s}", "name", guest->name);

	answer_set(answer, "invocation", json_pack("{s:o}", "module_args",
	    arguments));
	if (description_text(guest, &text, err) < 0)
		return -1;
	reader = stanza_reader("description",
	    (struct view){text.data, text.length});
	if (stanza_read(&reader, &stanza, err) < 0)
		return -1;
	vector_each(field, &stanza.fields) {
		auto_free char *name = member_name(field->name);

		json_object_set_new(arguments, name, value_json(field->value));
	}
	return 0;
}

/* The fields before, and after. */
static void
answer_diff(struct answer *answer, const char *name, const char *before,
    const char *after)
{
	if (answer->shows_diff)
		answer_set(answer, "diff", json_pack("{s:s, s:s, s:s, s:s}",
		    "before_header", name, "before", before ? before : "",
		    "after_header", name, "after", after ? after : ""));
}

void
answer_differences(struct answer *answer, const struct presence *presence)
{
	auto_buffer struct buffer before = {0}, after = {0};
	json_t *json = presence_json(presence);

	vector_each(difference, &presence->differences) {
		stanza_write(&before, difference->field, difference->before);
		stanza_write(&after, difference->field, difference->after);
	}
	answer_diff(answer, presence->name, before.data, after.data);
	answer_set(answer, "differences", json_incref(
	    json_object_get(json, "differences")));
	json_decref(json);
}

/* --- what there is --------------------------------------------------------- */

int
answer_present(struct answer *answer, const struct manifest *manifest,
    struct error *err)
{
	const struct guest_nics *nics = &manifest->nics;
	json_t *facts = json_pack("{s:s, s:s?, s:s?, s:s?, s:s, s:s?, s:s?, "
	    "s:o, s:o, s:o, s:s?, s:o}",
	    "name", manifest->name, "suite", manifest->suite,
	    "hostname", manifest->hostname, "uuid", manifest->uuid,
	    "cfg", manifest->cfg, "kernel", manifest->kernel,
	    "ramdisk", manifest->ramdisk,
	    "disks", disks_json(&manifest->disks), "nics", nics_json(nics),
	    "address", address_json(nics),
	    "mac", nics->count ? nics->items[0].mac : NULL,
	    "host_keys", public_keys_json(&manifest->host_keys));

	if (!facts)
		return error_set(err, "what there is of '%s' cannot be said as "
		    "JSON", manifest->name);
	return json_object_update_new(answer->json, facts);
}

int
answer_made(struct answer *answer, const struct run *run, struct error *err)
{
	auto_manifest struct manifest manifest = {0};
	auto_buffer struct buffer text = {0};

	answer_changed(answer);
	if (!json_object_get(answer->json, "differences"))
		answer_diff(answer, run->guest->name, NULL,
		    run->description.data);
	if (run->dry_run)
		json_object_update_new(answer->json, run_dry_json(run));
	if (run->password_file)
		answer_set(answer, "password_file",
		    json_string(run->password_file));
	run_manifest_text(run, &text);
	return manifest_parse("manifest",
	    (struct view){text.data, text.length}, &manifest, err) < 0 ? -1
	    : answer_present(answer, &manifest, err);
}

void
answer_removed(struct answer *answer, const struct removal *removal)
{
	answer_changed(answer);
	answer_diff(answer, removal->name, removal->manifest.description,
	    NULL);
	json_object_update_new(answer->json, removal_json(removal));
}

void
answer_failed(struct answer *answer, const struct error *err)
{
	json_t *text = json_string(err->text);

	answer_set(answer, "failed", json_true());
	answer_set(answer, "msg", text ? text
	    : json_string("failed, for a reason that is not UTF-8"));
}

void
answer_print(const struct answer *answer)
{
	json_dumpf(answer->json, stdout, JSON_COMPACT);
	putchar('\n');
}

void
answer_release(struct answer *answer)
{
	json_decref(answer->json);
}

#include "guest/windows_answers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/data.h"
#include "base/memory.h"
#include "base/xml.h"
#include "guest/template.h"

enum { COMPUTER_NAME_MAX = 15 };	/* of NetBIOS */

/* A value in quotes; % begins the name of another one. */
static int
sif_text(const char *text, struct buffer *sif, struct error *err)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~' || *text == '"')
			return error_set(err, "it has a character that "
			    "winnt.sif cannot hold: only those of ASCII but "
			    "'\"' can be there");
		buffer_text(sif, *text == '%' ? "%" : "");
		buffer_add(sif, text, 1);
	}
	return 0;
}

static const struct format {
	const char *name;
	const char *file;
	const char *template;
	const char *product_key;	/* the template of its part */
	int (*quote)(const char *text, struct buffer *quoted,
	    struct error *err);
	bool is_on_floppy;
} formats[] = {
	{"autounattend", "autounattend.xml", "autounattend.xml",
	    "product-key.xml", xml_text, false},
	{"winnt", "WINNT.SIF", "winnt.sif", "product-key.sif", sif_text, true},
};

static const struct format *
format_find(const char *name)
{
	size_t i = 0;

	while (strcmp(formats[i].name, name))
		i++;
	return &formats[i];
}

const char *
windows_answers_name(const char *format)
{
	return format_find(format)->file;
}

bool
windows_answers_are_on_floppy(const char *format)
{
	return format_find(format)->is_on_floppy;
}

/* --- files of hooks/windows ------------------------------------------------ */

static int
read_file(const char *name, char **path, struct buffer *text,
    struct error *err)
{
	auto_free char *ours = memory_printf("hooks/windows/%s", name);
	auto_free char *admins = memory_printf("templates/windows/%s", name);

	return data_read_either(admins, ours, path, text, err);
}

static int
expand_file(const char *name, const struct template_value *values,
    struct buffer *text, struct error *err)
{
	auto_buffer struct buffer template = {0};
	auto_free char *path = NULL;

	if (read_file(name, &path, &template, err) < 0)
		return -1;
	return template_expand(path, (struct view){template.data,
	    template.length}, values, text, err);
}

/* "KEY NUMBER NAME" a line. */
struct row {
	char *number;
	char *name;
};

static void
row_release(struct row *row)
{
	free(row->number);
	free(row->name);
}

static int
row_find(const char *file, struct view key, struct row *row,
    struct error *err)
{
	auto_buffer struct buffer text = {0};
	auto_free char *path = NULL;
	struct view rest, line, word, number;

	if (read_file(file, &path, &text, err) < 0)
		return -1;
	rest = (struct view){text.data, text.length};
	while (view_cut(&rest, '\n', &line)) {
		if (!view_word(&line, &word) || !view_equal(word, key) ||
		    !view_word(&line, &number))
			continue;
		row->number = view_string(number);
		row->name = view_string(view_trim(line));
		return 0;
	}
	return error_usage(err, "what Windows calls '" VIEW_FORMAT "' is not "
	    "known; it can be added in templates/windows/%s below /etc/mkguest",
	    VIEW_ARGUMENTS(key), file);
}

/* Windows has two characters at the end of a line. */
static void
add_lines(const struct buffer *lines, struct buffer *text)
{
	struct view rest = {lines->data, lines->length}, line;

	while (rest.length && view_cut(&rest, '\n', &line))
		buffer_printf(text, VIEW_FORMAT "\r\n", VIEW_ARGUMENTS(line));
}

/* --- checks ----------------------------------------------------------------- */

int
windows_computer_name(const char *hostname, char **name, struct error *err)
{
	struct view rest = view_of(hostname), label;
	bool is_number = true;

	view_cut(&rest, '.', &label);
	for (size_t i = 0; i < label.length; i++)
		is_number &= isdigit((unsigned char)label.data[i]) != 0;
	if (label.length > COMPUTER_NAME_MAX || is_number)
		return error_usage(err, "--hostname '" VIEW_FORMAT "' is no "
		    "name for a Windows computer: that has at most %d "
		    "characters, and not only digits", VIEW_ARGUMENTS(label),
		    COMPUTER_NAME_MAX);
	*name = view_string(label);
	return 0;
}

int
windows_product_key_check(const char *key, struct error *err)
{
	static const char form[] = "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX";
	size_t i = 0;

	while (form[i] && (form[i] == 'X' ? isalnum((unsigned char)key[i])
	    : key[i] == '-'))
		i++;
	return !form[i] && !key[i] ? 0 : error_set(err, "it holds no product "
	    "key of the form %s", form);
}

/* --- the text ---------------------------------------------------------------- */

/* The values as the format has them, and parts that are there or not. */
struct values {
	const struct windows_answers *answers;
	const struct format *format;
	struct row zone, locale;
	struct buffer computer, password, key, edition;
	struct buffer disk_part, key_part, edition_part, text;
	char *language;
};

static void
values_release(struct values *values)
{
	struct buffer *const buffers[] = {
		&values->computer, &values->password, &values->key,
		&values->edition, &values->disk_part, &values->key_part,
		&values->edition_part, &values->text,
	};

	row_release(&values->zone);
	row_release(&values->locale);
	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++)
		memory_free_secret(buffer_steal(buffers[i]));
	free(values->language);
}

/* "CCCOMA_X64FRE_DE-DE_DV9" is in German; else it is as the user speaks. */
static char *
medium_language(const char *label, const char *locale)
{
	struct view rest = view_of(label), part;

	while (view_cut(&rest, '_', &part))
		if (part.length == 5 && part.data[2] == '-' &&
		    isalpha((unsigned char)part.data[0]) &&
		    isalpha((unsigned char)part.data[3])) {
			char *language = view_string(part);

			language[0] = (char)tolower((unsigned char)part.data[0]);
			language[1] = (char)tolower((unsigned char)part.data[1]);
			return language;
		}
	return memory_string(locale);
}

static int
find_names(struct values *values, struct error *err)
{
	const struct windows_answers *answers = values->answers;
	struct view locale = view_of(answers->locale
	    ? answers->locale : "en_US");

	locale.length = strcspn(locale.data, ".@ ");
	if (row_find("time-zones", view_of(answers->timezone), &values->zone,
	    err) < 0)
		return error_prefix(err, "--timezone");
	if (row_find("locales", locale, &values->locale, err) < 0)
		return error_prefix(err, "--locale");
	values->language = medium_language(answers->medium_label,
	    values->locale.name);
	return 0;
}

static int
quote_values(struct values *values, struct error *err)
{
	const struct windows_answers *answers = values->answers;
	const struct {
		const char *text, *option;
		struct buffer *quoted;
	} texts[] = {
		{answers->computer_name, "hostname", &values->computer},
		{answers->password, "root-password", &values->password},
		{answers->product_key, "product-key-file", &values->key},
		{answers->edition, "edition", &values->edition},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		/* so that growing leaves no copy of a secret behind */
		buffer_reserve(texts[i].quoted, 6 * strlen(texts[i].text
		    ? texts[i].text : "") + 1);
		if (texts[i].text && values->format->quote(texts[i].text,
		    texts[i].quoted, err) < 0)
			return error_prefix(err, "--%s", texts[i].option);
	}
	return 0;
}

static bool
is_uefi(const struct values *values)
{
	return !strcmp(values->answers->firmware, "uefi");
}

static int
write_parts(struct values *values, struct error *err)
{
	const char *edition = values->answers->edition;
	bool is_number = edition && !edition[strspn(edition, "0123456789")];
	const struct template_value key[] = {
		{"PRODUCT_KEY", values->key.data}, TEMPLATE_VALUES_END
	};
	const struct template_value image[] = {
		{"KEY", is_number ? "/IMAGE/INDEX" : "/IMAGE/NAME"},
		{"EDITION", values->edition.data}, TEMPLATE_VALUES_END
	};

	if (expand_file(is_uefi(values) ? "disk-uefi.xml" : "disk-bios.xml",
	    (struct template_value[]){TEMPLATE_VALUES_END},
	    &values->disk_part, err) < 0)
		return -1;
	if (values->answers->product_key && expand_file(
	    values->format->product_key, key, &values->key_part, err) < 0)
		return -1;
	return edition ? expand_file("edition.xml", image,
	    &values->edition_part, err) : 0;
}

static const char *
text_of(const struct buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}

static int
write_text(struct values *values, struct buffer *text, struct error *err)
{
	const char *architecture = values->answers->architecture;
	const struct template_value all[] = {
		{"ARCHITECTURE", strcmp(architecture, "i386") ? architecture
		    : "x86"},
		{"COMPUTER_NAME", text_of(&values->computer)},
		{"PASSWORD", text_of(&values->password)},
		{"TIME_ZONE", values->zone.name},
		{"TIME_ZONE_NUMBER", values->zone.number},
		{"LOCALE", values->locale.name},
		{"LOCALE_NUMBER", values->locale.number},
		{"MEDIUM_LANGUAGE", values->language},
		{"DISK", text_of(&values->disk_part)},
		{"PARTITION", is_uefi(values) ? "3" : "1"},
		{"EDITION", text_of(&values->edition_part)},
		{"PRODUCT_KEY", text_of(&values->key_part)},
		TEMPLATE_VALUES_END
	};

	if (expand_file(values->format->template, all, &values->text,
	    err) < 0)
		return -1;
	add_lines(&values->text, text);
	return 0;
}

int
windows_answers_text(const struct windows_answers *answers,
    struct buffer *text, struct error *err)
{
	auto_end(values_release) struct values values = {
		.answers = answers, .format = format_find(answers->format)};

	if (find_names(&values, err) < 0 || quote_values(&values, err) < 0 ||
	    write_parts(&values, err) < 0)
		return -1;
	return write_text(&values, text, err);
}

/* --- scripts ------------------------------------------------------------------ */

/* What runs a file, by the end of its name. */
static const struct {
	const char *end;
	const char *front;
} runners[] = {
	{".ps1", "powershell.exe -NoProfile -ExecutionPolicy Bypass -File "},
	{".cmd", "call "},
	{".bat", "call "},
	{".reg", "regedit.exe /s "},
	{".msi", "msiexec.exe /qn /norestart /i "},
	{".exe", "start /wait "},
};

char *
windows_script_name(size_t number, const char *path)
{
	const char *slash = strrchr(path, '/');

	return memory_printf("%02zu-%s", number, slash ? slash + 1 : path);
}

static int
add_command(size_t number, const char *path, struct buffer *commands,
    struct error *err)
{
	auto_free char *name = windows_script_name(number, path);

	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return error_usage(err, "--first-boot '%s': its name "
			    "may have letters, digits, '-', '_' and '.' only",
			    path);
	for (size_t i = 0; i < sizeof(runners) / sizeof(*runners); i++)
		if (view_ends(view_of(name), runners[i].end)) {
			buffer_printf(commands, "%s%s\n", runners[i].front,
			    name);
			return 0;
		}
	return error_usage(err, "--first-boot '%s': Windows runs .ps1, .cmd, "
	    ".bat, .reg, .msi and .exe only", path);
}

int
windows_first_logon(const struct strings *scripts, struct buffer *text,
    struct error *err)
{
	auto_buffer struct buffer commands = {0}, lines = {0};
	struct template_value values[] = {
		{"COMMANDS", ""}, TEMPLATE_VALUES_END
	};

	for (size_t i = 0; i < scripts->count; i++)
		if (add_command(i, scripts->items[i], &commands, err) < 0)
			return -1;
	values[0].value = text_of(&commands);
	if (expand_file("first-logon.cmd", values, &lines, err) < 0)
		return -1;
	add_lines(&lines, text);
	return 0;
}

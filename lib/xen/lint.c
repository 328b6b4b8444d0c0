#include "xen/lint.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "xen/keys.h"
#include "xen/lint_check.h"
#include "xen/vif_spec.h"

static void
finding_push(struct lint *lint, unsigned line, const char *key,
    const char *format, va_list arguments)
{
	struct finding *finding = vector_push(&lint->findings);

	*finding = (struct finding){line, memory_string(key),
	    memory_vprintf(format, arguments)};
}

void
lint_add(struct lint *lint, unsigned line, const char *key, const char *format,
    ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_push(lint, line, key, format, arguments);
	va_end(arguments);
}

static unsigned
line_of(const struct lint *lint, const char *key)
{
	unsigned line = 0;

	vector_each(assignment, &lint->config.assignments)
		if (view_is(assignment->key, key))
			line = assignment->line;
	return line;
}

void
lint_add_key(struct lint *lint, const char *key, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_push(lint, line_of(lint, key), key, format, arguments);
	va_end(arguments);
}

static int
finding_compare(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	return (a->line > b->line) - (a->line < b->line);
}

void
lint_run(struct lint *lint)
{
	static void (*const checks[])(struct lint *lint) = {
		lint_keys, lint_domain, lint_values, lint_disks, lint_vifs,
		lint_files,
	};
	auto_error struct error err = {0};

	if (config_read(lint->path, lint->text, &lint->config, &err) < 0) {
		lint_add(lint, lint->config.fault_line, NULL, "%s",
		    lint->config.fault);
		return;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		checks[i](lint);
	vector_sort(&lint->findings, finding_compare);
}

/* --- two files ---------------------------------------------------------- */

static void
compare_text(struct lint *lint, const struct lint *other, const char *key)
{
	const char *a = config_text(&lint->config, key);
	const char *b = config_text(&other->config, key);

	if (a && b && !strcasecmp(a, b))
		lint_add_key(lint, key, "'%s' is the %s of the domain in '%s', "
		    "too; only one of the two can run", a, key, other->path);
}

static void
compare_mac(struct lint *lint, const struct config_value *item,
    const struct lint *other)
{
	struct view mac = vif_spec_get(item->text, "mac");

	if (!mac.length)
		return;
	lint_each(theirs, config_get(&other->config, "vif"))
		if (view_equal_fold(mac, vif_spec_get(theirs->text, "mac")))
			lint_add(lint, item->line, "vif", "the address "
			    VIEW_FORMAT " is that of a card in '%s', too",
			    VIEW_ARGUMENTS(mac), other->path);
}

void
lint_compare(struct lint *lint, const struct lint *other)
{
	compare_text(lint, other, "name");
	compare_text(lint, other, "uuid");
	lint_each(item, config_get(&lint->config, "vif"))
		compare_mac(lint, item, other);
	vector_sort(&lint->findings, finding_compare);
}

unsigned
lint_host_version(void)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error ignored = {0};
	unsigned long minor;

	if (file_read_at(AT_FDCWD, "/sys/hypervisor/version/minor", &text,
	    &ignored) < 0 || !text.data)
		return XEN_NEWEST;
	minor = strtoul(text.data, NULL, 10);
	return minor < XEN_OLDEST || minor > XEN_NEWEST ? XEN_NEWEST : minor;
}

void
lint_release(struct lint *lint)
{
	vector_each(finding, &lint->findings) {
		free(finding->key);
		free(finding->text);
	}
	vector_release(&lint->findings);
	config_release(&lint->config);
}

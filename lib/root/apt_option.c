#include "root/apt_option.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/apt_conf.h"

enum effect {
	LATER,	/* says how the root's own apt is to behave, or how to fetch */
	WHEN_TRUE,	/* sets a field of the request */
	WHEN_FALSE,
	NOT_TRUE,	/* is refused when it is true */
	GPGV,	/* mmdebstrap's program that takes expired keys */
	PROXY,
};

/* A name that ends with :: stands for all below it. */
static const struct apt_option {
	const char *name;
	enum effect effect;
	size_t offset;
} options[] = {
	{"APT::Install-Recommends", WHEN_TRUE,
	    offsetof(struct root_request, recommends)},
	{"APT::Install-Suggests", NOT_TRUE, 0},
	{"APT::Get::AllowUnauthenticated", WHEN_TRUE,
	    offsetof(struct root_request, trust.no_check_gpg)},
	{"APT::Get::Assume-Yes", LATER, 0},
	{"APT::Key::gpgvcommand", GPGV,
	    offsetof(struct root_request, trust.allow_expired_keys)},
	{"APT::Sandbox::User", LATER, 0},
	{"APT::AutoRemove::", LATER, 0},
	{"APT::Periodic::", LATER, 0},
	{"APT::Color", LATER, 0},
	{"APT::Keep-Downloaded-Packages", LATER, 0},
	{"Acquire::AllowInsecureRepositories", WHEN_TRUE,
	    offsetof(struct root_request, trust.no_check_gpg)},
	{"Acquire::AllowWeakRepositories", WHEN_TRUE,
	    offsetof(struct root_request, trust.allow_weak_hashes)},
	{"Acquire::Check-Valid-Until", WHEN_FALSE,
	    offsetof(struct root_request, trust.no_check_valid_until)},
	{"Acquire::Check-Date", WHEN_FALSE,
	    offsetof(struct root_request, trust.no_check_date)},
	{"Acquire::Languages", LATER, 0},
	{"Acquire::Languages::", LATER, 0},
	{"Acquire::Retries", LATER, 0},
	{"Acquire::GzipIndexes", LATER, 0},
	{"Acquire::CompressionTypes::", LATER, 0},
	{"Acquire::PDiffs", LATER, 0},
	{"Acquire::Queue-Mode", LATER, 0},
	{"Acquire::http::Proxy", PROXY, 0},
	{"Acquire::http::Proxy::", PROXY, 0},
	{"Acquire::http::Proxy-Auto-Detect", PROXY, 0},
	{"Acquire::https::Proxy", PROXY, 0},
	{"Acquire::https::Proxy::", PROXY, 0},
	{"Acquire::https::Proxy-Auto-Detect", PROXY, 0},
	{"Acquire::http::Pipeline-Depth", LATER, 0},
	{"Acquire::http::Timeout", LATER, 0},
	{"Acquire::https::Timeout", LATER, 0},
	{"Dpkg::Progress-Fancy", LATER, 0},
	{"Dpkg::Use-Pty", LATER, 0},
	{"quiet", LATER, 0},
};

static const struct apt_option *
option_find(struct view name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const char *known = options[i].name;
		size_t length = strlen(known);
		bool is_front = view_ends(view_of(known), "::");

		if ((is_front ? name.length >= length
		    : name.length == length) &&
		    strncasecmp(name.data, known, length) == 0)
			return &options[i];
	}
	return NULL;
}

static bool
is_true(struct view value)
{
	static const char *const words[] = {
		"1", "yes", "true", "with", "on", "enable",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (view_equal_fold(value, view_of(words[i])))
			return true;
	return false;
}

static int
option_apply(struct root_request *request, struct view line,
    struct error *err)
{
	struct view name, value = line;
	const struct apt_option *option;
	bool *field;
	bool may_be;

	view_cut(&value, ' ', &name);
	option = option_find(name);
	if (!option)
		return error_usage(err, "what '" VIEW_FORMAT "' means "
		    "while a root is made is not known here; a hook can write "
		    "it to the root's etc/apt/apt.conf.d",
		    VIEW_ARGUMENTS(name));
	field = (bool *)((char *)request + option->offset);
	may_be = option->effect == GPGV
	    ? view_ends(value, "/gpgvnoexpkeysig")
	    : option->effect != NOT_TRUE || !is_true(value);
	if (!may_be)
		return error_usage(err, "'" VIEW_FORMAT "' cannot be "
		    "'" VIEW_FORMAT "' here", VIEW_ARGUMENTS(name),
		    VIEW_ARGUMENTS(value));
	if (option->effect == GPGV ||
	    (option->effect == WHEN_TRUE && is_true(value)) ||
	    (option->effect == WHEN_FALSE && !is_true(value)))
		*field = true;
	if (option->effect == PROXY)
		strings_printf(&request->proxies, VIEW_FORMAT,
		    VIEW_ARGUMENTS(line));
	return 0;
}

static int
options_apply(struct root_request *request, struct view text,
    struct error *err)
{
	auto_buffer struct buffer lines = {0};
	struct view rest, line;

	if (apt_conf_flatten(text, &lines, err) < 0)
		return -1;
	rest = (struct view){lines.data ? lines.data : "", lines.length};
	while (view_cut(&rest, '\n', &line))
		if (line.length && option_apply(request, line, err) < 0)
			return -1;
	return 0;
}

int
apt_option_apply(struct root_request *request, const char *path,
    struct view text, struct error *err)
{
	return options_apply(request, text, err) < 0
	    ? error_prefix(err, "'%s'", path) : 0;
}

/* As mmdebstrap ends them. */
static int
options_text(const struct strings *items, const char *end,
    struct buffer *text, struct error *err)
{
	vector_each(item, items) {
		struct view option = view_trim(view_of(*item));

		if (access(*item, R_OK) == 0) {
			if (file_read_at(AT_FDCWD, *item, text, err) < 0)
				return error_prefix(err, "'%s'", *item);
			continue;
		}
		buffer_text(text, *item);
		if (!view_ends(option, end))
			buffer_text(text, end);
		if (!view_ends(view_of(*item), "\n"))
			buffer_text(text, "\n");
	}
	return 0;
}

static int
options_read(struct root_request *request, const struct strings *items,
    const char *end, const char *path, struct error *err)
{
	auto_buffer struct buffer text = {0};

	if (!items->count)
		return 0;
	if (options_text(items, end, &text, err) < 0)
		return -1;
	*vector_push(&request->files) = (struct root_file){
		.path = memory_string(path), .text = buffer_steal(&text)};
	return 0;
}

int
apt_option_read(struct root_request *request,
    const struct strings *apt_options, const struct strings *dpkg_options,
    struct error *err)
{
	if (options_read(request, apt_options, ";",
	    "etc/apt/apt.conf.d/99mmdebstrap", err) < 0)
		return -1;
	if (request->files.count &&
	    options_apply(request, view_of(request->files.items[0].text),
	    err) < 0)
		return error_prefix(err, "--aptopt");
	return options_read(request, dpkg_options, "",
	    "etc/dpkg/dpkg.cfg.d/99mmdebstrap", err);
}

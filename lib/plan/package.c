#include "plan/package.h"

#include "base/size.h"

#define COLUMN(name, member) {name, offsetof(struct package, member)}

const struct stanza_column package_columns[] = {
	COLUMN("Package", name),
	COLUMN("Version", version),
	COLUMN("Architecture", architecture),
	COLUMN("Multi-Arch", multi_arch),
	COLUMN("Essential", essential),
	COLUMN("Important", important),
	COLUMN("Protected", important),
	COLUMN("Priority", priority),
	COLUMN("Section", section),
	COLUMN("Pre-Depends", pre_depends),
	COLUMN("Depends", depends),
	COLUMN("Conflicts", conflicts),
	COLUMN("Breaks", breaks),
	COLUMN("Provides", provides),
	COLUMN("Recommends", recommends),
	COLUMN("Suggests", suggests),
	COLUMN("Enhances", enhances),
	COLUMN("Replaces", replaces),
	COLUMN("Filename", filename),
	COLUMN("Size", size_text),
	COLUMN("Installed-Size", installed_size_text),
	COLUMN("SHA256", sha256),
	COLUMN("SHA512", sha512),
	COLUMN("SHA1", sha1),
	COLUMN("MD5sum", md5),
	{NULL, 0},
};

bool
package_is_essential(const struct package *package)
{
	return view_is(package->essential, "yes");
}

int
package_priority(const struct package *package)
{
	/* the most frequent first: this is asked of every package */
	static const struct {
		const char *name;
		int rank;
	} priorities[] = {
		{"optional", 4}, {"extra", 5}, {"standard", 3},
		{"important", 2}, {"required", 1},
	};

	if (!package->priority.data)
		return 0;
	for (size_t i = 0; i < sizeof(priorities) / sizeof(priorities[0]); i++)
		if (view_is(package->priority, priorities[i].name))
			return priorities[i].rank;
	return 5;
}

static int
read_number(struct view text, const char *field, uint64_t *number,
    struct error *err)
{
	if (!text.data)
		return 0;
	if (number_parse(text, number, err) < 0)
		return error_prefix(err, "%s", field);
	return 0;
}

int
package_complete(struct package *package, struct error *err)
{
	if (!package->name.length)
		return error_set(err, "a stanza without the field 'Package'");
	if (!package->version.length || !package->architecture.length)
		return error_set(err, "package '" VIEW_FORMAT "' has no %s",
		    VIEW_ARGUMENTS(package->name),
		    package->version.length ? "Architecture" : "Version");
	if (read_number(package->size_text, "Size", &package->size, err) < 0 ||
	    read_number(package->installed_size_text, "Installed-Size",
	    &package->installed_size, err) < 0)
		return error_prefix(err, "package '" VIEW_FORMAT "'",
		    VIEW_ARGUMENTS(package->name));
	package->installed_size *= 1024;
	return 0;
}

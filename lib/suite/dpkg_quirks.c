#include "suite/dpkg_quirks.h"

static const struct {
	const char *word;
	enum dpkg_quirk quirk;
} quirk_words[] = {
	{"no-multiarch", DPKG_NO_MULTIARCH},
	{"no-md5sums", DPKG_NO_MD5SUMS},
	{"no-triggers", DPKG_NO_TRIGGERS},
	{"empty-files", DPKG_EMPTY_FILES},
	{"overwrites", DPKG_OVERWRITES},
};

static unsigned
quirk_of(struct view word)
{
	for (size_t i = 0; i < sizeof(quirk_words) / sizeof(*quirk_words); i++)
		if (view_is(word, quirk_words[i].word))
			return quirk_words[i].quirk;
	return 0;
}

int
dpkg_quirks_parse(struct view words, unsigned *quirks, struct error *err)
{
	struct view word;

	while (view_word(&words, &word)) {
		unsigned quirk = quirk_of(word);

		if (!quirk)
			return error_set(err, "'" VIEW_FORMAT "' is no quirk "
			    "of dpkg", VIEW_ARGUMENTS(word));
		*quirks |= quirk;
	}
	return 0;
}

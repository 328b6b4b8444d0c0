/* The first three lines are versions. */
#include "t/fuzz/target.h"

#include "plan/version.h"

static int
sign_of(struct view a, struct view b)
{
	int order = version_compare(a, b);

	return (order > 0) - (order < 0);
}

/* What is asked of a weak order. */
static void
check_order(struct view a, struct view b, struct view c)
{
	assert(sign_of(a, a) == 0);
	assert(sign_of(a, b) == -sign_of(b, a));
	if (sign_of(a, b) == 0)
		assert(sign_of(a, c) == sign_of(b, c));
	if (sign_of(a, b) < 0 && sign_of(b, c) < 0)
		assert(sign_of(a, c) < 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view rest = input_view(data, size), versions[3] = {0};

	for (int i = 0; i < 3 && view_cut(&rest, '\n', &versions[i]); i++)
		version_is_valid(versions[i]);
	for (int i = 0; i < 3; i++) {
		struct view a = versions[i], b = versions[(i + 1) % 3],
		    c = versions[(i + 2) % 3];

		check_order(a, b, c);
		check_order(b, a, c);
	}
	return 0;
}

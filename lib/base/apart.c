#include "base/apart.h"

#include <unistd.h>

#include "base/child.h"

struct apart {
	int (*run)(void *context, struct error *err);
	void *context;
};

static int
apart_begin(void *context, struct error *err)
{
	const struct apart *apart = context;

	if (setsid() < 0)
		return error_errno(err, "begin a session");
	return apart->run(apart->context, err);
}

int
apart_run(int (*run)(void *context, struct error *err), void *context,
    struct error *err)
{
	struct apart apart = {run, context};
	struct child child = {"the commit", apart_begin, &apart};

	return child_run(&child, err);
}

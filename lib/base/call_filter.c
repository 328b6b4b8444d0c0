#include "base/call_filter.h"

#include <errno.h>
#include <sys/prctl.h>

static int
add_rules(const struct call_filter *filter, scmp_filter_ctx rules)
{
	int result = 0;

	for (size_t i = 0; !result && i < filter->count; i++)
		result = seccomp_rule_add(rules, SCMP_ACT_ALLOW,
		    filter->allowed[i], 0);
	return result || !filter->more ? result : filter->more(rules);
}

int
call_filter_load(const struct call_filter *filter)
{
	scmp_filter_ctx rules = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int result = rules ? add_rules(filter, rules) : -ENOMEM;

	if (!result && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		result = -errno;
	if (!result)
		result = seccomp_load(rules);
	if (rules)
		seccomp_release(rules);
	errno = -result;
	return result ? -1 : 0;
}

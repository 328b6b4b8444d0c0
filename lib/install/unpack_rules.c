#include "install/unpack_rules.h"

int
unpack_rules_read(struct unpack_rules *rules, int root, struct error *err)
{
	if (diversions_read(root, &rules->diversions, err) < 0 ||
	    path_filter_read(&rules->filter, root, err) < 0)
		return -1;
	return stat_overrides_read(&rules->overrides, root, err);
}

void
unpack_rules_release(struct unpack_rules *rules)
{
	diversions_release(&rules->diversions);
	path_filter_release(&rules->filter);
	stat_overrides_release(&rules->overrides);
}

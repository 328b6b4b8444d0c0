#include "guest/step.h"

STEP(step_files)
{
	return changes_apply(&guest->files, edit, err);
}

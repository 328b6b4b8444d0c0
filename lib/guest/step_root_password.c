#include "guest/step.h"

#include "guest/accounts.h"

STEP(step_root_password)
{
	auto_accounts struct accounts accounts = {0};

	if (!guest->password_hash)
		return 0;
	if (accounts_read(&accounts, edit, err) < 0 ||
	    accounts_set_password(&accounts, "root", guest->password_hash,
	    err) < 0)
		return -1;
	return accounts_write(&accounts, edit, err);
}

#include "base/build_id.h"
#include "base/digest.h"
#include "t/unit/tap.h"

int
main(void)
{
	ok(digest_is_hex(DIGEST_SHA256, view_of(build_id())),
	    "it is a digest");
	return done();
}

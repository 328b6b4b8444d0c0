#include "guest/host_keys.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "t/unit/tap.h"

/* As ssh-keygen -lf says it. */
static const struct {
	const char *public_text, *fingerprint;
} keys[] = {
	{"ssh-ed25519 "
	    "AAAAC3NzaC1lZDI1NTE5AAAAILmyhTiDnABnNvAANGyLChtxQhx7GEKLB1l76SaKywfw root@a\n",
	    "SHA256:Y5PREdMTBoKosrDscJiLnQzBePPYBVDI7aXMX4vC1Fg"},
	{"ecdsa-sha2-nistp256 "
	    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBN/svDsk8Uh1"
	    "iSxACvSLKYjbAtQgAKgS6hv728KVbKEYhtkz/+dgnsGa1XADt9DNrBvMPGtkTJYaNXftkP8kTO4=",
	    "SHA256:CXdmc1G7pi5IMk7d8qZOTYcSHO9Bog7NuBnrJ86ejxw"},
	{"", NULL},
	{"ssh-ed25519", NULL},
	{"ssh-ed25519 AAA", NULL},
	{"ssh-ed25519 !!!!", NULL},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		auto_free char *fingerprint =
		    host_key_fingerprint(keys[i].public_text);

		is_text(fingerprint, keys[i].fingerprint, "of '%.30s'",
		    keys[i].public_text);
	}
	return done();
}

#include "guest/guest_vnc.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "base/parameters.h"
#include "base/size.h"
#include "guest/password.h"

/* RFC 6143, 7.2.2: a key of DES is made of it. */
enum { PASSWORD_MAX = 8, PORT_MAX = 65535 };

#define VNC(member) offsetof(struct guest_vnc, member)

static const struct option table[] = {
	{0, "listen", "ADDRESS", "of the host", OPTION_TEXT, VNC(listen)},
	{0, "port", "auto|PORT", "of the host", OPTION_TEXT, VNC(port)},
	{0, "password-file", "FILE", "its first line", OPTION_TEXT,
	    VNC(password_file)},
	OPTIONS_END
};

static const struct parameters parameters = {table, NULL,
    "listen=192.0.2.1,port=5901,password-file=FILE"};

static int
complete_port(struct guest_vnc *vnc, struct error *err)
{
	auto_error struct error ignored = {0};
	uint64_t port;

	vnc->display = VNC_ANY_DISPLAY;
	if (!vnc->port || !strcmp(vnc->port, "auto"))
		return 0;
	if (number_parse(view_of(vnc->port), &port, &ignored) < 0 ||
	    port < VNC_PORT_FIRST || port > PORT_MAX)
		return error_usage(err, "port '%s' is neither auto nor one "
		    "from %d to %d", vnc->port, VNC_PORT_FIRST, PORT_MAX);
	vnc->display = port - VNC_PORT_FIRST;
	return 0;
}

/* xl takes what follows a colon for a display's number. */
static int
check_listen(const struct guest_vnc *vnc, struct error *err)
{
	struct address address;

	if (!vnc->listen || address_parse(view_of(vnc->listen), AF_INET,
	    &address, err) == 0)
		return 0;
	return error_prefix(err, "listen");
}

int
guest_vnc_parse(const char *text, struct guest_vnc *vnc, struct error *err)
{
	const struct view view = *text ? view_of(text) : (struct view){0};

	if (parameters_parse(&parameters, view, vnc, err) < 0 ||
	    check_listen(vnc, err) < 0)
		return -1;
	return complete_port(vnc, err);
}

int
guest_vnc_read_password(struct guest_vnc *vnc, struct error *err)
{
	if (!vnc->password_file)
		return 0;
	if (password_read(vnc->password_file, &vnc->password, err) < 0)
		return -1;
	if (strlen(vnc->password) > PASSWORD_MAX)
		return error_set(err, "the password in '%s' is longer than %d "
		    "characters, and VNC looks at no more", vnc->password_file,
		    PASSWORD_MAX);
	return 0;
}

void
guest_vnc_release(struct guest_vnc *vnc)
{
	options_release(table, vnc);
	memory_free_secret(vnc->password);
	*vnc = (struct guest_vnc){0};
}

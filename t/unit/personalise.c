#include "guest/personalise.h"

#include <crypt.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/inside.h"
#include "base/memory.h"
#include "guest/access.h"
#include "t/unit/tap.h"

static const struct suite suite = {
	.codename = (char[]){"somewhere"},
	.mirror = (char[]){"http://mirror.example.org/debian"},
	.security_mirror = (char[]){"http://security.example.org/security"},
	.security_suite = (char[]){"somewhere-security"},
	.updates_suite = (char[]){"somewhere-updates"},
	.components = {(char *[]){(char[]){"main"}, (char[]){"extra"}}, 2, 2},
	.keyring = (char[]){"some-keyring"},
	.apt_format = (char[]){"deb822"},
	.init = (char[]){"systemd"},
	.console = (char[]){"hvc0"},
	.password_hashes = {(char *[]){(char[]){"$6$"}, (char[]){"$5$"}}, 2, 2},
	.home_mode = 0700,
	.locale = (char[]){"C.UTF-8"},
	.locale_file = (char[]){"etc/locale.conf"},
	.network_stacks = {(char *[]){(char[]){"ifupdown"}}, 1, 1},
	.interfaces_format = (char[]){"by-mac"},
};

struct file {
	const char *path, *text;
};

static const struct file base[] = {
	{"etc/shadow", "bin:*:1::::::\nroot:*:19000:0:99999:7:::\ndaemon:*:"
	    "19000:0:99999:7:::\n"},
	{"etc/timezone", "Etc/UTC\n"},
	{"etc/machine-id", "0123456789abcdef0123456789abcdef\n"},
	{"var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n"},
	{"var/lib/systemd/random-seed", "secret"},
	{"etc/apt/sources.list", "deb http://host.example.org x main\n"},
	{"etc/ssh/ssh_host_rsa_key", "secret"},
	{"etc/ssh/ssh_host_rsa_key.pub", "public"},
	{"etc/ssh/sshd_config", "# as it was\n"},
	{"usr/sbin/sshd", ""},
	{"usr/share/zoneinfo/Etc/UTC", "TZif2"},
	{"usr/share/zoneinfo/Europe/Berlin", "TZif2"},
	{"usr/share/zoneinfo/tzdata.zi", "# version\n"},
	{"sbin/ifup", ""},
	{"etc/network/interfaces.d/more", ""},
	{"etc/resolv.conf", "nameserver 192.0.2.1\n"},
	{"vmlinuz", ""},
	{"initrd.img", ""},
	{NULL, NULL}
};

static int
base_make(char *directory)
{
	auto_error struct error err = {0};
	int root;

	if (!mkdtemp(directory))
		return -1;
	root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (const struct file *file = base; file->path; file++) {
		struct view rest = view_of(file->path);
		const char *slash = strrchr(file->path, '/');
		auto_free char *parent = slash ? memory_copy(rest.data,
		    (size_t)(slash - rest.data)) : memory_string(".");

		inside_make_directories(root, parent, 0755, &err);
		inside_write(root, file->path, file->text,
		    strlen(file->text), 0640, &err);
	}
	return root;
}

static int
run(int root, const struct guest *guest, const struct suite *its_suite,
    struct error *err)
{
	struct tree_edit *edit = edit_directory_new(root, err);
	int result = personalise(edit, guest, its_suite, NULL, err);

	if (result == 0)
		result = edit->finish(edit, err);
	edit->free(edit);
	return result;
}

static void
is_file(int root, const char *path, mode_t mode, const char *expected)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	struct stat status = {0};

	inside_read(root, path, &text, &err);
	inside_stat(root, path, &status);
	is_text(text.data ? text.data : err.text ? err.text : "", expected,
	    "%s", path);
	ok((status.st_mode & 07777) == mode, "its mode is %o", mode);
}

static void
is_link(int root, const char *path, const char *expected)
{
	char target[256] = {0};
	const char *name;
	auto_close int parent = inside_open_parent(root, path, &name);

	ok(readlinkat(parent, name, target, sizeof(target) - 1) > 0,
	    "%s is a link", path);
	is_text(target, expected, "its target");
}

static void
is_gone(int root, const char *path)
{
	struct stat status;

	ok(inside_stat(root, path, &status) < 0, "%s is gone", path);
}

static const char *const usual_disks[] = {
	"a,fs=ext4,mount=/,uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d",
	"b,fs=swap,uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4e",
	"c,fs=xfs,mount=/srv/www/a,uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4f",
	("d,fs=ext4,mount=/srv,uuid=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c50"
	    ",options=noatime,nodev"),
	"e,fs=none",
};

static struct guest
usual_guest(void)
{
	auto_error struct error err = {0};
	struct guest guest = {
		.name = memory_string("web"),
		.hostname = memory_string("web.example.org"),
		.timezone = memory_string("Europe/Berlin"),
		.fstab_by = memory_string("uuid"),
		.boot = memory_string("pvgrub"),
		.password_hash = memory_string("$6$salt$hash"),
		.authorized_keys = memory_string("ssh-ed25519 AAAAkey me\n"),
	};

	guest_nic_parse("mac=00:16:3e:12:34:56,ip=dhcp",
	    vector_push(&guest.nics), &err);
	for (size_t i = 0; i < sizeof(usual_disks) / sizeof(*usual_disks); i++)
		guest_disk_parse(usual_disks[i], vector_push(&guest.disks),
		    &err);
	return guest;
}

static void
test_names(int root)
{
	is_file(root, "etc/hostname", 0644, "web\n");
	is_file(root, "etc/hosts", 0644, "127.0.0.1\tlocalhost\n"
	    "127.0.1.1\tweb.example.org web\n\n"
	    "::1\t\tlocalhost ip6-localhost ip6-loopback\n"
	    "ff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n");
	is_file(root, "etc/fstab", 0644, "# fstab(5): what\twhere\ttype\t"
	    "options\t\t\tdump\tcheck\n"
	    "UUID=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d\t/\text4\t"
	    "errors=remount-ro\t0\t1\n"
	    "UUID=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c50\t/srv\text4\t"
	    "noatime,nodev\t0\t2\n"
	    "UUID=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4f\t/srv/www/a\txfs\t"
	    "defaults\t0\t0\n"
	    "UUID=0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4e\tnone\tswap\tsw\t0"
	    "\t0\n");
	ok(inside_exists(root, "srv/www/a"), "and there is where to mount it");
}

static void
test_secrets(int root)
{
	is_file(root, "etc/machine-id", 0444, "");
	is_link(root, "var/lib/dbus/machine-id", "/etc/machine-id");
	is_gone(root, "var/lib/systemd/random-seed");
	is_file(root, "etc/shadow", 0640, "bin:*:1::::::\n"
	    "root:$6$salt$hash:19675:0:99999:7:::\n"
	    "daemon:*:19000:0:99999:7:::\n");
	is_file(root, "root/.ssh/authorized_keys", 0600,
	    "ssh-ed25519 AAAAkey me\n");
	is_gone(root, "etc/ssh/ssh_host_rsa_key");
	is_gone(root, "etc/ssh/ssh_host_rsa_key.pub");
	is_file(root, "etc/ssh/sshd_config", 0640, "# as it was\n");
	is_link(root, "etc/systemd/system/multi-user.target.wants/"
	    "mkguest-ssh-host-keys.service",
	    "/etc/systemd/system/mkguest-ssh-host-keys.service");
}

static void
test_network(int root)
{
	is_file(root, "etc/network/interfaces", 0644, "# interfaces(5). "
	    "Cards are found by their addresses, whatever their names are.\n"
	    "source /etc/network/interfaces.d/*\n\n"
	    "auto lo\niface lo inet loopback\n\n"
	    "auto mac/00:16:3e:12:34:56=nic0\niface nic0 inet dhcp\n");
	is_gone(root, "etc/resolv.conf");
}

static void
test_places(int root)
{
	is_link(root, "etc/localtime", "/usr/share/zoneinfo/Europe/Berlin");
	is_file(root, "etc/timezone", 0644, "Europe/Berlin\n");
	is_file(root, "etc/locale.conf", 0644, "LANG=C.UTF-8\n");
	is_link(root, "etc/default/locale", "/etc/locale.conf");
	is_gone(root, "etc/default/keyboard");
	is_gone(root, "etc/apt/sources.list");
	is_file(root, "etc/apt/sources.list.d/debian.sources", 0644,
	    "Types: deb\n"
	    "URIs: http://mirror.example.org/debian\n"
	    "Suites: somewhere somewhere-updates\n"
	    "Components: main extra\n"
	    "Signed-By: /usr/share/keyrings/some-keyring.gpg\n"
	    "\n"
	    "Types: deb\n"
	    "URIs: http://security.example.org/security\n"
	    "Suites: somewhere-security\n"
	    "Components: main extra\n"
	    "Signed-By: /usr/share/keyrings/some-keyring.gpg\n");
}

static void
test_whole(void)
{
	char directory[] = "/tmp/mkguest-unit.XXXXXX";
	auto_close int root = base_make(directory);
	struct guest guest = usual_guest();
	auto_error struct error err = {0};

	setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
	ok(run(root, &guest, &suite, &err) == 0, "a root becomes a guest");
	test_names(root);
	test_secrets(root);
	test_places(root);
	test_network(root);
	ok(run(root, &guest, &suite, &err) == 0, "and once more");
	test_names(root);
	unsetenv("SOURCE_DATE_EPOCH");
	guest_release(&guest);
	file_remove_tree(AT_FDCWD, directory, &err);
}

static void
link_make(int root, const char *directory, const char *target,
    const char *name)
{
	auto_close int parent = inside_open(root, directory, O_PATH, 0);

	if (symlinkat(target, parent, name) < 0)
		ok(false, "cannot make a link");
}

/* Without a password, a key, sshd: on a release with one-line sources. */
static void
test_bare(void)
{
	char directory[] = "/tmp/mkguest-unit.XXXXXX";
	auto_close int root = base_make(directory);
	struct guest guest = usual_guest();
	struct suite old = suite;
	auto_error struct error err = {0};
	auto_buffer struct buffer shadow = {0};

	old.apt_format = (char[]){"one-line"};
	old.console = (char[]){"xvc0"};
	guest.guest_mirror = memory_string("http://own.example.org/debian");
	memory_free_secret(steal_pointer(&guest.password_hash));
	free(steal_pointer(&guest.authorized_keys));
	inside_remove(root, "usr/sbin/sshd", &err);
	inside_remove(root, "etc/resolv.conf", &err);
	link_make(root, "etc", "../run/systemd/resolve/stub", "resolv.conf");
	inside_remove(root, "etc/timezone", &err);
	ok(run(root, &guest, &old, &err) == 0, "a bare root becomes a guest");
	inside_read(root, "etc/shadow", &shadow, &err);
	ok(strstr(shadow.data, "\nroot:*:"), "root is locked");
	is_link(root, "etc/resolv.conf", "../run/systemd/resolve/stub");
	is_gone(root, "root/.ssh");
	is_gone(root, "etc/timezone");
	is_link(root, "etc/systemd/system/getty.target.wants/"
	    "serial-getty@xvc0.service",
	    "/lib/systemd/system/serial-getty@.service");
	is_gone(root, "etc/systemd/system/mkguest-ssh-host-keys.service");
	is_gone(root, "etc/apt/sources.list.d/debian.sources");
	is_file(root, "etc/apt/sources.list", 0644,
	    "deb http://own.example.org/debian somewhere main extra\n"
	    "deb http://own.example.org/debian somewhere-updates main extra\n"
	    "deb http://security.example.org/security somewhere-security "
	    "main extra\n");
	guest_release(&guest);
	file_remove_tree(AT_FDCWD, directory, &err);
}

struct refusal {
	const char *remove, *timezone, *sentence;
};

static const struct refusal refusals[] = {
	{NULL, "Europe/Nowhere", "knows no time zone 'Europe/Nowhere'"},
	{NULL, "Europe", "knows no time zone 'Europe'"},
	{NULL, "tzdata.zi", "knows no time zone 'tzdata.zi'"},
	{NULL, "../../../etc/shadow", "knows no time zone"},
	{NULL, "", "knows no time zone ''"},
	{"sbin/ifup", NULL, "network: the guest has nothing that could set up"},
	{"vmlinuz", NULL, "grub: the guest has no /vmlinuz"},
	{"initrd.img", NULL, "grub: the guest has no /initrd.img"},
	{"etc/shadow", NULL, "root password: "},
};

static void
test_refusal(const struct refusal *refusal)
{
	char directory[] = "/tmp/mkguest-unit.XXXXXX";
	auto_close int root = base_make(directory);
	struct guest guest = usual_guest();
	auto_error struct error err = {0};

	if (refusal->remove)
		inside_remove(root, refusal->remove, &err);
	if (refusal->timezone) {
		free(guest.timezone);
		guest.timezone = memory_string(refusal->timezone);
	}
	ok(run(root, &guest, &suite, &err) < 0 &&
	    strstr(err.text, refusal->sentence), "%s", refusal->sentence);
	guest_release(&guest);
	file_remove_tree(AT_FDCWD, directory, &err);
}

/* As cheap as its method can be. */
static void
test_random_hash(const char *password)
{
	struct suite new = {
		.password_hashes = {(char *[]){(char[]){"$y$"}}, 1, 1},
	};
	auto_free char *hash = NULL;
	auto_error struct error err = {0};

	ok(password_hash_random(&new, password, &hash, &err) == 0 &&
	    !strncmp(hash, "$y$j75$", 7), "hashed at little cost");
	is_text(crypt(password, hash), hash, "crypt(3) knows that again, too");
}

static void
test_password(void)
{
	auto_free char *password = password_random();
	auto_free char *another = password_random();
	auto_free char *hash = NULL;
	auto_error struct error err = {0};

	is_number((long long)strlen(password), 16, "a random password's length");
	is_number((long long)strcspn(password, "0O1lIo"), 16,
	    "nothing in it looks like something else");
	ok(strcmp(password, another), "the next one differs");
	ok(password_hash(&suite, password, &hash, &err) == 0 &&
	    !strncmp(hash, "$6$", 3), "hashed by the suite's method");
	is_text(crypt(password, hash), hash, "crypt(3) knows it again");
	test_random_hash(password);
}

struct access {
	const char *text, *sentence;	/* NULL: good */
};

#define ED25519 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN8eyakJPWs92NwxBC3Ehkc9" \
	"Y77xmyIsurYkx6p1aiKA"
#define SK_ED25519 "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW" \
	"5zc2guY29tAAAAIN8eyakJPWs92NwxBC3Ehkc9Y77xmyIsurYkx6p1aiKAAAAABHNzaD" \
	"o="

static const struct access passwords[] = {
	{"correct horse\nbattery\n", NULL},
	{"no newline", NULL},
	{"", "holds no password"},
	{"\nsecond line\n", "holds no password"},
	{"dos\r\n", "control character"},
};

/* Of "secret", made by openssl passwd. */
static const struct access hashes[] = {
	{"$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5kn"
	    "V8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1\nmore\n", NULL},
	{"", "holds no password"},
	{"secret\n", "holds no hash"},
	{"$6$saltsalt$short\n", "holds no hash"},
	{"$6$salt:salt$x\n", "holds no hash"},
	{"$1$saltsalt$9xy1btjgzLYfb7hivXtC//\n", "those that begin with $6$ "
	    "$5$"},
};

static const struct access keys[] = {
	{ED25519 " me@here\n", NULL},
	{"# mine\n\nno-pty,from=\"*.example.org\" " ED25519 "\n", NULL},
	{ED25519 "\r\n" SK_ED25519, NULL},
	{"", "holds no public ssh key"},
	{"# nothing\n", "holds no public ssh key"},
	{ED25519 "\nhello\n", ":2: not a public ssh key"},
	{"ssh-ed25519 AAAAC3Nz\n", ":1: not a public ssh key"},
	{"-----BEGIN OPENSSH PRIVATE KEY-----\n", "is a private key"},
};

enum access_kind { PASSWORD, HASH, KEY };

static void
access_wish(struct guest *guest, enum access_kind kind, const char *path)
{
	static const char *const selectors[] = {"file", "hash-file"};

	if (kind == KEY)
		strings_add(&guest->ssh_key, path);
	else
		guest->root_password = memory_printf("%s:%s", selectors[kind],
		    path);
}

static void
test_access(const struct access *sample, enum access_kind kind)
{
	char path[] = "/tmp/mkguest-unit.XXXXXX";
	auto_close int fd = mkstemp(path);
	auto_free char *line = memory_copy(sample->text,
	    strcspn(sample->text, "\n"));
	struct guest guest = {0};
	auto_error struct error err = {0};
	int result;

	access_wish(&guest, kind, path);
	file_write(fd, sample->text, strlen(sample->text), &err);
	result = guest_read_access(&guest, &suite, NULL, &err);
	ok(sample->sentence ? result < 0 && strstr(err.text, sample->sentence) :
	    result == 0, "%s", sample->sentence ? sample->sentence : "good");
	if (result == 0 && kind == PASSWORD)
		is_text(crypt(line, guest.password_hash), guest.password_hash,
		    "crypt(3) knows its first line again");
	if (result == 0 && kind == HASH)
		is_text(guest.password_hash, line, "as it is in the file");
	unlink(path);
	guest_release(&guest);
}

static void
test_permissions(mode_t mode)
{
	char path[] = "/tmp/mkguest-unit.XXXXXX";
	auto_close int fd = mkstemp(path);
	auto_error struct error err = {0};
	auto_free char *password = NULL;

	file_write(fd, "secret\n", 7, &err);
	fchmod(fd, mode);
	ok(password_read(path, &password, &err) < 0 &&
	    strstr(err.text, "; chmod 600 '/tmp/mkguest-unit."),
	    "a password file of mode %o is refused", (unsigned)mode);
	unlink(path);
}

static const struct {
	const char *selector, *hash;	/* NULL: unknown; "": any */
} selectors[] = {
	{"locked", "*"}, {"random", ""}, {"file", NULL}, {"file:", NULL},
	{"locked:x", NULL}, {"", NULL}, {"secret", NULL},
};

static void
test_selector(const char *selector, const char *hash)
{
	struct guest guest = {.root_password = memory_string(selector)};
	auto_error struct error err = {0};

	if (!hash) {
		ok(root_password_check(selector, &err) < 0 &&
		    err.kind == ERROR_USAGE, "'%s' is unknown", selector);
	} else {
		ok(root_password_check(selector, &err) == 0 &&
		    guest_read_access(&guest, &suite, NULL, &err) == 0,
		    "'%s' is known", selector);
		is_text(*hash ? hash : crypt(guest.random_password,
		    guest.password_hash), guest.password_hash, "its hash");
	}
	guest_release(&guest);
}

/* The answers of somebody who is asked. */
static const char *const *answers;

static int
answer(struct events *events, const char *question, char **secret,
    struct error *err)
{
	(void)events;
	(void)question;
	(void)err;
	*secret = memory_string(*answers++);
	return 0;
}

static void
test_prompt(const char *first, const char *second, const char *sentence)
{
	const char *const both[] = {first, second};
	struct events events = {.ask_secret = answer};
	auto_error struct error err = {0};
	auto_free char *password = NULL;
	int result;

	answers = both;
	result = password_ask(&events, "root", &password, &err);
	ok(sentence ? result < 0 && strstr(err.text, sentence)
	    : result == 0 && !strcmp(password, first), "asked: %s",
	    sentence ? sentence : "good");
}

static void
test_prompts(void)
{
	auto_error struct error err = {0};
	auto_free char *password = NULL;

	test_prompt("secret", "secret", NULL);
	test_prompt("secret", "Secret", "the two passwords differ");
	test_prompt("", "", "that is no password");
	test_prompt("bell\a", "", "that is no password");
	ok(password_ask(NULL, "root", &password, &err) < 0 &&
	    strstr(err.text, "nobody to ask for the password of root"),
	    "nobody to ask");
}

int
main(void)
{
	unsetenv("SOURCE_DATE_EPOCH");
	test_password();
	for (size_t i = 0; i < sizeof(passwords) / sizeof(*passwords); i++)
		test_access(&passwords[i], PASSWORD);
	for (size_t i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
		test_access(&hashes[i], HASH);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		test_access(&keys[i], KEY);
	for (size_t i = 0; i < sizeof(selectors) / sizeof(*selectors); i++)
		test_selector(selectors[i].selector, selectors[i].hash);
	test_permissions(0640);
	test_permissions(0604);
	test_permissions(0620);
	test_prompts();
	test_whole();
	test_bare();
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		test_refusal(&refusals[i]);
	return done();
}

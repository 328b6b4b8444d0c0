#include "guest/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"
#include "t/unit/tap.h"

#define TEXT(text) ((char[]){text})

static struct guest_disk usual_disks[] = {
	{.path = TEXT("/srv/a: b#.img"), .mount = TEXT("/"),
	    .uuid = TEXT("0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4d")},
	{.path = TEXT("/dev/vg/swap"), .fs = TEXT("swap"),
	    .vdev = TEXT("xvda2"),
	    .uuid = TEXT("0b57e2a4-2f7e-4a2c-9a61-0d1b1b2f3c4e")},
};

static struct guest_nic usual_nics[] = {
	{.mac = TEXT("00:16:3e:12:34:56"), .bridge = TEXT("xenbr0"),
	    .ip = {(char *[]){TEXT("dhcp"), TEXT("192.0.2.1/24")}, 2, 2}},
	{.mac = TEXT("00:16:3e:12:34:57")},
};

static char *usual_keys[] = {
	TEXT("ssh-ed25519 AAAA root@debian1"), TEXT("ssh-rsa AAAB"),
};

static const struct manifest usual = {
	.name = TEXT("debian1"),
	.suite = TEXT("bookworm"),
	.architecture = TEXT("amd64"),
	.cfg = TEXT("/etc/xen/debian1.cfg"),
	.nics = {usual_nics, 2, 2},
	.uuid = TEXT("4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b"),
	.disks = {usual_disks, 2, 2},
	.console = TEXT("hvc0"),
	.host_keys = {usual_keys, 2, 2},
	.made = TEXT("2026-01-02T03:04:05Z"),
	.description = TEXT("Memory: 600\nUser: ann\n  bob\nWrite: /a:b"),
};

static void
test_round_trip(void)
{
	auto_manifest struct manifest manifest = {0};
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};
	auto_free char *path = state_path("guests", "debian1", &err);

	is_number(manifest_read("debian1", &manifest, &err), 0,
	    "no manifest yet");
	manifest_text(&usual, &text);
	ok(path && file_replace(AT_FDCWD, path, text.data, text.length, 0644,
	    &err) == 0, "written");
	is_number(manifest_read("debian1", &manifest, &err), 1, "read again");
	is_number((long long)manifest.disks.count, 2, "the disks come back");
	is_text(manifest.disks.items[0].path, "/srv/a: b#.img", "the path");
	is_text(manifest.disks.items[1].vdev, "xvda2", "the vdev");
	is_number((long long)manifest.nics.count, 2, "the cards come back");
	is_number((long long)manifest.host_keys.count, 2, "so do the keys");
	is_text(manifest.host_keys.items[0], "ssh-ed25519 AAAA root@debian1",
	    "the first key");
	is_text(manifest.nics.items[0].bridge, "xenbr0", "the bridge");
	is_text(manifest.nics.items[0].ip.items[1], "192.0.2.1/24",
	    "an address");
	is_text(manifest.nics.items[1].mac, "00:16:3e:12:34:57", "a MAC");
	is_text(manifest.made, usual.made, "the time comes back");
	is_text(manifest.description, usual.description,
	    "what was asked for comes back");
	is_text(manifest.kernel, NULL, "what was not there is not there");
}

static void
test_faults(const char *directory)
{
	auto_manifest struct manifest manifest = {0};
	auto_error struct error err = {0};
	auto_free char *path = memory_printf("%s/guests/broken", directory);

	file_replace(AT_FDCWD, path, "Name: broken\n", 13, 0644, &err);
	ok(manifest_read("broken", &manifest, &err) < 0 &&
	    strstr(err.text, "is no manifest"), "half a manifest is refused");
	manifest_release(&manifest);
	ok(manifest_read("../locks/debian1", &manifest, &err) < 0 &&
	    err.kind == ERROR_USAGE, "a path is no name");
}

static void
test_format(void)
{
	static const char newer[] = "Format: 2\nName: new: thing\n";
	auto_manifest struct manifest manifest = {0}, first = {0};
	auto_error struct error err = {0};
	auto_buffer struct buffer text = {0};

	ok(manifest_parse("g", view_of(newer), &manifest, &err) < 0 &&
	    manifest.is_newer && strstr(err.text, "'g' is a manifest of "
	    "format 2, and this mkguest knows 1; use the newer one that wrote "
	    "it"), "one of a later format is refused");
	is_text(manifest.name, NULL, "and nothing of it is taken");
	manifest_text(&usual, &text);
	ok(view_starts((struct view){text.data, text.length}, "Format: 1\n"),
	    "ours has its number");
	is_number(manifest_parse("g", view_of(text.data + 10), &first, &err),
	    1, "the first ones had none");
}

static void
test_keep_ids(void)
{
	auto_error struct error err = {0};
	struct guest guest = {.name = memory_string("debian1")};

	guest_nic_parse("mac=00:16:3e:00:00:01", vector_push(&guest.nics),
	    &err);
	guest_nic_parse("ip=none", vector_push(&guest.nics), &err);
	guest_nic_parse("ip=none", vector_push(&guest.nics), &err);
	guest_disk_parse("a,mount=/", vector_push(&guest.disks), &err);
	guest_disk_parse("b,fs=swap,vdev=xvda2", vector_push(&guest.disks),
	    &err);
	guest_disk_parse("c,mount=/home", vector_push(&guest.disks), &err);
	manifest_keep_ids(&usual, &guest);
	guest_make_ids(&guest);
	is_text(guest.nics.items[0].mac, "00:16:3e:00:00:01",
	    "a given MAC stays");
	is_text(guest.nics.items[1].mac, "00:16:3e:12:34:57",
	    "the second card's is kept");
	ok(guest.nics.items[2].mac, "another card gets a new one");
	is_text(guest.uuid, usual.uuid, "the domain's UUID is kept");
	is_text(guest.disks.items[0].uuid, usual_disks[0].uuid,
	    "the root's is kept");
	is_text(guest.disks.items[1].uuid, usual_disks[1].uuid,
	    "and that of the swap space");
	ok(guest.disks.items[2].uuid, "another disk gets a new one");
	ok(strlen(guest.disks.items[0].hash_seed) == 36,
	    "the hash seed is new");
	guest_release(&guest);
}

/* A card that now has the MAC address of another one's place. */
static void
test_moved_mac(void)
{
	auto_error struct error err = {0};
	struct guest guest = {.name = memory_string("debian1")};

	guest_nic_parse("mac=00:16:3e:12:34:57", vector_push(&guest.nics),
	    &err);
	guest_nic_parse("ip=none", vector_push(&guest.nics), &err);
	manifest_keep_ids(&usual, &guest);
	guest_make_ids(&guest);
	ok(strcmp(guest.nics.items[1].mac, "00:16:3e:12:34:57"),
	    "no two cards get one MAC");
	guest_release(&guest);
}

static void
test_seed(void)
{
	struct guest guest = {
		.name = memory_string("debian1"),
		.id_seed = memory_string("x"),
	};

	vector_push(&guest.nics);
	manifest_keep_ids(&usual, &guest);
	guest_make_ids(&guest);
	ok(strcmp(guest.nics.items[0].mac, usual_nics[0].mac) &&
	    strcmp(guest.uuid, usual.uuid), "a seed makes new ids");
	guest_release(&guest);
}

static void
test_lock(void)
{
	auto_error struct error err = {0};
	auto_close int fd = guest_lock("debian1", &err);

	ok(fd >= 0, "a guest is locked");
	ok(guest_lock("debian1", &err) < 0 &&
	    strstr(err.text, "another run is at work on guest 'debian1'"),
	    "a second run is refused");
	close(steal_fd(&fd));
	fd = guest_lock("debian1", &err);
	ok(fd >= 0, "and not after the first has ended");
}

int
main(void)
{
	char directory[] = "/tmp/mkguest-unit.XXXXXX";
	auto_error struct error err = {0};

	unsetenv("SOURCE_DATE_EPOCH");
	if (!mkdtemp(directory))
		return 1;
	setenv("MKGUEST_STATE", directory, 1);
	test_round_trip();
	test_faults(directory);
	test_format();
	test_keep_ids();
	test_moved_mac();
	test_seed();
	test_lock();
	file_remove_tree(AT_FDCWD, directory, &err);
	return done();
}

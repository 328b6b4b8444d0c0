/*
 * domain-file write KEY=VALUE…: the domain file that mkguest writes for these
 * values, on stdout.
 * domain-file read FILE: the name, disks and addresses that mkguest finds in
 * it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "xen/domain.h"

struct field {
	const char *name;
	size_t offset;
};

static const struct field fields[] = {
	{"toolstack", offsetof(struct domain, toolstack)},
	{"name", offsetof(struct domain, name)},
	{"architecture", offsetof(struct domain, architecture)},
	{"uuid", offsetof(struct domain, uuid)},
	{"type", offsetof(struct domain, type)},
	{"kernel", offsetof(struct domain, kernel)},
	{"ramdisk", offsetof(struct domain, ramdisk)},
	{"root", offsetof(struct domain, root)},
	{"extra", offsetof(struct domain, extra)},
	{"cdrom", offsetof(struct domain, cdrom)},
	{"firmware", offsetof(struct domain, machine.firmware)},
	{"boot", offsetof(struct domain, machine.boot)},
	{"floppy", offsetof(struct domain, machine.floppy)},
};

static int
fail(const struct error *err)
{
	fprintf(stderr, "%s\n", err->text);
	return 1;
}

static void
field_set(struct domain *domain, const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strncmp(word, fields[i].name, length) &&
		    !fields[i].name[length])
			*(const char **)((char *)domain + fields[i].offset) =
			    word + length + 1;
}

/* PATH,VDEV; what is in /dev is a device, what ends in .iso a CD. */
static void
add_disk(struct domain *domain, const char *text)
{
	const char *comma = strrchr(text, ',');

	if (comma)
		*vector_push(&domain->disks) = (struct domain_disk){
			.path = strndup(text, (size_t)(comma - text)),
			.vdev = comma + 1,
			.is_device = strncmp(text, "/dev/", 5) == 0,
			.is_cdrom = strstr(text, ".iso,")};
}

/* disk=PATH,VDEV adds one, nic:… a card; vnc:… is the screen. */
static int
write_domain(char **words)
{
	auto_end(guest_nics_release) struct guest_nics nics = {0};
	auto_end(guest_vnc_release) struct guest_vnc vnc = {
		.display = VNC_ANY_DISPLAY};
	struct domain domain = {
		.toolstack = "xl",
		.machine.vnc = &vnc,
		.name = "debian1",
		.architecture = "amd64",
		.uuid = "4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b",
		.type = "pvh",
		.memory = 512,
		.vcpus = 1,
		.nics = &nics,
	};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	for (; *words; words++)
		if (!strncmp(*words, "nic:", 4) && guest_nic_parse(*words + 4,
		    vector_push(&nics), &err) < 0)
			return fail(&err);
		else if (!strncmp(*words, "vnc:", 4) && (guest_vnc_parse(
		    *words + 4, &vnc, &err) < 0 ||
		    guest_vnc_read_password(&vnc, &err) < 0))
			return fail(&err);
		else if (!strcmp(*words, "windows"))
			domain.machine.is_windows = true;
		else if (!strncmp(*words, "disk=", 5))
			add_disk(&domain, *words + 5);
		else
			field_set(&domain, *words);
	if (!domain.disks.count)
		add_disk(&domain, "/srv/debian1.img,xvda1");
	if (!nics.count)
		guest_nic_parse("mac=00:16:3e:12:34:56", vector_push(&nics),
		    &err);
	if (!domain.kernel)
		domain.kernel = domain_loader(domain.architecture,
		    domain.type);
	if (domain_write(&domain, &text, &err) < 0)
		return fail(&err);
	fwrite(text.data, 1, text.length, stdout);
	return 0;
}

static int
show_domain(const char *path, struct view text)
{
	auto_error struct error err = {0};
	auto_domain_claims struct domain_claims domain = {0};

	if (domain_read(path, text, &domain, &err) < 0)
		return fail(&err);
	printf("name=%s\n", domain.name ? domain.name : "");
	vector_each(disk, &domain.disks)
		printf("disk=%s\n", *disk);
	vector_each(mac, &domain.macs)
		printf("mac=%s\n", *mac);
	vector_each(address, &domain.addresses)
		printf("address=%s\n", *address);
	return 0;
}

int
main(int argc, char **argv)
{
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	struct view view;

	if (argc >= 2 && !strcmp(argv[1], "write"))
		return write_domain(argv + 2);
	if (argc != 3 || strcmp(argv[1], "read"))
		return 2;
	if (file_read_at(AT_FDCWD, argv[2], &text, &err) < 0)
		return fail(&err);
	view = (struct view){text.data, text.length};
	return show_domain(argv[2], view);
}

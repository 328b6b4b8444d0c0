/* Its lines are a name, a disk, a bridge and a command line. */
#include "t/fuzz/target.h"

#include <string.h>

#include "xen/domain.h"

enum { LINES = 4 };

static void
check_round_trip(const struct domain *domain, const struct buffer *text)
{
	auto_error struct error err = {0};
	auto_domain_claims struct domain_claims read = {0};

	assert(domain_read("input", (struct view){text->data, text->length},
	    &read, &err) == 0);
	assert(!strcmp(read.name, domain->name));
	assert(read.disks.count == 1 &&
	    !strcmp(read.disks.items[0], domain->disks.items[0].path));
	assert(read.macs.count == 1 &&
	    !strcmp(read.macs.items[0], domain->nics->items[0].mac));
}

static void
check_domain(char *const lines[LINES])
{
	struct domain_disk disk = {.path = lines[1], .vdev = "xvda1"};
	struct guest_nic nic = {
		.mac = (char[]){"00:16:3e:12:34:56"}, .bridge = lines[2],
	};
	struct guest_nics nics = {&nic, 1, 1};
	struct domain domain = {
		.toolstack = "xl",
		.name = lines[0],
		.architecture = "amd64",
		.uuid = "4f2d8f0c-6f0e-4a55-8a0b-0f6d1f1d2c3b",
		.type = "pvh",
		.memory = 512,
		.vcpus = 1,
		.kernel = "/boot/vmlinuz",
		.root = lines[3],
		.disks = {&disk, 1, 1},
		.nics = &nics,
	};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};
	int result = domain_write(&domain, &text, &err);

	check_sentence(result, &err);
	if (result == 0)
		check_round_trip(&domain, &text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view rest = input_view(data, size), line;
	char *lines[LINES] = {0};
	size_t count = 0;

	while (count < LINES && view_cut(&rest, '\n', &line))
		lines[count++] = view_string(line);
	if (count == LINES)
		check_domain(lines);
	while (count)
		free(lines[--count]);
	return 0;
}

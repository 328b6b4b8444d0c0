#include "fleet/fleet_file.h"

#include "base/cleanup.h"
#include "base/memory.h"
#include "t/unit/tap.h"

static void
parse(struct fleet_file *file, const char *text, struct error *err)
{
	auto_error_list struct error_list wrong = {0};

	file->text.path = memory_string("a.fleet");
	buffer_text(&file->text.content, text);
	fleet_file_parse(file, &wrong);
	error_list_result(&wrong, err);
}

static const char fleet[] =
    "Memory: 100\n"
    "Timezone: Etc/UTC\n"
    "Include: a, b\n"
    "\n"
    "Group: web\n"
    "Memory: 200\n"
    "Address-Pool: 192.0.2.10-20\n"
    "\n"
    "# the front\n"
    "Name: web[01-03]\n"
    "Group: web, big\n"
    "Nic: ip=192.0.2.[11-13]/24\n"
    "\n"
    "Name: db1\n"
    "Include: c\n"
    "Group: big\n"
    "\n"
    "Group: big\n"
    "Memory: 300\n"
    "Vcpus: 4\n";

static void
test_nearest(void)
{
	auto_fleet_file struct fleet_file file = {0};
	auto_error struct error err = {0};
	struct fleet_guest *web, *db;

	parse(&file, fleet, &err);
	is_text(err.text, NULL, "a fleet is read");
	if (!is_number((long long)file.guests.count, 4, "its guests"))
		return;
	web = file.guests.items[2];
	db = file.guests.items[3];
	is_text(web->guest.name, "web03", "a name out of a range");
	is_text(web->guest.nic.items[0], "ip=192.0.2.13/24", "its address");
	is_number(web->line, 10, "its line");
	is_number((long long)web->guest.memory, 200, "the first group wins");
	is_number((long long)web->guest.vcpus, 4, "the second adds");
	is_text(web->guest.timezone, "Etc/UTC", "the defaults are left");
	is_text(web->address_pool, "192.0.2.10-20", "the group's pool");
	is_number(web->address_pool_line, 7, "and where it stands");
	is_number((long long)db->guest.memory, 300, "its own group");
	is_number((long long)db->guest.include.count, 1,
	    "a list hides another");
	is_text(db->address_pool, NULL, "no pool");
	ok(fleet_guest_is(web, "web0?") && fleet_guest_is(web, "web") &&
	    fleet_guest_is(web, "big"), "a pattern, or a group");
	ok(!fleet_guest_is(db, "web*") && !fleet_guest_is(db, "b"), "no other");
}

static const struct {
	const char *text, *why;
} refusals[] = {
	{"Name: a\n\nMemory: 7\n",
	    "a.fleet:3: neither Name nor Group; only the first stanza has the "
	    "defaults of all"},
	{"Name: a\n\nName: b\n\nName: a\n",
	    "a.fleet:5: Name: 'a' is a guest of line 1 already"},
	{"Name:\n", "a.fleet:1: Name: it is missing"},
	{"Group:\nMemory: 7\n", "a.fleet:1: Group: it is missing"},
	{"Name: a\nGroup: wbe\n\nGroup: web\n",
	    "a.fleet:2: Group: no stanza has the defaults of group 'wbe'; is "
	    "it 'web'?"},
	{"Group: web\n\nGroup: db, web\n",
	    "a.fleet:3: Group: the defaults of 'web' are in line 1 already"},
	{"Name: a[1-3]\nNic: ip=192.0.2.[1-4]/24\n",
	    "a.fleet:2: Nic: its range stands for 4, but that of Name for 3"},
	{"Name: a[3-1]\n", "a.fleet:1: Name: '[3-1]' descends; write the "
	    "smaller number first"},
	{"Memroy: 7\n\nName: a[1-3]\nVcpus: x\nVcpus: 2\n",
	    "a.fleet:4: Vcpus: 'x' is not a number (N, in digits alone)\n"
	    "a.fleet:5: Vcpus: the field is in line 4 already\n"
	    "a.fleet:1: Memroy: unknown field; is it Memory?"},
	{"Name: a\nnonsense\nVcpus: x\n\nName: b\n",
	    "a.fleet:2: not a 'Field: value' line\n"
	    "a.fleet:3: Vcpus: 'x' is not a number"},
};

static void
test_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		auto_fleet_file struct fleet_file file = {0};
		auto_error struct error err = {0};

		parse(&file, refusals[i].text, &err);
		ok(err.text && !strncmp(err.text, refusals[i].why,
		    strlen(refusals[i].why)), "refusal %zu", i);
		if (err.text && strcmp(err.text, refusals[i].why))
			printf("# %s\n", err.text);
		is_number(err.kind, ERROR_USAGE, "it is wrong use");
	}
}

int
main(void)
{
	test_nearest();
	test_refusals();
	return done();
}

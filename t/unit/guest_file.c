#include "guest/guest_file.h"

#include "base/cleanup.h"
#include "base/fields.h"
#include "base/memory.h"
#include "t/unit/tap.h"

/* What each kind of option is given on the command line. */
static void
add_values(const struct option *option, struct strings *arguments)
{
	static const char *const values[][2] = {
		[OPTION_TEXT] = {"a # text: of two, words"},
		[OPTION_SIZE] = {"1536M"},
		[OPTION_NUMBER] = {"17"},
		[OPTION_MEBIBYTES] = {"2G"},
		[OPTION_LIST] = {"one,two", "three"},
		[OPTION_REPEAT] = {"a,b=1", "# c"},
		[OPTION_ORDER] = {"a,b=1", "# c"},
	};

	if (!option->argument)
		strings_printf(arguments, "--%s", option->name);
	for (size_t i = 0; option->argument && i < 2; i++)
		if (values[option->kind][i])
			strings_printf(arguments, "--%s=%s", option->name,
			    values[option->kind][i]);
}

static int
parse(struct guest *guest, struct strings *arguments, struct error *err)
{
	struct options_given given = {0};
	int result;

	vector_push(arguments);
	result = options_parse_given(guest_tables, arguments->items, guest,
	    &given, err);
	guest->origins = given.origins;
	strings_release(&given.operands);
	return result;
}

static int
read_back(struct guest *guest, struct view text, struct error *err)
{
	struct stanza_reader reader = stanza_reader("a.guest", text);
	auto_stanza struct stanza stanza = {0};

	return stanza_read(&reader, &stanza, err) < 0 ||
	    guest_file_stanza("a.guest", &stanza, guest, err) < 0 ? -1 : 0;
}

static bool
same_strings(const struct strings *one, const struct strings *other)
{
	bool same = one->count == other->count;

	for (size_t i = 0; same && i < one->count; i++)
		same = !strcmp(one->items[i], other->items[i]);
	return same;
}

static bool
same_value(const struct option *option, const struct guest *one,
    const struct guest *other)
{
	const void *a = (const char *)one + option->offset;
	const void *b = (const char *)other + option->offset;

	switch (option->kind) {
	case OPTION_FLAG:
		return *(const bool *)a == *(const bool *)b;
	case OPTION_LETTER:
		return *(const char *)a == *(const char *)b;
	case OPTION_TEXT:
		return *(char *const *)a && *(char *const *)b &&
		    !strcmp(*(char *const *)a, *(char *const *)b);
	case OPTION_SIZE:
	case OPTION_NUMBER:
	case OPTION_MEBIBYTES:
		return *(const uint64_t *)a == *(const uint64_t *)b;
	case OPTION_LIST:
	case OPTION_REPEAT:
	case OPTION_ORDER:
		return same_strings(a, b);
	}
	return false;
}

/* Whatever options there are: a file says the same as the command line. */
static void
test_round_trip(void)
{
	auto_end(guest_release) struct guest one = {0}, other = {0};
	auto_strings struct strings arguments = {0};
	auto_buffer struct buffer text = {0}, again = {0};
	auto_error struct error err = {0};

	for (const struct option *const *t = guest_tables; *t; t++)
		for (const struct option *o = *t; o->name; o++)
			add_values(o, &arguments);
	one.name = memory_string("debian1");
	ok(parse(&one, &arguments, &err) == 0 &&
	    guest_file_text(&one, &text, &err) == 0, "a file of every option");
	if (!ok(text.data && read_back(&other, (struct view){text.data,
	    text.length}, &err) == 0, "it is read"))
		printf("# %s\n%s", err.text, text.data);
	is_text(other.name, "debian1", "Name");
	for (const struct option *const *t = guest_tables; *t; t++)
		for (const struct option *o = *t; o->name; o++)
			ok(same_value(o, &one, &other), "--%s", o->name);
	guest_file_text(&other, &again, &err);
	is_text(again.data, text.data, "and gives the same file");
}

/* What depends on its order keeps it. */
static void
test_order(void)
{
	auto_end(guest_release) struct guest guest = {0}, other = {0};
	auto_strings struct strings arguments = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	strings_split(&arguments, "--write=/a:1 --delete=/a --write=/a:2 "
	    "--write=/b:3", " ");
	ok(parse(&guest, &arguments, &err) == 0 &&
	    guest_file_text(&guest, &text, &err) == 0 &&
	    read_back(&other, (struct view){text.data, text.length},
	    &err) == 0, "changes in an order");
	ok(guest.changes.count == 8 &&
	    same_strings(&guest.changes, &other.changes), "which they keep");
}

struct sample {
	const char *text, *sentence;
};

static const struct sample samples[] = {
	{"Memory: 5\nVcpus: 7\n", NULL},
	{"MEMORY: 5\n# a comment\nvcpus: 7\n", NULL},
	{"Include: a b,c\n d\n", NULL},
	{"Memory:\nSize:\nInclude:\nDisk:\nBridge:\nFull:\n", NULL},
	{"Disk:\n a\n\tb\n", NULL},
	{"Full: no\n", NULL},
	{"Mkdir: /a\nWrite: /a/b:c\nMkdir: /d\n", NULL},
	{"Memroy: 5\n", "a.guest:1: Memroy: unknown field; is it Memory?"},
	{"Image_Dir: x\n",
	    "a.guest:1: Image_Dir: unknown field; is it Image-Dir?"},
	{"Frobnication: x\n", "a.guest:1: Frobnication: unknown field"},
	{"Memory: 5\n\n", NULL},
	{"Memory: 5\nmemory: 6\n",
	    "a.guest:2: memory: the field is in line 1 already"},
	{"Memory: 5M\n", NULL},
	{"Memory: 5X\nVcpus: 2M\nSize: five\nFull: 1\n",
	    "a.guest:1: Memory: '5X' is not a size; write it as 512M or 4G\n"
	    "a.guest:2: Vcpus: '2M' is not a number (N, in digits alone)\n"
	    "a.guest:3: Size: 'five' is not a size; write it as 512M or 4G\n"
	    "a.guest:4: Full: '1' is neither yes nor no"},
	{"Bridge: a\n b\n", "a.guest:1: Bridge: it has one line only"},
	{"Bridge: a\001\n",
	    "a.guest:1: Bridge: there is a control character in it"},
};

static void
test_sample(const struct sample *sample)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_error struct error err = {0};
	int result = read_back(&guest, view_of(sample->text), &err);

	ok((result == 0) == !sample->sentence &&
	    (result == 0 || err.kind == ERROR_USAGE), "%.*s",
	    (int)strcspn(sample->text, "\n"), sample->text);
	is_text(err.text, sample->sentence, "and its sentence");
}

static void
test_values(void)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_error struct error err = {0};

	ok(read_back(&guest, view_of("Disk: /dev/a,size=1G\n b\nInclude: x,y\n"
	    " z\nSize: 4G\nVcpus: 3\nWipe: yes\nForce: no\n"), &err) == 0,
	    "values of each kind");
	is_number((long long)guest.disk.count, 2, "a line a value");
	is_text(guest.disk.items[0], "/dev/a,size=1G", "the first");
	is_text(guest.disk.items[1], "b", "the second");
	is_number((long long)guest.include.count, 3, "a list on two lines");
	is_number((long long)guest.size, 4LL << 30, "a size");
	is_number((long long)guest.vcpus, 3, "a number");
	ok(guest.wipe && !guest.force, "yes and no");
}

static const char *const nearer_lines[][2] = {
	{"--memory=9", "Memory:\n"}, {"--memory=9", "Memory: 5\n"}, {"--disk=a", "Disk: b\n c\n"},
	{"--include=a", "Include: b\n"}, {"--full=no", "Full: yes\n"},
	{"--lvm=vg", "Zpool: tank\n"}, {"--lvm-thin=vg/p", "Lvm: vg\n"},
	{"--nic=ip=dhcp", "Bridge: xenbr0\nMac: 00:16:3e:00:00:01\n"},
	{"--bridge=xenbr0", "Nic: ip=dhcp\n"},
};

/* The file changes nothing. */
static void
test_nearer(const char *argument, const char *text)
{
	auto_end(guest_release) struct guest one = {0}, other = {0};
	auto_strings struct strings arguments = {0}, same = {0};
	auto_buffer struct buffer first = {0}, second = {0};
	auto_error struct error err = {0};

	strings_add(&arguments, argument);
	strings_add(&same, argument);
	parse(&one, &arguments, &err);
	parse(&other, &same, &err);
	ok(read_back(&other, view_of(text), &err) == 0, "%.*s",
	    (int)strcspn(text, "\n"), text);
	guest_file_text(&one, &first, &err);
	guest_file_text(&other, &second, &err);
	is_text(second.data, first.data, "is hidden by %s", argument);
}

/* What is wrong is said of the line that the value is in. */
static void
test_lines(void)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_error struct error err = {0};

	ok(read_back(&guest, view_of("Name: web\nDisk: a\n b,size=1G\n"
	    " c,fs=none\n d,mount=/x\nVcpus: 0\n"), &err) == 0,
	    "every field has a good value");
	ok(guest_complete(&guest, &err) < 0 && err.kind == ERROR_USAGE,
	    "but they do not go together");
	is_text(err.text, "a.guest:6: Vcpus: 0 is not between 1 and 512\n"
	    "a.guest:3: Disk: 'b': it needs mount=, fs=swap or "
	    "fs=none\n"
	    "a.guest:5: Disk: 'd': it needs a size: size=4G", "by their lines");
}

static const struct unprintable {
	const char *argument, *sentence;
} unprintable[] = {
	{"--disk=", "it is empty"},
	{"--bridge= x", "a blank at an end of ' x'"},
	{"--bridge=x\ny", "a control character"},
	{"--disk=a\tb ", "a blank at an end of 'a\tb '"},
	{"--bridge=\033", "a control character"},
};

static void
test_unprintable(const struct unprintable *sample)
{
	auto_end(guest_release) struct guest guest = {0};
	auto_strings struct strings arguments = {0};
	auto_buffer struct buffer text = {0};
	auto_error struct error err = {0};

	strings_add(&arguments, sample->argument);
	parse(&guest, &arguments, &err);
	ok(guest_file_text(&guest, &text, &err) < 0 &&
	    err.kind == ERROR_USAGE &&
	    strstr(err.text, sample->sentence),
	    "%.*s cannot be written",
	    (int)strcspn(sample->argument, "\n\t\033"), sample->argument);
}

int
main(void)
{
	test_round_trip();
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		test_sample(&samples[i]);
	test_order();
	test_values();
	for (size_t i = 0; i < sizeof(nearer_lines) / sizeof(*nearer_lines);
	     i++)
		test_nearer(nearer_lines[i][0], nearer_lines[i][1]);
	test_lines();
	for (size_t i = 0; i < sizeof(unprintable) / sizeof(*unprintable); i++)
		test_unprintable(&unprintable[i]);
	return done();
}

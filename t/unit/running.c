#include "xen/running.h"

#include "base/text.h"
#include "t/unit/tap.h"

/* As "xl list -l" of Xen 4.17 has it, without what is of no use here. */
static const char list[] =
    "[{\"domid\": 0, \"config\": {\"c_info\": {\"type\": \"pv\", "
    "\"name\": \"Domain-0\"}, \"b_info\": {}}},\n"
    " {\"domid\": 3, \"config\": {\"c_info\": {\"name\": \"web 1\"}, "
    "\"disks\": [{\"pdev_path\": \"/dev/vg/web1\", \"vdev\": \"xvda\"}, "
    "{\"vdev\": \"hdc\", \"is_cdrom\": 1}, {\"pdev_path\": \"\"}, "
    "{\"pdev_path\": \"/srv/a\\\\\\\"b.img\"}]}},\n"
    " {\"domid\": 4}, {\"domid\": 5, \"config\": {\"c_info\": {}}}]\n";

static const struct {
	const char *text;
	const char *sentence;	/* NULL: understood */
} texts[] = {
	{"[]", NULL},
	{"{}", "what 'xl list -l' says is not understood: no list"},
	{"[1, \"a\", null, {\"config\": []}, {\"config\": {\"c_info\": "
	    "{\"name\": 7}}}]", NULL},
};

int
main(void)
{
	auto_error struct error err = {0};
	auto_running struct running running = {0};

	ok(running_parse(&running, view_of(list), &err) == 0, "a list");
	is_number(running.count, 2, "its domains");
	is_text(running.items[1].name, "web 1", "a name");
	is_number(running.items[1].disks.count, 2, "disks, no empty drive");
	is_text(running.items[1].disks.items[1], "/srv/a\\\"b.img", "a path");
	ok(running_has(&running, "web 1") && !running_has(&running, "web"),
	    "who runs");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		auto_running struct running other = {0};

		running_parse(&other, view_of(texts[i].text), &err);
		is_text(err.text, texts[i].sentence, "%s", texts[i].text);
		is_number(other.count, 0, "no domain");
		error_release(&err);
	}
	ok(running_parse(&running, view_of("[{"), &err) < 0 &&
	    running_parse(&running, (struct view){0}, &err) < 0,
	    "no JSON, nothing");
	return done();
}

/*
 * xl-check FILE…: what libxlutil understands of domain files. Opens no
 * device. One line a value on stdout, or "refused"; of several files each has
 * its name before it:
 *
 *	name=guest
 *	disk[0]=format=raw,vdev=xvda1,access=rw,target=/srv/guest.img
 *	disk[0].vdev=xvda1
 *	vnuma[0][1]=size=512
 *	vif[]=			(an empty list)
 *
 * Exit 0 when no one had a word to say, 1 when the library refused or warned
 * or a key was given twice, 2 on wrong use. xl's own rules, which are in no
 * library, are kept here only for the keys in the tables below.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxl.h>
#include <libxl_uuid.h>
#include <libxlutil.h>

struct check {
	const char *path;
	char *text;
	XLU_Config *cfg;
	FILE *report;
};

struct rule {
	const char *key;
	void (*check)(struct check *check, const char *key);
};

static void
say(struct check *check, const char *key, const char *what)
{
	fprintf(check->report, "%s: %s: %s\n", check->path, key, what);
}

static void
number_check(struct check *check, const char *key)
{
	long number;

	xlu_cfg_get_long(check->cfg, key, &number, 0);
}

static void
bool_check(struct check *check, const char *key)
{
	libxl_defbool value;

	xlu_cfg_get_defbool(check->cfg, key, &value, 0);
}

static void
list_check(struct check *check, const char *key)
{
	XLU_ConfigList *list;

	xlu_cfg_get_list(check->cfg, key, &list, NULL, 0);
}

static void
text_check(struct check *check, const char *key)
{
	const char *text;

	xlu_cfg_get_string(check->cfg, key, &text, 0);
}

static void
type_check(struct check *check, const char *key)
{
	libxl_domain_type type;
	const char *text;

	if (xlu_cfg_get_string(check->cfg, key, &text, 0))
		return;
	if (libxl_domain_type_from_string(text, &type) ||
	    type == LIBXL_DOMAIN_TYPE_INVALID ||
	    strcmp(text, libxl_domain_type_to_string(type)))
		say(check, key, "no domain type");
}

static void
uuid_check(struct check *check, const char *key)
{
	libxl_uuid uuid;
	const char *text;

	if (xlu_cfg_get_string(check->cfg, key, &text, 0))
		return;
	if (libxl_uuid_from_string(&uuid, text))
		say(check, key, "no UUID");
}

static void
action_check(struct check *check, const char *key)
{
	static const char *const actions[] = {
	    "destroy",
	    "restart",
	    "rename-restart",
	    "preserve",
	    "coredump-destroy",
	    "coredump-restart",
	    "soft-reset",
	};
	const char *text;

	if (xlu_cfg_get_string(check->cfg, key, &text, 0))
		return;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!strcmp(actions[i], text))
			return;
	}
	say(check, key, "no action");
}

static void
disk_print(size_t i, const libxl_device_disk *disk)
{
	printf("disk[%zu].pdev_path=%s\n", i,
	    disk->pdev_path ? disk->pdev_path : "");
	printf("disk[%zu].vdev=%s\n", i, disk->vdev ? disk->vdev : "");
	if (disk->script)
		printf("disk[%zu].script=%s\n", i, disk->script);
	printf("disk[%zu].format=%s\n", i,
	    libxl_disk_format_to_string(disk->format));
	printf("disk[%zu].readwrite=%d\n", i, disk->readwrite);
	printf("disk[%zu].is_cdrom=%d\n", i, disk->is_cdrom);
	printf("disk[%zu].backend=%s\n", i,
	    libxl_disk_backend_to_string(disk->backend));
}

static void
disk_check_one(struct check *check, size_t i, const char *spec)
{
	libxl_device_disk disk;
	int status;

	libxl_device_disk_init(&disk);
	status = xlu_disk_parse(check->cfg, 1, &spec, &disk);
	if (status == 0)
		disk_print(i, &disk);
	else
		say(check, spec, strerror(status));
	libxl_device_disk_dispose(&disk);
}

static bool
mac_is_good(const char *mac)
{
	static const char shape[] = "xx:xx:xx:xx:xx:xx";
	size_t i;

	for (i = 0; shape[i] && mac[i]; i++) {
		if (shape[i] == ':' ? mac[i] != ':'
				    : !strchr("0123456789abcdefABCDEF", mac[i]))
			return false;
	}
	return shape[i] == '\0' && mac[i] == '\0';
}

static void
vif_rate_check(struct check *check, const char *rate)
{
	libxl_device_nic nic;

	libxl_device_nic_init(&nic);
	xlu_vif_parse_rate(check->cfg, rate, &nic);
	libxl_device_nic_dispose(&nic);
}

static bool
vif_word_is_known(const char *word)
{
	static const char *const words[] = {
	    "backend=", "bridge=", "devid=", "gatewaydev=", "ip=", "mac=",
	    "model=", "mtu=", "rate=", "script=", "type=ioemu", "type=vif",
	    "vifname=",
#ifdef LIBXL_HAVE_DISK_GRANT_USAGE
	    "vlan=", /* 4.19 too, without a macro of its own */
#endif
	};

	if (!strcmp(word, "trusted") || !strcmp(word, "untrusted"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strncmp(word, words[i], strlen(words[i])))
			return true;
	}
	return false;
}

static void
vif_check_one(struct check *check, size_t i, const char *spec)
{
	char *copy = strdup(spec), *next = copy, *word;

	(void)i;
	while ((word = strsep(&next, ","))) {
		word += strspn(word, " \t");
		if (!*word)
			continue;
		if (!vif_word_is_known(word))
			say(check, spec, "unknown vif parameter");
		else if (!strncmp(word, "rate=", 5))
			vif_rate_check(check, word + 5);
		else if (!strncmp(word, "mac=", 4) && !mac_is_good(word + 4))
			say(check, spec, "bad MAC address");
	}
	free(copy);
}

static void
each_check(struct check *check, const char *key,
    void (*check_one)(struct check *, size_t, const char *))
{
	XLU_ConfigList *list;
	const char *spec;
	int count;

	if (xlu_cfg_get_list(check->cfg, key, &list, &count, 0))
		return;
	for (int i = 0; i < count; i++) {
		spec = xlu_cfg_get_listitem(list, i);
		if (spec)
			check_one(check, (size_t)i, spec);
		else
			say(check, key, "an element is no string");
	}
}

static void
disk_check(struct check *check, const char *key)
{
	each_check(check, key, disk_check_one);
}

static void
vif_check(struct check *check, const char *key)
{
	each_check(check, key, vif_check_one);
}

static const struct rule rules[] = {
    {"acpi", bool_check},
    {"apic", bool_check},
    {"boot", text_check},
    {"bootloader", text_check},
    {"bootloader_args", list_check},
    {"cap", number_check},
    {"cmdline", text_check},
    {"cpu_weight", number_check},
    {"disk", disk_check},
    {"extra", text_check},
    {"firmware", text_check},
    {"kernel", text_check},
    {"localtime", bool_check},
    {"maxmem", number_check},
    {"maxvcpus", number_check},
    {"memory", number_check},
    {"name", text_check},
    {"nographic", bool_check},
    {"on_crash", action_check},
    {"on_poweroff", action_check},
    {"on_reboot", action_check},
    {"on_watchdog", action_check},
    {"pool", text_check},
    {"pvshim", bool_check},
    {"ramdisk", text_check},
    {"root", text_check},
    {"type", type_check},
    {"usb", bool_check},
    {"uuid", uuid_check},
    {"vcpus", number_check},
    {"vfb", list_check},
    {"videoram", number_check},
    {"vif", vif_check},
    {"vnc", bool_check},
    {"vncunused", bool_check},
    {"xen_platform_pci", bool_check},
};

static void
rule_apply(struct check *check, const char *key)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!strcmp(rules[i].key, key))
			rules[i].check(check, key);
	}
}

static void
list_print(struct check *check, const char *name, XLU_ConfigList *list)
{
	XLU_ConfigValue *value;
	XLU_ConfigList *inner;
	char *text, *inner_name;
	int i;

	for (i = 0; (value = xlu_cfg_get_listitem2(list, i)); i++) {
		if (asprintf(&inner_name, "%s[%d]", name, i) < 0)
			abort();
		if (!xlu_cfg_value_get_list(check->cfg, value, &inner, 1))
			list_print(check, inner_name, inner);
		else if (!xlu_cfg_value_get_string(check->cfg, value, &text, 0))
			printf("%s=%s\n", inner_name, text);
		free(inner_name);
	}
	if (i == 0)
		printf("%s[]=\n", name);
}

static void
key_print(struct check *check, const char *key)
{
	XLU_ConfigList *list;
	const char *text;

	if (!xlu_cfg_get_list(check->cfg, key, &list, NULL, 1))
		list_print(check, key, list);
	else if (!xlu_cfg_get_string(check->cfg, key, &text, 0))
		printf("%s=%s\n", key, text);
	else
		say(check, key, "the library does not know this key");
}

/* The library cannot list its keys. It has accepted the text by now, so all
 * that starts with a letter, outside strings, comments and lists, is a key. */
static const char *
token_skip(const char *at)
{
	const char quote = *at;

	if (quote == '#')
		return at + strcspn(at, "\n");
	if (quote >= '0' && quote <= '9')
		return at + strspn(at, "0123456789abcdefx");
	if (quote != '"' && quote != '\'')
		return at + 1;
	for (at++; *at && *at != quote; at++) {
		if (*at == '\\' && at[1])
			at++;
	}
	return *at ? at + 1 : at;
}

/* Returns a copy of the next key, *AT behind it; NULL at the end. */
static char *
key_next(const char **at)
{
	static const char in_key[] = "abcdefghijklmnopqrstuvwxyz._0123456789";
	const char *start;
	int depth = 0;

	for (; **at; *at = token_skip(*at)) {
		depth += (**at == '[') - (**at == ']');
		if (depth == 0 && **at >= 'a' && **at <= 'z')
			break;
	}
	if (!**at)
		return NULL;
	start = *at;
	*at += strspn(start, in_key);
	return strndup(start, (size_t)(*at - start));
}

static bool
key_was_seen(const char *text, const char *end, const char *key)
{
	const char *at = text;
	bool seen = false;
	char *earlier;

	while (!seen && (earlier = key_next(&at))) {
		seen = at < end && !strcmp(earlier, key);
		free(earlier);
	}
	return seen;
}

static bool
key_is_appended(const char *behind)
{
	return behind[strspn(behind, " \t")] == '+';
}

static void
keys_check(struct check *check)
{
	const char *at = check->text, *name;
	char *key;

	for (; (key = key_next(&at)); free(key)) {
		if (!key_was_seen(check->text, at, key)) {
			key_print(check, key);
			rule_apply(check, key);
		} else if (!key_is_appended(at)) {
			say(check, key, "given twice");
		}
	}
	if (xlu_cfg_get_string(check->cfg, "name", &name, 1))
		say(check, "name", "missing");
}

/* The whole text of PATH; NULL and errno if unreadable or with a NUL byte. */
static char *
file_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t length;

	if (!file)
		return NULL;
	errno = 0;
	length = getdelim(&text, &size, '\0', file);
	if (length > 0 && strlen(text) < (size_t)length)
		errno = EILSEQ;
	if (errno) {
		free(text);
		text = NULL;
	} else if (length < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

/* Returns 0 if the library and the tables above were silent. */
static int
file_check(const char *path, FILE *report)
{
	struct check check = {.path = path, .report = report};
	int status;

	check.text = file_read(path);
	if (!check.text) {
		say(&check, "read", strerror(errno));
		puts("refused");
		return 1;
	}
	check.cfg = xlu_cfg_init(report, path);
	if (!check.cfg)
		abort();
	status =
	    xlu_cfg_readdata(check.cfg, check.text, (int)strlen(check.text));
	if (status == 0)
		keys_check(&check);
	else
		puts("refused");
	xlu_cfg_destroy(check.cfg);
	free(check.text);
	return status != 0;
}

int
main(int argc, char **argv)
{
	char *words = NULL;
	size_t size = 0;
	FILE *report;
	int status = 0;

	if (argc < 2) {
		fputs("usage: xl-check FILE…\n", stderr);
		return 2;
	}
	report = open_memstream(&words, &size);
	if (!report)
		abort();
	for (int i = 1; i < argc; i++) {
		if (argc > 2)
			printf("== %s\n", argv[i]);
		status |= file_check(argv[i], report);
	}
	if (fclose(report))
		abort();
	fwrite(words, 1, size, stderr);
	if (size > 0)
		status = 1;
	free(words);
	if (fflush(stdout))
		status = 1;
	return status;
}

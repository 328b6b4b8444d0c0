#include "repo/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/command.h"
#include "base/memory.h"

static const char direct[] = "DIRECT";

static void
proxies_add(struct proxies *proxies, const char *name, struct view value)
{
	*vector_push(&proxies->rules) = (struct proxy_rule){
		.name = memory_string(name),
		.value = view_string(value),
	};
}

void
proxies_parse(struct proxies *proxies, struct view dump)
{
	static const char front[] = "Acquire::";
	struct view line, name;

	while (view_cut(&dump, '\n', &line)) {
		auto_free char *text = NULL;

		if (!view_cut(&line, ' ', &name) ||
		    !view_starts(name, front) || !view_trim(line).length)
			continue;
		text = view_string(name);
		proxies_add(proxies, text + strlen(front), view_trim(line));
	}
}

int
proxies_read(struct proxies *proxies, struct error *err)
{
	static const char *const arguments[] = {
		"apt-config", "dump", "--format", "%f %v%n", "Acquire::http",
		"Acquire::https",
	};
	auto_command struct command command = {0};
	auto_buffer struct buffer dump = {0};

	if (!command_exists(arguments[0]))
		return 0;
	for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments); i++)
		command_add(&command, arguments[i]);
	command.output = &dump;
	if (command_run(&command, err) < 0)
		return error_prefix(err, "asking apt for its proxy");
	proxies_parse(proxies, (struct view){dump.data, dump.length});
	return 0;
}

/* The schemes whose rules count for a URL, best first; none for files. */
static const struct {
	const char *front;
	const char *schemes[2];
	const char *variables[2];	/* of the environment */
} url_kinds[] = {
	{"http://", {"http", NULL}, {"http_proxy", NULL}},
	{"https://", {"https", "http"}, {"https_proxy", "http_proxy"}},
};

enum { URL_KINDS = sizeof(url_kinds) / sizeof(*url_kinds) };

static const char *
proxies_rule(const struct proxies *proxies, const char *const schemes[2],
    const char *name)
{
	for (int i = 0; i < 2 && schemes[i]; i++) {
		auto_free char *whole =
		    memory_printf("%s::%s", schemes[i], name);

		vector_each(rule, &proxies->rules)
			if (!strcasecmp(rule->name, whole))
				return rule->value;
	}
	return NULL;
}

/* Its answer becomes the rule for the host, so that it is asked once. */
static int
proxies_ask(struct proxies *proxies, const char *program, const char *url,
    const char *rule, struct error *err)
{
	auto_command struct command command = {0};
	auto_buffer struct buffer answer = {0};
	struct view said;

	command_add(&command, program);
	command_add(&command, url);
	command.output = &answer;
	if (command_run(&command, err) < 0)
		return error_prefix(err, "asking for a proxy");
	said = view_trim((struct view){answer.data, answer.length});
	if (said.length)
		proxies_add(proxies, rule, said);
	memory_free_secret(buffer_steal(&answer));
	return 0;
}

static const char *
environment_proxy(const char *const variables[2])
{
	for (int i = 0; i < 2 && variables[i]; i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

/* Without what stands before "@" and after ":". */
static char *
url_host(const char *rest)
{
	size_t length = strcspn(rest, "/?#");
	const char *at = memrchr(rest, '@', length);
	struct view host = {rest, length}, name;

	if (at) {
		host.length -= (size_t)(at + 1 - rest);
		host.data = at + 1;
	}
	if (view_starts(host, "[") || !view_cut(&host, ':', &name))
		return view_string(host);
	return view_string(name);
}

static const char *
proxies_choose(struct proxies *proxies, size_t kind, const char *url,
    struct error *err)
{
	const char *const *schemes = url_kinds[kind].schemes;
	auto_free char *host = url_host(url + strlen(url_kinds[kind].front));
	auto_free char *name = memory_printf("Proxy::%s", host);
	auto_free char *rule = memory_printf("%s::%s", schemes[0], name);
	const char *program = proxies_rule(proxies, schemes,
	    "Proxy-Auto-Detect");
	const char *found = proxies_rule(proxies, schemes, name);

	if (!program)
		program = proxies_rule(proxies, schemes, "ProxyAutoDetect");
	if (!found && program) {
		if (proxies_ask(proxies, program, url, rule, err) < 0)
			return NULL;
		found = proxies_rule(proxies, schemes, name);
	}
	if (!found)
		found = proxies_rule(proxies, schemes, "Proxy");
	return found ? found : environment_proxy(url_kinds[kind].variables);
}

int
proxies_find(struct proxies *proxies, const char *url, char **proxy,
    struct error *err)
{
	auto_error struct error failed = {0};
	const char *found = NULL;

	*proxy = NULL;
	for (size_t i = 0; i < URL_KINDS && !found; i++)
		if (view_starts(view_of(url), url_kinds[i].front))
			found = proxies_choose(proxies, i, url, &failed);
	if (failed.text)
		return error_move(err, &failed);
	if (found)
		*proxy = memory_string(strcmp(found, direct) ? found : "");
	return 0;
}

void
proxies_release(struct proxies *proxies)
{
	vector_each(rule, &proxies->rules) {
		free(rule->name);
		memory_free_secret(rule->value);
	}
	vector_release(&proxies->rules);
}

#include "t/fuzz/target.h"

#include "xen/config.h"
#include "xen/disk_spec.h"
#include "xen/domain.h"

static void
check_value(const struct config_value *value)
{
	bool is_list = value->kind == CONFIG_LIST;

	assert(is_list ? !value->text : value->text && !value->count);
	if (!is_list)
		assert(view_is_within(disk_spec_read(value->text).target,
		    view_of(value->text)));
	for (size_t i = 0; i < value->count; i++)
		check_value(&value->items[i]);
}

static void
check_config(const struct config *config)
{
	vector_each(setting, &config->settings) {
		auto_free char *key = view_string(setting->key);

		assert(config_get(config, key) == &setting->value);
		check_value(&setting->value);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = input_view(data, size);
	auto_config struct config config = {0};
	auto_error struct error err = {0}, domain_err = {0};
	auto_domain_claims struct domain_claims domain = {0};
	int result = config_read("input", text, &config, &err);

	check_sentence(result, &err);
	if (result == 0)
		check_config(&config);
	assert(domain_read("input", text, &domain, &domain_err) == result);
	return 0;
}

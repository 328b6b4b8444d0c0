#include "t/fuzz/target.h"

#include "check/host_facts.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_error struct error err = {0};
	auto_host_facts struct host_facts facts = {0};

	check_sentence(host_facts_parse(input_view(data, size), &facts, &err),
	    &err);
	vector_each(path, &facts.paths)
		assert(path->path && host_facts_path(&facts, path->path));
	return 0;
}

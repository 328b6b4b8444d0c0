#include "fleet/fleet_stanza.h"

#include "base/fields.h"
#include "base/options.h"

#define OWN(member) offsetof(struct fleet_fields, member)

static const struct option own_options[] = {
	{0, "group", "A,B", "whose defaults the guest has", OPTION_LIST,
	    OWN(group)},
	{0, "address-pool", "FIRST-LAST", "of the addresses that it may get",
	    OPTION_TEXT, OWN(address_pool)},
	OPTIONS_END
};

static const struct option *const own_tables[] = {own_options, NULL};

static bool
is_own_field(const struct stanza_field *field)
{
	for (const struct option *o = own_options; o->name; o++)
		if (view_equal_fold(field->name, view_of(o->name)))
			return true;
	return false;
}

int
fleet_stanza_split(struct fleet_stanza *parts, const char *path,
    const struct stanza *whole, struct error *err)
{
	struct fields fields = {own_tables, &parts->own, &parts->own.origins,
	    NULL};
	auto_stanza struct stanza own = {.line = whole->line};

	parts->fields.line = whole->line;
	vector_each(field, &whole->fields)
		if (is_own_field(field))
			*vector_push(&own.fields) = *field;
		else
			*vector_push(&parts->fields.fields) = *field;
	return fields_read(&fields, path, &own, err);
}

void
fleet_stanza_release(struct fleet_stanza *stanza)
{
	stanza_release(&stanza->fields);
	options_release(own_options, &stanza->own);
	origins_release(&stanza->own.origins);
}

/*
 * fleet_report: what became of the guests of a fleet, on standard output: as a
 * table, or as lines of JSON, one for each guest when it ends and one for all.
 */
#ifndef FLEET_REPORT_H
#define FLEET_REPORT_H

#include "fleet/fleet.h"

/* Of the members that were chosen. */
void fleet_report_table(const struct fleet_plan *plan);

void fleet_report_json(const struct fleet_member *member);
/* The same with what would be written, of one that would be made. */
void fleet_report_json_dry(const struct fleet_member *member,
    const struct strings *writes);
/* The same of those that are not made, before the others. */
void fleet_report_json_rest(const struct fleet_plan *plan, bool is_over);
void fleet_report_json_end(const struct fleet_plan *plan, double seconds);

#endif

/*
 * fleet_room: the room that the images of a fleet need, and that which there
 * is. Where images share their base's blocks they need next to none at first.
 */
#ifndef FLEET_FLEET_ROOM_H
#define FLEET_FLEET_ROOM_H

#include "fleet/fleet_plan.h"

/* Warns of each filesystem that has too little for the guests that are to be
 * made, when their bases are. No more than that: the guests before the last
 * still find room. */
void fleet_room_warn(const struct fleet_plan *plan, struct events *events);

#endif

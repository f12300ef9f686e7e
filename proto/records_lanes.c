#include "proto/records_lanes.h"

SHAPE_DEFINE(lane, LANE_FIELDS)
SHAPE_DEFINE(lane_put, LANE_PUT_FIELDS)

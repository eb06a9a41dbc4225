// SPDX-License-Identifier: Apache-2.0
#include "shape.idl.h"

size_t num_corners(const incremental::Shape& shape) { return shape.corners.size(); }

// SPDX-License-Identifier: Apache-2.0
#include "colour.idl.h"

bool is_grey(const incremental::Colour& c) { return c.red == c.green && c.green == c.blue; }

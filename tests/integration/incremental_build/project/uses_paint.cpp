// SPDX-License-Identifier: Apache-2.0
#include "paint.idl.h"

bool are_alike(const incremental::Wall& a, const incremental::Wall& b) { return a == b; }

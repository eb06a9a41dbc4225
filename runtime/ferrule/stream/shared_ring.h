// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Recycled buffers between two processes.
#include "ferrule/stream/shared_ring_consumer.h"
#include "ferrule/stream/shared_ring_limits.h"
#include "ferrule/stream/shared_ring_producer.h"

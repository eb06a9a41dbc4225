// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything of the runtime that the header of a generated module with interfaces names. Reading
// and writing of values is only in generated source files.

#include <boost/asio/async_result.hpp>

#include "ferrule/base/error.h"
#include "ferrule/wire/generated_struct.h"
#include "ferrule/bindings/incoming_call.h"
#include "ferrule/bindings/interface_traits.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/pending_associated.h"
#include "ferrule/bindings/proxy_base.h"
#include "ferrule/bindings/reply.h"

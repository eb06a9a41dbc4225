// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything of the runtime that the header of a generated module without interfaces names: the
// types of its members and the traits that it specialises. Reading and writing are not here, they
// are only in generated source files (ferrule/wire/codec/all.h). Headers of the standard library
// that its members need, such as <map>, a generated header includes itself.

#include <cstdint>

#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/box.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/data_pipe_handle.h"
#include "ferrule/wire/descriptor_handle.h"
#include "ferrule/wire/expected.h"
#include "ferrule/wire/handle.h"
#include "ferrule/wire/traits.h"

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/base/error.h"
#include "ferrule/error.idl.h"

namespace ferrule {

/// An error for another process: the category's name, the number, the words.
common::Error to_value(const Error& error);

/// An error of another process. Where the category is one that both know ("ferrule", "system",
/// "generic"), its code compares equal; of any other the code is `Errc::kBadMessage` and the words
/// tell the rest. The words are a stranger's: for logs, never for decisions.
Error from_value(const common::Error& value);

}  // namespace ferrule

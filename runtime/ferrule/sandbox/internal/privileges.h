// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ferrule::sandbox {

/// What a process gives up of its rights, each for good. System calls only. False: errno and
/// `failed_call` say why.
bool forbid_new_privileges(const char*& failed_call) noexcept;
/// What programs started later may ever get. First of all, as it takes a right to do.
void drop_capability_bounds() noexcept;
/// Becomes the user and group that own nothing. What the kernel sends when the parent dies stays.
bool drop_identity(const char*& failed_call) noexcept;
bool drop_capabilities(const char*& failed_call) noexcept;
bool forbid_dumps(const char*& failed_call) noexcept;
/// Turns off, for good, what speculates past stores and indirect branches.
bool forbid_speculation(const char*& failed_call) noexcept;

/// The user and the group that own nothing, by convention.
inline constexpr unsigned kNobody = 65534;

}  // namespace ferrule::sandbox

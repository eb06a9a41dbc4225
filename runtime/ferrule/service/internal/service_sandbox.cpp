// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/service_sandbox.h"

#include <string>

namespace ferrule::service {

// A preset is a promise that can be compared. Of another name only its owner knows what it stands
// for: he says so by giving his policy that name.
Result<void> check_service_sandbox(const InterfaceNeeds& needs,
                                   const std::optional<sandbox::Policy>& given) {
  if (needs.service_sandbox.empty()) return {};
  const auto preset = sandbox::Policy::preset(needs.service_sandbox);
  if (given &&
      (preset ? is_at_least_as_strict(*given, *preset) : given->name() == needs.service_sandbox)) {
    return {};
  }
  if (preset && !preset->is_any_layer_wanted()) return {};
  std::string why = std::string(needs.interface_name) + " is to be served in the sandbox \"" +
                    std::string(needs.service_sandbox) + "\", and the program is given ";
  if (!given) return Error(Errc::kAccessDenied, why + "none");
  why += "\"" + given->name() + "\"";
  if (preset) why += ", which allows more";
  return Error(Errc::kAccessDenied, why);
}

}  // namespace ferrule::service

// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/invitation.h"

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "ferrule/platform/unix_socket.h"

extern "C" char** environ;  // NOLINT: its name is POSIX's

namespace ferrule::service {
namespace {

constexpr std::string_view kVariable = "FERRULE_INVITATION";

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

Result<InvitedProcess> launch_with_invitation(LaunchOptions options) {
  auto sockets = platform::make_socket_pair();
  if (!sockets) return std::move(sockets).error();

  auto environment = options.environment ? std::move(*options.environment) : own_environment();
  const std::string prefix = std::string(kVariable) + "=";
  std::erase_if(environment,
                [&prefix](const std::string& variable) { return variable.starts_with(prefix); });
  environment.push_back(prefix + std::to_string(platform::kFirstInheritedDescriptor));

  platform::ProcessOptions process_options;
  process_options.arguments = std::move(options.arguments);
  process_options.arguments.insert(process_options.arguments.begin(), options.program);
  process_options.program = std::move(options.program);
  process_options.environment = std::move(environment);
  process_options.descriptors.push_back(std::move(sockets->second));
  process_options.dies_with_parent = options.dies_with_parent;
  auto process = platform::Process::start(std::move(process_options));
  if (!process) return Error(Errc::kLaunchFailed, process.error().message());
  return InvitedProcess{std::move(*process), std::move(sockets->first)};
}

Result<UniqueFd> take_invitation() {
  const char* const value = std::getenv(std::string(kVariable).c_str());
  if (value == nullptr) {
    return Error(Errc::kNotFound,
                 "this program was started by hand; it is meant to be launched by another one, "
                 "which leaves it a socket in FERRULE_INVITATION");
  }
  const std::string_view text(value);
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() &&
                         number >= platform::kFirstInheritedDescriptor;
  const std::string shown = "FERRULE_INVITATION=" + std::string(text);
  ::unsetenv(std::string(kVariable).c_str());
  if (!is_number) {
    return Error(Errc::kHandshakeFailed, shown + " is not the number of a descriptor");
  }
  return platform::adopt_inherited_socket(number);
}

}  // namespace ferrule::service

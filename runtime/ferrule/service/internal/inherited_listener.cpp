// SPDX-License-Identifier: Apache-2.0
// systemd listens on sockets for programs that it starts when somebody connects. It leaves them as
// descriptors 3, 4 and so on, their number in LISTEN_FDS, their names, with colons between, in
// LISTEN_FDNAMES; LISTEN_PID says for which process all that is meant, as children inherit
// variables. We note what was taken by giving it a name that nobody asks for.
#include "ferrule/service/internal/inherited_listener.h"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "ferrule/platform/unix_socket.h"

namespace ferrule::service {
namespace {

constexpr int kFirstDescriptor = 3;
/// More sockets than any unit has; a number in the environment must not make us count for ever.
constexpr int kMaxSockets = 1024;
constexpr std::string_view kTaken = "/";  // no name of systemd's holds one

int number_in(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr) return 0;
  const std::string_view text(value);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::vector<std::string> names_of(int count) {
  std::vector<std::string> names;
  const char* const value = std::getenv("LISTEN_FDNAMES");
  std::string_view rest = value == nullptr ? "" : value;
  while (static_cast<int>(names.size()) < count) {
    const size_t end = rest.find(':');
    names.emplace_back(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return names;
}

void note_taken(std::vector<std::string> names, size_t taken) {
  names[taken] = kTaken;
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ":") + name;
  ::setenv("LISTEN_FDNAMES", text.c_str(), 1);
}

}  // namespace

Result<UniqueFd> take_inherited_listener(const std::string& name) {
  const Error missing(Errc::kNotFound,
                      name.empty() ? "no socket was left for this program"
                                   : "no socket \"" + name + "\" was left for this program");
  const int count = number_in("LISTEN_FDS");
  if (number_in("LISTEN_PID") != ::getpid() || count <= 0 || count > kMaxSockets) return missing;
  const std::vector<std::string> names = names_of(count);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == kTaken || (!name.empty() && names[i] != name)) continue;
    auto socket = platform::adopt_inherited_listener(kFirstDescriptor + static_cast<int>(i));
    if (socket) note_taken(names, i);
    return socket;
  }
  return missing;
}

}  // namespace ferrule::service

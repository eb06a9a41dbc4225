// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/policy_text.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace ferrule::sandbox {
namespace {

struct Switch {
  std::string_view word;
  Policy& (Policy::*set)(bool);
  bool (Policy::*get)() const noexcept;
};
constexpr std::array<Switch, 5> kSwitches{{
    {"system-files", &Policy::allow_system_files, &Policy::allows_system_files},
    {"network", &Policy::allow_network, &Policy::allows_network},
    {"threads", &Policy::allow_threads, &Policy::allows_threads},
    {"processes", &Policy::allow_processes, &Policy::allows_processes},
    {"code-making", &Policy::allow_code_making, &Policy::allows_code_making},
}};

struct LimitWord {
  std::string_view word;
  Policy& (Policy::*set)(uint64_t);
  std::optional<uint64_t> Limits::*field;
};
constexpr std::array<LimitWord, 5> kLimitWords{{
    {"memory", &Policy::memory_limit, &Limits::memory_bytes},
    {"process-count", &Policy::process_limit, &Limits::num_processes},
    {"descriptors", &Policy::descriptor_limit, &Limits::num_descriptors},
    {"file-size", &Policy::file_size_limit, &Limits::file_bytes},
    {"cpu-seconds", &Policy::cpu_limit, &Limits::cpu_seconds},
}};

constexpr std::array<std::pair<std::string_view, Need>, 3> kNeeds{
    {{"off", Need::kOff}, {"prefer", Need::kPrefer}, {"require", Need::kRequire}}};

std::string_view to_word(Need need) {
  for (const auto& [word, value] : kNeeds) {
    if (value == need) return word;
  }
  return {};
}

bool is_plain(char byte) {
  return static_cast<unsigned char>(byte) > 0x20 && byte != '#' && byte != '%';
}

/// A path in one word: what would end the word or the line becomes %XX.
std::string escape(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escaped;
  for (const char byte : text) {
    if (is_plain(byte)) {
      escaped += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    escaped += {'%', kDigits[value >> 4], kDigits[value & 15]};
  }
  return escaped;
}

std::optional<std::string> unescape(std::string_view word) {
  std::string text;
  while (!word.empty()) {
    if (word.front() != '%') {
      text += word.front();
      word.remove_prefix(1);
      continue;
    }
    unsigned value = 0;
    if (word.size() < 3) return std::nullopt;
    const auto [end, error] = std::from_chars(word.data() + 1, word.data() + 3, value, 16);
    if (error != std::errc() || end != word.data() + 3) return std::nullopt;
    text += static_cast<char>(value);
    word.remove_prefix(3);
  }
  return text;
}

/// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    text = {};
    return {};
  }
  const size_t end = text.find_first_of(kBlanks, begin);
  const std::string_view word = text.substr(begin, end - begin);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end);
  return word;
}

/// A number with nothing, K, M or G behind it; nothing if it is none or does not fit.
std::optional<uint64_t> to_amount(std::string_view word) {
  uint64_t amount = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), amount);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = word.substr(static_cast<size_t>(end - word.data()));
  unsigned shift = 0;
  if (unit == "K") shift = 10;
  if (unit == "M") shift = 20;
  if (unit == "G") shift = 30;
  if (shift == 0 && !unit.empty()) return std::nullopt;
  if (amount > (~uint64_t{0} >> shift)) return std::nullopt;
  return amount << shift;
}

class Parser {
 public:
  Result<Policy> parse(std::string_view text) {
    if (text.size() > kMaxPolicyBytes) return wrong("a policy is shorter than this");
    while (!text.empty()) {
      const size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
      ++line_number_;
      if (auto parsed = parse_line(line.substr(0, line.find('#'))); !parsed) {
        return std::move(parsed).error();
      }
    }
    if (!policy_) return wrong("there is no line \"preset NAME\"");
    return *std::move(policy_);
  }

 private:
  Result<void> parse_line(std::string_view line) {
    const std::string_view word = take_word(line);
    if (word.empty()) return {};
    const std::string_view value = take_word(line);
    if (word != "preset" && !policy_) return wrong("the first line must be \"preset NAME\"");
    if (value.empty()) return wrong("\"" + std::string(word) + "\" needs a value");
    const std::string_view second = take_word(line);
    if (word == "layer") return parse_layer(value, second);
    if (!second.empty()) return wrong("more words than \"" + std::string(word) + "\" takes");
    return parse_setting(word, value);
  }

  Result<void> parse_setting(std::string_view word, std::string_view value) {
    if (word == "preset") return parse_preset(value);
    if (word == "read" || word == "write") return parse_path(word == "write", value);
    if (word == "name") return parse_name(value);
    if (word == "call") return policy_->allow_call(std::string(value)), Result<void>();
    for (const Switch& entry : kSwitches) {
      if (entry.word != word) continue;
      if (value != "allow" && value != "deny") return wrong("expected \"allow\" or \"deny\"");
      ((*policy_).*entry.set)(value == "allow");
      return {};
    }
    for (const LimitWord& entry : kLimitWords) {
      if (entry.word != word) continue;
      const std::optional<uint64_t> amount = to_amount(value);
      if (!amount) return wrong("expected a number, as in 300, 64K, 512M, 2G");
      ((*policy_).*entry.set)(*amount);
      return {};
    }
    return wrong("unknown word \"" + std::string(word) + "\"");
  }

  Result<void> parse_name(std::string_view word) {
    std::optional<std::string> name = unescape(word);
    if (!name) return wrong("\"%\" stands before two hexadecimal digits");
    policy_->set_name(*std::move(name));
    return {};
  }

  Result<void> parse_preset(std::string_view name) {
    if (policy_) return wrong("a second \"preset\"");
    Result<Policy> preset = Policy::preset(name);
    if (!preset) return wrong(preset.error().message());
    policy_ = *std::move(preset);
    return {};
  }

  Result<void> parse_path(bool is_writable, std::string_view path) {
    std::optional<std::string> plain = unescape(path);
    if (!plain) return wrong("\"%\" stands before two hexadecimal digits");
    if (!plain->starts_with('/')) return wrong("a path starts with \"/\"");
    is_writable ? policy_->allow_write(*std::move(plain)) : policy_->allow_read(*std::move(plain));
    return {};
  }

  Result<void> parse_layer(std::string_view name, std::string_view need_word) {
    const std::optional<Layer> layer = layer_of_name(name);
    if (!layer) return wrong("there is no layer \"" + std::string(name) + "\"");
    for (const auto& [word, need] : kNeeds) {
      if (word == need_word) return policy_->set_need(*layer, need), Result<void>();
    }
    return wrong("a layer is \"off\", \"prefer\" or \"require\"");
  }

  Error wrong(const std::string& what) const {
    return Error(Errc::kInvalidArgument,
                 "policy, line " + std::to_string(line_number_) + ": " + what);
  }

  size_t line_number_ = 0;
  std::optional<Policy> policy_;
};

}  // namespace

std::string to_text(const Policy& policy) {
  // On top of `none`, which wants no layer; what it allows is said, too.
  std::string text = "preset none\n";
  if (!policy.name().empty()) text += "name " + escape(policy.name()) + "\n";
  for (const Switch& entry : kSwitches) {
    text += std::string(entry.word) + ((policy.*entry.get)() ? " allow\n" : " deny\n");
  }
  for (const PathRule& rule : policy.paths()) {
    text += (rule.is_writable ? "write " : "read ") + escape(rule.path) + "\n";
  }
  for (const std::string& name : policy.calls()) text += "call " + name + "\n";
  for (const LimitWord& entry : kLimitWords) {
    const std::optional<uint64_t>& value = policy.limits().*entry.field;
    if (value) text += std::string(entry.word) + " " + std::to_string(*value) + "\n";
  }
  // Behind the switches: "network" changes a layer.
  for (const Layer layer : all_layers()) {
    text += "layer " + std::string(to_name(layer)) + " " +
            std::string(to_word(policy.need(layer))) + "\n";
  }
  return text;
}

Result<Policy> parse_policy(std::string_view text) { return Parser().parse(text); }

}  // namespace ferrule::sandbox

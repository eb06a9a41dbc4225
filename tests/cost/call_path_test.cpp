// SPDX-License-Identifier: Apache-2.0
//
// "A call passes five objects out and five in." The rooms on its way are compiled into this test
// with -finstrument-functions, so the test sees every function that a call enters, inlined ones
// included. An object is on the path if one of its member functions is given the message: as a
// message, a frame, or a decoder over its bytes.
//
// Every such class must be known below, as part of one of the hops of ARCHITECTURE's table. Who
// puts another object into the path fails this test, and has to say which hop it belongs to, or
// that there are now six.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "calculator.idl.h"
#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace {

#define FERRULE_NOT_INSTRUMENTED __attribute__((no_instrument_function))

// Not a std::array: its functions would be recorded as well, by themselves.
constexpr size_t kMaxEntered = 100'000;
void* entered[kMaxEntered];
size_t num_entered = 0;
bool is_recording = false;

}  // namespace

extern "C" {
FERRULE_NOT_INSTRUMENTED void __cyg_profile_func_enter(void* function, void* /*caller*/) {
  if (is_recording && num_entered < kMaxEntered) entered[num_entered++] = function;
}
FERRULE_NOT_INSTRUMENTED void __cyg_profile_func_exit(void* /*function*/, void* /*caller*/) {}
}

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;

// ---- names of functions -------------------------------------------------------------------------

std::string demangled(void* function) {
  Dl_info info;
  if (::dladdr(function, &info) == 0 || info.dli_sname == nullptr) return {};
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : std::string();
}

/// The place of the first `wanted` outside of angle brackets and parentheses, from `begin`.
size_t find_outside(std::string_view text, char wanted, size_t begin = 0) {
  int depth = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    if (depth == 0 && text[i] == wanted) return i;
    if (text[i] == '<' || text[i] == '(') ++depth;
    if ((text[i] == '>' || text[i] == ')') && depth > 0) --depth;
  }
  return std::string_view::npos;
}

struct Function {
  std::string class_name;  // "node::Link"; empty for a free function
  std::string parameters;
};

/// Takes "ferrule::node::Link::on_frame(ferrule::transport::Frame)" apart.
Function parse(std::string_view name) {
  const size_t open = find_outside(name, '(');
  if (open == std::string_view::npos) return {};
  std::string_view path = name.substr(0, open);
  // Templates have their return type in front.
  for (size_t space; (space = find_outside(path, ' ')) != std::string_view::npos;) {
    path.remove_prefix(space + 1);
  }
  size_t last = std::string_view::npos;
  for (size_t at = 0; (at = find_outside(path, ':', at)) != std::string_view::npos; at += 2) {
    last = at;
  }
  constexpr std::string_view kOurs = "ferrule::";
  if (last == std::string_view::npos || !name.substr(open).ends_with(')') ||
      (!path.starts_with(kOurs) && !path.starts_with("sample::"))) {
    return {};
  }
  std::string_view class_name = path.substr(0, last);
  if (class_name.starts_with(kOurs)) class_name.remove_prefix(kOurs.size());
  // Namespaces begin small, classes large.
  const size_t last_name = class_name.substr(0, class_name.find('<')).rfind(':') + 1;
  if (std::isupper(static_cast<unsigned char>(class_name[last_name])) == 0) return {};
  return {std::string(class_name), std::string(name.substr(open))};
}

bool is_given_the_message(const Function& function) {
  constexpr std::string_view kForms[] = {
      "wire::Message",  "transport::Frame", "transport::ReceivedFrame", "node::TravellingMessage",
      "wire::Decoder&", "IncomingCall&",    "transport::OutgoingFrame"};
  return std::any_of(std::begin(kForms), std::end(kForms), [&](std::string_view form) {
    const size_t at = function.parameters.find(form);
    if (at == std::string::npos) return false;
    const size_t end = at + form.size();
    // Not wire::MessageHeader or transport::FrameHeader.
    return form.ends_with('&') || end >= function.parameters.size() ||
           std::isalnum(static_cast<unsigned char>(function.parameters[end])) == 0;
  });
}

// ---- the hops -----------------------------------------------------------------------------------

struct Hop {
  const char* name;
  std::vector<std::string> classes;
};

/// Values that hold a message or look into one: they are what is handed over.
const std::vector<std::string> kValues = {"node::TravellingMessage", "transport::Frame",
                                          "transport::ReceivedFrame", "transport::OutgoingFrame",
                                          "bindings::IncomingCall"};

bool is_value(const std::string& class_name) {
  return class_name.starts_with("wire::") || class_name.starts_with("Result<") ||
         std::find(kValues.begin(), kValues.end(), class_name) != kValues.end();
}

const std::vector<Hop> kOut = {
    {"proxy", {"sample::CalculatorProxy", "bindings::ProxyBase", "bindings::PendingCall"}},
    {"endpoint", {"bindings::Endpoint"}},
    {"port", {"node::Port", "node::Node", "node::Router"}},
    {"link", {"node::Link"}},
    {"transport",
     {"transport::SocketTransport", "transport::SocketChannel", "transport::SendQueue"}}};

const std::vector<Hop> kIn = {
    {"transport", {"transport::SocketTransport", "transport::SocketChannel"}},
    {"link", {"node::Link"}},
    {"port", {"node::Node", "node::Router", "node::MessageQueue", "node::Port"}},
    {"endpoint", {"bindings::Endpoint"}},
    {"stub",
     {"bindings::ReceiverEnd<sample::Calculator, ferrule::PendingReceiver<sample::Calculator> >",
      "bindings::InterfaceTraits<sample::Calculator>"}}};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The hops in the order in which the call first reached them. Classes that belong to none are
/// named instead.
std::vector<std::string> hops_of_recording(const std::vector<Hop>& hops) {
  EXPECT_LT(num_entered, kMaxEntered) << "the recording is not complete";
  std::vector<std::string> reached;
  std::unordered_set<void*> seen;
  for (size_t i = 0; i < num_entered; ++i) {
    if (!seen.insert(entered[i]).second) continue;
    const Function function = parse(demangled(entered[i]));
    if (function.class_name.empty() || !is_given_the_message(function)) continue;
    const std::string& name = function.class_name;
    if (is_value(name)) continue;
    const auto known = std::find_if(
        hops.begin(), hops.end(), [&name](const Hop& hop) { return contains(hop.classes, name); });
    const std::string hop = known != hops.end() ? known->name : name;
    if (!contains(reached, hop)) reached.push_back(hop);
  }
  return reached;
}

// ---- the calls ----------------------------------------------------------------------------------

struct CalculatorImpl final : sample::Calculator {
  FERRULE_NOT_INSTRUMENTED void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
    is_recording = false;
    reply(a + b);
  }
  void Watch(PendingRemote<sample::Observer>) override {}
};

class CallPathTest : public ::testing::Test {
 protected:
  CallPathTest() {
    const Listener listener =
        there_
            .listen(folder_.file("socket"),
                    [this](Connection connection) {
                      accepted_ = std::move(connection);
                      accepted_.provide<sample::Calculator>(
                          [this](PendingReceiver<sample::Calculator> end) {
                            receiver_.bind(std::move(end), io_.get_executor());
                          });
                    })
            .value();
    connection_ = here_.connect(folder_.file("socket")).value();
    calculator_.bind(connection_.request<sample::Calculator>(), io_.get_executor());
    // The pipe settles.
    for (int i = 0; i < 3; ++i) {
      call();
      finish_call();
    }
  }

  void call() {
    calculator_->Add(1, 2, [this](error_code, int32_t) {
      is_recording = false;
      is_done_ = true;
    });
  }
  void finish_call() {
    run_until(io_, [this] { return is_done_; });
    run_ready(io_);
    is_done_ = false;
  }
  static void begin_recording() {
    num_entered = 0;
    is_recording = true;
  }

  TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  Runtime here_{io_.get_executor()};
  Runtime there_{io_.get_executor()};
  CalculatorImpl calculator_impl_;
  Receiver<sample::Calculator> receiver_{calculator_impl_};
  Connection accepted_;
  Connection connection_;
  Remote<sample::Calculator> calculator_;
  bool is_done_ = false;
};

TEST_F(CallPathTest, ACallPassesFiveObjectsOut) {
  begin_recording();
  call();
  is_recording = false;
  EXPECT_THAT(hops_of_recording(kOut),
              ElementsAre("proxy", "endpoint", "port", "link", "transport"));
  finish_call();
}

TEST_F(CallPathTest, ACallPassesFiveObjectsIn) {
  call();
  begin_recording();  // until the implementation is called
  finish_call();
  EXPECT_THAT(hops_of_recording(kIn), ElementsAre("transport", "link", "port", "endpoint", "stub"));
}

}  // namespace
}  // namespace ferrule::test

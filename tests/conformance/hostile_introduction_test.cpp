// SPDX-License-Identifier: Apache-2.0
//
// Strangers that claim to introduce us to somebody, or to have been asked.
#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conformance/hostile_fixture.h"

namespace ferrule::test {
namespace {

class HostileIntroductionTest : public HostileTest {
 protected:
  HostileIntroductionTest() { victim().allow_introductions(); }

  static std::vector<UniqueFd> one_descriptor() {
    std::vector<UniqueFd> descriptors;
    descriptors.emplace_back(::open("/dev/null", O_RDWR | O_CLOEXEC));
    return descriptors;
  }
  static void introduce(Stranger& stranger, const node::PortName& key,
                        const std::vector<UniqueFd>& descriptors) {
    const Buffer body = stranger.peer.codec().encode(node::Introduction{key});
    RawBytes frame = raw_link_header(2, 0, 0, {});
    frame.insert(frame.end(), body.bytes().begin(), body.bytes().end());
    stranger.peer.write_frame(frame, descriptors);
  }
  node::IntroductionAnswer read_answer(Stranger& stranger) {
    std::optional<node::IntroductionAnswer> answer;
    run_until([&] {
      answer = stranger.peer.try_read_control<node::IntroductionAnswer>();
      return answer.has_value();
    });
    return *answer;
  }
  /// Two ends of a connection, of which the first is to be given away.
  static std::vector<UniqueFd> make_channel(UniqueFd& ours) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    ours.reset(ends[1]);
    std::vector<UniqueFd> theirs;
    theirs.emplace_back(ends[0]);
    return theirs;
  }
};

TEST_F(HostileIntroductionTest, WithoutADescriptor) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  introduce(stranger, RawPeer::make_port_name(), {});
  expect_closed(stranger, "INTRODUCTION_WITHOUT_DESCRIPTOR");
}

TEST_F(HostileIntroductionTest, WithTwoDescriptors) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  auto descriptors = one_descriptor();
  descriptors.push_back(std::move(one_descriptor().front()));
  introduce(stranger, RawPeer::make_port_name(), descriptors);
  expect_closed(stranger, "CONTROL_MESSAGE_WITH_DESCRIPTORS");
}

TEST_F(HostileIntroductionTest, WithADescriptorThatIsNoSocket) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  introduce(stranger, RawPeer::make_port_name(), one_descriptor());
  read_answer(stranger);
  run_ready(io_);
  EXPECT_TRUE(stranger.connection.is_open());
}

TEST_F(HostileIntroductionTest, UnderTheSameKeyTwice) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  const node::PortName key = RawPeer::make_port_name();
  UniqueFd ours;
  introduce(stranger, key, make_channel(ours));
  EXPECT_TRUE(read_answer(stranger).is_accepted);
  UniqueFd ours_too;
  introduce(stranger, key, make_channel(ours_too));
  expect_closed(stranger, "INTRODUCTION_REPEATED");
}

TEST_F(HostileIntroductionTest, WhoeverIsAtTheOtherEndIsAStrangerToo) {
  Stranger& stranger = connect_stranger();
  const node::PortName port = open_probe(stranger);
  UniqueFd ours;
  introduce(stranger, RawPeer::make_port_name(), make_channel(ours));
  EXPECT_TRUE(read_answer(stranger).is_accepted);
  // It knows no port but those that the one who introduced it was told of.
  Stranger& other = connect_stranger();
  const node::PortName others_port = open_probe(other);
  RawPeer introduced(std::move(ours));
  introduced.write_hello();
  introduced.write_event({port, node::CreditGranted{}});
  run_ready(io_);
  EXPECT_FALSE(introduced.is_ended());
  introduced.write_event({others_port, node::PortClosed{0}});
  run_until([&] { return introduced.is_ended(); });
  EXPECT_TRUE(stranger.connection.is_open());
  EXPECT_TRUE(other.connection.is_open());
}

TEST_F(HostileIntroductionTest, AnAnswerThatNobodyAskedFor) {
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  stranger.peer.write_control(stranger.peer.codec()
                                  .encode(node::IntroductionAnswer{RawPeer::make_port_name(), true})
                                  .bytes());
  expect_closed(stranger, "UNKNOWN_INTRODUCTION");
}

TEST_F(HostileIntroductionTest, ProbesOfPortsThatItWasNotToldOf) {
  Stranger& owner = connect_stranger();
  const node::PortName port = open_probe(owner);
  Stranger& stranger = connect_stranger();
  stranger.peer.write_hello();
  for (const node::PortName& to : {port, RawPeer::make_port_name()}) {
    const node::PortName from = RawPeer::make_port_name();
    stranger.peer.write_control(stranger.peer.codec().encode(node::PortProbe{to, from}).bytes());
    std::optional<node::PortProbed> answer;
    run_until([&] {
      answer = stranger.peer.try_read_control<node::PortProbed>();
      return answer.has_value();
    });
    EXPECT_FALSE(answer->is_known);
  }
  EXPECT_TRUE(stranger.connection.is_open());
}

}  // namespace
}  // namespace ferrule::test

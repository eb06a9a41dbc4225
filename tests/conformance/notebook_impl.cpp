// SPDX-License-Identifier: Apache-2.0
#include "conformance/notebook_impl.h"

#include <algorithm>
#include <optional>

#include <boost/asio/post.hpp>

namespace ferrule::test {

class NotebookImpl::Page final : public NotebookPage {
 public:
  Page(NotebookImpl& notebook, std::string name, PendingAssociatedReceiver<NotebookPage> pending)
      : notebook_(notebook), name_(std::move(name)) {
    receiver_.bind(std::move(pending), notebook.executor_);
    receiver_.set_disconnect_handler([this] {
      auto& pages = notebook_.pages_;
      pages.erase(std::find_if(pages.begin(), pages.end(),
                               [this](const auto& page) { return page.get() == this; }));
    });
  }

  void close(uint32_t reason, const std::string& text) {
    receiver_.reset_with_reason(reason, text);
  }

 private:
  void Write(std::string text) override { notebook_.add(name_ + ": " + text); }
  void Count(Reply<int32_t> reply) override {
    reply(static_cast<int32_t>(notebook_.lines_.size()));
  }
  void Fork(PendingAssociatedReceiver<NotebookPage> page, std::string name) override {
    notebook_.Open(std::move(page), std::move(name));
  }

  NotebookImpl& notebook_;
  const std::string name_;
  AssociatedReceiver<NotebookPage> receiver_{*this};
};

NotebookImpl::NotebookImpl(PendingReceiver<Notebook> pending, boost::asio::any_io_executor executor)
    : executor_(executor), receiver_(*this, std::move(pending), std::move(executor)) {}

NotebookImpl::~NotebookImpl() = default;

void NotebookImpl::add(const std::string& line) {
  lines_.push_back(line);
  for (const auto& reader : readers_) reader->OnLine(line);
}

void NotebookImpl::Write(std::string text) { add(text); }

void NotebookImpl::Read(Reply<std::vector<std::string>> reply) { reply(lines_); }

void NotebookImpl::Open(PendingAssociatedReceiver<NotebookPage> page, std::string name) {
  pages_.push_back(std::make_unique<Page>(*this, std::move(name), std::move(page)));
}

void NotebookImpl::Make(std::string name, Reply<PendingAssociatedRemote<NotebookPage>> reply) {
  auto [remote, receiver] = make_associated<NotebookPage>();
  Open(std::move(receiver), std::move(name));
  reply(std::move(remote));
}

void NotebookImpl::Watch(PendingAssociatedRemote<NotebookReader> reader) {
  readers_.emplace_back(std::move(reader), executor_);
}

void NotebookImpl::OpenAll(std::vector<PendingAssociatedReceiver<NotebookPage>> pages,
                           std::optional<PendingAssociatedRemote<NotebookReader>> reader) {
  for (auto& page : pages) Open(std::move(page), std::to_string(pages_.size()));
  if (reader) Watch(*std::move(reader));
}

void NotebookImpl::Leave(PendingAssociatedReceiver<NotebookPage> page, std::string name) {
  left_.emplace_back(std::move(page), std::move(name));
  add("left");
  // The pipe waits for the page now, so nobody could ask for it through the pipe.
  boost::asio::post(executor_, [this] { Adopt(); });
}

void NotebookImpl::Adopt() {
  add("adopted");
  for (auto& [page, name] : std::exchange(left_, {})) Open(std::move(page), std::move(name));
}

void NotebookImpl::Ignore(PendingAssociatedReceiver<NotebookPage> /*page*/) {}

void NotebookImpl::CloseAll(uint32_t reason, std::string text) {
  for (const auto& page : pages_) page->close(reason, text);
  pages_.clear();
}

void NotebookImpl::CountPages(Reply<int32_t> reply) { reply(static_cast<int32_t>(pages_.size())); }

void NotebookImpl::Clear() { lines_.clear(); }

}  // namespace ferrule::test

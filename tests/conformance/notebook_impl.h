// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/receiver.h"

#include "notebook.idl.h"

namespace ferrule::test {

/// A notebook with the pages that belong to it, as notebook.idl says.
class NotebookImpl final : public Notebook {
 public:
  NotebookImpl(PendingReceiver<Notebook> pending, boost::asio::any_io_executor executor);
  ~NotebookImpl() override;

 private:
  class Page;

  void Write(std::string text) override;
  void Read(Reply<std::vector<std::string>> reply) override;
  void Open(PendingAssociatedReceiver<NotebookPage> page, std::string name) override;
  void Make(std::string name, Reply<PendingAssociatedRemote<NotebookPage>> reply) override;
  void Watch(PendingAssociatedRemote<NotebookReader> reader) override;
  void OpenAll(std::vector<PendingAssociatedReceiver<NotebookPage>> pages,
               std::optional<PendingAssociatedRemote<NotebookReader>> reader) override;
  void Leave(PendingAssociatedReceiver<NotebookPage> page, std::string name) override;
  void Adopt() override;
  void Ignore(PendingAssociatedReceiver<NotebookPage> page) override;
  void CloseAll(uint32_t reason, std::string text) override;
  void CountPages(Reply<int32_t> reply) override;
  void Clear() override;

  void add(const std::string& line);

  const boost::asio::any_io_executor executor_;
  std::vector<std::string> lines_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<AssociatedRemote<NotebookReader>> readers_;
  std::vector<std::pair<PendingAssociatedReceiver<NotebookPage>, std::string>> left_;
  Receiver<Notebook> receiver_;
};

}  // namespace ferrule::test

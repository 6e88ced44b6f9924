// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string_view>

#include "app/ports/kept_documents.h"
#include "app/tlog/faults.h"
#include "domain/trace/node.h"

namespace suyuan {

// Whether every document of a store is what was sent, and the rows of its events say what it says: the content hash is
// worked out again from the bytes of each event of which nothing was erased.
class DocumentCheck {
 public:
  using Read = std::function<Result<trace::RawDocument>(std::string_view bytes)>;
  using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

  DocumentCheck(KeptDocuments& documents, Read read, LogFaults& faults)
      : documents_(documents), read_(std::move(read)), faults_(faults) {}

  Status run(const Progress& progress);
  std::uint64_t documents() const { return seen_; }
  std::uint64_t closed() const { return closed_; }  // of which something was erased, or cannot be opened
  std::uint64_t events() const { return events_; }  // that were worked out again

 private:
  void check(const KeptDocument& document);
  void compare(const KeptDocument& document, const KeptEvent& kept, const trace::Node& node);

  KeptDocuments& documents_;
  Read read_;
  LogFaults& faults_;
  std::uint64_t seen_ = 0, closed_ = 0, events_ = 0, placed_ = 0;
};

}  // namespace suyuan

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/trace/event.h"
#include "domain/trace/stored_event.h"

// Every document of a store, to be compared with what the store says of it. Threads: one.
namespace suyuan {

// What a row says of its event.
struct KeptRow {
  std::string id;
  std::string content;  // SHA-256 of the CBV prehash
  bool is_declaration = false;
  trace::EventType type = trace::EventType::kObject;
  trace::Action action = trace::Action::kNone;
  Instant time;
  std::chrono::minutes zone{0};
  std::string biz_step, disposition;
  bool is_its = true;                  // the row is of this document and its sender
  std::vector<trace::Object> objects;  // without their types, which a row has not
};

struct KeptEvent {
  trace::EventSeq seq;
  std::size_t begin = 0, end = 0;   // byte range of the document
  bool is_whole = true;             // nothing of its bytes was erased
  std::optional<KeptRow> row = {};  // nothing: there is none
};

struct KeptDocument {
  std::int64_t submission = 0;
  std::string job;
  std::string bytes;       // as sent, but for what was erased
  bool is_whole = true;    // nothing was erased, and the key of what is sealed is there
  bool is_sent = true;     // its SHA-256 is that of what was sent; true where it is not whole
  std::string unreadable;  // "": it can be read; else why not
  std::vector<KeptEvent> events;
};

class KeptDocuments {
 public:
  virtual ~KeptDocuments() = default;
  struct Counts {
    std::int64_t documents = 0, events = 0;
  };
  virtual Result<Counts> counts() = 0;
  // The one after that submission. Nothing: that was the last.
  virtual Result<std::optional<KeptDocument>> next(std::int64_t after) = 0;
};

}  // namespace suyuan

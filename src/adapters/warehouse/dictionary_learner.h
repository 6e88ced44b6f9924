// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/sql/sql.h"
#include "adapters/warehouse/original_codec.h"

namespace suyuan {

// Learns dictionaries from what a store holds, on a thread of its own: it takes a second, and the writer has none. One
// is learnt from the first events, and again when there are many more: what a store holds changes.
class DictionaryLearner {
 public:
  struct Learnt {
    unsigned id;
    std::string dictionary;
  };

  // `connection` reads; `wake`: something was learnt.
  DictionaryLearner(std::unique_ptr<sql::Connection> connection, const OriginalCodec& codec,
                    std::function<void()> wake);
  ~DictionaryLearner();
  DictionaryLearner(const DictionaryLearner&) = delete;
  DictionaryLearner& operator=(const DictionaryLearner&) = delete;

  // The store holds so many events: begins to learn when it is time to. Quick.
  void consider(std::int64_t events);
  // What was learnt and nobody took yet.
  std::optional<Learnt> take();

 private:
  void run();
  std::optional<std::string> learn(std::int64_t events, unsigned id);

  std::unique_ptr<sql::Connection> connection_;
  const OriginalCodec& codec_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t events_ = 0;      // to learn from; 0: nothing is to be done
  std::int64_t not_before_ = 0;  // so many are needed, since fewer were not enough
  std::optional<Learnt> learnt_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace suyuan

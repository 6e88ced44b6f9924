// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/dictionary_learner.h"

#include <vector>

#include "base/background.h"

namespace suyuan {

namespace {

constexpr std::int64_t kLearnAt[] = {2'000, 64'000, 2'000'000};
constexpr std::int64_t kSamples = 2'000;
constexpr std::size_t kSampleBytesMax = 64U << 10U;

}  // namespace

DictionaryLearner::DictionaryLearner(std::unique_ptr<sql::Connection> connection, const OriginalCodec& codec,
                                     std::function<void()> wake)
    : connection_(std::move(connection)), codec_(codec), wake_(std::move(wake)), thread_([this] { run(); }) {}

DictionaryLearner::~DictionaryLearner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DictionaryLearner::consider(std::int64_t events) {
  const unsigned last = codec_.last();
  if (last >= std::size(kLearnAt) || events < kLearnAt[last]) return;
  {
    const std::lock_guard lock(mutex_);
    if (events_ != 0 || learnt_ || events < not_before_) return;
    events_ = events;
  }
  changed_.notify_all();
}

std::optional<DictionaryLearner::Learnt> DictionaryLearner::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(learnt_, std::nullopt);
}

void DictionaryLearner::run() {
  give_way(GiveWay::kMuch);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || events_ != 0; });
    if (stopping_) return;
    const std::int64_t events = events_;
    lock.unlock();
    const unsigned id = codec_.last() + 1;
    auto dictionary = learn(events, id);
    lock.lock();
    events_ = 0;
    not_before_ = 2 * events;  // what they had in common was not enough; others may have more
    if (!dictionary) continue;
    not_before_ = 0;
    learnt_ = Learnt{id, std::move(*dictionary)};
    lock.unlock();
    wake_();
    lock.lock();
  }
}

std::optional<std::string> DictionaryLearner::learn(std::int64_t events, unsigned id) {
  auto query = connection_->prepare("SELECT z FROM document WHERE seq > $1 ORDER BY seq LIMIT $2");
  if (!query) return std::nullopt;
  std::vector<std::string> samples;
  {
    const sql::Reset reset(**query);
    (*query)->bind(1, events - kSamples).bind(2, kSamples);
    for (auto row = (*query)->step(); row && *row; row = (*query)->step()) {
      if (auto text = codec_.decompress((*query)->bytes(0)); text && text->size() < kSampleBytesMax)
        samples.push_back(std::move(*text));
    }
  }
  return OriginalCodec::train(samples, id);
}

}  // namespace suyuan

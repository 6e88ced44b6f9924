// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/amounts.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/graph/circulation.h"

namespace suyuan::trace {

namespace {

constexpr std::size_t kExactMax = 64;           // lots whose bounds are sharpened by flows in one answer
constexpr int kRoundsMax = 100;                 // of interval propagation; chains deeper than that keep wider bounds
constexpr std::int64_t kWholeMax = 1LL << 55U;  // of scaled amounts, so that sums do not overflow

// An amount that goes from a lot into a process or out of one, in whole units of the network's scale.
struct Flow {
  std::size_t lot, process;
  std::int64_t amount;
  std::int64_t least = 0, most = 0;  // of the start's material in it, narrowed step by step
};

struct Lot {
  ObjectId object;
  std::int64_t total = 0;  // came out of processes or was commissioned; at least what went on
  std::int64_t least = 0, most = 0;
  bool is_start = false;
  std::vector<std::size_t> in, out;  // flows
};

struct Mill {              // a process
  bool measured = true;    // all amounts known, one unit
  bool others_in = false;  // something that was not reached went in as well
  std::int64_t in_total = 0, out_total = 0;
  std::vector<std::size_t> in, out;
};

// The lots of one unit of measure and the processes between them.
class Network {
 public:
  Network(const Chain& chain, const std::vector<ObjectId>& starts)
      : chain_(chain), starts_(starts.begin(), starts.end()) {}

  // False when the lot's amounts are not all known in one unit.
  bool add_lot(ObjectId object) {
    std::optional<Decimal> made = Decimal(), went = Decimal();
    std::optional<std::string> uom;
    for (const EventSeq seq : chain_.record(object).events) {
      const StoredEvent& event = chain_.event(seq);
      const bool is_made = event.type == EventType::kObject && event.action == Action::kAdd;
      bool is_known = true;
      chain_.links(seq).each_of(object, [&](const Link& link) {
        const bool goes = link.role == Role::kInput,
                   comes = link.role == Role::kOutput || (is_made && link.role == Role::kSubject);
        if (!goes && !comes) return;
        is_known = is_known && link.amount && (!uom || *uom == link.uom);
        if (!is_known) return;
        uom = link.uom;
        auto& sum = goes ? went : made;
        if (sum) sum = suyuan::add(*sum, *link.amount);
      });
      if (!is_known) return false;
    }
    if (!uom || !made || !went) return false;
    index_.emplace(object, lots_.size());
    lots_.push_back({object, 0, 0, 0, starts_.contains(object), {}, {}});
    made_.push_back(std::max(*made, *went));
    units_.push_back(*uom);
    return true;
  }

  void connect() {
    for (const Decimal& amount : made_) scale_ = std::max(scale_, amount.scale());
    std::map<EventSeq, std::size_t> seen;
    std::set<ObjectId> unused;
    for (const auto& [object, lot] : index_) {
      for (const Chain::Process& process : chain_.processes(object, unused)) {
        if (seen.try_emplace(process.key(), mills_.size()).second) add_mill(process);
      }
    }
    for (std::size_t i = 0; i < lots_.size(); ++i) {
      lots_[i].total = whole(made_[i]);
      lots_[i].most = lots_[i].total;
      if (lots_[i].is_start) lots_[i].least = lots_[i].total;
    }
  }

  void narrow() {
    bool changed = true;
    for (int round = 0; changed && round < kRoundsMax; ++round) {
      changed = false;
      for (const Mill& mill : mills_) changed = pass_through(mill) || changed;
      for (Lot& lot : lots_) changed = gather(lot) || changed;
    }
  }

  void sharpen() {
    std::size_t left = kExactMax;
    for (Lot& lot : lots_) {
      if (lot.is_start || lot.least == lot.most || left == 0) continue;
      --left;
      if (auto exact = flow_range(lot)) {
        lot.least = std::max(lot.least, exact->least);
        lot.most = std::min(lot.most, exact->most);
      }
    }
  }

  std::optional<Bounds> bounds(ObjectId object) const {
    const auto found = index_.find(object);
    if (found == index_.end() || overflow_) return std::nullopt;
    const Lot& lot = lots_[found->second];
    return Bounds{Decimal::scaled(lot.least, scale_), Decimal::scaled(lot.most, scale_),
                  Decimal::scaled(lot.total, scale_), units_[found->second]};
  }

 private:
  std::int64_t whole(Decimal amount) {
    std::int64_t digits = amount.digits();
    for (int scale = amount.scale(); scale < scale_; ++scale) {
      if (digits > kWholeMax / 10) overflow_ = true;
      digits = overflow_ ? 0 : digits * 10;
    }
    if (digits > kWholeMax) overflow_ = true;
    return overflow_ ? 0 : digits;
  }

  void add_mill(const Chain::Process& process) {
    Mill mill;
    std::set<std::string> uoms;
    const auto inputs = chain_.parts(process, Role::kInput), outputs = chain_.parts(process, Role::kOutput);
    for (const auto* parts : {&inputs, &outputs}) {
      for (const Chain::Part& part : *parts) {
        if (part.amount && part.amount->scale() <= scale_)
          uoms.insert(part.uom);
        else
          mill.measured = false;
      }
    }
    mill.measured = mill.measured && uoms.size() == 1 && !inputs.empty() && !outputs.empty();
    const std::size_t number = mills_.size();
    for (const Chain::Part& part : inputs) {
      const std::int64_t amount = part.amount && part.amount->scale() <= scale_ ? whole(*part.amount) : 0;
      mill.in_total += amount;
      const auto lot = index_.find(part.object);
      if (lot == index_.end()) continue;  // not reached: nothing of the start in it
      mill.in.push_back(flows_.size());
      lots_[lot->second].out.push_back(flows_.size());
      flows_.push_back({lot->second, number, amount, 0, amount});
    }
    mill.others_in = mill.in.size() < inputs.size();
    for (const Chain::Part& part : outputs) {
      const std::int64_t amount = part.amount && part.amount->scale() <= scale_ ? whole(*part.amount) : 0;
      mill.out_total += amount;
      const auto lot = index_.find(part.object);
      if (lot == index_.end()) continue;
      mill.out.push_back(flows_.size());
      lots_[lot->second].in.push_back(flows_.size());
      flows_.push_back({lot->second, number, amount, 0, amount});
    }
    mills_.push_back(std::move(mill));
  }

  static bool tighten(std::int64_t& least, std::int64_t& most, std::int64_t new_least, std::int64_t new_most) {
    const std::int64_t low = std::max(least, new_least), high = std::min(most, new_most);
    const bool changed = low != least || high != most;
    least = low;
    most = high;
    return changed;
  }

  bool pass_through(const Mill& mill) {
    bool changed = false;
    std::int64_t least_in = 0, most_in = 0;
    bool all_affected = !mill.others_in;
    for (const std::size_t number : mill.in) {
      Flow& flow = flows_[number];
      const Lot& lot = lots_[flow.lot];
      changed = tighten(flow.least, flow.most, std::max<std::int64_t>(0, flow.amount - (lot.total - lot.least)),
                        std::min(flow.amount, lot.most)) ||
                changed;
      least_in += flow.least;
      most_in += flow.most;
      all_affected = all_affected && flow.least == flow.amount;
    }
    for (const std::size_t number : mill.out) {
      Flow& flow = flows_[number];
      std::int64_t least = 0, most = flow.amount;
      if (mill.measured) {
        least = std::max<std::int64_t>(0, flow.amount - (std::max(mill.in_total, mill.out_total) - least_in));
        most = std::min(flow.amount, most_in);
      } else if (all_affected) {
        least = flow.amount;
      } else if (most_in == 0 && !mill.in.empty() &&
                 std::all_of(mill.in.begin(), mill.in.end(), [&](std::size_t in) { return flows_[in].amount > 0; })) {
        most = 0;
      }
      changed = tighten(flow.least, flow.most, least, most) || changed;
    }
    return changed;
  }

  bool gather(Lot& lot) {
    if (lot.is_start) return false;
    std::int64_t least = 0, most = 0;
    for (const std::size_t number : lot.in) {
      least += flows_[number].least;
      most += flows_[number].most;
    }
    return tighten(lot.least, lot.most, least, most);
  }

  // Over all flows that fit: every lot gives on or keeps what it got, every process passes on or loses.
  std::optional<Circulation::Range> flow_range(const Lot& asked) const {
    Circulation net;
    const int world = net.add_node();
    std::vector<int> mill_nodes;
    for (std::size_t i = 0; i < mills_.size(); ++i) mill_nodes.push_back(net.add_node());
    int asked_arc = -1;
    for (const Mill& mill : mills_) {
      const auto number = static_cast<std::size_t>(&mill - mills_.data());
      if (mill.measured)
        net.add_arc(mill_nodes[number], world, 0, std::max<std::int64_t>(0, mill.in_total - mill.out_total));
      else
        for (const std::size_t out : mill.out)
          net.add_arc(world, mill_nodes[number], flows_[out].least, flows_[out].most);
    }
    for (const Lot& lot : lots_) {
      const int in = net.add_node(), out = net.add_node();
      std::int64_t gone = 0;
      for (const std::size_t number : lot.in)
        net.add_arc(mill_nodes[flows_[number].process], in, flows_[number].least, flows_[number].most);
      for (const std::size_t number : lot.out) {
        const Flow& flow = flows_[number];
        gone += flow.amount;
        const bool kept_apart = !mills_[flow.process].measured;
        net.add_arc(out, kept_apart ? world : mill_nodes[flow.process], flow.least, flow.most);
      }
      if (lot.is_start) {
        net.add_arc(world, out, 0, lot.total);
        net.add_arc(in, world, 0, lot.total);
      }
      const int through = net.add_arc(in, out, 0, lot.is_start ? 0 : lot.total);
      if (&lot == &asked) asked_arc = through;
      net.add_arc(out, world, 0, lot.total - gone);
    }
    return net.range_of(asked_arc);
  }

  const Chain& chain_;
  std::set<ObjectId> starts_;
  std::map<ObjectId, std::size_t> index_;
  std::vector<Lot> lots_;
  std::vector<Decimal> made_;
  std::vector<std::string> units_;
  std::vector<Mill> mills_;
  std::vector<Flow> flows_;
  int scale_ = 0;
  bool overflow_ = false;
};

}  // namespace

void find_amounts(const Chain& chain, const std::vector<ObjectId>& starts,
                  const std::unordered_map<ObjectId, Reached>& reached, WalkResult& result) {
  Network network(chain, starts);
  for (const auto& node : result.nodes) {
    const auto found = reached.find(node.object);
    const bool goods = found != reached.end() && !found->second.goods.empty() && chain.knows(node.object);
    if (goods && chain.record(node.object).level == codes::Level::kLot) network.add_lot(node.object);
  }
  network.connect();
  network.narrow();
  network.sharpen();
  for (auto& node : result.nodes) node.state.amount = network.bounds(node.object);
}

}  // namespace suyuan::trace

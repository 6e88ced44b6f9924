// SPDX-License-Identifier: Apache-2.0
#include "domain/trace/reach.h"

#include <algorithm>

namespace suyuan::trace {

namespace {

const Window kAlways{kInstantMin, kInstantMax};

// Collects steps from one node.
class Steps {
 public:
  Steps(const Chain& chain, ObjectId node, std::set<ObjectId>& missing)
      : chain_(chain), node_(node), missing_(missing) {}

  bool known(ObjectId object) {
    if (chain_.knows(object)) return true;
    missing_.insert(object);
    return false;
  }

  void add(ObjectId to, Strength strength, Window window, std::vector<Edge> edges) {
    all_.push_back({node_, to, strength, window, std::move(edges)});
  }

  void add_members(const Windows& goods) {
    const ObjectRecord& record = chain_.record(node_);
    if (goods.empty() || (record.level != codes::Level::kLot && record.level != codes::Level::kClass)) return;
    std::vector<ObjectId> members =
        record.level == codes::Level::kLot ? chain_.items_of(node_, missing_) : record.members;
    for (const ObjectId member : members) {
      for (const Window& window : goods.all()) add(member, Strength::kGoods, window, {member_edge(node_, member)});
    }
  }

  Edge member_edge(ObjectId above, ObjectId member) const {
    return {EdgeKind::kMember, above, member, std::nullopt, kAlways, membership_events(above, member),
            std::nullopt,      ""};
  }

  // F2 and B3: what carries it.
  void add_carriers(const Windows& moving) {
    if (moving.empty()) return;
    for (const Chain::Neighbour& parent : chain_.parents(node_)) {
      if (!known(parent.object)) continue;
      for (const Stretch& stretch : chain_.stretches(node_, parent.object, parent.is_quantity, parent.kind)) {
        for (const Window& window : moving.within(stretch.window))
          add(parent.object, Strength::kCarrier, window, {box_edge(node_, parent.object, parent.kind, stretch)});
      }
    }
  }

  static Edge box_edge(ObjectId child, ObjectId parent, EdgeKind kind, const Stretch& stretch) {
    return {kind, child, parent, std::nullopt, stretch.window, stretch.because, std::nullopt, ""};
  }

  static Edge input_edge(const Chain::Process& process, const Chain::Part& part) {
    return {EdgeKind::kInput,       part.object, std::nullopt, process.key(),
            {part.time, part.time}, {part.seq},  part.amount,  part.uom};
  }
  static Edge output_edge(const Chain::Process& process, const Chain::Part& part) {
    return {EdgeKind::kOutput,      std::nullopt, part.object, process.key(),
            {part.time, part.time}, {part.seq},   part.amount, part.uom};
  }

  const Chain& chain() const { return chain_; }
  ObjectId node() const { return node_; }
  std::set<ObjectId>& missing() { return missing_; }
  std::vector<Step> take() { return std::move(all_); }

 private:
  std::vector<EventSeq> membership_events(ObjectId above, ObjectId member) const {
    std::vector<EventSeq> because;
    for (const EventSeq seq : chain_.record(chain_.knows(member) ? member : above).events) {
      const LinkIndex& links = chain_.links(seq);
      if (links.has(above, Role::kMemberLot) && (links.has(member, Role::kSubject) || links.has(member, Role::kOutput)))
        because.push_back(seq);
    }
    std::sort(because.begin(), because.end());
    return because;
  }

  const Chain& chain_;
  ObjectId node_;
  std::set<ObjectId>& missing_;
  std::vector<Step> all_;
};

void add_contents(Steps& steps, const Windows& goods, bool with_associated,
                  const std::function<Window(const Window& node, const Window& stretch)>& window_of) {
  if (goods.empty()) return;
  for (const Chain::Neighbour& child : steps.chain().children(steps.node())) {
    if ((child.kind == EdgeKind::kAssociated && !with_associated) || !steps.known(child.object)) continue;
    for (const Stretch& stretch : steps.chain().stretches(child.object, steps.node(), child.is_quantity, child.kind)) {
      for (const Window& window : goods.all()) {
        if (overlap(window, stretch.window))
          steps.add(child.object, Strength::kGoods, window_of(window, stretch.window),
                    {Steps::box_edge(child.object, steps.node(), child.kind, stretch)});
      }
    }
  }
}

void add_outputs(Steps& steps, const Windows& moving) {  // F4
  for (const Chain::Process& process : steps.chain().processes(steps.node(), steps.missing())) {
    const auto inputs = steps.chain().parts_of(process, Role::kInput, steps.node());
    if (inputs.empty()) continue;
    const auto outputs = steps.chain().parts(process, Role::kOutput);
    for (const Chain::Part& input : inputs) {
      if (!moving.holds(input.time)) continue;
      for (const Chain::Part& output : outputs) {
        if (output.time >= input.time)
          steps.add(output.object, Strength::kGoods, {output.time, kInstantMax},
                    {Steps::input_edge(process, input), Steps::output_edge(process, output)});
      }
    }
  }
}

void add_inputs(Steps& steps, const Windows& any) {  // B4
  for (const Chain::Process& process : steps.chain().processes(steps.node(), steps.missing())) {
    const auto outputs = steps.chain().parts_of(process, Role::kOutput, steps.node());
    if (outputs.empty()) continue;
    const auto inputs = steps.chain().parts(process, Role::kInput);
    for (const Chain::Part& output : outputs) {
      if (!any.holds(output.time)) continue;
      for (const Chain::Part& input : inputs) {
        if (input.time <= output.time)
          steps.add(input.object, Strength::kGoods, {kInstantMin, input.time},
                    {Steps::input_edge(process, input), Steps::output_edge(process, output)});
      }
    }
  }
}

}  // namespace

std::vector<Step> forward_steps(const Chain& chain, ObjectId node, const Reached& reached,
                                std::set<ObjectId>& missing) {
  Steps steps(chain, node, missing);
  const Windows moving = reached.moving();
  steps.add_members(reached.goods);                                                        // F1
  steps.add_carriers(moving);                                                              // F2
  add_contents(steps, reached.goods, false, [](const Window& own, const Window& inside) {  // F3
    return Window{std::max(own.from, inside.from), kInstantMax};
  });
  add_outputs(steps, moving);
  return steps.take();
}

std::vector<Step> back_steps(const Chain& chain, ObjectId node, const Reached& reached, std::set<ObjectId>& missing) {
  Steps steps(chain, node, missing);
  if (chain.record(node).level == codes::Level::kItem) {  // B1
    for (const ObjectId lot : reached.goods.empty() ? std::vector<ObjectId>{} : chain.lots_of(node, missing)) {
      for (const Window& window : reached.goods.all())
        steps.add(lot, Strength::kLotOf, window, {steps.member_edge(lot, node)});
    }
  }
  steps.add_members(reached.goods);
  add_contents(steps, reached.goods, true, [](const Window& own, const Window& inside) {  // B2
    return Window{kInstantMin, std::min(own.until, inside.until)};
  });
  steps.add_carriers(reached.moving());  // B3
  add_inputs(steps, reached.any());
  return steps.take();
}

}  // namespace suyuan::trace

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/capture/capture.h"
#include "app/ports/event_writer.h"
#include "app/ports/warehouse.h"
#include "domain/trace/node.h"
#include "domain/trace/notation.h"

namespace suyuan {

// How a client wants to see events.
struct Presentation {
  Syntax syntax = Syntax::kJson;
  trace::EpcFormat epcs = trace::EpcFormat::kAsCaptured;
  CbvForm cbv = CbvForm::kUrn;  // of XML
};

// Stored events as trees and as text. Keeps what it learnt of the last document, so ask in record order. One thread.
class Presenter {
 public:
  // Both outlive it.
  Presenter(const DocumentReader& read, const EventWriter& writer) : read_(read), writer_(writer) {}

  // The event as it was read when it was captured, with its id and its record time.
  // Errors: kCorrupt "store.damaged" when the kept original cannot be read any more.
  Result<trace::Node> tree(const trace::StoredEvent& event, const Warehouse::Original& original);

  // The event as text. A JSON event in JSON is its own bytes, with what the server adds in front: numbers and order of
  // the sender stay as they are. Errors: those of tree, EventWriter::event and trace::write_ids_as.
  Result<std::string> text(const trace::StoredEvent& event, const Warehouse::Original& original,
                           const Presentation& how);

 private:
  void learn_frame(const Warehouse::Original& original);
  std::optional<trace::Node> node_of_json(const Warehouse::Original& original) const;
  std::optional<trace::Node> node_of_xml(const Warehouse::Original& original);

  const DocumentReader& read_;
  const EventWriter& writer_;
  std::string job_;                  // of the document that the rest is of
  std::string context_;              // JSON: the document's @context; "" when it says nothing beyond the standard
  std::string frame_;                // XML: what stands around events
  std::vector<std::size_t> places_;  // where in it events may stand
};

}  // namespace suyuan

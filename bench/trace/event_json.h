// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "domain/trace/event.h"

namespace suyuan::bench {

// A checked event as EPCIS 2.0 JSON-LD, without event id; the note becomes an extension field.
std::string event_json(const trace::Event& event, std::string_view note);

// What stands around the events of a document.
std::string_view document_begin();
std::string_view document_end();

}  // namespace suyuan::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "app/capture/capture.h"

namespace suyuan::cli {

// Posts an EPCIS document to the capture interface of a server on this machine and waits for its job, as a sender's
// program would (EPCIS 2.0 REST: POST /capture, then GET the job), with this API key. A refused document is an outcome.
// Errors: kInternal "demo.no_answer" when the server does not answer as the interface says.
Result<CaptureOutcome> post_document(int port, const std::string& key, const std::string& document);

}  // namespace suyuan::cli

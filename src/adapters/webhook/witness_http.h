// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/ports/witnesses.h"

namespace suyuan {

// Over HTTP/1.1 like messages to subscribers, but to any address, since the operator named it; TLS is checked against
// the certificates in `ca_file` or, when that is "", those of the system. At most 64 KiB of an answer are read. Errors:
// kInvalid "log.witness_ca"; of a request kInvalid "webhook.url", kDeadline "webhook.timeout", kBusy
// "webhook.unreachable".
Result<WitnessHttp> make_witness_http(const std::string& ca_file);

}  // namespace suyuan

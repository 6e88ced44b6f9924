// SPDX-License-Identifier: Apache-2.0
#include "adapters/config/toml_file.h"
#include "fuzz.h"

using namespace suyuan;

// A settings file: read, or refused with a place in it; then every value judged.
FUZZ(input) {
  const auto pairs = read_toml(input, "suyuan.toml");
  if (!pairs) return;
  Settings settings;
  for (const auto& [name, value] : *pairs) (void)settings.set(name, value, SettingSource::kFile);
}

// SPDX-License-Identifier: Apache-2.0
#include "provider_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace suyuan::test {

ProviderProcess::ProviderProcess(const std::string& redirect_uri) {
  std::string node = "node", script = SUYUAN_SOURCE_DIR "/tests/oidc/provider.mjs", redirect = redirect_uri;
  char* const arguments[] = {node.data(), script.data(), redirect.data(), nullptr};
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(arguments[0], arguments);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
  for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) issuer_ += c;
  if (!issuer_.starts_with("http://127.0.0.1:"))
    throw std::runtime_error("the provider did not start; are its packages there? Run tests/oidc/packages. " + issuer_);
}

ProviderProcess::~ProviderProcess() {
  ::close(input_);
  ::close(output_);
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace suyuan::test

#define _GNU_SOURCE
#include "CSupport.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t taken_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);
  return set;
}

int support_take_signals(void) {
  sigset_t set = taken_signals();
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int support_next_signal(int descriptor) {
  struct signalfd_siginfo information;
  if (read(descriptor, &information, sizeof information) != sizeof information) return 0;
  return (int)information.ssi_signo;
}

void support_release_signals(void) {
  sigset_t set = taken_signals();
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

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
  // nohup(1) has it ignored.
  struct sigaction action;
  if (sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);
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
  // A shell has SIGINT ignored by what it starts in the background.
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  // A question never ends a program.
  signal(SIGUSR1, SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

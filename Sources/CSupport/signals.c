#define _GNU_SOURCE
#include "CSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

// How long a writer may be waited for when the end is wished, in milliseconds.
enum { PATIENCE = 1000 };

static bool are_taken;
// SIGHUP asks for new files, as a daemon has it, and not for the end.
static bool hangup_reopens;
// A wish that came while a write waited; 0 when none has.
static volatile sig_atomic_t noted;

// nohup(1) has it ignored.
static bool is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Those that wish the end.
static sigset_t wishes(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (!hangup_reopens && !is_ignored(SIGHUP)) sigaddset(&set, SIGHUP);
  return set;
}

static sigset_t taken_signals(void) {
  sigset_t set = wishes();
  sigaddset(&set, SIGUSR1);
  if (!is_ignored(SIGHUP)) sigaddset(&set, SIGHUP);
  return set;
}

// As if nobody had taken it: the signal is delivered once more, when nothing blocks it.
static void end_by(int number) {
  signal(number, SIG_DFL);
  raise(number);
}

// Runs only while a write waits: the second wish is not to be waited for.
static void note_wish(int number) {
  if (noted) end_by(number);
  noted = number;
}

int support_take_signals(int reopens) {
  hangup_reopens = reopens;
  sigset_t set = taken_signals();
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  // Without SA_RESTART, so that a write comes back.
  struct sigaction action = {.sa_handler = note_wish};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  if (!hangup_reopens && !is_ignored(SIGHUP)) sigaction(SIGHUP, &action, NULL);
  are_taken = true;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

volatile sig_atomic_t support_interrupts;

static void note_interrupt(int number) {
  (void)number;
  support_interrupts = 1;
}

void support_note_interrupts(void) {
  if (is_ignored(SIGINT)) return;
  // Once, so that the next one does what it always does; without SA_RESTART, so that a read comes back.
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

void support_forget_interrupts(void) {
  if (!is_ignored(SIGINT)) signal(SIGINT, SIG_DFL);
}

int support_next_signal(int descriptor) {
  if (noted) {
    int number = noted;
    noted = 0;
    return number;
  }
  struct signalfd_siginfo information;
  if (read(descriptor, &information, sizeof information) != sizeof information) return 0;
  return (int)information.ssi_signo;
}

void support_release_signals(void) {
  sigset_t set = taken_signals();
  are_taken = false;
  // A shell has SIGINT ignored by what it starts in the background.
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  if (!is_ignored(SIGHUP)) signal(SIGHUP, hangup_reopens ? SIG_IGN : SIG_DFL);
  // A question never ends a program.
  signal(SIGUSR1, SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

ssize_t support_write(int descriptor, const void *bytes, size_t count) {
  if (!are_taken) return write(descriptor, bytes, count);
  sigset_t set = wishes();
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  // Who presses Ctrl-C may go on reading, and press it again if not; SIGTERM and SIGHUP come once.
  struct pollfd outlet = {.fd = descriptor, .events = POLLOUT};
  if (noted && noted != SIGINT && poll(&outlet, 1, PATIENCE) == 0) end_by(noted);
  ssize_t result = write(descriptor, bytes, count);
  int error = errno;
  sigprocmask(SIG_BLOCK, &set, NULL);
  errno = error;
  return result;
}

void support_open_standard_descriptors(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++)
    // The lowest number that is free is this one.
    if (fcntl(descriptor, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1) return;
}

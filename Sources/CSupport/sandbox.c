#define _GNU_SOURCE
#include "CSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/net.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock's numbers, as in <linux/landlock.h>; headers of older kernels lack some of them.
enum {
  FS_WRITE_FILE = 1 << 1,
  FS_READ_FILE = 1 << 2,
  FS_READ_DIR = 1 << 3,
  FS_MAKE_REG = 1 << 8,
  FS_ALL_1 = (1 << 13) - 1,
  FS_REFER = 1 << 13,
  FS_TRUNCATE = 1 << 14,
  FS_IOCTL_DEV = 1 << 15,
  NET_ALL = 3,
  SCOPE_ALL = 3,
  RULE_PATH_BENEATH = 1,
  CREATE_RULESET_VERSION = 1,
};

struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

struct path_beneath {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

static int allow(int ruleset, const struct support_place *place, uint64_t handled) {
  int descriptor = open(place->path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return place->is_optional ? 0 : errno;
  struct stat status;
  int result = fstat(descriptor, &status) != 0 ? errno : 0;
  uint64_t access = FS_READ_FILE | FS_READ_DIR;
  if (place->is_writable) access = FS_WRITE_FILE | FS_MAKE_REG | FS_TRUNCATE;
  // Rights about what is in a directory make no sense for a file.
  if (result == 0 && !S_ISDIR(status.st_mode)) access &= FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE;
  struct path_beneath rule = {.allowed_access = access & handled, .parent_fd = descriptor};
  if (result == 0 && syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0) result = errno;
  // A pipe that has no name is never out of reach.
  if (result == EBADFD) result = 0;
  close(descriptor);
  return result;
}

int support_restrict_files(const struct support_place *places, size_t count) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
  if (version < 0) return errno;
  struct ruleset rules = {.handled_access_fs = FS_ALL_1, .handled_access_net = NET_ALL, .scoped = SCOPE_ALL};
  if (version >= 2) rules.handled_access_fs |= FS_REFER;
  if (version >= 3) rules.handled_access_fs |= FS_TRUNCATE;
  if (version >= 5) rules.handled_access_fs |= FS_IOCTL_DEV;
  size_t size = version >= 6 ? sizeof rules : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) return errno;
  int result = 0;
  for (size_t index = 0; index < count && result == 0; index++)
    result = allow(ruleset, &places[index], rules.handled_access_fs);
  if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) result = errno;
  close(ruleset);
  return result;
}

static const int free_calls[] = {
    // Input and output on what is open.
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(fsync), SCMP_SYS(fadvise64), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(getsockopt), SCMP_SYS(fchmod),
    // Memory, but none that could be run: see below.
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    // Time, signals, locks, and the end.
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

// What a terminal, a stream of the C library and libpcap ask of descriptors.
static const unsigned long requests[] = {TIOCGWINSZ, TCGETS, SIOCGIFFLAGS, SIOCGIFINDEX, SIOCGIFNAME, FIONREAD};
static const int descriptor_commands[] = {F_GETFL, F_GETFD, F_SETFD};

static int add_rules(scmp_filter_ctx filter, int may_open_files) {
  int result = 0;
  for (size_t index = 0; index < sizeof free_calls / sizeof *free_calls && result == 0; index++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, free_calls[index], 0);
  for (size_t index = 0; index < sizeof requests / sizeof *requests && result == 0; index++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, requests[index]));
  for (size_t index = 0; index < sizeof descriptor_commands / sizeof *descriptor_commands && result == 0; index++)
    result = seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)descriptor_commands[index]));
  const int mappings[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
  for (size_t index = 0; index < 2 && result == 0; index++)
    result = seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, mappings[index], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  // fstat() of newer C libraries.
  if (result == 0)
    result = seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
  if (result == 0 && may_open_files) result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 0);
  return result;
}

int support_restrict_calls(int may_open_files) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (!filter) return ENOMEM;
  int result = add_rules(filter, may_open_files);
  if (result == 0) result = seccomp_load(filter);
  seccomp_release(filter);
  return -result;
}

static const int ways_out[] = {
    // The network.
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(io_uring_setup),
    // Other programs and processes.
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    // What files are, which Landlock leaves alone.
    SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr), SCMP_SYS(utimensat),
    // The kernel.
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns),
};

int support_forbid_ways_out(void) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!filter) return ENOMEM;
  int result = 0;
  for (size_t index = 0; index < sizeof ways_out / sizeof *ways_out && result == 0; index++)
    result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), ways_out[index], 0);
  if (result == 0) result = seccomp_load(filter);
  seccomp_release(filter);
  return -result;
}

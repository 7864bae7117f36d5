#define _GNU_SOURCE
#include "CSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/net.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Landlock's numbers, as in <linux/landlock.h>; headers of older kernels lack some of them.
enum {
  FS_WRITE_FILE = 1 << 1,
  FS_READ_FILE = 1 << 2,
  FS_READ_DIR = 1 << 3,
  FS_REMOVE_FILE = 1 << 5,
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
  if (place->is_writable) access = FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE | FS_TRUNCATE;
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
    SCMP_SYS(gettid), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

// What a terminal, a stream of the C library and libpcap ask of descriptors.
static const unsigned long requests[] = {TIOCGWINSZ, TCGETS, SIOCGIFFLAGS, SIOCGIFINDEX, SIOCGIFNAME, FIONREAD};
static const int descriptor_commands[] = {F_GETFL, F_GETFD, F_SETFD};

static int add_rules(scmp_filter_ctx filter, int may_open_files, int may_rename_files) {
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
  // A signal to oneself.
  if (result == 0)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
  // fstat() of newer C libraries.
  if (result == 0)
    result = seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
  const int openings[] = {SCMP_SYS(openat), SCMP_SYS(ftruncate)};
  for (size_t index = 0; index < 2 && result == 0 && may_open_files; index++)
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, openings[index], 0);
  // Which of them the C library takes goes by the architecture.
  const int renamings[] = {SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat)};
  for (size_t index = 0; index < sizeof renamings / sizeof *renamings && result == 0 && may_rename_files; index++)
    if (renamings[index] >= 0) result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, renamings[index], 0);
  return result;
}

int support_restrict_calls(int may_open_files, int may_rename_files) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (!filter) return ENOMEM;
  int result = add_rules(filter, may_open_files, may_rename_files);
  if (result == 0) result = seccomp_load(filter);
  seccomp_release(filter);
  return -result;
}

// Newer than some headers; these numbers are the same on every architecture.
enum {
  NR_PROCESS_MRELEASE = 448,
  NR_FCHMODAT2 = 452,
  NR_SETXATTRAT = 463,
  NR_REMOVEXATTRAT = 466,
  NR_OPEN_TREE_ATTR = 467,
  NR_FILE_SETATTR = 469,
};

// A call that an architecture lacks has a negative number.
static const int ways_out[] = {
    // The network.
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
    // Other programs and processes.
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill), SCMP_SYS(tkill),
    SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), NR_PROCESS_MRELEASE, SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp), SCMP_SYS(migrate_pages), SCMP_SYS(move_pages),
    SCMP_SYS(ioprio_set),
    // Memory that others share.
    SCMP_SYS(memfd_create), SCMP_SYS(memfd_secret), SCMP_SYS(shmget), SCMP_SYS(shmat), SCMP_SYS(shmctl),
    SCMP_SYS(msgget), SCMP_SYS(msgsnd), SCMP_SYS(msgrcv), SCMP_SYS(msgctl), SCMP_SYS(semget), SCMP_SYS(semop),
    SCMP_SYS(semtimedop), SCMP_SYS(semctl), SCMP_SYS(mq_open), SCMP_SYS(mq_unlink),
    // What files are, which Landlock leaves alone.
    SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), NR_FCHMODAT2, SCMP_SYS(chown), SCMP_SYS(fchown),
    SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), NR_SETXATTRAT,
    SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr), NR_REMOVEXATTRAT, NR_FILE_SETATTR, SCMP_SYS(utime), SCMP_SYS(utimes), SCMP_SYS(futimesat), SCMP_SYS(utimensat),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(open_by_handle_at), SCMP_SYS(fanotify_init), SCMP_SYS(fanotify_mark),
    SCMP_SYS(quotactl), SCMP_SYS(quotactl_fd),
    // What is mounted where.
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick),
    SCMP_SYS(move_mount), SCMP_SYS(open_tree), NR_OPEN_TREE_ATTR, SCMP_SYS(mount_setattr), SCMP_SYS(chroot),
    SCMP_SYS(pivot_root), SCMP_SYS(unshare), SCMP_SYS(setns),
    // The kernel.
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(syslog),
    SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex), SCMP_SYS(sethostname), SCMP_SYS(setdomainname),
};

// Calls that are for this process only: the argument that names another one, or a right to be had, has to have this value.
struct condition {
  int call;
  int argument;
  // Of the argument.
  uint32_t mask;
  uint32_t value;
};

enum { PROGRAM_LIMIT = 512, X32_BIT = 0x40000000 };

struct program {
  struct sock_filter code[PROGRAM_LIMIT];
  unsigned short count;
};

static void add(struct program *program, struct sock_filter instruction) {
  if (program->count < PROGRAM_LIMIT) program->code[program->count++] = instruction;
}

static void load(struct program *program, size_t offset) {
  add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct program *program, uint32_t action) {
  add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void forbid(struct program *program, int call, uint32_t action) {
  if (call < 0) return;
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1));
  answer(program, action);
}

// The lower half of an argument: all of the arguments in question are of 32 bits.
static size_t argument(int index) {
  const union { uint32_t word; uint8_t bytes[4]; } probe = {.word = 1};
  return offsetof(struct seccomp_data, args) + (size_t)index * 8 + (probe.bytes[0] ? 0 : 4);
}

static void forbid_unless(struct program *program, struct condition condition) {
  if (condition.call < 0) return;
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)condition.call, 0, 5));
  load(program, argument(condition.argument));
  add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, condition.mask));
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, condition.value, 1, 0));
  answer(program, SECCOMP_RET_ERRNO | EPERM);
  load(program, offsetof(struct seccomp_data, nr));
}

// By ranges of numbers: the kernel tries the filter on every number at once, to know those that are always allowed.
static void forbid_listed(struct program *program, uint32_t action) {
  enum { RANGE = 32, RANGES = 16 };
  unsigned short ends[RANGES];
  for (int range = 0; range < RANGES; range++) {
    const int first = range * RANGE;
    unsigned short start = program->count;
    // What is beyond it goes to the next one, all else is in it.
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)(first + RANGE), 0, 0));
    for (size_t index = 0; index < sizeof ways_out / sizeof *ways_out; index++)
      if (ways_out[index] >= first && ways_out[index] < first + RANGE) forbid(program, ways_out[index], action);
    ends[range] = program->count;
    add(program, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
    program->code[start].jt = (unsigned char)(program->count - start - 1);
  }
  for (int range = 0; range < RANGES; range++) program->code[ends[range]].k = (uint32_t)(program->count - ends[range] - 1);
}

// libseccomp copies its filter for each rule that is added, which would take longer than reading a small capture.
int support_forbid_ways_out(void) {
  const uint32_t deny = SECCOMP_RET_ERRNO | EPERM;
  const uint32_t self = (uint32_t)getpid();
  const struct condition conditions[] = {
      // Threads, and no processes.
      {SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD},
      {SCMP_SYS(tgkill), 0, UINT32_MAX, self},
      {SCMP_SYS(prlimit64), 0, UINT32_MAX, 0},
      {SCMP_SYS(setpriority), 0, UINT32_MAX, PRIO_PROCESS},
      {SCMP_SYS(setpriority), 1, UINT32_MAX, 0},
      {SCMP_SYS(sched_setaffinity), 0, UINT32_MAX, 0},
      {SCMP_SYS(sched_setscheduler), 0, UINT32_MAX, 0},
      {SCMP_SYS(sched_setparam), 0, UINT32_MAX, 0},
      {SCMP_SYS(sched_setattr), 0, UINT32_MAX, 0},
  };
  struct program program = {.count = 0};
  load(&program, offsetof(struct seccomp_data, arch));
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1, 0));
  answer(&program, SECCOMP_RET_KILL_PROCESS);
  load(&program, offsetof(struct seccomp_data, nr));
  // The calls of x32 are the same ones again.
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1));
  answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
  // Its flags are in memory, which a filter does not see; the C library takes clone() then.
  forbid(&program, SCMP_SYS(clone3), SECCOMP_RET_ERRNO | ENOSYS);
  forbid_listed(&program, deny);
  for (size_t index = 0; index < sizeof conditions / sizeof *conditions; index++)
    forbid_unless(&program, conditions[index]);
  // Words that would be typed on the terminal.
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)SCMP_SYS(ioctl), 0, 4));
  load(&program, argument(1));
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0));
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1));
  answer(&program, deny);
  answer(&program, SECCOMP_RET_ALLOW);
  if (program.count == PROGRAM_LIMIT) return E2BIG;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  const struct sock_fprog filter = {.len = program.count, .filter = program.code};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 ? 0 : errno;
}

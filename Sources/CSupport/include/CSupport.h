#pragma once

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Blocks the signals by which a user speaks to a program: SIGINT, SIGTERM, SIGUSR1, and SIGHUP unless it is ignored.
/// Returns a descriptor that can be read, without waiting, when one has come; -1 when there is none.
/// With `reopens` SIGHUP does not wish the end.
int support_take_signals(int reopens);

/// The number of a signal that has come; 0 when none has.
int support_next_signal(int descriptor);

/// Lets them end the program, but for SIGUSR1, which from now on does nothing.
void support_release_signals(void);

/// From now on the first SIGINT is only noted, and makes a read that waits return with EINTR; the second one ends the program.
/// Where SIGINT is ignored, it stays so.
void support_note_interrupts(void);

/// From now on the first one ends it again.
void support_forget_interrupts(void);

extern volatile sig_atomic_t support_interrupts;

/// Whether one was noted.
static inline int support_is_interrupted(void) { return support_interrupts != 0; }

/// Writes as write(2) does. When the signals are taken, those that wish the end of the program reach it while it waits here:
/// the first makes the call return, and is told by support_next_signal() then; SIGTERM and SIGHUP, when nothing can be written
/// a second later, and whatever comes second, end the program.
ssize_t support_write(int descriptor, const void *bytes, size_t count);

/// Opens /dev/null in the place of those of standard input, output and error that are closed, so that no file that is opened
/// later is taken for one of them.
void support_open_standard_descriptors(void);

/// Becomes another user for good: groups, group, user, and no capability is left that could be had again.
/// `user` is for the user's further groups. Returns 0, or the error number.
int support_become_user(const char *user, uid_t uid, gid_t gid);

/// Gives up all capabilities, and that a program could bring new privileges. Returns 0, or the error number.
int support_give_up_privileges(void);

/// A place that stays in reach of a confined process.
struct support_place {
  const char *path;
  /// Files may be made and written in it; otherwise only read.
  int is_writable;
  /// It may be missing.
  int is_optional;
};

/// Puts the file system (and, where the kernel can, TCP and signals) out of reach, but for these places: Landlock.
/// Nothing that is run could bring new privileges from then on, which Landlock asks for.
/// Returns 0, or the error number; ENOSYS or EOPNOTSUPP where the kernel has none.
int support_restrict_files(const struct support_place *places, size_t count);

/// Allows no system call but those of a program that reads and writes what it has open: seccomp. What is not allowed
/// fails with EPERM. Returns 0, or the error number.
int support_restrict_calls(int may_open_files, int may_rename_files);

/// Forbids the system calls that lead out of the process: to the network, to other programs and processes. They fail with
/// EPERM; new threads are no such way. Takes half of the time of support_restrict_calls(). Returns 0, or the error number.
int support_forbid_ways_out(void);

/// A TOML document, parsed.
typedef struct support_toml support_toml;

typedef enum {
  SUPPORT_TOML_STRING,
  SUPPORT_TOML_INTEGER,
  SUPPORT_TOML_BOOLEAN,
  SUPPORT_TOML_DATE,
  SUPPORT_TOML_TABLE,
  SUPPORT_TOML_ARRAY,
  SUPPORT_TOML_OTHER,
} support_toml_kind;

/// A member of a table, or of an array, whose keys are numbers. Its own members follow it, one deeper.
typedef struct {
  int depth;
  int line;
  const char *key;
  support_toml_kind kind;
  /// Of a string, number, truth value or date.
  const char *text;
} support_toml_entry;

/// Never NULL. To be freed with support_free_toml().
support_toml *support_read_toml(const char *text, size_t length);
void support_free_toml(support_toml *document);

/// What is wrong with it, and in which line; NULL when nothing is.
const char *support_toml_fault(const support_toml *document, int *line);

size_t support_toml_count(const support_toml *document);

/// Its strings live as long as the document.
support_toml_entry support_toml_entry_at(const support_toml *document, size_t index);

#ifdef __cplusplus
}
#endif

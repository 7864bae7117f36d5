#define _GNU_SOURCE
#include "CCapture.h"

#include <errno.h>
#include <stdio_ext.h>
#include <stdlib.h>

struct cookie {
  void *source;
  ssize_t (*read)(void *, char *, size_t);
  int64_t (*position)(void *);
};

static ssize_t read_source(void *context, char *target, size_t count) {
  struct cookie *cookie = context;
  return cookie->read(cookie->source, target, count);
}

// Only tells the place, which is what ftello() asks for.
static int tell(void *context, off64_t *offset, int whence) {
  struct cookie *cookie = context;
  if (whence != SEEK_CUR || *offset != 0) {
    errno = ESPIPE;
    return -1;
  }
  *offset = cookie->position(cookie->source);
  return 0;
}

static int close_cookie(void *context) {
  free(context);
  return 0;
}

FILE *capture_open_stream(
    void *source, ssize_t (*read)(void *, char *, size_t), int64_t (*position)(void *)) {
  struct cookie *cookie = malloc(sizeof *cookie);
  if (!cookie) return NULL;
  *cookie = (struct cookie){source, read, position};
  cookie_io_functions_t functions = {.read = read_source, .seek = tell, .close = close_cookie};
  FILE *stream = fopencookie(cookie, "rb", functions);
  if (!stream) free(cookie);
  return stream;
}

void capture_leave_unlocked(FILE *stream) { __fsetlocking(stream, FSETLOCKING_BYCALLER); }

#pragma once

#include <dlfcn.h>
#include <string.h>

/// A library that is opened on demand: whether it could be, and else why not.
struct library {
  int is_open;
  char failure[256];
};

static inline void library_fail(struct library *library, const char *reason) {
  strncpy(library->failure, reason ? reason : "it cannot be opened", sizeof library->failure - 1);
}

/// Its first name that the system knows; NULL when there is none.
static inline void *library_open(struct library *library, const char *name, const char *other) {
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle && other) handle = dlopen(other, RTLD_NOW | RTLD_LOCAL);
  if (!handle) library_fail(library, dlerror());
  return handle;
}

/// Puts a function's address into a place; returns 0 when the library lacks it.
static inline int library_find(void *handle, const char *name, void *place) {
  void *function = dlsym(handle, name);
  memcpy(place, &function, sizeof function);
  return function != NULL;
}

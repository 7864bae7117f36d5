#pragma once

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/// A stream for reading whose bytes come from `read`, and whose place `position` tells; both get `source`.
/// Closing it leaves `source` alone.
FILE *capture_open_stream(
    void *source, ssize_t (*read)(void *source, char *target, size_t count), int64_t (*position)(void *source));

/// One thread reads `stream` from now on, and no lock is taken for each of its reads.
void capture_leave_unlocked(FILE *stream);

/// The flags of a network interface (IFF_UP, IFF_RUNNING), asked through any socket; -1 when there is none of this name.
int capture_interface_flags(int socket, const char *name);

#pragma once

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/// A stream for reading whose bytes come from `read`, and whose place `position` tells; both get `source`.
/// Closing it leaves `source` alone.
FILE *support_open_stream(
    void *source, ssize_t (*read)(void *source, char *target, size_t count), int64_t (*position)(void *source));

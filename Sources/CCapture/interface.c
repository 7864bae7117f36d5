#include "CCapture.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

int capture_interface_flags(int socket, const char *name) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return -1;
  return (unsigned short)request.ifr_flags;
}

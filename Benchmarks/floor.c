// The least that any reader of a capture does: libpcap hands over every frame.
// Prints how many frames and captured bytes there were.

#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
  if (!capture) return 2;

  unsigned long long frames = 0, bytes = 0;
  struct pcap_pkthdr *header;
  const u_char *data;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    frames++;
    bytes += header->caplen;
  }
  printf("%llu %llu\n", frames, bytes);
  pcap_close(capture);
}

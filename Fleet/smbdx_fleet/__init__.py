"""Judges archives of packet captures with smbdx on a Ray cluster."""

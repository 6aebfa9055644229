"""What `make bench` measures: ratios against limits and peers, in one run on one machine."""

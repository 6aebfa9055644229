"""Digital signatures on documents that leave the portal: the installation's key, signing, and checking every byte."""

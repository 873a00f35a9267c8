"""What bench/rows.py measures: layers that read and write rows, and the cases they do it in."""

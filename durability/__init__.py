"""What must survive: faults made on purpose, against the server as shipped. crash/ is `make crash`."""

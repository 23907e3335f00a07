"""What other programs ask through HTTP: the service over the libraries, and its routes."""

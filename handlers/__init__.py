"""What people do, translated into one call of a service and one answer."""

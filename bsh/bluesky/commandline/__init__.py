"""Programs; streaming brings them."""

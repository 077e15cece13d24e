"""From a pass to a certificate that anyone can verify: `smac certify`. Nothing here runs while courses are compiled."""

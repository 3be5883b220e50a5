"""Signs of a malicious filing, shown to the caseworker as worth a look; they decide nothing (Decree 802 art. 25(4))."""

"""Services that many modules use and that know none of them."""

"""What is put up for sale on the demo market: titles in some seller's words, with what they truly sell."""

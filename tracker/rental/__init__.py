"""Rent or buy: the arithmetic, the comparison of a build with the cloud, cloud price lists, and what a card's money buys."""

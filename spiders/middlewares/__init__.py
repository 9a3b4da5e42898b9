"""One step per file between Scrapy and the network."""

"""Records of a document, and how one is made of raw text: dated, cut into passages."""

"""Records of a document, and how one is made of raw text: dated, with its pages, cut into passages."""

"""The dense and the BM25 index, their fusion, filters and names."""

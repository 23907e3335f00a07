"""Fetch URLs safely: from public addresses, within limits, as robots.txt allows."""

"""Finding: one grammar and one meaning; sqlite and postgresql behind one face."""

"""What PostgreSQL says: shadow databases, described queries, types and relations."""

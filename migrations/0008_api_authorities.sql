-- Whom to trust to be the API: each of its processes may have an authority of its own, and says so while it runs.
CREATE TABLE api_authorities (
  certificate text PRIMARY KEY,
  seen_at timestamptz NOT NULL
);

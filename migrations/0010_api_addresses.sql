-- Where the API answers: each of its processes says so every few seconds while it runs.
CREATE TABLE api_addresses (
  address text NOT NULL,
  port integer NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (address, port)
);

-- The authority that signs the certificates of clients, with its key: the same in all processes of a fleet.
ALTER TABLE settings ADD COLUMN client_authority text;

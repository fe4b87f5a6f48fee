-- What a reconciler leaves for itself with a key: it changes only where the row is written anyway.
ALTER TABLE due ADD COLUMN note text;

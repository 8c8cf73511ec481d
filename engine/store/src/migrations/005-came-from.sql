-- What a resource of a package came for last, whatever it was called here.
CREATE INDEX came_from ON came (from_kind, from_id, from_version, run);

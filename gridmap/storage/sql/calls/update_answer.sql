-- What was said once stays: who arrived has responded, and no later word moves the instant.
UPDATE unit_call_answer SET
    responded_at = coalesce(responded_at, %(at)s),
    arrived_at = CASE WHEN %(is_arrival)s THEN coalesce(arrived_at, %(at)s) ELSE arrived_at END,
    note = CASE WHEN %(note)s <> '' THEN %(note)s ELSE note END
WHERE call_id = %(call_id)s AND unit_id = %(unit_id)s

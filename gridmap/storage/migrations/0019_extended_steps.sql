-- What was extended can be returned and disputed: a unit may find only then that the matter is not its own. The extension stays on the
-- clock, as every due time is counted from the report.
INSERT INTO life_cycle_step VALUES ('return', 'extended', 'returned'), ('dispute', 'extended', 'disputed');

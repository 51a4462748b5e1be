SELECT rebuild_working_intervals()

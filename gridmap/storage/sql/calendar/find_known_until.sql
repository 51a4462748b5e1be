SELECT calendar_known_until()

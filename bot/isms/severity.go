package isms

// DueBySeverity is when something must be done that came without a date.
func DueBySeverity(sev Severity, from Date) Date {
	switch sev {
	case Major:
		return from.Add(60)
	case Minor:
		return from.Add(90)
	default:
		return from.Add(180)
	}
}

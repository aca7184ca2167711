package exchange

// readAttendance reads who was at which training, and when.
func (r *reader) readAttendance(t *table) {
	if !r.checkColumns(t, attendanceColumns, attendanceColumns) {
		return
	}
	for _, x := range t.rows {
		c := r.record(t, x)
		row := AttendanceRow{Row: x.n, Email: c.email("email"), Training: c.needed("training", "the number or the title of a training"), On: c.date("on")}
		switch {
		case c.isEmpty("email"):
			c.fault("email", "nothing", "an e-mail like ada@example.com", "")
		case row.Email != "" && !r.knows(row.Email):
			c.fault("email", quote(row.Email), inPeopleFile, "")
		}
		switch {
		case c.isEmpty("on"):
			c.fault("on", "nothing", "a date like 2026-12-31", "")
		case row.On.After(r.known.Today):
			c.fault("on", row.On.String(), "a day that has come", "")
		}
		r.batch.Attendance = append(r.batch.Attendance, row)
	}
}

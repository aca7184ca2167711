package exchange

import "strings"

// TrainingOf is what names a training in a file.
const TrainingOf = "the number or the title of a training, as /isms training lists them"

// readAttendance reads who was at which training, and when.
func (r *reader) readAttendance(t *table) {
	if !r.checkColumns(t, attendanceColumns, attendanceColumns) {
		return
	}
	for _, x := range t.rows {
		c := r.record(t, x)
		row := AttendanceRow{Row: x.n, Email: c.email("email"), Training: c.needed("training", TrainingOf), On: c.date("on")}
		switch {
		case c.isEmpty("email"):
			c.fault("email", "nothing", "an e-mail like ada@example.com", "")
		case row.Email != "" && !r.knows(row.Email):
			c.fault("email", quote(row.Email), inPeopleFile, "")
		}
		if row.Training != "" && r.known.Trainings != nil && r.known.Trainings[strings.ToLower(row.Training)] == 0 {
			c.fault("training", quote(row.Training), TrainingOf, "")
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

package intake

import (
	"strconv"
	"strings"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// kindAttendance counts who was at a training in a summary.
const kindAttendance isms.Kind = "attendance"

// trainings are those of the catalogue, by number and by lower-case title.
func trainings(tx *storage.Tx) (map[string]int64, error) {
	all, err := tx.Trainings()
	out := map[string]int64{}
	for _, t := range all {
		// Of two with the same title the newer one is meant; a number always says which.
		if _, have := out[strings.ToLower(t.Title)]; !have {
			out[strings.ToLower(t.Title)] = t.ID
		}
	}
	for _, t := range all {
		out[strconv.FormatInt(t.ID, 10)] = t.ID
	}
	return out, err
}

// checkAttendance finds rows about a training that has left the catalogue since
// the file was read.
func (im *importing) checkAttendance() (err error) {
	if len(im.file.Attendance) == 0 {
		return nil
	}
	im.trainings, err = trainings(im.tx)
	for _, row := range im.file.Attendance {
		if im.trainings[strings.ToLower(row.Training)] == 0 {
			im.addFault(row.Row, "training", strconv.Quote(row.Training), exchange.TrainingOf, "")
		}
	}
	return err
}

// saveAttendance notes who was there. What follows for their tasks, the bot
// that runs finds out by itself.
func (im *importing) saveAttendance() error {
	for _, row := range im.file.Attendance {
		news, err := im.attended(row)
		if err != nil {
			return err
		}
		if news {
			im.out.created[kindAttendance]++
		} else {
			im.out.unchanged[kindAttendance]++
		}
	}
	return nil
}

func (im *importing) attended(row exchange.AttendanceRow) (bool, error) {
	a := storage.Attended{Training: im.trainings[strings.ToLower(row.Training)], Person: im.ids[row.Email], On: row.On}
	news, err := im.tx.SaveAttended(a)
	if err != nil || !news {
		return false, err
	}
	return true, im.tx.Journal(im.now, "training.attended", map[string]any{"by": 0, "training": a.Training, "people": []isms.PersonID{a.Person}, "happened": a.On.String(),
		"file": im.sum, "row": row.Row})
}

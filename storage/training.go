package storage

import (
	"encoding/json"
	"fmt"

	"ismsbot/bot/isms"
)

// Training is one entry of the catalogue.
type Training struct {
	ID int64
	isms.Training
	Effect string // whether it helped; empty while nobody has said
	Given  Given
	Crowd  string // the version of people at which those were looked for whom it is for
}

// Given is whether a training was given to those whom it is for.
type Given string

// The states of it.
const (
	GivenNot  Given = ""
	GivenDue  Given = "due" // they are about to get it
	GivenDone Given = "done"
	GivenEnds Given = "ends" // it is about to be taken from all who have not finished it
	GivenOver Given = "over" // nobody gets it any more
)

// SaveTraining writes a training; without an ID it is new.
func (tx *Tx) SaveTraining(t *Training) (err error) {
	questions, err := json.Marshal(t.Questions)
	if err != nil {
		return fmt.Errorf("write a training: %w", err)
	}
	args := []any{t.Title, t.Link, t.Audience, t.Repeat, string(questions), t.PassMark, t.Effect, string(t.Joiners)}
	if t.ID == 0 {
		t.ID, err = tx.insert("INSERT INTO trainings (title, link, audience, repeat, questions, pass_mark, effect, joiners) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", args...)
	} else {
		_, err = tx.exec("UPDATE trainings SET title = $1, link = $2, audience = $3, repeat = $4, questions = $5, pass_mark = $6, effect = $7, joiners = $8 WHERE id = $9", append(args, t.ID)...)
	}
	return wrap("write a training", err)
}

func (tx *Tx) trainings(where string, args ...any) ([]*Training, error) {
	var out []*Training
	err := tx.each("SELECT id, title, link, audience, repeat, questions, pass_mark, effect, joiners, given, crowd FROM trainings "+where, args, func(r *rows) error {
		var t Training
		var questions string
		if err := r.Scan(&t.ID, &t.Title, &t.Link, &t.Audience, &t.Repeat, &questions, &t.PassMark, &t.Effect, &t.Joiners, &t.Given, &t.Crowd); err != nil {
			return err
		}
		out = append(out, &t)
		return json.Unmarshal([]byte(questions), &t.Questions)
	})
	return out, wrap("read trainings", err)
}

// Trainings returns the catalogue, the newest first.
func (tx *Tx) Trainings() ([]*Training, error) { return tx.trainings("ORDER BY id DESC") }

// Training returns one, nil where there is none.
func (tx *Tx) Training(id int64) (*Training, error) {
	all, err := tx.trainings("WHERE id = $1", id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// TrainingsToGive returns those for which people are to be looked for: they are
// about to be given, or were and people have changed.
func (tx *Tx) TrainingsToGive(crowd string) ([]*Training, error) {
	return tx.trainings("WHERE given IN ('due', 'ends') OR given = 'done' AND crowd <> $1 ORDER BY id", crowd)
}

// SetGiven notes how far giving the training is, unless that has changed since
// it was read: it may be ended while it is being given.
func (tx *Tx) SetGiven(t *Training, g Given, crowd string) error {
	_, err := tx.exec("UPDATE trainings SET given = $1, crowd = $2 WHERE id = $3 AND given = $4", string(g), crowd, t.ID, string(t.Given))
	return wrap("note that a training is given", err)
}

// Trained is one person's part in a training.
type Trained struct {
	Person isms.PersonID
	Task   int64     // the number of their task, 0 for none
	LastOn isms.Date // zero until it was finished
	How    string    // quiz, done, attendance
	By     isms.PersonID
}

// SaveTrained writes one person's part.
func (tx *Tx) SaveTrained(training int64, t Trained) error {
	_, err := tx.exec(`INSERT INTO training_people (training, person, task, last_on, how, noted_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (training, person) DO UPDATE SET task = excluded.task, last_on = excluded.last_on, how = excluded.how, noted_by = excluded.noted_by`,
		training, t.Person, t.Task, t.LastOn.String(), t.How, t.By)
	return wrap("note a training", err)
}

// Trained returns everybody who has a training, by id.
func (tx *Tx) Trained(training int64) ([]Trained, error) {
	return tx.trained("WHERE training = $1 ORDER BY person", training)
}

// TrainedOne returns one person's part, zero where they have none.
func (tx *Tx) TrainedOne(training int64, person isms.PersonID) (Trained, error) {
	all, err := tx.trained("WHERE training = $1 AND person = $2", training, person)
	if err != nil || len(all) == 0 {
		return Trained{Person: person}, err
	}
	return all[0], nil
}

func (tx *Tx) trained(where string, args ...any) ([]Trained, error) {
	var out []Trained
	err := tx.each("SELECT person, task, last_on, how, noted_by FROM training_people "+where, args, func(r *rows) error {
		var t Trained
		err := r.Scan(&t.Person, &t.Task, date{&t.LastOn}, &t.How, &t.By)
		out = append(out, t)
		return err
	})
	return out, wrap("read who is trained", err)
}

// TrainedBetween counts how many people finished a training from one day on and
// before another, each training of theirs once.
func (tx *Tx) TrainedBetween(from, before isms.Date) (n int, err error) {
	_, err = tx.row("SELECT count(*) FROM training_people WHERE last_on >= $1 AND last_on < $2", []any{from.String(), before.String()}, &n)
	return n, wrap("count who is trained", err)
}

// Attended is that somebody was there, by an imported attendance list.
type Attended struct {
	Training int64
	Person   isms.PersonID
	On       isms.Date
}

// SaveAttended notes an attendance, to be settled; false where that day, or a
// later one, is known.
func (tx *Tx) SaveAttended(a Attended) (bool, error) {
	n, err := tx.exec(`INSERT INTO training_people (training, person, attended) VALUES ($1, $2, $3)
		ON CONFLICT (training, person) DO UPDATE SET attended = excluded.attended WHERE attended < excluded.attended AND last_on < excluded.attended`, a.Training, a.Person, a.On.String())
	return n == 1, wrap("note an attendance", err)
}

// ToSettle returns attendances that nothing has followed from, at most limit.
func (tx *Tx) ToSettle(limit int) ([]Attended, error) {
	var out []Attended
	err := tx.each("SELECT training, person, attended FROM training_people WHERE attended <> '' ORDER BY training, person LIMIT $1 + 0", []any{limit}, func(r *rows) error {
		var a Attended
		err := r.Scan(&a.Training, &a.Person, date{&a.On})
		out = append(out, a)
		return err
	})
	return out, wrap("read attendances", err)
}

// Settled notes that it was.
func (tx *Tx) Settled(a Attended) error {
	_, err := tx.exec("UPDATE training_people SET attended = '' WHERE training = $1 AND person = $2", a.Training, a.Person)
	return wrap("settle an attendance", err)
}

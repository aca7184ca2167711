package storage_test

import (
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestATrainingThatIsEndedWhileItIsGivenStaysEnded(t *testing.T) {
	db := open(t)
	one := &storage.Training{Training: isms.Training{Title: "Odd mails", Audience: "everyone"}}
	write(t, db, func(tx *storage.Tx) error { return tx.SaveTraining(one) })
	write(t, db, func(tx *storage.Tx) error { return tx.SetGiven(one, storage.GivenDue, "1") })
	var giving *storage.Training
	read(t, db, func(tx *storage.Tx) (err error) {
		giving, err = tx.Training(one.ID)
		return err
	})
	write(t, db, func(tx *storage.Tx) error { return tx.SetGiven(giving, storage.GivenEnds, "1") })
	write(t, db, func(tx *storage.Tx) error { return tx.SetGiven(giving, storage.GivenDone, "2") })
	read(t, db, func(tx *storage.Tx) error {
		got, err := tx.Training(one.ID)
		if err == nil && got.Given != storage.GivenEnds {
			t.Errorf("it is %q", got.Given)
		}
		return err
	})
}

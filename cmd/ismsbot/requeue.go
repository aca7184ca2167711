package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) requeueCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "requeue [ID]",
		Short: "Sends a dead letter again, or all of them",
		Long: `A message that no attempt could deliver is kept with its reason; "ismsbot doctor"
lists such dead letters. Mend the cause first. serve sends them at once, and
reminders with its next look at what is due.`,
		Example: "  ismsbot requeue 1204",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var id int64
			if len(args) == 1 {
				n, err := strconv.ParseInt(args[0], 10, 64)
				if err != nil || n < 1 {
					return fmt.Errorf("%q is not the number of a dead letter; \"ismsbot doctor\" lists them", args[0])
				}
				id = n
			}
			db, err := p.database(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			var n int64
			err = db.Tx(cmd.Context(), func(tx *storage.Tx) (err error) {
				if n, err = tx.Requeue(id, time.Now()); err != nil || n == 0 {
					return err
				}
				return tx.Journal(time.Now(), "message.requeued", map[string]any{"delivery": id, "count": n})
			})
			switch {
			case err != nil:
				return err
			case n == 0 && id != 0:
				return fmt.Errorf("%d is not a dead letter; \"ismsbot doctor\" lists them", id)
			}
			fmt.Fprintf(p.stdout, "%d put back into the outbox.\n", n)
			return nil
		},
	}
}

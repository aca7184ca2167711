package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ismsbot/storage"
)

func (p *program) requeueCommand() *cobra.Command {
	held := false
	cmd := &cobra.Command{
		Use:   "requeue [ID]",
		Short: "Sends a dead letter or a held message again, or all dead letters",
		Long: `A message that no attempt could deliver is kept with its reason; "ismsbot doctor"
lists such dead letters. Mend the cause first. serve sends them at once, and
reminders with its next look at what is due.

A broadcast of which nobody can tell whether it arrived is held, and listed too.
It is sent again by its number, or with all others by --held; whoever had it then
has it twice.`,
		Example: "  ismsbot requeue 1204\n  ismsbot requeue --held",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var id int64
			if len(args) == 1 {
				n, err := strconv.ParseInt(args[0], 10, 64)
				if err != nil || n < 1 {
					return fmt.Errorf("%q is not the number of a dead letter or a held message; \"ismsbot doctor\" lists them", args[0])
				}
				if held {
					return errors.New("give either a number or --held")
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
				if held {
					n, err = tx.RequeueHeld(time.Now())
				} else {
					n, err = tx.Requeue(id, time.Now())
				}
				if err != nil || n == 0 {
					return err
				}
				event := map[string]any{"delivery": id, "count": n}
				if held {
					event["held"] = true
				}
				return tx.Journal(time.Now(), "message.requeued", event)
			})
			switch {
			case err != nil:
				return err
			case n == 0 && id != 0:
				return fmt.Errorf("%d is neither a dead letter nor held; \"ismsbot doctor\" lists them", id)
			}
			fmt.Fprintf(p.stdout, "%d put back into the outbox.\n", n)
			return nil
		},
	}
	cmd.Flags().BoolVar(&held, "held", false, "send again all that may or may not have arrived")
	return cmd
}

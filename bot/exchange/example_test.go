package exchange_test

import (
	"fmt"
	"os"

	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
)

func ExampleRead() {
	file := "ref;title;owner;due;status\n" +
		"A-1;Rotate the keys;ada@example.com;31.12.2026;open\n" +
		"A-2;Close the port;ada@example.com;2026-12-31;opne\n"
	_, err := exchange.Read("actions.csv", []byte(file), exchange.Auto, known())
	fmt.Println(err)
	// Output:
	// actions.csv row 2, column due: found "31.12.2026", expected a date like 2026-12-31 (German date: write 2026-12-31)
	// actions.csv row 3, column status: found "opne", expected one of open, in_progress, done, closed, withdrawn (nearest: open)
}

func ExampleWriteJSON() {
	due, _ := isms.ParseDate("2026-12-31")
	items := []*isms.Item{{
		ID: isms.ItemID{Kind: isms.Action, N: 12}, Title: "Rotate the keys", Owner: 1, Due: due, Status: isms.Open,
	}}
	if err := exchange.WriteJSON(os.Stdout, items, email); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "actions": [
	//     {
	//       "description": "",
	//       "due": "2026-12-31",
	//       "owner": "ada@example.com",
	//       "ref": "id:CA-12",
	//       "requirements": [],
	//       "severity": "",
	//       "source": "",
	//       "status": "open",
	//       "title": "Rotate the keys"
	//     }
	//   ],
	//   "audits": [],
	//   "findings": [],
	//   "tasks": []
	// }
}

package isms

// As is the capacity in which an item concerns somebody.
type As string

// The capacities, the nearest to the item first.
const (
	AsOwner         As = "owner"
	AsDeputy        As = "deputy"
	AsVerifier      As = "verifier"
	AsLineManager   As = "manager"
	AsISMSManager   As = "isms_manager"
	AsTopManagement As = "top_management"
)

package exchange

import (
	"encoding/json"
	"strconv"
)

// goPhishCampaign is what is read of a campaign as GoPhish's interface gives it
// (GET /api/campaigns/ID, or …/results); its timeline, which holds typed
// passwords, and all else is passed over while the file is parsed.
type goPhishCampaign struct {
	Name    string           `json:"name"`
	Results *[]goPhishResult `json:"results"`
}

type goPhishResult struct {
	Email    *string `json:"email"`
	Status   *string `json:"status"`
	Reported *bool   `json:"reported"`
	SendDate string  `json:"send_date"`
}

// campaignTable is a GoPhish campaign as the table that its CSV file is; nil
// for any other JSON.
func (r *reader) campaignTable(data []byte) *table {
	var c goPhishCampaign
	if r.format != Auto && r.format != GoPhish || json.Unmarshal(data, &c) != nil || c.Results == nil || len(*c.Results) == 0 {
		return nil
	}
	t := &table{campaign: c.Name}
	r.unit = "entry"
	t.header = []string{"email", "status", "reported", "send_date"}
	t.phishing = newPhishing(GoPhish, t.header)
	for i, x := range *c.Results {
		if x.Email == nil || x.Status == nil || x.Reported == nil {
			return nil
		}
		t.rows = append(t.rows, row{i + 1, []cell{{text: *x.Email}, {text: *x.Status}, {text: strconv.FormatBool(*x.Reported)}, {text: x.SendDate}}})
	}
	return t
}

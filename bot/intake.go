package bot

import (
	"context"
	"io"

	"ismsbot/bot/intake"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// ErrNotImported is wrapped by ImportFiles where a file was at fault: all that
// is to be said, the verdict included, has then been printed.
var ErrNotImported = intake.ErrNotImported

// ImportFiles brings several files in and prints on w what each did, see
// intake.Desk.ImportFiles.
func (b *Bot) ImportFiles(ctx context.Context, w io.Writer, paths []string, format string, dryRun bool) error {
	return b.intake().ImportFiles(ctx, w, paths, format, dryRun)
}

// ImportCampaign is ImportFiles for one file of phishing results, of which the
// operator says the campaign's name and the day on which it was sent; either
// may be zero.
func (b *Bot) ImportCampaign(ctx context.Context, w io.Writer, path, name string, sent isms.Date, format string, dryRun bool) error {
	d := b.intake()
	d.Campaign, d.Sent = name, sent
	return d.ImportFiles(ctx, w, []string{path}, format, dryRun)
}

// Export writes the whole register, see intake.Desk.Export.
func (b *Bot) Export(ctx context.Context, w io.Writer, ending string) (storage.Head, error) {
	return b.intake().Export(ctx, w, ending)
}

func (b *Bot) intake() *intake.Desk {
	return &intake.Desk{DB: b.DB, Now: b.Now, Calendar: b.office.Calendar, People: b.office.People, Changed: b.changed, Found: b.found, Tell: b.tellFound,
		PersonMetrics: b.PersonMetrics}
}

package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// readCSV reads what Excel and its like save: with or without a byte order
// mark, in UTF-8 or UTF-16, separated by comma, semicolon or tab.
func (r *reader) readCSV(data []byte) (*table, error) {
	data, err := r.decode(data)
	if err != nil {
		return nil, err
	}
	t := &table{guards: true}
	data, separator := separatorOf(data)
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma, in.FieldsPerRecord = separator, -1
	lines := lineCounter{data: data, line: 1}
	for n := 1; ; n++ {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			if bad := new(csv.ParseError); errors.As(err, &bad) {
				n += bad.StartLine - lines.line
			}
			r.fault(t, n, "", "a quotation mark that opens or closes nothing", "cells with a quotation mark or a line break in quotes, each mark inside them doubled", "the rows after it were not read")
			break
		}
		start, _ := in.FieldPos(0)
		n += start - lines.line // the empty lines that were passed over
		lines.to(in.InputOffset())
		if n > MaxRows+1 {
			return nil, fmt.Errorf("the file has more than %d rows; split it", MaxRows)
		}
		if err := r.count(len(record)); err != nil {
			return nil, err
		}
		x := row{n: n, cells: make([]cell, len(record))}
		for i, s := range record {
			x.cells[i].text = t.phishing.sees(i, s)
		}
		if t.header == nil {
			r.setHeader(t, x)
			continue
		}
		r.addRow(t, x, true)
	}
	return t, nil
}

// lineCounter says which line of the text an offset is on, so that an empty
// line, which encoding/csv passes over, still counts as a row.
type lineCounter struct {
	data []byte
	at   int64
	line int
}

func (c *lineCounter) to(offset int64) {
	c.line += bytes.Count(c.data[c.at:offset], []byte("\n"))
	c.at = offset
}

// decode gives the text in UTF-8 with \n or \r\n at the end of its lines.
func (r *reader) decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, fmt.Errorf("the file is not the UTF-16 that it begins as: %w", err)
		}
		data = text
	default:
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	if !utf8.Valid(data) {
		line := 1
		for rest := data; len(rest) > 0; {
			c, size := utf8.DecodeRune(rest)
			if c == utf8.RuneError && size == 1 {
				break
			}
			if c == '\n' {
				line++
			}
			rest = rest[size:]
		}
		return nil, fmt.Errorf("line %d is not UTF-8 (perhaps Windows-1252); in Excel save as \"CSV UTF-8\"", line)
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data, nil
}

// separatorOf finds the separator: what Excel's "sep=;" line says, which is
// taken off, or whichever stands most often in the header outside quotes.
func separatorOf(data []byte) ([]byte, rune) {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if mark := bytes.TrimRight(first, "\r"); len(mark) == 5 && bytes.EqualFold(mark[:4], []byte("sep=")) &&
		bytes.IndexByte([]byte(",;\t"), mark[4]) >= 0 {
		return rest, rune(mark[4])
	}
	var count [256]int
	quoted, begun := false, false
	for _, c := range data {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted && begun {
			break
		}
		begun = begun || c != '\n' && c != '\r'
		if !quoted {
			count[c]++
		}
	}
	best := ','
	for _, c := range ";\t" {
		if count[c] > count[best] {
			best = c
		}
	}
	return data, best
}

package slackfake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

func (s *Server) uploadURL(a args) (Object, string) {
	if a.text("filename") == "" || number(a.text("length")) <= 0 {
		return nil, "invalid_arguments"
	}
	id := s.next("F")
	s.files[id] = &File{ID: id, Name: a.text("filename")}
	return Object{"upload_url": s.http.URL + "/upload/" + id, "file_id": id}, ""
}

func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	var data []byte
	file, _, err := r.FormFile("file")
	if err == nil {
		data, err = io.ReadAll(file)
		_ = file.Close()
	} else {
		data, err = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[r.PathValue("id")]
	if err != nil || f == nil {
		http.Error(w, "no such upload", http.StatusBadRequest)
		return
	}
	f.Data = data
	_, _ = io.WriteString(w, "OK - "+itoa(len(data)))
}

func (s *Server) uploadDone(a args) (Object, string) {
	var files []struct{ ID, Title string }
	if json.Unmarshal([]byte(a.text("files")), &files) != nil || len(files) == 0 {
		return nil, "invalid_arguments"
	}
	channel := a.text("channel_id")
	if channel != "" {
		if _, _, code := s.conversation(channel); code != "" {
			return nil, code
		}
	}
	var out []any
	for _, x := range files {
		f := s.files[x.ID]
		if f == nil || f.Data == nil {
			return nil, "file_not_found"
		}
		f.Channel, f.Done = channel, true
		out = append(out, Object{"id": f.ID, "title": x.Title})
	}
	return Object{"files": out}, ""
}

// Choose is somebody's file, for the field of a form that takes one: its id is
// the field's value.
func (s *Server) Choose(name string, data []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.next("F")
	s.files[id] = &File{ID: id, Name: name, Data: data}
	return id
}

// serveFile hands a file to whoever has the bot's token; others are led to log in.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.PathValue("id")]
	s.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.o.BotToken:
		http.Redirect(w, r, s.http.URL+"/login", http.StatusFound)
	case f == nil:
		http.NotFound(w, r)
	default:
		_, _ = w.Write(f.Data)
	}
}

// chosen is the state of an input that takes a file; call with mu held.
func (s *Server) chosen(id string) (Object, bool, error) {
	state := Object{"type": "file_input", "files": []any{}}
	if id == "" {
		return state, false, nil
	}
	f := s.files[id]
	if f == nil {
		return nil, false, fmt.Errorf("no file %q", id)
	}
	state["files"] = []any{Object{"id": id, "name": f.Name, "size": len(f.Data), "url_private": s.http.URL + "/files/" + id, "url_private_download": s.http.URL + "/files/" + id}}
	return state, true, nil
}

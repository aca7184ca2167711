package slackfake

import (
	"encoding/json"
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

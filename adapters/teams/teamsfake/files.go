package teamsfake

import (
	"fmt"
	"slices"
	"strings"
)

// File is one file that a person got from the bot.
type File struct {
	User string // the AAD
	Name string
	Data []byte
}

// upload is where a file may be put by who holds its URL.
type upload struct {
	by   *person
	name string
	size int // that was announced; 0 if it was not
	data []byte
	done bool
}

// Files are those that were uploaded in full.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.files)
}

// Accept takes the file that a file consent card offers.
func (s *Server) Accept(aad string, m Message) (Answer, error) {
	return s.consent(aad, m, true)
}

// Decline refuses it.
func (s *Server) Decline(aad string, m Message) (Answer, error) {
	return s.consent(aad, m, false)
}

func (s *Server) consent(aad string, m Message, accept bool) (Answer, error) {
	offered := objs(m.Activity["attachments"])
	i := slices.IndexFunc(offered, func(a Object) bool { return str(a["contentType"]) == consentType })
	s.mu.Lock()
	p := s.people[aad]
	if i < 0 || p == nil || m.Conversation != p.chat {
		s.mu.Unlock()
		return Answer{}, fmt.Errorf("teamsfake: the message offers %q no file", aad)
	}
	name, content := str(offered[i]["name"]), obj(offered[i]["content"])
	a := s.activity(p, "", "invoke")
	a["name"], a["replyToId"] = "fileConsent/invoke", m.ID
	value := Object{"type": "fileUpload", "action": "decline", "context": content["declineContext"]}
	if accept {
		id := fmt.Sprintf("file-%06d", s.next())
		size, _ := content["sizeInBytes"].(float64)
		s.uploads[id] = &upload{by: p, name: name, size: int(size)}
		value["action"], value["context"] = "accept", content["acceptContext"]
		value["uploadInfo"] = Object{
			"contentUrl": s.base + "/files/" + name, "name": name, "uploadUrl": s.base + "/upload/" + id,
			"uniqueId": id, "fileType": name[strings.LastIndexByte(name, '.')+1:],
		}
	}
	a["value"] = value
	s.mu.Unlock()
	return s.act(aad, a, func(a *Answer) bool {
		if a.Status != 200 {
			s.note("fileConsent/invoke was answered with %d: the presser sees nothing", a.Status)
		}
		return false
	})
}

func (s *Server) upload(c *call) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[c.path("id")]
	if u == nil || u.done {
		return refusal(404, "itemNotFound", "The upload session was not found.")
	}
	if c.header.Get("Authorization") != "" {
		s.complain("an upload with a token, which is nobody's there")
	}
	var from, to, size int
	if _, err := fmt.Sscanf(c.header.Get("Content-Range"), "bytes %d-%d/%d", &from, &to, &size); err != nil {
		s.complain("an upload without Content-Range")
		return refusal(400, "invalidRequest", "Content-Range is missing.")
	}
	if from != len(u.data) || to-from+1 != len(c.body) || to >= size || u.size != 0 && u.size != size {
		s.complain("an upload of %d bytes as %q, %d announced", len(c.body), c.header.Get("Content-Range"), u.size)
		return refusal(416, "invalidRange", "The range is not the next one.")
	}
	u.data = append(u.data, c.body...)
	if len(u.data) < size {
		return &reply{status: 202, body: Object{"nextExpectedRanges": []string{itoa(len(u.data)) + "-"}}}
	}
	u.done = true
	s.files = append(s.files, File{User: u.by.AAD, Name: u.name, Data: u.data})
	return &reply{status: 201, body: Object{"id": c.path("id"), "name": u.name}}
}

// note is complain for those who do not hold mu.
func (s *Server) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.complain(format, args...)
}

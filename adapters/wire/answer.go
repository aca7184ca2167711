package wire

import (
	"net/http"
	"strconv"
)

var jsonContent = []string{"application/json; charset=utf-8"}

// Answer answers a platform's request with JSON, or with an empty body where
// body is nil. That the connection is gone is nobody's fault: the platform asks
// again or shows a failure.
func Answer(w http.ResponseWriter, status int, body []byte) {
	if body != nil {
		h := w.Header()
		h["Content-Type"] = jsonContent
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	if body != nil {
		_, _ = w.Write(body)
	}
}

package slackfake

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// socket is the bot's Socket Mode connection; a new one takes the place of the
// one before.
type socket struct {
	writing sync.Mutex
	conn    *websocket.Conn
	waiting map[string]chan []byte // envelopes that are not acknowledged yet
}

func (s *Server) connectionsOpen(args) (Object, string) {
	return Object{"url": "ws" + strings.TrimPrefix(s.http.URL, "http") + "/socket"}, ""
}

// SocketOpen tells whether the bot has a Socket Mode connection.
func (s *Server) SocketOpen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.socket.conn != nil
}

// Refresh asks the bot to connect anew, as Slack does every hour or so.
func (s *Server) Refresh() error {
	return s.write(Object{"type": "disconnect", "reason": "refresh_requested"})
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.socket.conn = conn
	s.mu.Unlock()
	_ = s.write(Object{"type": "hello", "num_connections": 1, "connection_info": Object{"app_id": s.o.AppID}})
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		if s.socket.conn == conn {
			s.socket.conn = nil
		}
		s.mu.Unlock()
	}()
	go s.ping(conn)
	for {
		var in struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if err := conn.ReadJSON(&in); err != nil {
			return
		}
		s.mu.Lock()
		waiting := s.socket.waiting[in.EnvelopeID]
		delete(s.socket.waiting, in.EnvelopeID)
		s.mu.Unlock()
		if waiting != nil {
			waiting <- in.Payload
		}
	}
}

// ping keeps the connection alive until it is closed.
func (s *Server) ping(conn *websocket.Conn) {
	for conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)) == nil {
		time.Sleep(5 * time.Second)
	}
}

func (s *Server) write(v any) error {
	var conn *websocket.Conn
	for range 100 { // the bot may know of the connection before we do
		s.mu.Lock()
		conn = s.socket.conn
		s.mu.Unlock()
		if conn != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if conn == nil {
		return errors.New("slackfake: the bot has no Socket Mode connection")
	}
	s.socket.writing.Lock()
	defer s.socket.writing.Unlock()
	return conn.WriteJSON(v)
}

// sendSocket delivers by Socket Mode and waits for the acknowledgement.
func (s *Server) sendSocket(d delivery) ([]byte, error) {
	names := map[kind]string{kindCommand: "slash_commands", kindInteraction: "interactive", kindEvent: "events_api"}
	payload := d.payload
	if d.kind == kindCommand {
		payload = Object{}
		for _, f := range d.fields {
			payload[f[0]] = f[1]
		}
	}
	acked := make(chan []byte, 1)
	s.mu.Lock()
	id := s.next("envelope-")
	s.socket.waiting[id] = acked
	s.mu.Unlock()
	err := s.write(Object{
		"type": names[d.kind], "envelope_id": id, "payload": payload,
		"accepts_response_payload": d.kind != kindEvent, "retry_attempt": d.retry,
	})
	if err != nil {
		return nil, err
	}
	select {
	case body := <-acked:
		return body, nil
	case <-time.After(3 * time.Second):
		return nil, errors.New("slackfake: the bot did not acknowledge the envelope")
	}
}

func (s *Server) closeSocket() {
	s.mu.Lock()
	conn := s.socket.conn
	s.mu.Unlock()
	if conn != nil {
		_ = conn.Close()
	}
}

// Command backend is a server that keeps the key of a program's owner: who plays or calls gets a REST session from it, which is
// good for one conversation, and never the key.
//
//	PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... PLAYERS=secret-of-anna,secret-of-ben go run ./examples/backend
//	curl -X POST -H "Authorization: Bearer secret-of-anna" http://127.0.0.1:8080/session
//
// The answer is {"url": "wss://...", "token": "..."}: the address and token of the stream (Stream in the config of a session).
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

const (
	// A session that nobody connects to within this time is gone.
	sessionTTL = time.Minute
	// How long the service may take.
	patience = 10 * time.Second
)

type backend struct {
	client  *palabra.Client
	players map[[sha256.Size]byte]bool // hashes, so that comparing takes the same time however much of a secret is right
}

// What a program gets, under the names of palabra_stream_address.
type session struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

func newBackend(client *palabra.Client, secrets []string) *backend {
	b := &backend{client: client, players: make(map[[sha256.Size]byte]bool)}
	for _, secret := range secrets {
		if secret != "" {
			b.players[sha256.Sum256([]byte(secret))] = true
		}
	}
	return b
}

func (b *backend) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /session", b.session)
	return mux
}

func (b *backend) session(w http.ResponseWriter, r *http.Request) {
	// Here your own accounts decide: who may talk, and how often.
	secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !b.players[sha256.Sum256([]byte(secret))] {
		http.Error(w, "unknown player", http.StatusUnauthorized)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	made, err := b.client.CreateRESTSession(ctx)
	if err == nil {
		err = b.client.SetRESTSessionTTL(ctx, made.ID, sessionTTL)
	}
	if err != nil {
		// The reason is the owner's: it may name the account.
		log.Print(err)
		http.Error(w, "no session", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(session{URL: made.StreamURL, Token: made.Token})
}

func main() {
	client, err := palabra.NewClient(palabra.ClientConfig{}) // the credentials come from the environment
	if err != nil {
		log.Fatal(err)
	}
	b := newBackend(client, strings.Split(os.Getenv("PLAYERS"), ","))
	// Behind a server that has a certificate, unless everybody is on this machine.
	address := cmp.Or(os.Getenv("ADDRESS"), "127.0.0.1:8080")
	server := http.Server{Addr: address, Handler: b.handler(), ReadHeaderTimeout: 5 * time.Second}
	log.Printf("listening on %s", address)
	log.Fatal(server.ListenAndServe())
}

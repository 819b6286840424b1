package palabra

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A session whose credentials are refused requests others, and becomes ready with them.
func TestCredentialsAreAskedFor(t *testing.T) {
	newTestClient(t, "dev")
	client, err := NewClient(ClientConfig{
		Credentials: Credentials{ClientID: "dev~rest_status=401", ClientSecret: "s3cret-of-the-tests"},
		APIURL:      devserver.APIURL,
		Flags:       ClientIgnoreEnvironment | ClientAskCredentials,
	})
	must(t, err)
	defer func() { _ = client.Close() }()
	s := openTest(t, client, usualConfig())
	asked := false
	within(t, 20*time.Second, "getting ready", func() {
		for e := range s.All() {
			switch e.Kind {
			case EventCredentialsNeeded:
				asked = true
				must(t, client.SetCredentials(Credentials{ClientID: "dev", ClientSecret: "s3cret-of-the-tests"}))
			case EventReady:
				return
			case EventClosed:
				t.Errorf("%v", e.Err())
			}
		}
	})
	if !asked {
		t.Error("nobody asked for credentials")
	}
}

func TestCredentialsMustBeOfTheSameKind(t *testing.T) {
	client := newTestClient(t, "dev")
	must(t, client.SetCredentials(Credentials{ClientID: "dev", ClientSecret: "another"}))
	for name, credentials := range map[string]Credentials{
		"none": {}, "another kind": {APIKey: "key"}, "only an id": {ClientID: "dev"}, "a NUL byte": {ClientID: "d\x00v", ClientSecret: "s"},
	} {
		if err := client.SetCredentials(credentials); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, client.Close())
	if err := client.SetCredentials(Credentials{ClientID: "dev", ClientSecret: "another"}); !errors.Is(err, ErrBadHandle) {
		t.Errorf("a closed client: %v", err)
	}
}

func TestCredentialsAreNotPrinted(t *testing.T) {
	config := ClientConfig{Credentials: Credentials{APIKey: "s3cret", ClientSecret: "s3cret"}}
	for _, printed := range []string{fmt.Sprint(config), fmt.Sprintf("%+v %#v", config, config.Credentials)} {
		if strings.Contains(printed, "s3cret") {
			t.Error(printed)
		}
	}
}

package palabra

import (
	"errors"
	"os"
	"testing"
)

// What the program sets and removes counts for every client, not only for the first one.
func TestEnvironment(t *testing.T) {
	if devserver.APIURL == "" {
		t.Skip("PALABRA_DEVSERVER does not name a devserver")
	}
	outcome := func() error {
		client, err := NewClient(ClientConfig{})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		return client.Check(t.Context())
	}
	t.Setenv("PALABRA_API_URL", "http://127.0.0.1:1")
	if err := outcome(); !errors.Is(err, ErrConnect) {
		t.Error("an address where nothing listens:", err)
	}
	t.Setenv("PALABRA_API_URL", devserver.APIURL)
	if err := outcome(); err != nil {
		t.Error("the devserver:", err)
	}
	t.Setenv("PALABRA_CLIENT_ID", "") // puts it back at the end
	_ = os.Unsetenv("PALABRA_CLIENT_ID")
	if err := outcome(); !errors.Is(err, ErrAuth) {
		t.Error("no client id:", err)
	}
}

// Which variable fills which field, and when none does.
func TestEnvironmentFillsFields(t *testing.T) {
	variables := map[string]string{
		"PALABRA_API_KEY": "key", "PALABRA_CLIENT_ID": "id", "PALABRA_CLIENT_SECRET": "secret", "HTTP_PROXY": "http://upper",
		"PALABRA_TRANSLATION_URL": "ws://translation", "all_proxy": "all:1", "SSL_CERT_FILE": "file", "SSL_CERT_DIR": "folders",
	}
	filled := func(config ClientConfig) ClientConfig {
		config.readEnvironment(func(name string) string { return variables[name] })
		return config
	}
	config := filled(ClientConfig{})
	want := ClientConfig{
		Credentials: Credentials{APIKey: "key"}, TranslationURL: "ws://translation", HTTPSProxy: "all:1", HTTPProxy: "http://upper",
		SystemCAFile: "file", SystemCADir: "folders",
	}
	if config != want {
		t.Errorf("%+v", config)
	}
	config = filled(ClientConfig{Credentials: Credentials{ClientID: "own"}, ProxyURL: "http://own", SystemCADir: "own"})
	want = ClientConfig{Credentials: Credentials{ClientID: "own"}, ProxyURL: "http://own", SystemCADir: "own"}
	if config != want {
		t.Errorf("%+v", config)
	}
	delete(variables, "PALABRA_API_KEY")
	variables["REQUEST_METHOD"] = "GET"
	config = filled(ClientConfig{})
	if config.Credentials.ClientID != "id" || config.Credentials.ClientSecret != "secret" || config.TranslationURL != "" {
		t.Errorf("an id and a secret, for which the service names the address: %+v", config)
	}
	if config.HTTPProxy != "all:1" {
		t.Error("in a CGI program HTTP_PROXY is the web client's:", config.HTTPProxy)
	}
	delete(variables, "PALABRA_CLIENT_SECRET")
	if config = filled(ClientConfig{}); config.Credentials != (Credentials{}) {
		t.Error("half of the credentials were taken")
	}
}

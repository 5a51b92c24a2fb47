// A web app that logs its users in with go-oidc and x/oauth2, as kubectl's helpers, Argo CD, Gitea and oauth2-proxy do.
// Its configuration stands in the environment: ISSUER, CLIENT_ID, CLIENT_SECRET (empty: a public client), HOME_URL.
package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/coreos/go-oidc"
	"golang.org/x/oauth2"
)

// What the app tells of a login.
type report struct {
	Username     string `json:"preferred_username"`
	Email        string `json:"email"`
	UserInfo     string `json:"userinfo"`
	Refreshed    bool   `json:"refreshed"`
	RefreshToken string `json:"refresh_token"`
}

func random() string {
	bytes := make([]byte, 32)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	home, err := url.Parse(os.Getenv("HOME_URL"))
	if err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  home.String() + "/callback",
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
	}
	state, nonce, verifier := random(), random(), random()
	challenge := sha256.Sum256([]byte(verifier))

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		options := []oauth2.AuthCodeOption{oidc.Nonce(nonce)}
		if config.ClientSecret == "" {
			options = append(options,
				oauth2.SetAuthURLParam("code_challenge", base64.RawURLEncoding.EncodeToString(challenge[:])),
				oauth2.SetAuthURLParam("code_challenge_method", "S256"))
		}
		http.Redirect(w, r, config.AuthCodeURL(state, options...), http.StatusFound)
	})
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		told, err := login(ctx, provider, config, r.URL.Query(), state, nonce, verifier)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(told); err != nil {
			log.Print(err)
		}
	})
	log.Fatal(http.ListenAndServe(home.Host, nil))
}

func login(
	ctx context.Context, provider *oidc.Provider, config oauth2.Config, query url.Values, state, nonce, verifier string,
) (report, error) {
	if query.Get("state") != state {
		return report{}, errors.New("another state: " + query.Encode())
	}
	options := []oauth2.AuthCodeOption{}
	if config.ClientSecret == "" {
		options = append(options, oauth2.SetAuthURLParam("code_verifier", verifier))
	}
	// The library takes any refusal for one of Basic and sends the code again, in the body: twice by somebody who does
	// not have the secret, and the code is still good.
	if config.ClientSecret != "" {
		stranger := config
		stranger.ClientSecret += "x"
		if _, err := stranger.Exchange(ctx, query.Get("code")); err == nil {
			return report{}, errors.New("a wrong secret was taken")
		}
	}
	token, err := config.Exchange(ctx, query.Get("code"), options...)
	if err != nil {
		return report{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).Verify(ctx, raw)
	if err != nil {
		return report{}, err
	}
	if idToken.Nonce != nonce {
		return report{}, errors.New("another nonce")
	}
	if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
		return report{}, err
	}
	var told report
	if err := idToken.Claims(&told); err != nil {
		return report{}, err
	}

	// As after its end: the library asks for another by itself.
	token.Expiry = time.Now().Add(-time.Minute)
	source := config.TokenSource(ctx, token)
	userInfo, err := provider.UserInfo(ctx, source)
	if err != nil {
		return report{}, err
	}
	later, err := source.Token()
	if err != nil {
		return report{}, err
	}
	if userInfo.Subject != idToken.Subject {
		return report{}, errors.New("another subject at userinfo")
	}
	told.UserInfo = userInfo.Email
	told.Refreshed = later.AccessToken != token.AccessToken
	told.RefreshToken = later.RefreshToken
	return told, nil
}

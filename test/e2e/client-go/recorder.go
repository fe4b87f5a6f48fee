package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
)

const protobuf = "application/vnd.kubernetes.protobuf"

// call is a request and the kind of its answer.
type call struct {
	method, path    string
	query           url.Values
	sent, got       string
	acceptsProtobuf bool
}

func (c call) isWatch() bool     { return c.query.Get("watch") == "true" }
func (c call) isWatchList() bool { return c.isWatch() && c.query.Get("sendInitialEvents") == "true" }

// recorder remembers what was asked for, and in which form it was answered.
type recorder struct {
	mu    sync.Mutex
	calls []call
}

type recording struct {
	recorder *recorder
	next     http.RoundTripper
}

func (r *recorder) wrap(next http.RoundTripper) http.RoundTripper {
	return &recording{recorder: r, next: next}
}

func (r *recording) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	if err != nil {
		return response, err
	}
	r.recorder.mu.Lock()
	defer r.recorder.mu.Unlock()
	r.recorder.calls = append(r.recorder.calls, call{
		method:          request.Method,
		path:            request.URL.Path,
		query:           request.URL.Query(),
		sent:            request.Header.Get("Content-Type"),
		got:             response.Header.Get("Content-Type"),
		acceptsProtobuf: strings.Contains(request.Header.Get("Accept"), protobuf),
	})
	return response, nil
}

// count tells how many calls so far are of interest.
func (r *recorder) count(isWanted func(call) bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	total := 0
	for _, c := range r.calls {
		if isWanted(c) {
			total++
		}
	}
	return total
}

func every(call) bool                { return true }
func answeredInProtobuf(c call) bool { return strings.HasPrefix(c.got, protobuf) }

// Drives a server with client-go, one scenario a run, and prints what it saw as JSON. Whatever goes otherwise than a
// client expects ends the run with a panic. Arguments: kubeconfig, namespace, scenario.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// What k9s allows itself; client-go's own limits are ten times tighter.
const requestsPerSecond = 50

const (
	scenarioTimeout = 2 * time.Minute
	waitTimeout     = time.Minute
	waitInterval    = 50 * time.Millisecond
)

var scenarios = map[string]func(context.Context, *session) any{
	"protobuf":      protobufAlone,
	"controller":    controlConfigMaps,
	"leader":        electLeaders,
	"messages":      fieldNumbers,
	"same":          compareForms,
	"scale":         scaleByKind,
	"metadata":      followMetadata,
	"parts":         readInParts,
	"fields":        ownFields,
	"survive":       surviveRestarts,
	"k9s-start":     k9sStart,
	"k9s-browse":    k9sBrowse,
	"k9s-tables":    k9sTables,
	"k9s-metrics":   k9sMetrics,
	"k9s-logs":      k9sLogs,
	"k9s-shell":     k9sShell,
	"k9s-forward":   k9sForward,
	"k9s-workloads": k9sWorkloads,
	"k9s-edit":      k9sEdit,
	"k9s-delete":    k9sDelete,
	"k9s-helm":      k9sHelm,
	"k9s-nodes":     k9sNodes,
}

type session struct {
	// Its requests are recorded.
	config *rest.Config
	// For connections that are upgraded: what wraps a transport would stand in their way.
	bare      *rest.Config
	namespace string
	requests  *recorder
}

func newSession(kubeconfig, namespace string) *session {
	bare := must(clientcmd.BuildConfigFromFlags("", kubeconfig))
	bare.QPS, bare.Burst = requestsPerSecond, requestsPerSecond
	s := &session{config: rest.CopyConfig(bare), bare: bare, namespace: namespace, requests: &recorder{}}
	s.config.Wrap(s.requests.wrap)
	return s
}

func (s *session) typed() *kubernetes.Clientset { return must(kubernetes.NewForConfig(s.config)) }

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func until(ctx context.Context, what string, done func(context.Context) bool) {
	err := wait.PollUntilContextTimeout(ctx, waitInterval, waitTimeout, true, func(ctx context.Context) (bool, error) {
		return done(ctx), nil
	})
	if err != nil {
		panic(fmt.Errorf("%s: %w", what, err))
	}
}

func main() {
	if len(os.Args) != 4 || scenarios[os.Args[3]] == nil {
		fmt.Fprintln(os.Stderr, "usage: client KUBECONFIG NAMESPACE SCENARIO")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scenarioTimeout)
	defer cancel()
	saw := scenarios[os.Args[3]](ctx, newSession(os.Args[1], os.Args[2]))
	check(json.NewEncoder(os.Stdout).Encode(saw))
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/transport/spdy"
	utilexec "k8s.io/client-go/util/exec"
)

const (
	simulationAnnotation = "fleet.flotilla.dev/simulation"
	servedPort           = 8080
)

// startPod resolves with a pod that runs, says a line now and then, and answers HTTP.
func startPod(ctx context.Context, client kubernetes.Interface, namespace, name string) *corev1.Pod {
	pods := client.CoreV1().Pods(namespace)
	must(pods.Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:        name,
			Labels:      map[string]string{"app": name},
			Annotations: map[string]string{simulationAnnotation: `{"logs":{"everyMs":50,"lines":["a line"]}}`},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "busybox", Ports: []corev1.ContainerPort{{ContainerPort: servedPort}}}}},
	}, metav1.CreateOptions{}))
	var pod *corev1.Pod
	until(ctx, name+" runs", func(ctx context.Context) bool {
		pod = must(pods.Get(ctx, name, metav1.GetOptions{}))
		return pod.Status.Phase == corev1.PodRunning
	})
	return pod
}

func k9sLogs(ctx context.Context, s *session) any {
	client := s.typed()
	startPod(ctx, client, s.namespace, "talking")
	var tail int64 = 1
	stream := must(client.CoreV1().Pods(s.namespace).GetLogs("talking", &corev1.PodLogOptions{Container: "main", Follow: true, Timestamps: true, TailLines: &tail}).Stream(ctx))
	lines := []string{}
	for reader := bufio.NewScanner(stream); len(lines) < 4 && reader.Scan(); {
		lines = append(lines, reader.Text())
	}
	check(stream.Close())
	_, err := client.CoreV1().Pods(s.namespace).GetLogs("talking", &corev1.PodLogOptions{Container: "none"}).Stream(ctx)
	return map[string]any{"lines": lines, "refused": err.Error()}
}

func podURL(s *session, pod, subresource string, options *corev1.PodExecOptions) *url.URL {
	request := s.typed().CoreV1().RESTClient().Post().Namespace(s.namespace).Resource("pods").Name(pod).SubResource(subresource)
	if options != nil {
		request = request.VersionedParams(options, scheme.ParameterCodec)
	}
	return request.URL()
}

// k9sShell runs commands as kubectl does for k9s: over a WebSocket, and over SPDY where that cannot be had.
func k9sShell(ctx context.Context, s *session) any {
	startPod(ctx, s.typed(), s.namespace, "box")
	run := func(executorOf func(*url.URL) remotecommand.Executor, input string, command ...string) map[string]any {
		address := podURL(s, "box", "exec", &corev1.PodExecOptions{Container: "main", Command: command, Stdin: input != "", Stdout: true, Stderr: true})
		var stdout, stderr bytes.Buffer
		streams := remotecommand.StreamOptions{Stdout: &stdout, Stderr: &stderr}
		if input != "" {
			streams.Stdin = strings.NewReader(input)
		}
		code := 0
		var exit utilexec.CodeExitError
		if err := executorOf(address).StreamWithContext(ctx, streams); errors.As(err, &exit) {
			code = exit.Code
		} else {
			check(err)
		}
		return map[string]any{"stdout": stdout.String(), "stderr": stderr.String(), "code": code}
	}
	overSPDY := func(address *url.URL) remotecommand.Executor {
		return must(remotecommand.NewSPDYExecutor(s.bare, http.MethodPost, address))
	}
	fellBack := false
	first := func(address *url.URL) remotecommand.Executor {
		socket := must(remotecommand.NewWebSocketExecutor(s.bare, http.MethodGet, address.String()))
		return must(remotecommand.NewFallbackExecutor(socket, overSPDY(address), func(err error) bool {
			fellBack = httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
			return fellBack
		}))
	}
	script := []string{"sh", "-c", "echo out; echo err >&2; exit 3"}
	return map[string]any{
		"socket":   run(first, "", script...),
		"spdy":     run(overSPDY, "", script...),
		"input":    run(first, "in\n", "cat"),
		"fellBack": fellBack,
	}
}

// k9sForward fetches a page through a forwarded port: SPDY within a WebSocket, and SPDY alone.
func k9sForward(ctx context.Context, s *session) any {
	startPod(ctx, s.typed(), s.namespace, "served")
	address := podURL(s, "served", "portforward", nil)
	transport, upgrader, err := spdy.RoundTripperFor(s.bare)
	check(err)
	alone := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, address)
	fellBack := false
	tunnelled := portforward.NewFallbackDialer(must(portforward.NewSPDYOverWebsocketDialer(address, s.bare)), alone, func(err error) bool {
		fellBack = httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
		return fellBack
	})
	return map[string]any{"tunnelled": fetchThrough(tunnelled), "spdy": fetchThrough(alone), "fellBack": fellBack}
}

func fetchThrough(dialer httpstream.Dialer) []string {
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder := must(portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, []string{fmt.Sprintf("0:%d", servedPort)}, stop, ready, io.Discard, io.Discard))
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case err := <-ended:
		panic(err)
	case <-ready:
	}
	port := must(forwarder.GetPorts())[0].Local
	bodies := []string{}
	for _, path := range []string{"/one", "/two"} {
		bodies = append(bodies, fetch(port, path))
	}
	close(stop)
	check(<-ended)
	return bodies
}

func fetch(port uint16, path string) string {
	response := must(http.Get(fmt.Sprintf("http://127.0.0.1:%d%s", port, path)))
	defer response.Body.Close()
	return string(must(io.ReadAll(response.Body)))
}

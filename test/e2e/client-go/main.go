// Drives a server with client-go that speaks protobuf alone, and prints what it saw as JSON. Arguments: kubeconfig,
// namespace.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/clientcmd"
)

const protobuf = "application/vnd.kubernetes.protobuf"

// counted tells how many answers came in protobuf, and names the others.
type counted struct {
	next     http.RoundTripper
	protobuf atomic.Int64
	other    atomic.Int64
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	if given := resp.Header.Get("Content-Type"); strings.HasPrefix(given, protobuf) {
		c.protobuf.Add(1)
	} else {
		c.other.Add(1)
		fmt.Fprintln(os.Stderr, "not protobuf:", r.Method, r.URL.Path, given)
	}
	return resp, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	config := must(clientcmd.BuildConfigFromFlags("", os.Args[1]))
	config.ContentType = protobuf
	config.AcceptContentTypes = protobuf
	counter := &counted{}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { counter.next = next; return counter })
	client := must(kubernetes.NewForConfig(config))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	ns := os.Args[2]
	out := map[string]any{}

	maps := client.CoreV1().ConfigMaps(ns)
	watching := must(maps.Watch(ctx, metav1.ListOptions{AllowWatchBookmarks: true}))
	defer watching.Stop()
	made := must(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "from-go", Labels: map[string]string{"a": "b"}}, Data: map[string]string{"k": "v", "empty": ""}, BinaryData: map[string][]byte{"b": {0, 255}}}, metav1.CreateOptions{}))
	out["created"] = made.Data
	for event := range watching.ResultChan() {
		if object, ok := event.Object.(*corev1.ConfigMap); ok && object.Name == "from-go" {
			out["watched"] = map[string]any{"type": event.Type, "same": object.ResourceVersion == made.ResourceVersion && object.UID == made.UID}
			break
		}
	}
	out["managedFields"] = len(must(maps.Get(ctx, "from-go", metav1.GetOptions{})).ManagedFields)
	_, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "from-go"}}, metav1.CreateOptions{})
	out["conflict"] = apierrors.IsAlreadyExists(err)
	_, err = maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "Not A Name"}}, metav1.CreateOptions{})
	out["invalid"] = apierrors.IsInvalid(err) && len(err.(apierrors.APIStatus).Status().Details.Causes) == 1
	_, err = maps.Get(ctx, "nothing", metav1.GetOptions{})
	out["missing"] = err.Error()
	if err := maps.Delete(ctx, "from-go", metav1.DeleteOptions{}); err != nil {
		panic(err)
	}
	review := must(client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{}))
	out["user"] = review.Status.UserInfo.Username != ""

	lists := map[string]int{}
	all := metav1.ListOptions{}
	lists["pods"] = len(must(client.CoreV1().Pods("").List(ctx, all)).Items)
	lists["nodes"] = len(must(client.CoreV1().Nodes().List(ctx, all)).Items)
	lists["namespaces"] = len(must(client.CoreV1().Namespaces().List(ctx, all)).Items)
	lists["services"] = len(must(client.CoreV1().Services("").List(ctx, all)).Items)
	lists["endpoints"] = len(must(client.CoreV1().Endpoints("").List(ctx, all)).Items)
	lists["events"] = len(must(client.CoreV1().Events("").List(ctx, all)).Items)
	lists["leases"] = len(must(client.CoordinationV1().Leases("").List(ctx, all)).Items)
	lists["deployments"] = len(must(client.AppsV1().Deployments("").List(ctx, all)).Items)
	lists["replicasets"] = len(must(client.AppsV1().ReplicaSets("").List(ctx, all)).Items)
	lists["endpointslices"] = len(must(client.DiscoveryV1().EndpointSlices("").List(ctx, all)).Items)
	lists["priorityclasses"] = len(must(client.SchedulingV1().PriorityClasses().List(ctx, all)).Items)
	lists["persistentvolumes"] = len(must(client.CoreV1().PersistentVolumes().List(ctx, all)).Items)
	lists["csidrivers"] = len(must(client.StorageV1().CSIDrivers().List(ctx, all)).Items)
	out["lists"] = lists
	pods := must(client.CoreV1().Pods(ns).List(ctx, all)).Items
	names := []string{}
	for _, pod := range pods {
		names = append(names, fmt.Sprintf("%s %s %s %s", pod.Name, pod.Status.Phase, pod.Spec.Containers[0].Image, pod.Spec.Containers[0].Resources.Requests.Cpu()))
	}
	out["pods"] = names
	node := must(client.CoreV1().Nodes().List(ctx, metav1.ListOptions{Limit: 1})).Items[0]
	out["node"] = []string{node.Status.Capacity.Cpu().String(), node.Status.Capacity.Memory().String(), node.Status.NodeInfo.KubeletVersion}

	meta := must(metadata.NewForConfig(config))
	partial := must(meta.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(ns).List(ctx, all))
	out["partial"] = len(partial.Items)
	pools := must(meta.Resource(schema.GroupVersionResource{Group: "fleet.flotilla.dev", Version: "v1alpha1", Resource: "nodepools"}).List(ctx, all))
	out["partialOfOurs"] = pools.Kind
	out["protobuf"] = counter.protobuf.Load()
	out["other"] = counter.other.Load()
	_ = json.NewEncoder(os.Stdout).Encode(out)
}

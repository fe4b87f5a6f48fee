package main

import (
	"context"
	"fmt"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
)

// protobufAlone speaks protobuf only: typed clients read what is written of every kind.
func protobufAlone(ctx context.Context, s *session) any {
	s.config.ContentType = protobuf
	s.config.AcceptContentTypes = protobuf
	client := s.typed()
	out := map[string]any{}
	writeInProtobuf(ctx, client, s.namespace, out)
	listInProtobuf(ctx, client, out)
	readInProtobuf(ctx, client, s.namespace, out)
	readMetadata(ctx, s, out)
	out["protobuf"] = s.requests.count(answeredInProtobuf)
	out["other"] = s.requests.count(func(c call) bool { return !answeredInProtobuf(c) })
	return out
}

func writeInProtobuf(ctx context.Context, client kubernetes.Interface, ns string, out map[string]any) {
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
	check(maps.Delete(ctx, "from-go", metav1.DeleteOptions{}))
	review := must(client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{}))
	out["user"] = review.Status.UserInfo.Username != ""
}

func listInProtobuf(ctx context.Context, client kubernetes.Interface, out map[string]any) {
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
}

func readInProtobuf(ctx context.Context, client kubernetes.Interface, ns string, out map[string]any) {
	pods := must(client.CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})).Items
	names := []string{}
	for _, pod := range pods {
		names = append(names, fmt.Sprintf("%s %s %s %s", pod.Name, pod.Status.Phase, pod.Spec.Containers[0].Image, pod.Spec.Containers[0].Resources.Requests.Cpu()))
	}
	out["pods"] = names
	node := must(client.CoreV1().Nodes().List(ctx, metav1.ListOptions{Limit: 1})).Items[0]
	out["node"] = []string{node.Status.Capacity.Cpu().String(), node.Status.Capacity.Memory().String(), node.Status.NodeInfo.KubeletVersion}
}

func readMetadata(ctx context.Context, s *session, out map[string]any) {
	all := metav1.ListOptions{}
	meta := must(metadata.NewForConfig(s.config))
	partial := must(meta.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(s.namespace).List(ctx, all))
	out["partial"] = len(partial.Items)
	pools := must(meta.Resource(schema.GroupVersionResource{Group: "fleet.flotilla.dev", Version: "v1alpha1", Resource: "nodepools"}).List(ctx, all))
	out["partialOfOurs"] = pools.Kind
}

package main

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes"
)

// k9sNodes cordons a node, drains it by eviction, and uncordons it, in the requests of kubectl's drain helper.
func k9sNodes(ctx context.Context, s *session) any {
	client := s.typed()
	startDeployment(ctx, client, s.namespace, "moving", 2)
	node := must(client.CoreV1().Pods(s.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=moving"})).Items[0].Spec.NodeName
	setUnschedulable(ctx, client, node, true)
	group := evictionGroup(client)
	evicted := 0
	onNode := metav1.ListOptions{FieldSelector: fields.SelectorFromSet(fields.Set{"spec.nodeName": node}).String()}
	for _, pod := range must(client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, onNode)).Items {
		if owner := metav1.GetControllerOf(&pod); owner == nil || owner.Kind == "DaemonSet" {
			continue
		}
		evict(ctx, client, &pod)
		evicted++
	}
	untilRolledOut(ctx, client, s.namespace, "moving")
	elsewhere := 0
	for _, pod := range must(client.CoreV1().Pods(s.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=moving"})).Items {
		if pod.Spec.NodeName != node {
			elsewhere++
		}
	}
	cordoned := must(client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})).Spec.Unschedulable
	setUnschedulable(ctx, client, node, false)
	return map[string]any{
		"cordoned":   cordoned,
		"group":      group,
		"evicted":    evicted > 0,
		"elsewhere":  elsewhere,
		"uncordoned": !must(client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})).Spec.Unschedulable,
	}
}

func setUnschedulable(ctx context.Context, client kubernetes.Interface, name string, value bool) {
	node := must(client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{}))
	before := must(json.Marshal(node))
	node.Spec.Unschedulable = value
	patch := must(strategicpatch.CreateTwoWayMergePatch(before, must(json.Marshal(node)), corev1.Node{}))
	must(client.CoreV1().Nodes().Patch(ctx, name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}))
}

func evictionGroup(client kubernetes.Interface) string {
	for _, resource := range must(client.Discovery().ServerResourcesForGroupVersion("v1")).APIResources {
		if resource.Name == "pods/eviction" && resource.Kind == "Eviction" {
			return resource.Group + "/" + resource.Version
		}
	}
	return ""
}

func evict(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod) {
	check(client.PolicyV1().Evictions(pod.Namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta:    metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
		DeleteOptions: &metav1.DeleteOptions{},
	}))
	until(ctx, pod.Name+" is gone", func(ctx context.Context) bool {
		found, err := client.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err) || (err == nil && found.UID != pod.UID)
	})
}

package main

import (
	"context"
	"encoding/json"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes"
)

const restartedAt = "kubectl.kubernetes.io/restartedAt"

func startDeployment(ctx context.Context, client kubernetes.Interface, namespace, name string, replicas int32) {
	labels := map[string]string{"app": name}
	must(client.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "busybox:1"}}},
			},
		},
	}, metav1.CreateOptions{}))
	untilRolledOut(ctx, client, namespace, name)
}

func untilRolledOut(ctx context.Context, client kubernetes.Interface, namespace, name string) {
	until(ctx, name+" is rolled out", func(ctx context.Context) bool {
		found := must(client.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{}))
		status := found.Status
		return status.ObservedGeneration >= found.Generation && status.Replicas == *found.Spec.Replicas &&
			status.UpdatedReplicas == *found.Spec.Replicas && status.AvailableReplicas == *found.Spec.Replicas
	})
}

// k9sWorkloads scales, restarts, pauses, resumes, and sets an image, each in k9s' own way.
func k9sWorkloads(ctx context.Context, s *session) any {
	client, name := s.typed(), "web"
	deployments := client.AppsV1().Deployments(s.namespace)
	startDeployment(ctx, client, s.namespace, name, 1)
	scale := must(deployments.GetScale(ctx, name, metav1.GetOptions{}))
	scale.Spec.Replicas = 3
	must(deployments.UpdateScale(ctx, name, scale, metav1.UpdateOptions{}))
	untilRolledOut(ctx, client, s.namespace, name)

	patch := func(kind types.PatchType, body []byte) *appsv1.Deployment {
		return must(deployments.Patch(ctx, name, kind, body, metav1.PatchOptions{}))
	}
	patch(types.StrategicMergePatchType, restartPatch(must(deployments.Get(ctx, name, metav1.GetOptions{}))))
	untilRolledOut(ctx, client, s.namespace, name)
	paused := patch(types.MergePatchType, []byte(`{"spec": {"paused": true}}`)).Spec.Paused
	resumed := !patch(types.MergePatchType, []byte(`{"spec": {"paused": false}}`)).Spec.Paused
	image := `{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"main"}],"containers":[{"image":"busybox:2","name":"main"}]}}}}`
	patch(types.StrategicMergePatchType, []byte(image))
	untilRolledOut(ctx, client, s.namespace, name)

	pods := must(client.CoreV1().Pods(s.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=" + name})).Items
	images := map[string]int{}
	for _, pod := range pods {
		if pod.DeletionTimestamp == nil {
			images[pod.Spec.Containers[0].Image]++
		}
	}
	found := must(deployments.Get(ctx, name, metav1.GetOptions{}))
	return map[string]any{
		"images":    images,
		"paused":    paused && resumed,
		"restarted": found.Spec.Template.Annotations[restartedAt] != "",
		"revision":  found.Annotations["deployment.kubernetes.io/revision"],
	}
}

// restartPatch is made as kubectl's own is: of the object before and after.
func restartPatch(before *appsv1.Deployment) []byte {
	after := before.DeepCopy()
	after.Spec.Template.Annotations = map[string]string{restartedAt: time.Now().Format(time.RFC3339)}
	return must(strategicpatch.CreateTwoWayMergePatch(must(json.Marshal(before)), must(json.Marshal(after)), appsv1.Deployment{}))
}

// k9sEdit writes back what an editor left; what was changed meanwhile is not overwritten.
func k9sEdit(ctx context.Context, s *session) any {
	maps := s.dynamic().Resource(configMapResource).Namespace(s.namespace)
	made := bareObject("v1", "ConfigMap", "edited", nil)
	delete(made.Object, "spec")
	check(unstructured.SetNestedField(made.Object, "before", "data", "key"))
	must(maps.Create(ctx, made, metav1.CreateOptions{}))
	read := must(maps.Get(ctx, "edited", metav1.GetOptions{}))
	stale := read.DeepCopy()
	check(unstructured.SetNestedField(read.Object, "after", "data", "key"))
	written := must(maps.Update(ctx, read, metav1.UpdateOptions{}))
	check(unstructured.SetNestedField(stale.Object, "lost", "data", "key"))
	_, err := maps.Update(ctx, stale, metav1.UpdateOptions{})
	value, _, _ := unstructured.NestedString(must(maps.Get(ctx, "edited", metav1.GetOptions{})).Object, "data", "key")
	return map[string]any{
		"value":    value,
		"newer":    written.GetResourceVersion() != stale.GetResourceVersion(),
		"conflict": apierrors.IsConflict(err),
	}
}

// k9sDelete deletes with each policy that its dialogue offers, and at once.
func k9sDelete(ctx context.Context, s *session) any {
	client, typed := s.dynamic(), s.typed()
	none := int64(0)
	left := map[string]int{}
	for name, policy := range map[string]metav1.DeletionPropagation{
		"orphan":     metav1.DeletePropagationOrphan,
		"background": metav1.DeletePropagationBackground,
		"foreground": metav1.DeletePropagationForeground,
	} {
		startDeployment(ctx, typed, s.namespace, name, 1)
		deployments := client.Resource(deploymentResource).Namespace(s.namespace)
		check(deployments.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &policy, GracePeriodSeconds: &none}))
		sets := func(ctx context.Context) int {
			return len(must(typed.AppsV1().ReplicaSets(s.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=" + name})).Items)
		}
		until(ctx, name+" is gone", func(ctx context.Context) bool {
			_, err := deployments.Get(ctx, name, metav1.GetOptions{})
			return apierrors.IsNotFound(err) && (policy == metav1.DeletePropagationOrphan || sets(ctx) == 0)
		})
		left[name] = sets(ctx)
	}
	startPod(ctx, typed, s.namespace, "killed")
	background := metav1.DeletePropagationBackground
	check(client.Resource(podResource).Namespace(s.namespace).Delete(ctx, "killed", metav1.DeleteOptions{PropagationPolicy: &background, GracePeriodSeconds: &none}))
	_, err := typed.CoreV1().Pods(s.namespace).Get(ctx, "killed", metav1.GetOptions{})
	return map[string]any{"replicaSetsLeft": left, "killed": apierrors.IsNotFound(err)}
}

// k9sHelm finds releases where helm keeps them.
func k9sHelm(ctx context.Context, s *session) any {
	secrets := s.typed().CoreV1().Secrets(s.namespace)
	must(secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "sh.helm.release.v1.shop.v1", Labels: map[string]string{"owner": "helm", "name": "shop", "status": "deployed", "version": "1"}},
		Type:       "helm.sh/release.v1",
		Data:       map[string][]byte{"release": []byte("H4sI")},
	}, metav1.CreateOptions{}))
	found := must(secrets.List(ctx, metav1.ListOptions{LabelSelector: "owner=helm"})).Items
	one := must(secrets.List(ctx, metav1.ListOptions{LabelSelector: "name=shop,owner=helm,status=deployed"})).Items
	return map[string]any{"releases": len(found), "type": one[0].Type, "release": string(one[0].Data["release"])}
}

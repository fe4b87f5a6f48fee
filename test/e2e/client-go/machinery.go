package main

import (
	"context"
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	applyappsv1 "k8s.io/client-go/applyconfigurations/apps/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
	watchtools "k8s.io/client-go/tools/watch"
)

// scaleByKind finds the resource of a kind, and scales it without knowing more of it: as autoscalers do.
func scaleByKind(ctx context.Context, s *session) any {
	client := s.typed()
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	scales := must(scale.NewForConfig(s.config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(client.Discovery())))
	deployments := must(mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})).Resource.GroupResource()
	pools := must(mapper.RESTMapping(schema.GroupKind{Group: poolResource.Group, Kind: "NodePool"})).Resource.GroupResource()
	startDeployment(ctx, client, s.namespace, "scaled", 1)
	found := must(scales.Scales(s.namespace).Get(ctx, deployments, "scaled", metav1.GetOptions{}))
	found.Spec.Replicas = 2
	must(scales.Scales(s.namespace).Update(ctx, deployments, found, metav1.UpdateOptions{}))
	untilRolledOut(ctx, client, s.namespace, "scaled")
	patched := must(scales.Scales(s.namespace).Patch(ctx, deployments.WithVersion("v1"), "scaled", types.MergePatchType, []byte(`{"spec":{"replicas":0}}`), metav1.PatchOptions{}))
	return map[string]any{
		"selector": found.Status.Selector,
		"patched":  patched.Spec.Replicas,
		"nodes":    must(scales.Scales("").Get(ctx, pools, "default", metav1.GetOptions{})).Spec.Replicas,
	}
}

// followMetadata keeps the metadata of objects only, as garbage collectors do.
func followMetadata(ctx context.Context, s *session) any {
	maps := s.typed().CoreV1().ConfigMaps(s.namespace)
	must(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "meta", Labels: map[string]string{"a": "1"}}, Data: map[string]string{"not": "sent"}}, metav1.CreateOptions{}))
	factory := metadatainformer.NewFilteredSharedInformerFactory(must(metadata.NewForConfig(s.config)), resyncEvery, s.namespace, nil)
	informer := factory.ForResource(configMapResource)
	must(informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{}))
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	labelled := func() (string, string) {
		object, err := informer.Lister().ByNamespace(s.namespace).Get("meta")
		if err != nil {
			return "", ""
		}
		found := object.(*metav1.PartialObjectMetadata)
		return found.Labels["a"], string(found.UID)
	}
	before, uid := labelled()
	must(maps.Patch(ctx, "meta", types.MergePatchType, []byte(`{"metadata":{"labels":{"a":"2"}}}`), metav1.PatchOptions{}))
	until(ctx, "the label follows", func(context.Context) bool { label, _ := labelled(); return label == "2" })
	check(maps.Delete(ctx, "meta", metav1.DeleteOptions{}))
	until(ctx, "the object goes", func(context.Context) bool { _, left := labelled(); return left == "" })
	return map[string]any{
		"before":   before,
		"uid":      uid != "",
		"protobuf": s.requests.count(func(c call) bool { return c.isWatch() && answeredInProtobuf(c) }) > 0,
	}
}

// readInParts lists page by page, and waits for what a watch will tell.
func readInParts(ctx context.Context, s *session) any {
	maps := s.typed().CoreV1().ConfigMaps(s.namespace)
	for _, name := range []string{"p1", "p2", "p3", "p4", "p5"} {
		must(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"paged": "yes"}}}, metav1.CreateOptions{}))
	}
	pages := 0
	reader := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		pages++
		return maps.List(ctx, options)
	})
	reader.PageSize = 2
	names := []string{}
	check(reader.EachListItem(ctx, metav1.ListOptions{LabelSelector: "paged=yes"}, func(object runtime.Object) error {
		names = append(names, object.(*corev1.ConfigMap).Name)
		return nil
	}))
	return map[string]any{"pages": pages, "names": names, "ready": untilReady(ctx, s)}
}

func untilReady(ctx context.Context, s *session) bool {
	client := s.typed()
	go startPod(ctx, client, s.namespace, "awaited")
	lister := cache.NewListWatchFromClient(client.CoreV1().RESTClient(), "pods", s.namespace, fields.OneTermEqualSelector("metadata.name", "awaited"))
	waiting, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	event := must(watchtools.UntilWithSync(waiting, lister, &corev1.Pod{}, nil, func(event watch.Event) (bool, error) {
		pod, ok := event.Object.(*corev1.Pod)
		return ok && pod.Status.Phase == corev1.PodRunning, nil
	}))
	return event.Object.(*corev1.Pod).Status.PodIP != ""
}

// ownFields applies a deployment, and extracts from a list what it had applied.
func ownFields(ctx context.Context, s *session) any {
	deployments := s.typed().AppsV1().Deployments(s.namespace)
	labels := map[string]string{"app": "applied"}
	applied := applyappsv1.Deployment("applied", s.namespace).WithLabels(labels).WithSpec(applyappsv1.DeploymentSpec().
		WithReplicas(1).
		WithSelector(applymetav1.LabelSelector().WithMatchLabels(labels)).
		WithTemplate(applycorev1.PodTemplateSpec().WithLabels(labels).WithSpec(applycorev1.PodSpec().WithContainers(
			applycorev1.Container().WithName("main").WithImage("busybox").WithPorts(applycorev1.ContainerPort().WithContainerPort(80)),
		))))
	must(deployments.Apply(ctx, applied, metav1.ApplyOptions{FieldManager: "mine"}))
	listed := must(deployments.List(ctx, metav1.ListOptions{LabelSelector: "app=applied"})).Items[0]
	extracted := must(applyappsv1.ExtractDeployment(&listed, "mine"))
	other := applyappsv1.Deployment("applied", s.namespace).WithSpec(applyappsv1.DeploymentSpec().WithReplicas(3))
	_, err := deployments.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "theirs"})
	conflict := apierrors.IsConflict(err) && apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict)
	must(deployments.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "theirs", Force: true}))
	lost := must(applyappsv1.ExtractDeployment(must(deployments.Get(ctx, "applied", metav1.GetOptions{})), "mine"))
	return map[string]any{
		"extracted": string(must(json.Marshal(extracted))) == string(must(json.Marshal(applied))),
		"conflict":  conflict,
		"lost":      lost.Spec.Replicas == nil,
	}
}

// surviveRestarts follows a namespace until it sees the last object, whatever becomes of the server meanwhile.
func surviveRestarts(ctx context.Context, s *session) any {
	factory := informersOf(s)
	maps := factory.Core().V1().ConfigMaps()
	history := &events{}
	tell := func(verb string) func(any) {
		return func(object any) { history.add(verb + " " + must(cache.DeletionHandlingObjectToName(object)).Name) }
	}
	must(maps.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: tell("add"), DeleteFunc: tell("delete")}))
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	must(s.typed().CoreV1().ConfigMaps(s.namespace).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "synced"}}, metav1.CreateOptions{}))
	for !history.saw("add last") && ctx.Err() == nil {
		time.Sleep(waitInterval)
	}
	return map[string]any{"events": history.all(), "interrupted": s.requests.count(call.isWatch) > 1}
}

package main

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
)

const resyncEvery = 10 * time.Minute

var (
	podResource        = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	nodeResource       = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	configMapResource  = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	deploymentResource = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	poolResource       = schema.GroupVersionResource{Group: "fleet.flotilla.dev", Version: "v1alpha1", Resource: "nodepools"}
)

func (s *session) dynamic() *dynamic.DynamicClient { return must(dynamic.NewForConfig(s.config)) }

// k9sBrowse keeps what is shown by dynamic informers, one for each kind that was looked at.
func k9sBrowse(ctx context.Context, s *session) any {
	client := s.dynamic()
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(client, resyncEvery, metav1.NamespaceAll, nil)
	kinds := []schema.GroupVersionResource{podResource, nodeResource, deploymentResource, poolResource}
	history := &events{}
	for _, kind := range kinds {
		must(factory.ForResource(kind).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{}))
	}
	must(factory.ForResource(podResource).Informer().AddEventHandler(history.of(s.namespace)))
	factory.Start(ctx.Done())
	for kind, synced := range factory.WaitForCacheSync(ctx.Done()) {
		if !synced {
			panic(kind.String() + " did not sync")
		}
	}
	counts := map[string]int{}
	for _, kind := range kinds {
		counts[kind.Resource] = len(must(factory.ForResource(kind).Lister().List(labels.Everything())))
	}
	pods := client.Resource(podResource).Namespace(s.namespace)
	must(pods.Create(ctx, bareObject("v1", "Pod", "browsed", map[string]any{"containers": []any{map[string]any{"name": "main", "image": "busybox"}}}), metav1.CreateOptions{}))
	until(ctx, "the informer sees the pod run", func(context.Context) bool { return history.saw("update browsed Running") })
	check(pods.Delete(ctx, "browsed", metav1.DeleteOptions{}))
	until(ctx, "the informer sees the pod go", func(context.Context) bool { return history.saw("delete browsed") })
	return map[string]any{
		"counts":     counts,
		"first":      history.all()[0],
		"watchLists": s.requests.count(call.isWatchList),
		"lists":      s.requests.count(func(c call) bool { return c.method == "GET" && !c.isWatch() }),
	}
}

func bareObject(apiVersion, kind, name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
	}}
}

func (e *events) of(namespace string) cache.ResourceEventHandler {
	tell := func(verb string, object any, phase bool) {
		found, ok := object.(*unstructured.Unstructured)
		if !ok || found.GetNamespace() != namespace {
			return
		}
		what := verb + " " + found.GetName()
		if phase {
			state, _, _ := unstructured.NestedString(found.Object, "status", "phase")
			what += " " + state
		}
		e.add(what)
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { tell("add", object, false) },
		UpdateFunc: func(_, object any) { tell("update", object, true) },
		DeleteFunc: func(object any) { tell("delete", object, false) },
	}
}

package main

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// compareForms lists everything in JSON and in protobuf: typed clients must read the same of both.
func compareForms(ctx context.Context, s *session) any {
	compared, different := map[string]int{}, []string{}
	for _, list := range must(s.typed().Discovery().ServerPreferredResources()) {
		gv := must(schema.ParseGroupVersion(list.GroupVersion))
		for _, resource := range list.APIResources {
			if !scheme.Scheme.Recognizes(gv.WithKind(resource.Kind+"List")) || !slices.Contains(resource.Verbs, "list") {
				continue
			}
			inJSON, inProtobuf := s.versions(ctx, gv, resource.Name, runtime.ContentTypeJSON), s.versions(ctx, gv, resource.Name, protobuf)
			for version, object := range inJSON {
				if other, isThere := inProtobuf[version]; isThere {
					compared[resource.Name]++
					if !equality.Semantic.DeepEqual(object, other) {
						different = append(different, fmt.Sprintf("%s:\n%+v\n%+v", resource.Name, object, other))
					}
				}
			}
		}
	}
	return map[string]any{"compared": compared, "different": different}
}

// versions are the objects of a resource by who they are and how old: only the same state can be compared.
func (s *session) versions(ctx context.Context, gv schema.GroupVersion, resource, accept string) map[string]runtime.Object {
	config := rest.CopyConfig(s.config)
	config.GroupVersion, config.APIPath = &gv, "/apis"
	if gv.Group == "" {
		config.APIPath = "/api"
	}
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	config.AcceptContentTypes = accept
	list := must(must(rest.RESTClientFor(config)).Get().Resource(resource).VersionedParams(&metav1.ListOptions{}, scheme.ParameterCodec).Do(ctx).Get())
	found := map[string]runtime.Object{}
	for _, object := range must(meta.ExtractList(list)) {
		// Types are told in JSON only: of items, and of claims within a set.
		object.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
		if set, ok := object.(*appsv1.StatefulSet); ok {
			for i := range set.Spec.VolumeClaimTemplates {
				set.Spec.VolumeClaimTemplates[i].TypeMeta = metav1.TypeMeta{}
			}
		}
		about := must(meta.Accessor(object))
		found[string(about.GetUID())+" "+about.GetResourceVersion()] = object
	}
	return found
}

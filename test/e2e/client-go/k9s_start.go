package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery/cached/disk"
	"k8s.io/client-go/kubernetes"
)

const discoveryExpiry = 5 * time.Minute

// may asks as k9s does before each view and each action: one review a verb, until one is refused.
func may(ctx context.Context, client kubernetes.Interface, about authorizationv1.ResourceAttributes, verbs ...string) bool {
	for _, verb := range verbs {
		attributes := about
		attributes.Verb = verb
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &attributes}}
		if !must(client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})).Status.Allowed {
			return false
		}
	}
	return true
}

// k9sStart is what comes before the first screen: is the server there, has it metrics, what does it serve.
func k9sStart(ctx context.Context, s *session) any {
	client := s.typed()
	folder := must(os.MkdirTemp("", "flotilla-k9s-"))
	defer func() { check(os.RemoveAll(folder)) }()
	cached := must(disk.NewCachedDiscoveryClientForConfig(s.config, filepath.Join(folder, "discovery"), filepath.Join(folder, "http"), discoveryExpiry))
	version := must(client.Discovery().ServerVersion())
	groups := must(client.Discovery().ServerGroups()).Groups
	served := preferred(must(cached.ServerPreferredResources()))
	before := s.requests.count(every)
	again := preferred(must(cached.ServerPreferredResources()))
	pods := authorizationv1.ResourceAttributes{Namespace: s.namespace, Version: "v1", Resource: "pods"}
	nodes := authorizationv1.ResourceAttributes{Version: "v1", Resource: "nodes"}
	logs := authorizationv1.ResourceAttributes{Namespace: s.namespace, Version: "v1", Resource: "pods", Subresource: "log", Name: "any"}
	allowed := may(ctx, client, pods, "get", "list", "watch", "delete") && may(ctx, client, nodes, "patch") && may(ctx, client, logs, "get")
	isReview := func(c call) bool { return strings.HasSuffix(c.path, "/selfsubjectaccessreviews") }
	return map[string]any{
		"version":         version.Major + "." + version.Minor,
		"metrics":         slices.ContainsFunc(groups, func(group metav1.APIGroup) bool { return group.Name == "metrics.k8s.io" }),
		"served":          served,
		"cached":          slices.Equal(served, again) && s.requests.count(every)-s.requests.count(isReview) == before,
		"allowed":         allowed,
		"reviews":         s.requests.count(isReview),
		"protobufReviews": s.requests.count(func(c call) bool { return isReview(c) && c.sent == protobuf && answeredInProtobuf(c) }),
	}
}

func preferred(lists []*metav1.APIResourceList) []string {
	names := []string{}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			names = append(names, list.GroupVersion+"/"+resource.Name)
		}
	}
	slices.Sort(names)
	return names
}

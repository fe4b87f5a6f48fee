package main

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// electLeaders lets two candidates run for one Lease; the second leads when the first lets go of it.
func electLeaders(ctx context.Context, s *session) any {
	client := s.typed()
	var mu sync.Mutex
	order := []string{}
	note := func(name string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, name)
	}
	run := func(ctx context.Context, name string) (leads, ended chan struct{}) {
		leads, ended = make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
				Lock: &resourcelock.LeaseLock{
					LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: s.namespace},
					Client:     client.CoordinationV1(),
					LockConfig: resourcelock.ResourceLockConfig{Identity: name},
				},
				LeaseDuration: 4 * time.Second, RenewDeadline: 3 * time.Second, RetryPeriod: 200 * time.Millisecond,
				ReleaseOnCancel: true,
				Callbacks: leaderelection.LeaderCallbacks{
					OnStartedLeading: func(context.Context) { note(name); close(leads) },
					OnStoppedLeading: func() {},
				},
			})
		}()
		return leads, ended
	}
	firstContext, resign := context.WithCancel(ctx)
	firstLeads, firstEnded := run(firstContext, "first")
	<-firstLeads
	secondContext, stop := context.WithCancel(ctx)
	secondLeads, secondEnded := run(secondContext, "second")
	leases := client.CoordinationV1().Leases(s.namespace)
	held := must(leases.Get(ctx, "leader", metav1.GetOptions{}))
	until(ctx, "the lease is renewed", func(ctx context.Context) bool {
		return must(leases.Get(ctx, "leader", metav1.GetOptions{})).Spec.RenewTime.After(held.Spec.RenewTime.Time)
	})
	resign()
	<-firstEnded
	<-secondLeads
	taken := must(leases.Get(ctx, "leader", metav1.GetOptions{}))
	stop()
	<-secondEnded
	return map[string]any{
		"order":       order,
		"holders":     []string{*held.Spec.HolderIdentity, *taken.Spec.HolderIdentity},
		"transitions": *taken.Spec.LeaseTransitions,
	}
}

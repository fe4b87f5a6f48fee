package main

import (
	"context"
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/retry"
	"k8s.io/client-go/util/workqueue"
)

const (
	controllerName = "copier"
	finalizer      = "test.flotilla.dev/copier"
	watchedLabel   = "copied"
)

// copier keeps a Secret with what each labelled ConfigMap holds, and lets go of a ConfigMap when it has seen its end.
type copier struct {
	client   kubernetes.Interface
	maps     listers.ConfigMapLister
	queue    workqueue.TypedRateLimitingInterface[types.NamespacedName]
	recorder record.EventRecorder
	ended    chan string
}

func informersOf(s *session, options ...informers.SharedInformerOption) informers.SharedInformerFactory {
	return informers.NewSharedInformerFactoryWithOptions(s.typed(), resyncEvery, append(options, informers.WithNamespace(s.namespace))...)
}

// controlConfigMaps runs a controller as sample-controller and controller-runtime have it: informer, lister, queue, a
// reconcile that is tried again, server-side apply, owners, finalizers, events.
func controlConfigMaps(ctx context.Context, s *session) any {
	client := s.typed()
	factory := informersOf(s, informers.WithTweakListOptions(func(options *metav1.ListOptions) { options.LabelSelector = watchedLabel }))
	informer := factory.Core().V1().ConfigMaps()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[types.NamespacedName](waitInterval, time.Second))
	defer queue.ShutDown()
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events(s.namespace)})
	c := &copier{client: client, maps: informer.Lister(), queue: queue, ended: make(chan string, 1)}
	c.recorder = broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: controllerName})
	enqueue := func(object any) { queue.Add(types.NamespacedName(must(cache.DeletionHandlingObjectToName(object)))) }
	must(informer.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
		DeleteFunc: enqueue,
	}))
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	go c.work(ctx)
	return c.exercise(ctx, s)
}

func (c *copier) work(ctx context.Context) {
	for {
		key, isOver := c.queue.Get()
		if isOver {
			return
		}
		if err := c.reconcile(ctx, key); err != nil {
			c.queue.AddRateLimited(key)
		} else {
			c.queue.Forget(key)
		}
		c.queue.Done(key)
	}
}

func (c *copier) reconcile(ctx context.Context, key types.NamespacedName) error {
	found, err := c.maps.ConfigMaps(key.Namespace).Get(key.Name)
	if apierrors.IsNotFound(err) {
		c.ended <- key.Name
		return nil
	}
	maps := c.client.CoreV1().ConfigMaps(key.Namespace)
	if found.DeletionTimestamp != nil {
		released := found.DeepCopy()
		released.Finalizers = slices.DeleteFunc(released.Finalizers, func(name string) bool { return name == finalizer })
		_, err = maps.Update(ctx, released, metav1.UpdateOptions{})
		return err
	}
	if !slices.Contains(found.Finalizers, finalizer) {
		held := found.DeepCopy()
		held.Finalizers = append(held.Finalizers, finalizer)
		_, err = maps.Update(ctx, held, metav1.UpdateOptions{})
		return err
	}
	if _, isReady := found.Data["value"]; !isReady {
		return errors.New("there is no value yet")
	}
	owner := applymetav1.OwnerReference().WithAPIVersion("v1").WithKind("ConfigMap").WithName(found.Name).WithUID(found.UID).WithController(true)
	copied := applycorev1.Secret(found.Name, found.Namespace).WithOwnerReferences(owner).WithData(map[string][]byte{"value": []byte(found.Data["value"])})
	if _, err = c.client.CoreV1().Secrets(key.Namespace).Apply(ctx, copied, metav1.ApplyOptions{FieldManager: controllerName, Force: true}); err != nil {
		return err
	}
	c.recorder.Event(found, corev1.EventTypeNormal, "Copied", "copied to a secret")
	return nil
}

// exercise is what users do meanwhile, and what comes of it.
func (c *copier) exercise(ctx context.Context, s *session) any {
	maps, secrets := c.client.CoreV1().ConfigMaps(s.namespace), c.client.CoreV1().Secrets(s.namespace)
	must(maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "kept", Labels: map[string]string{watchedLabel: "yes"}}}, metav1.CreateOptions{}))
	key := types.NamespacedName{Namespace: s.namespace, Name: "kept"}
	until(ctx, "what failed is tried again", func(context.Context) bool { return c.queue.NumRequeues(key) > 1 })
	check(retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		found := must(maps.Get(ctx, "kept", metav1.GetOptions{}))
		found.Data = map[string]string{"value": "one"}
		_, err := maps.Update(ctx, found, metav1.UpdateOptions{})
		return err
	}))
	copyIs := func(value string) func(context.Context) bool {
		return func(ctx context.Context) bool {
			found, err := secrets.Get(ctx, "kept", metav1.GetOptions{})
			return err == nil && string(found.Data["value"]) == value
		}
	}
	until(ctx, "the copy is made", copyIs("one"))
	must(maps.Patch(ctx, "kept", types.MergePatchType, []byte(`{"data":{"value":"two"}}`), metav1.PatchOptions{}))
	until(ctx, "the copy follows", copyIs("two"))
	made := must(secrets.Get(ctx, "kept", metav1.GetOptions{}))
	var told []corev1.Event
	until(ctx, "the event is there", func(ctx context.Context) bool {
		told = must(c.client.CoreV1().Events(s.namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.name=kept,reason=Copied"})).Items
		return len(told) == 1 && told[0].Count >= 2
	})
	check(maps.Delete(ctx, "kept", metav1.DeleteOptions{}))
	ended := <-c.ended
	until(ctx, "the copy goes with its owner", func(ctx context.Context) bool {
		_, err := secrets.Get(ctx, "kept", metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	})
	return map[string]any{
		"ended":      ended,
		"owner":      made.OwnerReferences[0].Kind,
		"managers":   managersOf(made.ManagedFields),
		"event":      told[0].Source.Component + ": " + told[0].Message,
		"left":       len(must(c.maps.List(labels.Everything()))),
		"watchLists": s.requests.count(call.isWatchList),
	}
}

func managersOf(entries []metav1.ManagedFieldsEntry) []string {
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Manager+" "+string(entry.Operation))
	}
	return names
}
